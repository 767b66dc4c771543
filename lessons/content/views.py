"""The lesson page."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lessons.content.addresses import IMAGE_TYPES
from lessons.content.blocks import EXERCISES, Block, LabBlock
from lessons.content.lesson import Lesson
from lessons.content.library import library
from lessons.labs.figures import figure_of
from lessons.learning.exercises import exercise_context
from lessons.learning.learners import learner_of
from lessons.learning.models import Learner, Visit


@require_safe
def lesson_page(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Show a lesson: its text, its labs, its exercises with what this learner did."""
    lesson = library().lesson(lesson_id)
    if lesson is None:
        raise Http404(f"There is no lesson “{lesson_id}” in this course.")
    learner = learner_of(request)
    Visit.objects.update_or_create(learner=learner, lesson=lesson.id)
    parts = list(_parts(lesson, learner))
    return render(request, "lessons/lesson.html", {"lesson": lesson, "parts": parts, "page": "lesson"})


@require_safe
def lesson_image(request: HttpRequest, lesson_id: str, name: str) -> HttpResponse | FileResponse:
    """Serve an image that lies beside a lesson."""
    lesson = library().lesson(lesson_id)
    folder = lesson.path.parent.resolve() if lesson else None
    path = (folder / name).resolve() if folder else Path()
    if folder is None or folder not in path.parents or path.suffix.lower() not in IMAGE_TYPES or not path.is_file():
        raise Http404("There is no such image beside this lesson.")
    return FileResponse(path.open("rb"))


def _parts(lesson: Lesson, learner: Learner) -> Iterable[dict[str, Any]]:
    results = {result.block: result for result in learner.results.filter(lesson=lesson.id)}
    for block in lesson.blocks:
        yield {"template": block.template, "block": block, "lesson": lesson} | _more(lesson, block, results)


def _more(lesson: Lesson, block: Block, results: dict[str, Any]) -> dict[str, Any]:
    if isinstance(block, LabBlock):
        return {"figure": lab_figure(lesson, block)}
    if isinstance(block, EXERCISES):
        return exercise_context(lesson, block, results.get(block.id))
    return {}


def lab_figure(lesson: Lesson, block: LabBlock) -> Any:
    """Return the figure of a lesson's lab."""
    return figure_of(
        block.recording(),
        {"lesson": lesson.id, "block": block.id},
        id=block.id,
        panels=",".join(block.panels),
        buttons=",".join(block.buttons),
        speed=block.speed,
        alt=block.alt,
        caption=block.caption,
    )
