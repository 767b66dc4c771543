"""Answers: plain forms that work without JavaScript, swapped in place with it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lessons.content.blocks import Challenge, Drill, Fix, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.content.library import find_lesson
from lessons.htmx import wants_part
from lessons.labs.models import Run
from lessons.labs.moments import moment_of
from lessons.learning.exercises import Exercise, drill_state, exercise_context
from lessons.learning.grading import (
    NotGraded,
    grade_challenge,
    grade_drill,
    grade_fix,
    grade_prediction,
    grade_quiz,
)
from lessons.learning.keeping import keep, keep_practice, store
from lessons.learning.learners import learner_of
from lessons.learning.models import Learner, Result

LONGEST = 500  # characters of one answer
TOLD = "told"  # in the session, until the lesson is shown again


@require_POST
def answer(request: HttpRequest, key: str, block_id: str) -> HttpResponse:
    """Take an answer, grade it and show the exercise again."""
    lesson = find_lesson(key)
    block = lesson.block(block_id) if lesson else None
    if lesson is None or not is_graded(block):
        raise Http404("There is no such exercise. The lesson may have changed; reload the page.")
    learner = learner_of(request)
    result, _ = Result.objects.get_or_create(learner=learner, lesson=lesson.key, block=block.id)
    more = graded(request, learner, block, result)
    if "problem" not in more:
        store(result)
    return _shown(request, lesson, block, result, more)


def is_graded(block: object) -> bool:
    """Say whether a block takes answers."""
    return type(block) in _GRADERS


def graded(request: HttpRequest, learner: Learner, block: Exercise, result: Result) -> dict[str, Any]:
    """Grade the answer of a request into a result, which is not saved; return what its template says besides."""
    try:
        return _GRADERS[type(block)](request, learner, block, result)
    except NotGraded as error:
        return {"problem": str(error)}


def _shown(request: HttpRequest, lesson: Lesson, block: Exercise, result: Result, more: dict[str, Any]) -> HttpResponse:
    if wants_part(request):
        return render(request, block.template, exercise_context(lesson, block, result, **more))
    request.session[TOLD] = [lesson.key, block.id, more]
    return redirect(f"{reverse('lesson', args=[lesson.key])}#{block.id}")


def told_once(request: HttpRequest, lesson: Lesson) -> dict[str, dict[str, Any]]:
    """Return what is said of an answer that was sent without a script just before, by block; it is said once."""
    key, block_id, more = request.session.pop(TOLD, None) or ("", "", {})
    return {block_id: more} if key == lesson.key else {}


def _quiz(request: HttpRequest, learner: Learner, block: Quiz, result: Result) -> dict[str, Any]:
    given = [one[:LONGEST] for one in request.POST.getlist("answer")]
    result.answer = given
    keep(result, grade_quiz(block, given), tried=True)
    return {}


def _predict(request: HttpRequest, learner: Learner, block: Predict, result: Result) -> dict[str, Any]:
    """The first answer is the one that counts: it is locked, and then the run decides."""
    if result.answer is None:
        given = request.POST.get("answer", "").strip()[:LONGEST]
        if not given:
            raise NotGraded("Commit to an answer first; then let the lab run.")
        result.answer = given
    elif result.correct is None and request.POST.get("run"):
        run, branch, at = _moment(request, learner)
        recording = run.recording(branch)
        keep(result, grade_prediction(block, result.answer, recording, at), tried=False, recording=recording, at=at)
    return {}


def _challenge(request: HttpRequest, learner: Learner, block: Challenge, result: Result) -> dict[str, Any]:
    run, branch, at = _moment(request, learner)
    if (run.lesson, run.block) != (result.lesson, block.lab.id):
        raise NotGraded("This run belongs to another lab than the challenge's.")
    recording = run.recording(branch)
    grade = grade_challenge(block, recording, at)
    if grade.correct:
        result.proof = recording.prefix(at).to_text()
    keep(result, grade, tried=True, recording=recording, at=at)
    return {"reason": grade.reason}


def _fix(request: HttpRequest, learner: Learner, block: Fix, result: Result) -> dict[str, Any]:
    given = [one[:LONGEST] for one in request.POST.getlist("answer")]
    grade = grade_fix(block, given)
    result.answer = given
    keep(result, grade, tried=True)
    return {"holds": grade.correct, "reason": grade.reason, "failing": grade.page}


def _drill(request: HttpRequest, learner: Learner, block: Drill, result: Result) -> dict[str, Any]:
    """One answer a history: it is decided at once, and the next one is another history."""
    kept, given = drill_state(result), request.POST.get("answer", "")
    if request.POST.get("seed") != str(kept["seed"]):
        raise NotGraded("This history was judged already, perhaps in another tab. Here is the next one.")
    if given == "next" and kept["said"]:
        result.answer = {"seed": kept["seed"] + 1, "streak": kept["streak"], "said": ""}
    elif given in ("yes", "no") and not kept["said"]:
        grade, streak = grade_drill(block, kept["seed"], kept["streak"], given == "yes")
        result.answer = {"seed": kept["seed"], "streak": streak, "said": given}
        keep_practice(result, grade)
    else:
        raise NotGraded("Say first whether it is linearizable, or not.")
    return {}


def _moment(request: HttpRequest, learner: Learner) -> tuple[Run, int, float]:
    run = Run.objects.filter(pk=request.POST.get("run", ""), learner=learner).first()
    moment = moment_of(request, run) if run else None
    if run is None or moment is None:
        raise NotGraded("Play the lab first: there is no run of yours to look at yet.")
    return run, *moment


Grader = Callable[[HttpRequest, Learner, Any, Result], dict[str, Any]]
_GRADERS: dict[type, Grader] = {Quiz: _quiz, Predict: _predict, Challenge: _challenge, Fix: _fix, Drill: _drill}
