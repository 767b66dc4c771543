"""Who asks, for which class and what in it: the beginning of every view of this app.

A class that is not one's own is not even said to exist.
"""

from typing import Any

from django.http import Http404, HttpRequest

from lessons.classes.courses import lesson_of
from lessons.classes.models import Classroom, Member
from lessons.classes.rights import may_follow, may_manage, may_run
from lessons.content.lesson import Lesson
from lessons.learning.learners import known_learner

NO_CLASS = "There is no such class, or you are not in it. If you have its code, join it first."


def class_to_run(request: HttpRequest, pk: int) -> Classroom:
    """Return a class that whoever asks runs; raise Http404."""
    classroom = _class(pk)
    if not may_run(request.user, classroom):
        raise Http404(NO_CLASS)
    return classroom


def class_to_manage(request: HttpRequest, pk: int) -> Classroom:
    """Return a class that whoever asks manages; raise Http404."""
    classroom = _class(pk)
    if not may_manage(request.user, classroom):
        raise Http404(NO_CLASS)
    return classroom


def member_of(request: HttpRequest, pk: int) -> Member:
    """Return the member that whoever asks is in a class; raise Http404."""
    classroom = _class(pk)
    member = may_follow(known_learner(request), classroom)
    if member is None:
        raise Http404(NO_CLASS)
    member.classroom = classroom
    return member


def member_in(classroom: Classroom, pk: int) -> Member:
    """Return the member of a class that an address names; raise Http404."""
    member: Member | None = classroom.members.filter(pk=pk).first()
    if member is None:
        raise Http404("There is no such member in this class. They may have left it, or been removed.")
    return member


def exercise_of(request: HttpRequest, classroom: Classroom) -> tuple[Lesson, Any]:
    """Return the lesson of a class's course and the exercise in it that an address names; raise Http404."""
    lesson = lesson_of(classroom, request.GET.get("lesson", ""))
    block = lesson.block(request.GET.get("block", "")) if lesson else None
    if lesson is None or block is None:
        raise Http404("There is no such exercise in this course. The lesson may have changed.")
    return lesson, block


def _class(pk: int) -> Classroom:
    classroom = Classroom.objects.select_related("run__driver__user", "poll", "instructor").filter(pk=pk).first()
    if classroom is None:
        raise Http404(NO_CLASS)
    return classroom
