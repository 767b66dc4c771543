"""What an exercise's partial shows: the question, what this learner did, and the feedback."""

import hashlib
from typing import Any

from lessons.content.blocks import Challenge, Choice, Fix, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.content.makers.quizzes import TYPED
from lessons.learning.grading import NotGraded, written_choice
from lessons.learning.models import Result

Exercise = Quiz | Predict | Challenge | Fix


def exercise_context(lesson: Lesson, block: Exercise, result: Result | None, **more: Any) -> dict[str, Any]:
    """Return the context of an exercise's template."""
    context: dict[str, Any] = {
        "lesson": lesson,
        "block": block,
        "result": result,
        "tries": result.tries if result else 0,
    }
    if isinstance(block, Quiz):
        if block.type in TYPED:
            context["written"] = _written(block, result)
        else:
            context["rows"] = _rows(lesson, block, result)
    elif isinstance(block, Fix):
        context["rows"] = _variants(block, result) if block.variants else _slots(block, result)
    if isinstance(block, Challenge | Fix):
        context["hints"] = [(hint, context["tries"] >= hint.after) for hint in block.hints]
    return context | more


def _variants(fix: Fix, result: Result | None) -> list[dict[str, Any]]:
    """The programs to choose among, with the one that was chosen last."""
    given = _places(result)
    return [{"place": place, "variant": one, "chosen": given == [place]} for place, one in enumerate(fix.variants)]


def _slots(fix: Fix, result: Result | None) -> list[dict[str, Any]]:
    """The lines of a listing, with the line that the learner last put in each place that can be changed."""
    assert fix.listing is not None, f"{fix.id} has neither variants nor a listing"
    given = _places(result)
    whole = list(range(len(fix.listing.marked)))
    order = given if sorted(given) == whole else whole  # the lesson may have changed since
    return [{"slot": slot, "holds": None if slot.place is None else order[slot.place]} for slot in fix.listing.slots]


def _places(result: Result | None) -> list[int]:
    return [int(one) for one in result.answer] if result and result.answer else []


def _written(quiz: Quiz, result: Result | None) -> Choice | None:
    """The author's answer that a learner wrote, with what the author says to it."""
    try:
        return written_choice(quiz, str(result.answer[0])) if result and result.answer else None
    except NotGraded:
        return None


def _rows(lesson: Lesson, quiz: Quiz, result: Result | None) -> list[dict[str, Any]]:
    """The options in the order in which they are shown, with what was chosen."""
    given = [str(one) for one in result.answer] if result and result.answer else []
    order = list(range(len(quiz.choices)))
    if quiz.type == "order" and given:
        order = [int(one) for one in given]
    elif quiz.shuffle:
        order.sort(key=lambda place: hashlib.sha256(f"{lesson.id}#{quiz.id}/{place}".encode()).digest())
    return [{"place": place, "choice": quiz.choices[place], "chosen": str(place) in given} for place in order]
