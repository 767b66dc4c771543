"""The page of a draft as learners will see it, made anew while its author types."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from posixpath import dirname
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from lessons.content.blocks import Block, Challenge, LabBlock
from lessons.content.course import COURSE_FILE, Course, Module, across, course_head, read_course
from lessons.content.findings import Finding, Findings
from lessons.content.frontmatter import FIELDS, check_fields, load, split
from lessons.content.lesson import Lesson
from lessons.content.render import plain_text
from lessons.learning.parts import lesson_parts, opens_draft
from lessons.teaching.access import document_of
from lessons.teaching.asked import Asked, answers_json
from lessons.teaching.files import Drafts

WORDS_A_MINUTE = 200
MINUTES_A_LAB, MINUTES_AN_EXERCISE = 2, 1.5


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})
def frame(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """Show the empty page into which the editor puts what is being written."""
    document = document_of(request, slug, path)
    return render(request, "teaching/frame.html", {"course": document.course, "document": document})


@answers_json
def preview(asked: Asked) -> dict[str, Any]:
    """Return the findings and, if the text can be shown as a page, its parts."""
    lesson, others = asked.lesson, _others(asked)
    page = _page(lesson, course_head(asked.files)) if lesson else None
    return {"findings": told(_findings(asked, others)), "page": page, "known": _known(others)}


def findings_of(asked: Asked) -> list[Finding]:
    """Return what is wrong with a text, as far as reading it tells."""
    return _findings(asked, _others(asked))


def _findings(asked: Asked, others: tuple[Lesson, ...]) -> list[Finding]:
    if asked.document.path == COURSE_FILE:
        return [one for one in read_course(asked.files, {})[1] if one.path == COURSE_FILE]
    lesson = asked.lesson
    return asked.parsed.findings.all + (_beside(lesson, others) if lesson else [])


def told(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as the editor reads them, in order."""
    return [finding.to_json() for finding in sorted(findings)]


def _page(lesson: Lesson, course: Course) -> dict[str, Any]:
    """Return the parts of a page, each under a key that changes with what is seen of it."""
    parts = [_part(lesson, part) for part in lesson_parts(lesson, {}, opens_draft)]
    parts = [part for part in parts if part["html"]]  # notes for the projector are nothing on the page
    folder = dirname(lesson.path)
    lesson.module = next((module.title for module in course.modules if module.id == folder), folder)
    address = reverse("course", args=[lesson.course])
    head = render_to_string(
        "lessons/head.html", {"lesson": lesson, "course_title": course.title, "course_address": address}
    )
    words = sum(len(plain_text(part["html"]).split()) for part in parts if not part["lab"])
    return {"head": head, "parts": parts, "words": words, "minutes": _minutes(lesson, words), "says": lesson.minutes}


def _part(lesson: Lesson, part: dict[str, Any]) -> dict[str, Any]:
    """Return a part's HTML. What hangs on a lab may change without the lab: its key leaves that out."""
    block, html = part["block"], _html(part)
    seen, lab = html, None
    if isinstance(block, LabBlock):
        seen, lab = html.replace(escape(part["figure"].opens), block.recording().to_text()), block.id
    key = hashlib.sha256(seen.encode()).hexdigest()[:16]
    return {"key": key, "html": html, "line": block.line, "lab": lab, "challenges": _challenges(lesson, block)}


def _html(part: dict[str, Any]) -> str:
    """Return a part's HTML. A block without a good id has no address for its answers, and is a notice until it has."""
    try:
        return render_to_string("lessons/part.html", {"part": part}).strip()
    except NoReverseMatch:
        return render_to_string("teaching/unnamed.html", part)


def _challenges(lesson: Lesson, lab: Block) -> list[str]:
    """Return the challenges that hang on a lab: a run of it can become their solution."""
    return [block.id for block in lesson.blocks if isinstance(block, Challenge) and block.lab is lab]


def _minutes(lesson: Lesson, words: int) -> int:
    """Return how long a lesson may take: to read it, to play with its labs, to do its exercises."""
    labs, exercises = len(lesson.labs()), len(lesson.exercises)
    return max(1, round(words / WORDS_A_MINUTE + labs * MINUTES_A_LAB + exercises * MINUTES_AN_EXERCISE))


def _beside(lesson: Lesson, others: tuple[Lesson, ...]) -> list[Finding]:
    """Return what can only be seen beside the other lessons of the course."""
    course = Course("", "", modules=[Module("", "", "", [*map(replace, others), lesson])])
    return [finding for finding in across(course) if finding.path == lesson.path]


def _known(others: tuple[Lesson, ...]) -> list[str]:
    """Return what a lesson may require."""
    return sorted({name for lesson in others for name in (lesson.id, *lesson.meta.get("teaches", []))})


def _others(asked: Asked) -> tuple[Lesson, ...]:
    """Return the other lessons of the course by their front matter alone."""
    heads = Drafts(asked.course).heads(but=asked.document.path)
    found = (_head(path, source) for path, source in heads if source)
    return tuple(lesson for lesson in found if lesson)


@lru_cache(maxsize=1_000)
def _head(path: str, source: bytes) -> Lesson | None:
    findings = Findings(path)
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    meta = check_fields(load(split(text, findings)[0], findings), FIELDS, findings)
    if "id" not in meta:
        return None
    return Lesson(meta["id"], "", "", 0, {"teaches": meta.get("teaches", [])}, [], [], path)
