"""What an exercise's partial shows: the question, what this learner did, and the feedback."""

import hashlib
from typing import Any

from cluster_engine.consistency.examples import example
from cluster_engine.consistency.explanations import explain
from cluster_engine.consistency.linearizability import LINEARIZABLE
from lessons.content.blocks import Challenge, Choice, Drill, Fix, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.content.makers.quizzes import TYPED
from lessons.learning.drawing import picture_of
from lessons.learning.grading import NotGraded, judged, written_choice
from lessons.learning.models import Result

Exercise = Quiz | Predict | Challenge | Fix | Drill


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
    elif isinstance(block, Drill):
        context["drill"] = _history(drill_state(result))
    if isinstance(block, Challenge | Fix):
        context["hints"] = [(hint, context["tries"] >= hint.after) for hint in block.hints]
    return context | more


def drill_state(result: Result | None) -> dict[str, Any]:
    """Return where a learner is in a drill: the history's seed, right answers in a row, and what was said of it."""
    kept = result.answer if result and isinstance(result.answer, dict) else {}
    return {"seed": int(kept.get("seed", 1)), "streak": int(kept.get("streak", 0)), "said": str(kept.get("said", ""))}


def _history(state: dict[str, Any]) -> dict[str, Any]:
    """The history to judge; once it was judged, with the order that it has, or why it has none."""
    history = example(state["seed"])
    context = {"seed": state["seed"], "streak": state["streak"], "history": history}
    if not state["said"]:
        return context | {"picture": picture_of(history)}
    search = judged(state["seed"])
    if search.verdict == LINEARIZABLE:
        order = "; ".join(one.words() for one in search.order)
        words, picture = f"It is linearizable, in this order: {order}.", picture_of(history, search.order)
    else:
        why = explain(search)
        words, picture = f"It is not linearizable. {why.words()}", picture_of(history, fault=why.fault)
    right = (search.verdict == LINEARIZABLE) == (state["said"] == "yes")
    return context | {"picture": picture, "verdict": words, "was_right": right}


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
        order.sort(key=lambda place: hashlib.sha256(f"{lesson.key}#{quiz.id}/{place}".encode()).digest())
    return [{"place": place, "choice": quiz.choices[place], "chosen": str(place) in given} for place in order]
