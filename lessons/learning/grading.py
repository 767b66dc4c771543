"""Grading. Quizzes compare; predictions and challenges replay a recording; a fix is proved over every schedule."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cluster_engine.consistency.examples import example, verdict
from cluster_engine.consistency.linearizability import LINEARIZABLE, Search
from cluster_engine.consistency.models import MODELS
from cluster_engine.recording import Recording
from cluster_engine.timeline import LIMIT_MS, Timeline
from lessons.content.blocks import Challenge, Choice, Drill, Fix, Predict, Quiz
from lessons.content.fixes import NoSuchFix
from lessons.content.makers.quizzes import TYPED, number
from lessons.content.play import answer_of
from lessons.labs.exploring import explored
from lessons.work.workshop import NotDone

MOST_MS = 300_000.0  # how much of a run is replayed for a grade


class NotGraded(ValueError):
    """Nothing can be graded; the message says what to do."""


@dataclass(frozen=True)
class Grade:
    """What an answer or a run is worth. `correct` is None while a run has not decided."""

    correct: bool | None
    points: float
    outcome: Any = None
    reason: str = ""
    page: str = ""  # of the run that shows why not


def grade_quiz(quiz: Quiz, given: list[str]) -> Grade:
    """Compare an answer: indices of options, or the text that was typed."""
    correct = _quiz_is_right(quiz, given)
    return Grade(correct, quiz.points if correct else 0.0)


def _quiz_is_right(quiz: Quiz, given: list[str]) -> bool:
    if not given or not given[0].strip():
        raise NotGraded("Choose or write an answer first.")
    if quiz.type in TYPED:
        written = written_choice(quiz, given[0])
        return written is not None and written.right
    indices = _indices(quiz, given)
    if quiz.type == "order":
        return indices == list(range(len(quiz.choices)))
    return set(indices) == {place for place, choice in enumerate(quiz.choices) if choice.right}


def written_choice(quiz: Quiz, text: str) -> Choice | None:
    """Return the answer, right or wrong, that the author expected and that a learner wrote; None for any other."""
    if quiz.type == "text":
        wanted = _folded(text)
        return next((choice for choice in quiz.choices if _folded(choice.text) == wanted), None)
    value = number(text)
    if value is None:
        raise NotGraded(f"“{text[:40]}” is no number. Write one such as {quiz.tolerance or 3:g}.")
    return next((choice for choice in quiz.choices if _is_near(value, choice.text, quiz.tolerance)), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_near(value: float, text: str, tolerance: float) -> bool:
    wanted = number(text)
    return wanted is not None and abs(value - wanted) <= tolerance + 1e-9


def _indices(quiz: Quiz, given: list[str]) -> list[int]:
    places = [int(one) for one in given if one.isascii() and one.isdigit()]
    if len(places) != len(given) or any(place >= len(quiz.choices) for place in places):
        raise NotGraded("This answer is none of the options. Reload the page: the lesson may have changed.")
    return places


def grade_prediction(block: Predict, committed: str, recording: Recording, at: float) -> Grade:
    """Ask the run up to `at` what it answers, and compare."""
    outcome = answer_of(block, Timeline(recording), min(at, MOST_MS))
    return Grade(None, 0.0) if outcome is None else compare_prediction(block, committed, outcome)


def compare_prediction(block: Predict, committed: str, outcome: Any) -> Grade:
    """Compare an answer with what a run said."""
    correct = _agrees(block, committed, outcome)
    return Grade(correct, block.points if correct else 0.0, outcome)


def _agrees(block: Predict, committed: str, outcome: Any) -> bool:
    if isinstance(outcome, int | float) and not isinstance(outcome, bool):
        value = number(committed)
        return value is not None and abs(value - outcome) <= block.tolerance + 1e-9
    return str(outcome) == committed


def grade_challenge(block: Challenge, recording: Recording, at: float) -> Grade:
    """Replay the run up to `at`, on every seed that is asked for, and see whether the goal was reached."""
    shown = recording.prefix(at)
    for later in range(block.seeds):
        replayed = replace(shown, seed=recording.seed + later)
        reached = _reached_at(block, replayed, at)
        if reached is None:
            return Grade(False, 0.0, reason=_why_not(block, later, replayed, at))
    return Grade(True, block.points)


def grade_fix(block: Fix, given: list[str]) -> Grade:
    """Explore every schedule of the program that an answer stands for."""
    if not all(one.isascii() and one.isdigit() for one in given):
        raise NotGraded("This answer is none of the options. Reload the page: the lesson may have changed.")
    try:
        found = _explored(block.program([int(one) for one in given]))
    except (NoSuchFix, NotDone) as error:
        raise NotGraded(str(error)) from None
    proved = found["complete"] and not found["fails"]
    return Grade(proved, block.points if proved else 0.0, reason=found["text"], page=found["page"])


def grade_drill(block: Drill, seed: int, streak: int, says_yes: bool) -> tuple[Grade, int]:
    """Judge the history of a seed; return the grade, and how many right answers in a row there are now."""
    is_right = (judged(seed).verdict == LINEARIZABLE) == says_yes
    row = streak + 1 if is_right else 0
    done = row >= block.streak
    return Grade(done, block.points if done else 0.0), row


@lru_cache(maxsize=1_000)
def judged(seed: int) -> Search:
    """Return the search of a practice history, run to its end."""
    return verdict(example(seed), MODELS["register"])


@lru_cache(maxsize=1_000)
def _explored(program: str) -> dict[str, Any]:
    """What an exploration finds is a function of the program alone."""
    return explored(program)


def _reached_at(block: Challenge, recording: Recording, at: float) -> float | None:
    end = min(at, MOST_MS, LIMIT_MS)
    timeline = Timeline(recording, (block.goal,))
    timeline.advance(end)
    reached: float | None = timeline.view(end)["goals"][block.goal.name]["reached"]
    return reached


def _why_not(block: Challenge, later: int, recording: Recording, at: float) -> str:
    where = "this run" if later == 0 else f"a run with seed {recording.seed}, where your actions must hold as well"
    free = replace(block.goal, budget=None, within_ms=None)
    if _reached_at(replace(block, goal=free), recording, at) is None:
        return f"The goal is not reached in {where}, up to {at / 1000:.3g} s."
    if block.goal.budget is not None:
        return f"The goal is reached in {where}, but with more than {block.goal.budget} faults or too late."
    return f"The goal is reached in {where}, but too late."
