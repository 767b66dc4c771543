"""The course as it is served: parsed once, read again when a file changes; the last good version stays."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.utils.safestring import SafeString

from lessons.content.blocks import Aside
from lessons.content.course import Course, Term, read_course
from lessons.content.findings import Finding
from lessons.content.lesson import Lesson

BUILT_IN = Path(__file__).resolve().parent.parent / "courses" / "built-in"


@dataclass
class Library:
    """A course, its lessons by id and its glossary."""

    course: Course
    by_id: dict[str, Lesson]
    findings: tuple[Finding, ...]
    glossary: tuple[Term, ...] = field(default=())

    def lesson(self, lesson_id: str) -> Lesson | None:
        """Return a lesson that can be shown, or None."""
        found = self.by_id.get(lesson_id)
        return found if found is not None and found.available else None

    def lessons(self) -> Iterable[Lesson]:
        """Return all lessons that can be shown, in order."""
        return (lesson for lesson in self.course.lessons() if lesson.available)


_lock = Lock()
_kept: tuple[tuple[tuple[str, float], ...], Library] | None = None


def library() -> Library:
    """Return the course, read again if any of its files has changed."""
    global _kept
    folder = Path(getattr(settings, "COURSE_DIR", BUILT_IN))
    stamp = tuple(
        sorted((str(path), path.stat().st_mtime) for path in folder.rglob("*") if path.suffix in (".md", ".yaml"))
    )
    with _lock:
        if _kept is None or _kept[0] != stamp:
            before = _kept[1].by_id if _kept else {}
            _kept = (stamp, read_library(folder, before))
        return _kept[1]


def read_library(folder: Path, before: dict[str, Lesson] | None = None) -> Library:
    """Read a course's folder; a lesson with errors is served as it last was, if it ever was good."""
    course, findings = read_course(folder, before or {})
    by_id = {lesson.id: lesson for lesson in course.lessons()}
    return Library(course, by_id, tuple(findings), tuple(sorted(_terms(course), key=lambda term: term.name.lower())))


def _terms(course: Course) -> Iterable[Term]:
    for lesson in course.lessons():
        for block in lesson.blocks:
            if isinstance(block, Aside) and block.kind == "definition":
                yield Term(block.title, SafeString(block.html), lesson)
