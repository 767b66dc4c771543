"""Lessons on paper: labs as still pictures, exercises to be filled in by hand, and their answers apart."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lessons.content.blocks import EXERCISES, Block, LabBlock, Quiz
from lessons.content.lesson import Lesson
from lessons.content.library import UnknownCourse, library
from lessons.labs.firstview import still_of
from lessons.learning.exercises import exercise_context
from lessons.pages.answers import answers, letters
from lessons.pages.courses import served_lesson
from lessons.teaching.rights import may_create

Part = dict[str, Any]


@require_safe
def print_lesson(request: HttpRequest, key: str) -> HttpResponse:
    """Show a lesson as it is printed."""
    return _printed(request, [served_lesson(key)], reverse("print-lesson-answers", args=[key]))


@require_safe
def print_module(request: HttpRequest, slug: str, module_id: str) -> HttpResponse:
    """Show all lessons of a module as they are printed."""
    return _printed(request, _module(slug, module_id), reverse("print-module-answers", args=[slug, module_id]))


@require_safe
def print_lesson_answers(request: HttpRequest, key: str) -> HttpResponse:
    """Show the answers of a lesson's exercises to an instructor."""
    return _answered(request, [served_lesson(key)])


@require_safe
def print_module_answers(request: HttpRequest, slug: str, module_id: str) -> HttpResponse:
    """Show the answers of a module's exercises to an instructor."""
    return _answered(request, _module(slug, module_id))


def _module(slug: str, module_id: str) -> list[Lesson]:
    try:
        modules = library(slug).course.modules
    except UnknownCourse as error:
        raise Http404(str(error)) from error
    module = next((module for module in modules if module.id == module_id), None)
    if module is None:
        raise Http404(f"There is no module “{module_id}” in this course.")
    return [lesson for lesson in module.lessons if lesson.available]


def _printed(request: HttpRequest, lessons: list[Lesson], answers_at: str) -> HttpResponse:
    sheets = [{"lesson": lesson, "parts": list(_parts(lesson))} for lesson in lessons]
    context = {"sheets": sheets, "page": "print", "answers_at": answers_at if may_create(request.user) else ""}
    return render(request, "print/lessons.html", context)


def _answered(request: HttpRequest, lessons: list[Lesson]) -> HttpResponse:
    if not may_create(request.user):
        raise PermissionDenied
    sheets = [{"lesson": lesson, "answers": answers(lesson)} for lesson in lessons]
    return render(request, "print/answers.html", {"sheets": sheets, "page": "print"})


def _parts(lesson: Lesson) -> Iterable[Part]:
    number = 0
    for block in lesson.blocks:
        number += isinstance(block, EXERCISES)
        yield {"block": block, "kind": type(block).__name__.lower(), "number": number} | _more(lesson, block)


def _more(lesson: Lesson, block: Block) -> Part:
    if isinstance(block, LabBlock):
        at = max((at for at, _ in block.script), default=0.0)  # later might give a prediction away
        return {"still": still_of(block.recording(), at), "program": block.settings.get("program", "")}
    if not isinstance(block, EXERCISES):
        return {}
    context = exercise_context(lesson, block, None)
    if isinstance(block, Quiz) and "rows" in context:
        letter = letters(lesson, block)
        context["options"] = [(letter[row["place"]], row["choice"]) for row in context["rows"]]
    return context
