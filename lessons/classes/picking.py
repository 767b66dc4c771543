"""What an instructor can put in front of a class, lesson by lesson."""

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.content.blocks import Aside, Block, Challenge, Drill, Fix, LabBlock, Plot, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.content.render import plain_text

LONGEST = 110  # characters of the sentence that tells what a block is
KINDS = {
    LabBlock: "Lab",
    Quiz: "Question",
    Predict: "Prediction",
    Challenge: "Challenge",
    Fix: "Program to mend",
    Drill: "Practice",
    Plot: "Chart",
    Aside: "Text",
}


@dataclass(frozen=True)
class Piece:
    """A block of a lesson that can be shown; a question or prediction can be asked as well."""

    lesson: str
    block: str
    kind: str
    words: str
    is_asked: bool


def pieces_of(lesson: Lesson) -> tuple[Piece, ...]:
    """Return what a lesson has to show, in its order."""
    return tuple(_pieces(lesson))


def _pieces(lesson: Lesson) -> Iterable[Piece]:
    for block in lesson.blocks:
        kind, name = KINDS.get(type(block)), getattr(block, "id", "")
        if kind and name:
            yield Piece(lesson.key, name, kind, _shortened(_words(block)), isinstance(block, Quiz | Predict))


def _words(block: Block) -> str:
    match block:
        case LabBlock():
            return plain_text(block.caption) or block.alt
        case Quiz() | Predict():
            return plain_text(block.question)
        case Plot():
            return plain_text(block.caption) or block.alt
        case Aside():
            return block.title or plain_text(block.html)
        case Challenge() | Fix() | Drill():
            return plain_text(block.text)
    return ""


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0] + " …"
