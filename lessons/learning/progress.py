"""How far a learner has come: what the map of the course shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lessons.learning.models import Learner


@dataclass(frozen=True)
class Step:
    """A lesson on the map."""

    lesson: Any
    done: int
    of: int
    visited: bool
    is_next: bool

    @property
    def is_done(self) -> bool:
        """Whether every exercise is solved, in a lesson that was opened."""
        return self.visited and self.done == self.of


@dataclass(frozen=True)
class Stage:
    """A module on the map."""

    id: str
    title: str
    summary: str
    steps: tuple[Step, ...]


def progress_of(learner: Learner | None) -> dict[str, set[str]]:
    """Return the solved exercises by lesson; a lesson that was only opened has an empty set."""
    if learner is None:
        return {}
    solved: dict[str, set[str]] = {visit.lesson: set() for visit in learner.visits.all()}
    for lesson, block in learner.results.filter(correct=True).values_list("lesson", "block"):
        solved.setdefault(lesson, set()).add(block)
    return solved


def course_map(course: Any, learner: Learner | None) -> tuple[Stage, ...]:
    """Return the course's modules and lessons, what is done in each, and which comes next."""
    solved = progress_of(learner)
    upcoming = next((lesson.key for lesson in course.lessons() if not _is_done(lesson, solved)), None)
    return tuple(
        Stage(module.id, module.title, module.summary, tuple(_steps(module.lessons, solved, upcoming)))
        for module in course.modules
    )


def _steps(lessons: Iterable[Any], solved: dict[str, set[str]], upcoming: str | None) -> Iterable[Step]:
    for lesson in lessons:
        done = len(solved.get(lesson.key, set()) & set(lesson.exercises))
        yield Step(lesson, done, len(lesson.exercises), lesson.key in solved, lesson.key == upcoming)


def _is_done(lesson: Any, solved: dict[str, set[str]]) -> bool:
    return lesson.key in solved and set(lesson.exercises) <= solved[lesson.key]
