"""What stays of an answer: the best of all tries."""

from lessons.learning.grading import Grade
from lessons.learning.models import Result


def keep(result: Result, grade: Grade, tried: bool) -> None:
    """Keep the best in a result, which is not saved: what was solved once stays solved."""
    result.tries += tried
    if result.correct is not True:
        result.correct, result.outcome = grade.correct, grade.outcome
    result.points = max(result.points, grade.points)
