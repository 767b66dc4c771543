"""A course: a folder with `course.yaml`, a folder a module and a Markdown file a lesson."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString

from lessons.content.findings import Finding, Findings, did_you_mean
from lessons.content.frontmatter import Field, check_fields, load
from lessons.content.lesson import Lesson, parse
from lessons.content.render import slug

COURSE_FIELDS = {
    "id": Field(str, needed=True),
    "title": Field(str, needed=True),
    "language": Field(str),
    "license": Field(str),
}
COURSE_FILE = "course.yaml"


@dataclass
class Module:
    """A module and its lessons, in order."""

    id: str
    title: str
    summary: str
    lessons: list[Lesson] = field(default_factory=list)


@dataclass
class Course:
    """A course and its modules, in order."""

    id: str
    title: str
    modules: list[Module] = field(default_factory=list)

    def lessons(self) -> Iterable[Lesson]:
        """Return all lessons, in order."""
        return (lesson for module in self.modules for lesson in module.lessons)


@dataclass(frozen=True)
class Term:
    """A glossary entry, and the lesson that defines it."""

    name: str
    html: SafeString
    lesson: Lesson

    @property
    def id(self) -> str:
        """Its anchor."""
        return slug(self.name)


def read_course(folder: Path, before: dict[str, Lesson]) -> tuple[Course, list[Finding]]:
    """Read a course; return it with the findings of all its files, sorted."""
    own = Findings(COURSE_FILE)
    fields = _course_yaml(folder, own)
    modules, _, _ = fields.pop("modules", ([], 1, 1))
    meta = check_fields(fields, COURSE_FIELDS, own)
    course = Course(meta.get("id", folder.name), meta.get("title", folder.name))
    findings: list[Finding] = []
    for data in _modules(modules, own):
        module = Module(data["id"], data.get("title", data["id"]), data.get("summary", ""))
        course.modules.append(module)
        for name in data.get("lessons", []):
            lesson, found = _read_lesson(folder, module, str(name), before, own)
            findings += found
            if lesson is not None:
                module.lessons.append(lesson)
    _link(course)
    findings += _across(course, own)
    return course, sorted([*own.all, *findings])


def _course_yaml(folder: Path, own: Findings) -> dict[str, tuple[Any, int, int]]:
    path = folder / COURSE_FILE
    if not path.is_file():
        own.error("unknown-lesson", 1, 1, f"This folder has no {COURSE_FILE}.")
        return {}
    try:
        return load(path.read_text("utf-8"), own, first_line=1)
    except (UnicodeDecodeError, OSError):
        own.error("file-unreadable", 1, 1, "This file is no UTF-8 text.")
        return {}


def _modules(modules: Any, own: Findings) -> list[dict[str, Any]]:
    good = (
        [m for m in modules if isinstance(m, dict) and isinstance(m.get("id"), str)]
        if isinstance(modules, list)
        else []
    )
    if not isinstance(modules, list) or len(good) != len(modules) or not good:
        own.error("front-matter-value", 1, 1, "`modules` is a list; each has an id, a title and its lessons.")
    return good


def _read_lesson(
    folder: Path, module: Module, name: str, before: dict[str, Lesson], own: Findings
) -> tuple[Lesson | None, list[Finding]]:
    shown = f"{module.id}/{name}.md"
    path = (folder / shown).resolve()
    if not path.is_file() or folder.resolve() not in path.parents:
        names = [other.stem for other in (folder / module.id).glob("*.md")]
        own.error("unknown-lesson", 1, 1, f"There is no file {shown}.", did_you_mean(name, names))
        return None, []
    parsed = parse(path.read_bytes(), path, shown)
    if not parsed.findings.has_errors():
        return parsed.lesson, parsed.findings.all
    served = next((lesson for lesson in before.values() if lesson.path == path and lesson.available), None)
    if served is None:
        lesson_id = parsed.lesson.id if parsed.lesson else name
        title = parsed.lesson.title if parsed.lesson else name
        served = Lesson(lesson_id, title, "", 0, {}, [], [], path, available=False)
    return served, parsed.findings.all


def _link(course: Course) -> None:
    lessons = [lesson for lesson in course.lessons() if lesson.available]
    for before, after in zip([None, *lessons], [*lessons, None], strict=True):
        if before is not None:
            before.next = after
        if after is not None:
            after.previous = before
    for module in course.modules:
        for lesson in module.lessons:
            lesson.module = module.title


def _across(course: Course, own: Findings) -> list[Finding]:
    """What can only be seen over all lessons: ids that are taken, lessons that are required and missing."""
    findings: list[Finding] = []
    seen: dict[str, Path] = {}
    taught = {concept for lesson in course.lessons() for concept in lesson.meta.get("teaches", [])}
    ids = {lesson.id for lesson in course.lessons()}
    for lesson in course.lessons():
        file = Findings(f"{lesson.path.parent.name}/{lesson.path.name}")
        if lesson.id in seen:
            file.error("duplicate-id", 1, 1, f"The id `{lesson.id}` is that of {seen[lesson.id].name} already.")
        seen.setdefault(lesson.id, lesson.path)
        for needed in lesson.meta.get("requires", []):
            if needed not in ids | taught:
                file.error(
                    "unknown-lesson", 1, 1, f"No lesson is, or teaches, `{needed}`.", did_you_mean(needed, ids | taught)
                )
        findings += file.all
    return findings
