"""What learners are served, changed in one piece or not at all, and never so that a lesson breaks that they read."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import F

from lessons.content.files import Files, Overlay
from lessons.content.library import read_library
from lessons.teaching.archive import Refused
from lessons.teaching.files import Published
from lessons.teaching.models import Course

Changes = Mapping[str, bytes | None]  # by path: what is served from now on; None for what is served no more


def readable(course: Course) -> set[str]:
    """Return the paths of the lessons that learners can read."""
    return _readable(Published(course))


def check_served(course: Course, changes: Changes, wanted: Collection[str] | None = None) -> None:
    """Raise Refused if learners could not read, after a change, a lesson that is wanted.

    That is, unless others are named, each that they can read now and that the change does not take away.
    """
    if wanted is None:
        wanted = readable(course) - {path for path, content in changes.items() if content is None}
    broken = sorted(set(wanted) - _readable(Overlay(Published(course), changes)))
    if broken:
        text = "Unpublish it first, or mend what leads there."
        raise Refused(f"This would keep learners from {', '.join(broken)}, which they can read. {text}")


@transaction.atomic
def serve(course: Course, changes: Changes) -> None:
    """Serve the changes from now on; raise Refused if what is served has changed since `course` was read."""
    if not Course.objects.filter(pk=course.pk, stamp=course.stamp).update(stamp=F("stamp") + 1):
        raise Refused("Somebody has changed meanwhile what learners see of this course. Look at it, then try again.")
    for path, content in changes.items():
        course.documents.filter(path=path).update(published=content)
    course.stamp += 1


def _readable(files: Files) -> set[str]:
    return {lesson.path for lesson in read_library(files).by_id.values() if lesson.available}
