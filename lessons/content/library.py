"""Courses as they are served: parsed once, read again when a file changes; the last good version stays."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

from django.conf import settings
from django.utils.safestring import SafeString

from lessons.content.blocks import Aside
from lessons.content.course import Course, Term, course_head, published, read_course
from lessons.content.files import BUILT_IN_COURSE, Files, Folder
from lessons.content.findings import Finding
from lessons.content.frontmatter import NAME
from lessons.content.keys import parts_of
from lessons.content.lesson import Lesson

BUILT_IN = Path(__file__).resolve().parent.parent / "courses" / "built-in"
MOST_KEPT = 100  # courses in memory; the one that was asked for longest ago goes first


class UnknownCourse(LookupError):
    """No course is served under this name."""


@dataclass
class Library:
    """A course as learners see it, all its lessons by id (drafts as well) and its glossary."""

    files: Files
    course: Course
    by_id: dict[str, Lesson]
    findings: tuple[Finding, ...]
    glossary: tuple[Term, ...] = field(default=())

    def lesson(self, lesson_id: str) -> Lesson | None:
        """Return a lesson that can be shown, or None. A retired one is off the map and can still be read."""
        found = self.by_id.get(lesson_id)
        is_open = found is not None and found.available and found.meta.get("status") != "draft"
        return found if is_open else None

    def lessons(self) -> Iterable[Lesson]:
        """Return all lessons that can be shown, in order."""
        return (lesson for lesson in self.course.lessons() if lesson.available)


@dataclass(frozen=True)
class Served:
    """A course that learners find: the name in its address, its title and its summary."""

    slug: str
    title: str
    summary: str


class Shelf(Protocol):
    """Where the courses of instructors are: this package reads no database, and is told."""

    def files(self, slug: str) -> Files | None:
        """Return the published files of a course, or None where no such course is served."""

    def listed(self) -> Iterable[Files]:
        """Return the published files of the courses that learners find, in order."""


_lock = Lock()  # for what is kept; held for moments only
_reading: dict[str, Lock] = {}  # one a course, so that nobody waits while another one is read
_kept: OrderedDict[str, tuple[Hashable, Library]] = OrderedDict()
_heads: dict[str, tuple[Hashable, Served]] = {}
_shelf: Shelf | None = None


def serve_from(shelf: Shelf) -> None:
    """Serve the courses of a shelf beside the built-in one."""
    global _shelf
    _shelf = shelf


def library(slug: str = BUILT_IN_COURSE) -> Library:
    """Return a course, read again if any of its files has changed; raise UnknownCourse if none is served so."""
    files = _files(slug)
    stamp = files.stamp()  # before any file is read: what changes meanwhile is read once more
    with _reading.setdefault(slug, Lock()):
        kept = _kept.get(slug)
        if kept is None or kept[0] != stamp:
            kept = (stamp, read_library(files, kept[1].by_id if kept else {}))
        _keep(slug, kept)
        return kept[1]


def find_lesson(key: str) -> Lesson | None:
    """Return the lesson of a key, if it can be shown; None otherwise."""
    slug, lesson_id = parts_of(key)
    try:
        return library(slug).lesson(lesson_id)
    except UnknownCourse:
        return None


def courses() -> tuple[Served, ...]:
    """Return the courses that learners find, the built-in one first."""
    own = library().course
    return (Served(BUILT_IN_COURSE, own.title, own.summary), *map(_head, _shelf.listed() if _shelf else ()))


def read_library(files: Files, before: dict[str, Lesson] | None = None) -> Library:
    """Read a course; a lesson with errors is served as it last was, if it ever was good."""
    course, findings = read_course(files, before or {})
    by_id: dict[str, Lesson] = {}
    for lesson in course.lessons():
        by_id.setdefault(lesson.id, lesson)
    shown = published(course)
    terms = sorted(_terms(shown), key=lambda term: term.name.lower())
    return Library(files, shown, by_id, tuple(findings), tuple(terms))


def _files(slug: str) -> Files:
    if slug == BUILT_IN_COURSE:
        return Folder(Path(getattr(settings, "COURSE_DIR", BUILT_IN)))
    files = _shelf.files(slug) if _shelf and NAME.match(slug) else None
    if files is None:
        raise UnknownCourse(f"There is no course “{slug}”.")
    return files


def _keep(slug: str, kept: tuple[Hashable, Library]) -> None:
    with _lock:
        _kept[slug] = kept
        _kept.move_to_end(slug)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _head(files: Files) -> Served:
    """Return what the list says of a course, without reading its lessons."""
    kept, stamp = _heads.get(files.course), files.stamp()
    if kept is None or kept[0] != stamp:
        course = course_head(files)
        kept = _heads[files.course] = (stamp, Served(files.course, course.title, course.summary))
    return kept[1]


def _terms(course: Course) -> Iterable[Term]:
    for lesson in course.lessons():
        for block in lesson.blocks:
            if isinstance(block, Aside) and block.kind == "definition":
                yield Term(block.title, SafeString(block.html), lesson)
