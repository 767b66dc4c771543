"""Who asks, and for which course: the beginning of every view of this app."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from lessons.teaching.models import Course
from lessons.teaching.rights import may_create, may_direct, may_edit


def instructor(request: HttpRequest) -> User:
    """Return who asks, if they may write courses; raise PermissionDenied otherwise."""
    if not isinstance(request.user, User) or not may_create(request.user):
        raise PermissionDenied
    return request.user


def course_of(request: HttpRequest, slug: str) -> Course:
    """Return a course that whoever asks writes; what is someone else's is not even said to exist (Http404)."""
    user = instructor(request)
    course = Course.objects.filter(slug=slug).first()
    if course is None or not may_edit(user, course):
        raise Http404("You write no course of this name.")
    return course


def directed_course_of(request: HttpRequest, slug: str) -> Course:
    """Return a course whose instructor asks; raise PermissionDenied for a co-author, Http404 as for any other."""
    course = course_of(request, slug)
    if not may_direct(request.user, course):
        raise PermissionDenied
    return course


def said_in(request: HttpRequest, name: str) -> str:
    """Return a field of a form, without null characters: no database takes them, and nobody types them."""
    text: str = request.POST.get(name, "")
    return text.replace("\0", "")
