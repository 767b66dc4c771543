"""Copies to be changed: of a lesson with its images, or of a whole course; of the built-in one as of any other.

A copy is a course's own: nothing that happens to what it was copied from, an upgrade of the site say, touches it.
"""

from django.contrib.auth.models import User
from django.db import transaction

from lessons.content.course import COURSE_FILE
from lessons.content.files import LARGEST_IMAGE, Files
from lessons.content.keys import key_of
from lessons.content.lesson import LARGEST, Lesson, parse
from lessons.content.links import with_links
from lessons.content.splice import NotYaml, root_of, with_field, with_front_matter
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import add_lesson
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course, Document, Revision
from lessons.teaching.names import named, numbered
from lessons.teaching.outline import place_in_map
from lessons.teaching.shelf import add, take_in

What = Revision.What


@transaction.atomic
def copy_lesson(files: Files, path: str, course: Course, module: str, title: str, author: User) -> Document:
    """Copy a lesson of any course to the end of a module as a draft, under a title of its own."""
    source = files.read(path, LARGEST + 1)
    parsed = parse(source, path, files).lesson if source is not None else None
    if source is None or parsed is None:
        raise Refused(f"“{path[:80]}” is no lesson that can be copied: it is gone, or its front matter has errors.")
    name = free_name(course, module, named(title))
    text = with_links(source.decode(), path, lambda target: _address(files, target))
    fields = {"id": name, "title": title, "status": "draft", "requires": None}
    try:
        for field, value in fields.items():
            text = with_front_matter(text, field, value)
    except NotYaml as error:
        raise Refused(f"“{path[:80]}” cannot be copied: {error}") from error
    document = add_lesson(course, module, name, text.encode(), author, What.COPIED)
    _copy_images(files, parsed, course, module, author)
    return document


def copy_course(files: Files, slug: str, title: str, author: User) -> Course:
    """Copy a course whole, as drafts, under a name and a title of its own."""
    copied: dict[str, bytes] = {}
    for path in files.paths():
        content = files.read(path, LARGEST_IMAGE)
        if content is not None:
            copied[path] = content
    text = copied.get(COURSE_FILE, b"").decode()
    try:
        for field, value in (("id", slug), ("title", title)):
            text = with_field(text, root_of(text), field, value)
    except NotYaml as error:
        raise Refused(f"This course cannot be copied: {COURSE_FILE}, {error}") from error
    return take_in(copied | {COURSE_FILE: text.encode()}, author, What.COPIED)


def free_name(course: Course, module: str, wanted: str) -> str:
    """Return a name that no file of a module and no id of a lesson has; with a number behind it if need be."""
    files = Drafts(course)
    taken = {place_in_map(path)[1] for path in files.paths() if path.endswith(".md")}
    return numbered(wanted, taken | {lesson.id for lesson in _lessons(files)})


def _lessons(files: Files) -> list[Lesson]:
    paths = [path for path in files.paths() if path.endswith(".md")]
    parsed = [parse(files.read(path, LARGEST + 1) or b"", path, files).lesson for path in paths]
    return [lesson for lesson in parsed if lesson is not None]


def _address(files: Files, target: str) -> str:
    """Return where a copied link leads: to the lesson that it led to, which stays where it is."""
    lesson = parse(files.read(target, LARGEST + 1) or b"", target, files).lesson
    return f"/lessons/{key_of(files.course, lesson.id)}/" if lesson else target


def _copy_images(files: Files, lesson: Lesson, course: Course, module: str, author: User) -> None:
    folder = lesson.path.rpartition("/")[0]
    for path in sorted(lesson.images):
        to = f"{module}/{path.removeprefix(folder + '/')}"
        content = files.read(path, LARGEST_IMAGE) or b""
        there = course.documents.filter(path=to).first()
        if there is None:
            add(course, to, content, author, What.COPIED)
        elif bytes(there.draft) != content:
            raise Refused(f"There is another image “{to}” already. Rename it, or copy into another module.")
