"""What a lesson asks of a lab, beyond the lab's own goals."""

from typing import Annotated, Any

import msgspec

from cluster_engine.expressions import ExpressionError
from cluster_engine.labs.declaration import Goal, Lab
from lessons.content.library import find_lesson
from lessons.labs.models import Run

MOST_AIMS = 50


class NotAims(ValueError):
    """What a draft asks of a lab is not told as it should be."""


class Aim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A goal that travels with a run, because its lesson is in no library."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    title: str
    expression: str
    within_ms: float | None = None
    budget: int | None = None

    def goal(self) -> Goal:
        """Return it as the engine judges it."""
        return Goal(self.name, self.title, self.expression, within_ms=self.within_ms, budget=self.budget)


def aims_of(goals: list[Goal]) -> list[dict[str, Any]]:
    """Return goals as a run carries them."""
    names = Aim.__struct_fields__
    return [{name: getattr(goal, name) for name in names} for goal in goals]


def checked_aims(data: Any, lab: Lab) -> list[dict[str, Any]]:
    """Return goals as a browser tells them; raise NotAims for what is none of this lab."""
    try:
        aims = msgspec.convert(data, Annotated[list[Aim], msgspec.Meta(max_length=MOST_AIMS)])
        for aim in aims:
            lab.compile(aim.expression)
    except (msgspec.ValidationError, ExpressionError) as error:
        raise NotAims(f"These are no goals of the lab {lab.name}. {error}") from error
    return [msgspec.to_builtins(aim) for aim in aims]


def goals_of(run: Run) -> tuple[Goal, ...]:
    """Return the challenges and captions that hang on the run's block; none outside a lesson."""
    if not run.lesson:
        return tuple(msgspec.convert(aim, Aim).goal() for aim in run.aims)
    lesson = find_lesson(run.lesson)
    block = lesson.block(run.block) if lesson else None
    return tuple(block.goals) if block is not None else ()
