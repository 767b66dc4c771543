"""The buttons that decide what learners see: publish, look how far it is, cancel, unpublish, retire."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from lessons.content.course import COURSE_FILE
from lessons.teaching.access import course_of, directed_course_of, instructor, lesson_of
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import outline_of
from lessons.teaching.board import board_of, done, head_of, show
from lessons.teaching.models import Course, Document, Publication
from lessons.teaching.publishing import begin
from lessons.teaching.shelf import Conflict
from lessons.teaching.withdrawing import retire, retire_course, unpublish, unpublish_course


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Start to publish: the lesson that is named, the map with all that it names (`all`), or the map alone (`map`)."""
    course, what = course_of(request, slug), request.POST.get("what", "")
    try:
        begin(course, _paths(course, what), instructor(request))
    except Refused as error:
        return show(request, course, problem=str(error), status=409)
    return done(request, course)


@require_safe
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how far a publication is. When it has ended, the whole board is told anew."""
    course = course_of(request, slug)
    context = board_of(request, course)
    template = "publication" if context["running"] else "board"
    response = render(request, f"teaching/{template}.html", context)
    if not context["running"]:
        response["HX-Retarget"], response["HX-Reswap"] = "#board", "outerHTML"
    return response


@require_POST
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """Want a publication no more."""
    course = course_of(request, slug)
    running = course.publications.filter(outcome=Publication.Outcome.RUNNING)
    said = "Cancelled; learners see what they saw before."
    ended = running.update(outcome=Publication.Outcome.CANCELLED, said=said)
    return done(request, course, said if ended else "It had ended already.")


@require_POST
def unpublish_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve a lesson no more."""
    return _withdrawn(request, slug, "Unpublished", unpublish)


@require_POST
def retire_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a lesson off the learners' map."""
    return _withdrawn(request, slug, "Retired", retire)


@require_POST
def withdraw_course(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a course off the list of courses (`what=retire`), put it back (`list`), or off the site (`unpublish`)."""
    course, what = directed_course_of(request, slug), request.POST.get("what", "")
    try:
        if what == "unpublish":
            unpublish_course(course, instructor(request))
            said = "Learners find nothing of this course any more. Publish its map to bring it back as it was."
        else:
            retire_course(course, is_retired=what == "retire")
            said = "The list of courses has changed. Whoever has the course's address reads it either way."
    except Refused as error:
        return show(request, course, problem=str(error), status=409)
    return done(request, course, said)


def _withdrawn(request: HttpRequest, slug: str, what: str, withdraw: Callable[[Document, User], None]) -> HttpResponse:
    course = course_of(request, slug)
    document = lesson_of(course, request.POST.get("lesson", ""))
    try:
        withdraw(document, instructor(request))
    except (Refused, Conflict) as error:
        return show(request, course, problem=str(error), status=409)
    return done(request, course, f"{what}: “{head_of(bytes(document.draft)).get('title', document.path)}”.")


def _paths(course: Course, what: str) -> list[str]:
    if what == "map":
        return []
    if what != "all":
        return [lesson_of(course, what).path]
    named = {f"{part.id}/{name}.md" for part in outline_of(course).parts for name in part.lessons}
    there = course.documents.filter(path__in=named)
    kept = [one.path for one in there if head_of(bytes(one.draft)).get("status") != "retired"]
    if not kept:
        raise Refused("The map names no lesson that could be published.")
    return [*kept, COURSE_FILE]
