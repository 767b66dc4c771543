"""The other way: lessons and courses that learners are not to find any more, or not to see at all."""

from django.contrib.auth.models import User
from django.db import transaction

from lessons.content.course import COURSE_FILE
from lessons.teaching.archive import Refused
from lessons.teaching.models import Course, Document, Revision
from lessons.teaching.publishing import with_status
from lessons.teaching.serving import serve
from lessons.teaching.shelf import save


@transaction.atomic
def unpublish(document: Document, author: User) -> None:
    """Serve a lesson no more. Its draft stays, and so do the answers; links to it lead to a page that says so."""
    _needs_published(document)
    _say(document, "draft", author, Revision.What.UNPUBLISHED)
    serve(document.course, {document.path: None})


@transaction.atomic
def retire(document: Document, author: User) -> None:
    """Take a lesson off the map; those who have its address still read it. Publishing it puts it back."""
    _needs_published(document)
    changes = {document.path: with_status(bytes(document.published or b""), "retired")}
    _say(document, "retired", author, Revision.What.RETIRED)
    serve(document.course, changes)


@transaction.atomic
def unpublish_course(course: Course, author: User) -> None:
    """Serve nothing of a course any more. What was published of it is served again once its map is."""
    the_map = course.documents.get(path=COURSE_FILE)
    _needs_published(the_map)
    the_map.revisions.create(content=the_map.draft, author=author, what=Revision.What.UNPUBLISHED)
    serve(course, {COURSE_FILE: None})


def retire_course(course: Course, is_retired: bool) -> None:
    """Take a course off the list of courses, or put it back; its lessons are read either way."""
    course.retired = is_retired
    course.save(update_fields=["retired"])


def _needs_published(document: Document) -> None:
    if document.published is None:
        raise Refused(f"{document.path} is not published.")


def _say(document: Document, status: str, author: User, what: Revision.What) -> None:
    """Let the draft say it too, so that a course that is exported and imported is as it was."""
    text = with_status(bytes(document.draft), status)
    if text == bytes(document.draft):
        document.revisions.create(content=text, author=author, what=what)
    else:
        save(document, text, document.version, author, what)
