"""A course: a folder with `course.yaml`, a folder a module and a Markdown file a lesson."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.safestring import SafeString

from lessons.content.files import Files
from lessons.content.findings import Finding, Findings, did_you_mean
from lessons.content.frontmatter import NAME, Entry, Field, Fields, check_fields, load
from lessons.content.lesson import LARGEST, Lesson, parse
from lessons.content.render import slug

COURSE_FIELDS = {
    "id": Field(str, needed=True, is_name=True),
    "title": Field(str, needed=True),
    "summary": Field(str),
    "language": Field(str),
    "license": Field(str),
}
MODULE_FIELDS = {
    "id": Field(str, needed=True, is_name=True),
    "title": Field(str, needed=True),
    "summary": Field(str),
    "lessons": Field(list, needed=True),
}
MODULES_ARE = "`modules` is a list; each has an id, a title and the names of its lessons."
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
    summary: str = ""
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


def read_course(files: Files, before: dict[str, Lesson]) -> tuple[Course, list[Finding]]:
    """Read a course; return it with the findings of all its files, sorted."""
    own = Findings(COURSE_FILE)
    course, modules = _course_yaml(files, own)
    findings: list[Finding] = []
    for module, names in _modules(modules, own):
        course.modules.append(module)
        for name in names:
            lesson, found = _read_lesson(files, module, name, before, own)
            findings += found
            if lesson is not None:
                module.lessons.append(lesson)
    findings += across(course)
    return course, sorted([*own.all, *findings])


def published(course: Course) -> Course:
    """Return the course as learners see it: without drafts and retired lessons, each linked to its neighbours."""
    modules = [replace(module, lessons=[one for one in module.lessons if _is_shown(one)]) for module in course.modules]
    shown = replace(course, modules=[module for module in modules if module.lessons])
    for module in course.modules:
        for lesson in module.lessons:
            lesson.module = module.title
            lesson.previous = lesson.next = None
    open_ones = [lesson for lesson in shown.lessons() if lesson.available]
    for before, after in pairwise(open_ones):
        before.next, after.previous = after, before
    return shown


def _is_shown(lesson: Lesson) -> bool:
    return lesson.meta.get("status", "published") == "published"


def course_head(files: Files) -> Course:
    """Return a course by what its own file says of it, its modules without their lessons, whatever is wrong with it."""
    own = Findings(COURSE_FILE)
    course, modules = _course_yaml(files, own)
    return replace(course, modules=[module for module, _ in _modules(modules, own)])


def _course_yaml(files: Files, own: Findings) -> tuple[Course, Entry]:
    """Return the course without its modules, and what is written of these."""
    fields = _fields(files.read(COURSE_FILE, LARGEST), own)
    modules = fields.pop("modules", Entry(None, 1, 1))
    meta = check_fields(fields, COURSE_FIELDS, own) if fields else {}
    return Course(meta.get("id", files.course), meta.get("title", files.course), meta.get("summary", "")), modules


def _fields(source: bytes | None, own: Findings) -> Fields:
    if source is None:
        own.error("unknown-lesson", 1, 1, f"There is no {COURSE_FILE} that can be read.")
        return {}
    try:
        return load(source.decode("utf-8-sig"), own, first_line=1)
    except UnicodeDecodeError:
        own.error("file-unreadable", 1, 1, "This file cannot be read as UTF-8 text.")
        return {}


def _modules(modules: Entry, own: Findings) -> Iterable[tuple[Module, list[Entry]]]:
    """Yield each module with the names of its lessons."""
    if own.has_errors() and modules.value is None:
        return
    if not isinstance(modules.value, list) or not modules.value:
        own.error("front-matter-value", modules.line, modules.column, MODULES_ARE)
        return
    for entry in modules.value:
        if not isinstance(entry.value, dict):
            own.error("front-matter-value", entry.line, entry.column, MODULES_ARE)
            continue
        meta = check_fields(entry.value, MODULE_FIELDS, own, entry)
        if {"id", "title", "lessons"} <= meta.keys():
            yield Module(meta["id"], meta["title"], meta.get("summary", "")), entry.value["lessons"].value


def _read_lesson(
    files: Files, module: Module, name: Entry, before: dict[str, Lesson], own: Findings
) -> tuple[Lesson | None, list[Finding]]:
    path = f"{module.id}/{name.text}.md"
    source = files.read(path, LARGEST + 1) if NAME.match(name.text) else None
    if source is None:
        known = [other for other in files.paths() if other.startswith(f"{module.id}/") and other.endswith(".md")]
        names = [other.removeprefix(f"{module.id}/").removesuffix(".md") for other in known]
        help_ = did_you_mean(name.text, names)
        own.error("unknown-lesson", name.line, name.column, f"There is no file {path}.", help_)
        return None, []
    parsed = parse(source, path, files)
    if not parsed.findings.has_errors():
        return parsed.lesson, parsed.findings.all
    kept = _last_good(path, before) or _unavailable(parsed.lesson, name.text, path, files.course)
    return kept, parsed.findings.all


def _last_good(path: str, before: dict[str, Lesson]) -> Lesson | None:
    kept = next((lesson for lesson in before.values() if lesson.path == path and lesson.available), None)
    return replace(kept) if kept else None


def _unavailable(lesson: Lesson | None, name: str, path: str, course: str) -> Lesson:
    """Return what the map shows of a lesson that was never good."""
    if lesson is not None:
        return replace(lesson, blocks=[], contents=[], available=False)
    title = name.replace("-", " ").capitalize()
    return Lesson(name, title, "", 0, {}, [], [], path, available=False, course=course)


def across(course: Course) -> list[Finding]:
    """What can only be seen over all lessons: ids that are taken, lessons that are required and missing."""
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    taught = {concept for lesson in course.lessons() for concept in lesson.meta.get("teaches", [])}
    known = taught | {lesson.id for lesson in course.lessons()}
    for lesson in course.lessons():
        file = Findings(lesson.path)
        if lesson.id in seen:
            entry = lesson.fields.get("id", Entry(None, 1, 1))
            message = f"The id `{lesson.id}` is that of {seen[lesson.id]} already."
            file.error("duplicate-id", entry.line, entry.column, message)
            lesson.available = False
        seen.setdefault(lesson.id, lesson.path)
        _check_required(lesson, known, file)
        findings += file.all
    return findings


def _check_required(lesson: Lesson, known: set[str], file: Findings) -> None:
    entries = lesson.fields["requires"].value if "requires" in lesson.meta else []
    for entry in entries:
        if entry.text not in known:
            message, guess = f"No lesson is, or teaches, `{entry.text}`.", did_you_mean(entry.text, sorted(known))
            file.error("unknown-lesson", entry.line, entry.column, message, guess)
