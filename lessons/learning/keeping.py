"""What stays of an answer: the try itself, and the best of all tries."""

from cluster_engine.recording import Recording
from lessons.content.blocks import Challenge, Drill, Fix, Predict
from lessons.learning.exercises import Exercise
from lessons.learning.grading import (
    Grade,
    NotGraded,
    grade_challenge,
    grade_fix,
    grade_prediction,
    grade_quiz,
)
from lessons.learning.models import Attempt, Result

MOST_ATTEMPTS = 100  # of one learner at one exercise; beyond that neither the first, the last nor the best is lost


def keep(result: Result, grade: Grade, tried: bool, recording: Recording | None = None, at: float = 0.0) -> None:
    """Keep the best of all tries in a result, and the try that was graded: what was solved once stays solved.

    `recording` was graded up to the moment `at`. Nothing is saved: `store` does that.
    """
    result.tries += tried
    if result.correct is not True:
        result.correct, result.outcome = grade.correct, grade.outcome
    result.points = max(result.points, grade.points)
    if grade.correct is not None:
        result.attempt = _attempt(result, grade, recording.prefix(at).to_text() if recording else "", at)


def keep_practice(result: Result, grade: Grade) -> None:
    """Keep an answer in practice, as `keep` does; it is no try of its own before the row is long enough."""
    was_done = result.correct is True
    result.tries += 1
    result.correct, result.points = was_done or grade.correct, max(result.points, grade.points)
    if grade.correct and not was_done:
        result.attempt = _attempt(result, grade, "", 0.0)


def store(result: Result) -> None:
    """Save a result, and the try that it was made from."""
    result.save()
    if result.attempt is None:
        return
    tries = Attempt.objects.filter(learner=result.learner, lesson=result.lesson, block=result.block)
    if tries.count() >= MOST_ATTEMPTS:
        kept = list(tries.defer("answer", "recording"))
        best = max(kept, key=lambda one: one.points)
        next(one for one in kept[1:] if one is not best).delete()
    result.attempt.save()
    result.attempt = None


def regrade(attempt: Attempt, block: Exercise) -> bool:
    """Grade a try again, by the lesson as it is now, and say whether that changed it; raise NotGraded."""
    grade = _again(attempt, block)
    changed = (attempt.correct, attempt.points) != (bool(grade.correct), grade.points)
    attempt.correct, attempt.points = bool(grade.correct), grade.points
    if changed:
        attempt.save()
        _settle(attempt, block)
    return changed


def _again(attempt: Attempt, block: Exercise) -> Grade:
    if isinstance(block, Drill):
        return Grade(attempt.correct, block.points if attempt.correct else 0.0)
    if isinstance(block, Challenge | Predict):
        if not attempt.recording:
            raise NotGraded("The run of this try was not kept, so it cannot be played again.")
        recording = Recording.from_text(attempt.recording)
        if isinstance(block, Challenge):
            return grade_challenge(block, recording, attempt.at_ms)
        return grade_prediction(block, str(attempt.answer), recording, attempt.at_ms)
    given = [str(one) for one in attempt.answer or []]
    return grade_fix(block, given) if isinstance(block, Fix) else grade_quiz(block, given)


def _settle(attempt: Attempt, block: Exercise) -> None:
    """Let the result be the best of the tries as they are graded now."""
    tries = Attempt.objects.filter(learner=attempt.learner, lesson=attempt.lesson, block=attempt.block)
    best = max(tries, key=lambda one: (one.correct, one.points))
    proof = best.recording if best.correct and isinstance(block, Challenge) else ""
    results = Result.objects.filter(learner=attempt.learner, lesson=attempt.lesson, block=attempt.block)
    results.update(correct=best.correct, points=best.points, proof=proof)


def _attempt(result: Result, grade: Grade, recording: str, at: float) -> Attempt:
    return Attempt(
        learner_id=result.learner_id,
        lesson=result.lesson,
        block=result.block,
        answer=result.answer,
        correct=bool(grade.correct),
        points=grade.points,
        recording=recording,
        at_ms=at,
    )
