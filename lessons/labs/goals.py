"""What a lesson asks of a lab, beyond the lab's own goals."""

from cluster_engine.labs.declaration import Goal
from lessons.content.library import find_lesson
from lessons.labs.models import Run


def goals_of(run: Run) -> tuple[Goal, ...]:
    """Return the challenges and captions that hang on the run's block; none outside a lesson."""
    if not run.lesson:
        return ()
    lesson = find_lesson(run.lesson)
    block = lesson.block(run.block) if lesson else None
    return tuple(block.goals) if block is not None else ()
