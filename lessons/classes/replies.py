"""What a member answered, in words that an instructor can read."""

from lessons.content.blocks import Fix, Quiz
from lessons.content.makers.quizzes import TYPED
from lessons.learning.exercises import Exercise
from lessons.learning.models import Attempt, Result


def reply_of(block: Exercise, result: Result | Attempt | None) -> list[str]:
    """Return the parts of an answer, as the exercise words them; empty where there is none."""
    if result is None or result.answer in (None, []):
        return []
    given = result.answer if isinstance(result.answer, list) else [result.answer]
    match block:
        case Quiz() if block.type not in TYPED:
            return [_of(place, [choice.text for choice in block.choices]) for place in given]
        case Fix() if block.variants:
            return [f"program {int(place) + 1}" for place in given if str(place).isdecimal()]
        case Fix():
            return ["lines in the order " + ", ".join(str(place) for place in given)]
    if isinstance(result.answer, dict):
        return [f"{result.answer.get('streak', 0)} right in a row"]
    return [str(one) for one in given]


def _of(place: object, texts: list[str]) -> str:
    text = str(place)
    return texts[int(text)] if text.isdecimal() and int(text) < len(texts) else "an option that is there no more"
