"""What is right, in words: the answers of a lesson's exercises, for whoever teaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from cluster_engine.actions import script_to_text
from lessons.content.blocks import EXERCISES, Challenge, Choice, Drill, Fix, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.content.makers.quizzes import TYPED
from lessons.content.play import answering_run, is_proved, solving_script
from lessons.learning.exercises import exercise_context

RULE = "The histories are drawn by chance; the page says of each, once it was judged, which order explains it."


@dataclass(frozen=True)
class Answer:
    """The answer of an exercise: its number in the lesson, what kind it is, the answer, and what explains it.

    `code` is text set as code: the script that reaches a goal. `remarks` are HTML.
    """

    number: int
    kind: str
    words: str
    code: str = ""
    remarks: tuple[str, ...] = ()


def answers(lesson: Lesson) -> list[Answer]:
    """Return the answers of a lesson's exercises in order; runs are played for those that runs decide."""
    exercises = [block for block in lesson.blocks if isinstance(block, EXERCISES)]
    return [_ANSWERS[type(block)](number, lesson, block) for number, block in enumerate(exercises, 1)]


def letters(lesson: Lesson, quiz: Quiz) -> dict[int, str]:
    """Return the letter of each option by its place, in the order in which paper shows them."""
    rows = exercise_context(lesson, quiz, None)["rows"]
    return {row["place"]: letter for letter, row in zip(ascii_uppercase, rows, strict=False)}


def _quiz(number: int, lesson: Lesson, quiz: Quiz) -> Answer:
    remarks = tuple(choice.feedback for choice in quiz.choices if choice.right and choice.feedback)
    more = (str(quiz.feedback),) if quiz.feedback else ()
    return Answer(number, "Question", _right(lesson, quiz), remarks=remarks + more)


def _right(lesson: Lesson, quiz: Quiz) -> str:
    if quiz.type in TYPED:
        near = f" (give or take {quiz.tolerance:g})" if quiz.tolerance else ""
        return " or ".join(choice.text for choice in quiz.choices if choice.right) + near
    letter = letters(lesson, quiz)
    if quiz.type == "order":
        return ", ".join(letter[place] for place in range(len(quiz.choices)))
    right: list[tuple[int, Choice]] = [(place, one) for place, one in enumerate(quiz.choices) if one.right]
    return ", ".join(sorted(letter[place] for place, _ in right)) or "none of them"


def _predict(number: int, lesson: Lesson, block: Predict) -> Answer:
    found = answering_run(block)
    if found is None:
        return Answer(number, "Prediction", "No run answers it.")
    script, outcome = found
    return Answer(number, "Prediction", f"On seed {block.lab.seed}: {outcome}", script_to_text(script))


def _challenge(number: int, lesson: Lesson, block: Challenge) -> Answer:
    script = solving_script(block)
    if script is None:
        return Answer(number, "Challenge", "No known script reaches it.")
    return Answer(number, "Challenge", "These actions reach it:", script_to_text(script))


def _fix(number: int, lesson: Lesson, block: Fix) -> Answer:
    if block.variants:
        right = ", ".join(f"“{one.title}”" for one in block.variants if is_proved(one.program))
        return Answer(number, "Mend it", f"Right under every schedule: {right}")
    program = next((program for program in block.programs() if is_proved(program)), "")
    return Answer(number, "Mend it", "Right under every schedule:", program)


def _drill(number: int, lesson: Lesson, block: Drill) -> Answer:
    return Answer(number, "Practice", RULE)


_ANSWERS: dict[type, Callable[[int, Lesson, Any], Answer]] = {
    Quiz: _quiz,
    Predict: _predict,
    Challenge: _challenge,
    Fix: _fix,
    Drill: _drill,
}
