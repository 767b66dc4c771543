"""Who asks, for which course and what in it: the beginning of every view of this app."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from lessons.teaching.archive import Refused
from lessons.teaching.models import Course, Document
from lessons.teaching.rights import may_create, may_direct, may_edit

LONGEST_TITLE = 200  # characters; a summary has no more either


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


def document_of(request: HttpRequest, slug: str, path: str) -> Document:
    """Return a text of a course that whoever asks writes; raise Http404."""
    document = course_of(request, slug).documents.filter(path=path).first()
    if document is None or not document.is_text:
        raise Http404("This course has no such text.")
    return document


def lesson_of(course: Course, path: str) -> Document:
    """Return a lesson's document; raise Http404 for what is none."""
    document: Document | None = course.documents.filter(path=path).first() if path.endswith(".md") else None
    if document is None:
        raise Http404("This course has no such lesson.")
    return document


def title_in(request: HttpRequest) -> str:
    """Return the title that a form gives to something, on one line; raise Refused without one."""
    title = " ".join(request.POST.get("title", "").split())[:LONGEST_TITLE]
    if not title:
        raise Refused("It needs a title.")
    return title
