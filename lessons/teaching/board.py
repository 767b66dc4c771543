"""The page of a course for those who write it: its map with the state of each lesson, and what else it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lessons.content.course import COURSE_FILE
from lessons.content.files import HEAD, IMAGE_TYPES
from lessons.content.findings import Findings
from lessons.content.frontmatter import load, split
from lessons.content.keys import key_of
from lessons.htmx import wants_part
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import outline_of
from lessons.teaching.begins import begins
from lessons.teaching.models import Course, Document
from lessons.teaching.outline import place_in_map
from lessons.teaching.publishing import running
from lessons.teaching.rights import may_direct

# What a lesson or the map can be, for its authors: as a class, and in words.
STATES = {
    "draft": "draft",
    "published": "published",
    "changed": "published, changed since",
    "retired": "retired",
    "missing": "no such file",
}


@dataclass(frozen=True)
class Row:
    """A lesson on the board. `place` counts from 0; `key` is its address where learners can read it."""

    path: str
    title: str
    state: str
    place: int
    key: str = ""

    @property
    def words(self) -> str:
        """Its state, in words."""
        return STATES[self.state]

    @property
    def name(self) -> str:
        """What stands in `course.yaml`, and in the ids of the page."""
        return place_in_map(self.path)[1]


@dataclass(frozen=True)
class Stage:
    """A module on the board."""

    id: str
    title: str
    summary: str
    place: int
    rows: tuple[Row, ...]


def show(
    request: HttpRequest, course: Course, said: str = "", problem: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """Show the board: the part of it that changes to htmx, which puts in place only what succeeds, else the page."""
    context = board_of(request, course) | {"said": said, "problem": problem} | more
    if wants_part(request):
        return render(request, "teaching/board.html", context)
    return render(request, "teaching/course.html", context, status=status)


def done(request: HttpRequest, course: Course, said: str = "") -> HttpResponse:
    """Show the board after something was done, and say what, unless the board says it by itself."""
    if wants_part(request):
        return show(request, course, said)
    if said:
        messages.success(request, said)
    return redirect("teach-course", course.slug)


def board_of(request: HttpRequest, course: Course) -> dict[str, Any]:
    """Return the context of the board."""
    documents = {document.path: document for document in course.documents.all()}
    the_map = documents[COURSE_FILE]
    context: dict[str, Any] = {"course": course, "page": "teach", "may_direct": may_direct(request.user, course)}
    context |= {"map_state": _state(the_map, ""), "is_served": the_map.published is not None}
    context |= {"publication": course.publications.first(), "running": running(course), "title": course.slug}
    context["images"] = [path for path in documents if path.lower().endswith(IMAGE_TYPES)]
    context["begins"] = begins(request)
    try:
        outline = outline_of(course)
    except Refused as error:
        return context | {"map_problem": str(error), "loose": _loose(documents, set())}
    stages = tuple(
        Stage(part.id, part.title, part.summary, place, tuple(_rows(course, part.id, part.lessons, documents)))
        for place, part in enumerate(outline.parts)
    )
    context["was_served"] = the_map.published is None and any(row.key for stage in stages for row in stage.rows)
    on_map = {row.path for stage in stages for row in stage.rows}
    context |= {"stages": stages, "title": outline.title, "summary": outline.summary}
    return context | {"loose": _loose(documents, on_map)}


def head_of(text: bytes) -> dict[str, str]:
    """Return the texts of a lesson's front matter, as far as it can be read."""
    return dict(_head(text[:HEAD]))


@lru_cache(maxsize=2_000)
def _head(text: bytes) -> tuple[tuple[str, str], ...]:
    findings = Findings("")
    matter, _ = split(text.decode("utf-8-sig", "replace"), findings)
    return tuple((name, entry.text) for name, entry in load(matter, findings).items() if entry.text)


def _rows(course: Course, module: str, names: Iterable[str], documents: dict[str, Document]) -> Iterable[Row]:
    for place, name in enumerate(names):
        path = f"{module}/{name}.md"
        document = documents.get(path)
        if document is None:
            yield Row(path, name, "missing", place)
            continue
        head = head_of(bytes(document.draft))
        key = ""
        if document.published is not None:
            key = key_of(course.slug, head_of(bytes(document.published)).get("id", name))
        yield Row(path, head.get("title", name), _state(document, head.get("status", "")), place, key)


def _state(document: Document, status: str) -> str:
    if document.published is None:
        return "draft"
    if status == "retired":
        return "retired"
    return "published" if bytes(document.published) == bytes(document.draft) else "changed"


def _loose(documents: dict[str, Document], on_map: set[str]) -> list[str]:
    """Return the lessons that the map does not name."""
    return [path for path in documents if path.endswith(".md") and path not in on_map]
