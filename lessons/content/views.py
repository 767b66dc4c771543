"""The lesson page."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lessons.content.addresses import IMAGE_TYPES
from lessons.content.blocks import EXERCISES, Block, LabBlock, Plot
from lessons.content.lesson import Lesson
from lessons.content.library import library
from lessons.labs.figures import figure_of
from lessons.labs.measuring import NotMeasured, measured
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


@require_safe
def lesson_plot(request: HttpRequest, lesson_id: str, block_id: str) -> HttpResponse:
    """Play the runs of a plot and show its table, of which the page draws the chart; without JavaScript, as a page."""
    lesson = library().lesson(lesson_id)
    block = lesson.block(block_id) if lesson else None
    if not isinstance(block, Plot):
        raise Http404("There is no such chart. The lesson may have changed; reload the page.")
    context: dict[str, Any] = {"lesson": lesson, "block": block}
    try:
        context["table"] = measured(block)
    except NotMeasured as error:
        context["problem"] = str(error)
    return render(request, f"lessons/plot_{'table' if 'HX-Request' in request.headers else 'page'}.html", context)


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
