"""The course as it is served: parsed once, read again when a file changes; the last good version stays."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.utils.safestring import SafeString

from lessons.content.addresses import IMAGE_TYPES
from lessons.content.blocks import Aside
from lessons.content.course import Course, Term, published, read_course
from lessons.content.findings import Finding
from lessons.content.lesson import Lesson

BUILT_IN = Path(__file__).resolve().parent.parent / "courses" / "built-in"


@dataclass
class Library:
    """A course as learners see it, all its lessons by id (drafts as well) and its glossary."""

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


_lock = Lock()
_kept: tuple[tuple[tuple[str, int, int], ...], Library] | None = None


def library() -> Library:
    """Return the course, read again if any of its files has changed."""
    global _kept
    folder = Path(getattr(settings, "COURSE_DIR", BUILT_IN))
    stamp = _stamp(folder)
    with _lock:
        if _kept is None or _kept[0] != stamp:
            before = _kept[1].by_id if _kept else {}
            _kept = (stamp, read_library(folder, before))
        return _kept[1]


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file of the course does."""
    found = []
    for path in folder.rglob("*"):
        if path.suffix in (".md", ".yaml", *IMAGE_TYPES):
            with suppress(OSError):  # it went away while we looked
                state = path.stat()
                found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))


def read_library(folder: Path, before: dict[str, Lesson] | None = None) -> Library:
    """Read a course's folder; a lesson with errors is served as it last was, if it ever was good."""
    course, findings = read_course(folder, before or {})
    by_id: dict[str, Lesson] = {}
    for lesson in course.lessons():
        by_id.setdefault(lesson.id, lesson)
    shown = published(course)
    terms = sorted(_terms(shown), key=lambda term: term.name.lower())
    return Library(shown, by_id, tuple(findings), tuple(terms))


def _terms(course: Course) -> Iterable[Term]:
    for lesson in course.lessons():
        for block in lesson.blocks:
            if isinstance(block, Aside) and block.kind == "definition":
                yield Term(block.title, SafeString(block.html), lesson)
