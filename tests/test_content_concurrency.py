"""The module Concurrency: what each of its lessons has, and that its labs show what the module promises."""

import pytest

from cluster_engine.exploration.explore import explore
from cluster_engine.machine import compile_program
from lessons.content.blocks import Challenge, Fix, LabBlock, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.content.library import library

[MODULE] = [module for module in library().course.modules if module.id == "concurrency"]
LESSONS = {lesson.id: lesson for lesson in MODULE.lessons}
PARTS = (LabBlock, Predict, Quiz, Challenge, Fix)

# Each topic of the module, and the blocks that show it.
TOPICS = {
    "races-between-threads": {
        "lost update": "deposits counter lose-one",
        "check, then act": "seat sell-twice which-lock",
        "torn read": "halves torn",
        "unsafe publication": "window half-filled publish",
    },
    "deadlock": {
        "two accounts": "transfers two freeze",
        "a killed owner": "for-good",
        "a cycle of two among three threads": "two-of-three heartbeat",
        "the four conditions": "four-ways",
        "try-lock and its livelock": "polite go-round",
        "philosophers": "table all-hungry seat-them",
    },
    "starvation": {
        "priorities without ageing": "queue let-it-run",
        "and with it": "with-ageing ageing",
        "readers that never let a writer in": "writer-waits readers make-a-gap",
        "an unfair lock": "polling barging keep-out in-line",
        "priority inversion": "mars remedy",
        "inheritance": "inherits earth",
    },
    "bugs-that-hide": {
        "a thousand runs": "one-run nightly how-sure",
        "a print hides it": "printing",
        "exploring finds it": "all-of-them as-found for-certain",
        "replay": "seed-521",
    },
    "the-cost-of-a-context-switch": {
        "throughput over the quantum": "short over-quantum",
        "and over the number of threads": "cold over-threads",
        "turns that are ended early": "waste-it",
        "fewer trips": "fewer-trips",
    },
}


def test_these_are_the_lessons_of_the_module() -> None:
    assert LESSONS.keys() == TOPICS.keys()


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_lesson_has_a_lab_a_prediction_a_quiz_something_to_break_and_something_to_mend(lesson: Lesson) -> None:
    kinds = [part for part in PARTS if any(isinstance(block, part) for block in lesson.blocks)]
    assert kinds == list(PARTS)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_topic_has_its_blocks_and_no_lab_is_left_out(lesson: Lesson) -> None:
    named = {name for names in TOPICS[lesson.id].values() for name in names.split()}
    blocks = {block.id: block for block in lesson.blocks if hasattr(block, "id")}
    assert named <= blocks.keys()
    assert {name for name, block in blocks.items() if isinstance(block, LabBlock | Challenge | Fix)} <= named


FIXES = [(lesson.id, block) for lesson in LESSONS.values() for block in lesson.blocks if isinstance(block, Fix)]


@pytest.mark.parametrize("fix", [block for _, block in FIXES], ids=[f"{lesson}#{block.id}" for lesson, block in FIXES])
def test_of_the_variants_one_is_right_and_each_other_is_wrong_in_a_way_that_is_named(fix: Fix) -> None:
    found = [explore(compile_program(variant.program)) for variant in fix.variants]
    assert all(exploration.complete for exploration in found)
    assert sum(not exploration.failures for exploration in found) == (1 if fix.variants else 0)
