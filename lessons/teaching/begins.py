"""What a new lesson can begin with: a template, or a copy of a built-in lesson or of one's own."""

from collections.abc import Iterable

from django.http import HttpRequest

from lessons.content.files import BUILT_IN_COURSE
from lessons.content.library import courses, library
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import outline_of
from lessons.teaching.models import Course
from lessons.teaching.templates import TEMPLATES

Group = tuple[str, list[tuple[str, str]]]  # its title; of each choice the value and what it is called


def begins(request: HttpRequest) -> list[Group]:
    """Return the choices, grouped by the course that they come from."""
    own = library()
    copies = [(f"copy:{BUILT_IN_COURSE}/{lesson.path}", f"a copy of “{lesson.title}”") for lesson in own.lessons()]
    groups: list[Group] = [("New", [(f"new:{name}", one.title) for name, one in TEMPLATES.items()])]
    groups += [(own.course.title, copies)]
    return [*groups, *(group for course in _own(request) if (group := _drafts(course))[1])]


def sources(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the courses that can be copied whole: those that learners find, and one's own."""
    served = {one.slug: one.title for one in courses()}
    return list((served | {course.slug: served.get(course.slug, course.slug) for course in _own(request)}).items())


def _own(request: HttpRequest) -> Iterable[Course]:
    return Course.objects.filter(memberships__user_id=request.user.pk).order_by("slug")


def _drafts(course: Course) -> Group:
    try:
        parts = outline_of(course).parts
    except Refused:
        return course.slug, []
    paths = [f"{part.id}/{name}.md" for part in parts for name in part.lessons]
    return course.slug, [(f"copy:{course.slug}/{path}", f"a copy of {path}") for path in paths]
