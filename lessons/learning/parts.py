"""What a lesson's page is made of, block by block: for learners, and for an author who previews a draft."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lessons.content.blocks import EXERCISES, Block, LabBlock
from lessons.content.lesson import Lesson
from lessons.labs.figures import Figure, figure_of
from lessons.labs.goals import aims_of
from lessons.learning.exercises import exercise_context
from lessons.learning.models import Result

Opens = Callable[[Lesson, LabBlock], dict[str, Any]]  # what a lab asks the server for when it comes alive


def opens_block(lesson: Lesson, block: LabBlock) -> dict[str, Any]:
    """Ask for the learner's own run of a lesson that is served."""
    return {"lesson": lesson.key, "block": block.id}


def opens_draft(lesson: Lesson, block: LabBlock) -> dict[str, Any]:
    """Ask for a run of a lab as it is written at this moment, with what hangs on it: a draft is in no library."""
    recording = block.recording().to_text()
    return {"recording": recording, "block": block.id, "speed": block.speed, "aims": aims_of(block.goals)}


def lesson_parts(lesson: Lesson, results: Mapping[str, Result], opens: Opens = opens_block) -> Iterable[dict[str, Any]]:
    """Yield the context of each block's template; `results` are a learner's, by block."""
    for block in lesson.blocks:
        yield {"template": block.template, "block": block, "lesson": lesson} | _more(lesson, block, results, opens)


def _more(lesson: Lesson, block: Block, results: Mapping[str, Result], opens: Opens) -> dict[str, Any]:
    if isinstance(block, LabBlock):
        return {"figure": lab_figure(block, opens(lesson, block))}
    if isinstance(block, EXERCISES):
        return exercise_context(lesson, block, results.get(block.id))
    return {}


def lab_figure(block: LabBlock, opens: dict[str, Any]) -> Figure:
    """Return the figure of a lesson's lab."""
    return figure_of(
        block.recording(),
        opens,
        id=block.id,
        panels=",".join(block.panels),
        buttons=",".join(block.buttons),
        speed=block.speed,
        alt=block.alt,
        caption=block.caption,
    )
