"""The map of a course, changed: its order, its modules, which lesson is where.

Learners see a new order once the map is published. A lesson that is deleted, or moves to another module, does so for
them as well: it lies in one place.
"""

from collections.abc import Callable, Iterable
from posixpath import dirname

from django.contrib.auth.models import User
from django.db import transaction

from lessons.content.course import COURSE_FILE
from lessons.content.lesson import parse
from lessons.content.links import moved_links
from lessons.teaching.archive import Refused
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course, Document, Revision
from lessons.teaching.outline import Outline, Part, place_in_map
from lessons.teaching.serving import Changes, check_served, readable, serve
from lessons.teaching.shelf import add, remove, save

What = Revision.What
Change = Callable[[Outline], str]


def outline_of(course: Course) -> Outline:
    """Return the map as its authors have left it; raise Refused where it cannot be read."""
    return Outline(_decoded(course.documents.get(path=COURSE_FILE).draft))


@transaction.atomic
def arrange(course: Course, change: Change, author: User) -> None:
    """Change the map as it is written; raise Refused for what cannot be done."""
    _save_map(course, change(outline_of(course)), author)


@transaction.atomic
def add_lesson(course: Course, module: str, name: str, text: bytes, author: User, what: Revision.What) -> Document:
    """Add a lesson at the end of a module. Learners see it once it is published."""
    _save_map(course, outline_of(course).with_lesson(module, name), author)
    return add(course, f"{module}/{name}.md", text, author, what)


@transaction.atomic
def delete_lesson(course: Course, path: str, author: User) -> None:
    """Delete a lesson with its revisions, off the map as well; raise Refused where one that is read links to it."""
    module, name = place_in_map(path)
    if outline_of(course).module_of(path) is not None:
        served = _arranged(course, lambda outline: outline.without_lesson(module, name), author)
        serve(course, served)
    remove(course, path)


@transaction.atomic
def move_lesson(course: Course, path: str, module: str, author: User) -> str:
    """Move a lesson to the end of another module and return its new path. Links to it and from it lead on.

    Its images go with it; one that other lessons show as well is copied.
    """
    old_module, name = place_in_map(path)
    to = f"{module}/{name}.md"
    document = course.documents.filter(path=path).first()
    if document is None or course.documents.filter(path__iexact=to).exists():
        raise Refused(f"“{path[:80]}” is gone, or “{module[:60]}” has a lesson of this name already.")
    wanted = {to if one == path else one for one in readable(course)}
    served: dict[str, bytes | None] = {path: None}
    served |= _with_images(course, document, to, author)
    drafted = outline_of(course)
    part = drafted.parts[drafted.place_of(module)]

    def move(outline: Outline) -> str:
        text = _with_module(outline.without_lesson(old_module, name), part)
        return Outline(text).with_lesson(module, name)

    served |= _arranged(course, move, author)
    served |= _relinked(course, path, to, author)
    Document.objects.filter(pk=document.pk).update(path=to)
    check_served(course, served, wanted)
    serve(course, served)
    return to


def _arranged(course: Course, change: Change, author: User) -> dict[str, bytes | None]:
    """Save the changed map as the draft, and return what learners are to be served of it: nothing if nothing is."""
    the_map = course.documents.get(path=COURSE_FILE)
    _save_map(course, change(Outline(_decoded(the_map.draft))), author)
    if the_map.published is None:
        return {}
    try:
        return {COURSE_FILE: change(Outline(_decoded(the_map.published))).encode()}
    except Refused:  # what learners see knows nothing of it yet
        return {}


def _with_module(text: str, part: Part) -> str:
    """Return a map that has a module: learners may not have it yet to which a lesson of theirs moves."""
    outline = Outline(text)
    return text if any(one.id == part.id for one in outline.parts) else outline.with_module(part.id, part.title)


def _save_map(course: Course, text: str, author: User) -> None:
    the_map = course.documents.get(path=COURSE_FILE)
    save(the_map, text.encode(), the_map.version, author, What.ARRANGED)


def _with_images(course: Course, document: Document, to: str, author: User) -> Changes:
    """Take the images of a lesson to where it goes, and return those of them that learners are served."""
    served: dict[str, bytes | None] = {}
    others = _shown_by_others(course, document.path)
    for path in _images(course, document):
        new = f"{dirname(to)}/{path.removeprefix(dirname(document.path) + '/')}"
        image = course.documents.get(path=path)
        if course.documents.filter(path__iexact=new).exists():
            raise Refused(f"There is a file “{new}” already. Rename one of the two images first.")
        if path in others:
            add(course, new, bytes(image.draft), author, What.ARRANGED)
        else:
            Document.objects.filter(pk=image.pk).update(path=new)
            served[path] = None
        if image.published is not None:
            served[new] = bytes(image.published)
    return served


def _images(course: Course, document: Document) -> Iterable[str]:
    lesson = parse(bytes(document.draft), document.path, Drafts(course)).lesson
    return sorted(lesson.images) if lesson else ()


def _shown_by_others(course: Course, path: str) -> set[str]:
    lessons = course.documents.filter(path__endswith=".md").exclude(path=path)
    return {image for other in lessons for image in _images(course, other)}


def _relinked(course: Course, path: str, to: str, author: User) -> Changes:
    """Write links anew, in drafts and in what learners are served; return the latter."""
    served: dict[str, bytes | None] = {}
    for document in course.documents.filter(path__endswith=".md"):
        new_path = to if document.path == path else document.path
        draft = _with_moved(document.draft, document.path, new_path, {path: to})
        if draft != bytes(document.draft):
            save(document, draft, document.version, author, What.ARRANGED)
        if document.published is not None:
            text = _with_moved(document.published, document.path, new_path, {path: to})
            if new_path == to or text != bytes(document.published):
                served[new_path] = text
    return served


def _with_moved(text: bytes, path: str, to: str, moved: dict[str, str]) -> bytes:
    return moved_links(bytes(text).decode(), path, to, moved).encode()


def _decoded(text: bytes | None) -> str:
    return bytes(text or b"").decode()
