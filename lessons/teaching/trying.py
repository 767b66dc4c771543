"""Exercises and charts of a preview: answered as learners will, and nothing of it is stored.

What an author has answered so far travels in the exercise's own form, signed.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lessons.content.blocks import Plot
from lessons.content.files import Overlay
from lessons.content.lesson import LARGEST, parse
from lessons.labs.measuring import measured
from lessons.learning.exercises import exercise_context
from lessons.learning.learners import learner_of
from lessons.learning.models import Result
from lessons.learning.views import graded, is_graded
from lessons.teaching.access import document_of
from lessons.teaching.files import Drafts
from lessons.work.workshop import NotDone

KEPT = ("answer", "outcome", "correct", "points", "tries", "proof")
SALT = "preview"


@require_POST
def try_block(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """Grade an answer to an exercise of the text that is shown, or measure its chart, and show it again."""
    document = document_of(request, slug, path)
    content = request.POST.get("text", "")[:LARGEST].encode("utf-8", "replace")
    lesson = parse(content, path, Overlay(Drafts(document.course), {path: content})).lesson
    block = lesson.block(request.POST.get("block", "")) if lesson else None
    if isinstance(block, Plot):
        return render(request, "lessons/plot_table.html", _measured(block))
    if lesson is None or not is_graded(block):
        return HttpResponse(status=204)  # the text has changed: the page is about to follow
    result = _kept(request.POST.get("kept", ""), block.id)
    more = graded(request, learner_of(request), block, result)
    kept = signing.dumps([block.id, *(getattr(result, name) for name in KEPT)], salt=SALT)
    return render(request, block.template, exercise_context(lesson, block, result, **more, kept=kept))


def _kept(text: str, block: str) -> Result:
    """Return what was answered so far; what is no signed state of this exercise is a fresh one."""
    try:
        told = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        told = None
    values = dict(zip(KEPT, told[1:], strict=True)) if isinstance(told, list) and told[0] == block else {}
    return Result(block=block, **values)


def _measured(block: Plot) -> dict[str, Any]:
    try:
        return {"chart": block, "table": measured(block)}
    except NotDone as error:
        return {"chart": block, "problem": str(error)}
