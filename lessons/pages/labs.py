"""The labs in the order in which the course comes to them, each with the lesson that first plays it."""

from dataclasses import dataclass

from cluster_engine.labs import all_labs
from cluster_engine.labs.declaration import Lab
from lessons.content.lesson import Lesson
from lessons.content.library import library


@dataclass(frozen=True)
class Listed:
    """A lab, and the lesson in which it is met; None when no lesson plays it."""

    lab: Lab
    lesson: Lesson | None


def labs_of_the_course() -> list[Listed]:
    """Return all labs; those that no lesson plays come last."""
    first: dict[str, Lesson] = {}
    for lesson in library().lessons():
        for block in lesson.labs():
            first.setdefault(block.lab, lesson)
    order = {name: place for place, name in enumerate(first)}
    labs = sorted(all_labs(), key=lambda lab: order.get(lab.name, len(order)))
    return [Listed(lab, first.get(lab.name)) for lab in labs]
