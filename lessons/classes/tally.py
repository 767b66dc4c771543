"""How a class answered a poll, counted: what the chart shows, and what was right once that is known."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lessons.classes.models import Poll
from lessons.classes.polls import asked
from lessons.content.blocks import Predict, Quiz
from lessons.content.makers.quizzes import TYPED
from lessons.learning.grading import NotGraded, compare_prediction, grade_quiz

MOST_BARS = 12  # of answers that were written freely


@dataclass(frozen=True)
class Bar:
    """An answer and who many gave it. `right` is None as long as it is not told."""

    label: str
    votes: int
    percent: int  # of those who voted
    right: bool | None


@dataclass(frozen=True)
class Tally:
    """All answers of a poll, and how many members voted."""

    bars: tuple[Bar, ...]
    voters: int
    of: int
    others: int = 0  # votes for answers that have no bar


def tally(poll: Poll) -> Tally:
    """Count the votes of a poll as they are now."""
    answers = [tuple(str(one) for one in answer) for answer in poll.votes.values_list("answer", flat=True)]
    members = poll.classroom.members.count()
    block = asked(poll)
    if block is None:
        return Tally((), len(answers), members)
    counts = _counts(block, answers)
    shown, rest = counts[:MOST_BARS], counts[MOST_BARS:]
    if not _is_free(block):
        shown, rest = counts, []
    bars = (
        Bar(_label(block, key), votes, round(100 * votes / max(len(answers), 1)), _is_right(poll, block, key))
        for key, votes in shown
    )
    return Tally(tuple(bars), len(answers), members, sum(votes for _, votes in rest))


Key = tuple[str, ...]


def _is_free(block: Quiz | Predict) -> bool:
    """Whether answers are written or arranged, so that only those that were given have a bar."""
    return not block.choices if isinstance(block, Predict) else block.type in (*TYPED, "order")


def _counts(block: Quiz | Predict, answers: list[Key]) -> list[tuple[Key, int]]:
    """Return answers with their votes: of a choice all, in their order; of free ones those given, the most first."""
    if isinstance(block, Quiz) and block.type == "multiple":
        answers = [(one,) for answer in answers for one in answer]
    found = Counter(_alike(block, answer) for answer in answers)
    if _is_free(block):
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(key, found[key]) for key in _choices(block)]


def _choices(block: Quiz | Predict) -> Iterable[Key]:
    if isinstance(block, Predict):
        return [(choice,) for choice in block.choices]
    return [(str(place),) for place in range(len(block.choices))]


def _alike(block: Quiz | Predict, answer: Key) -> Key:
    """Return a written answer as it is counted together with others that differ in spaces and case only."""
    return tuple(" ".join(one.split()).casefold() for one in answer) if _is_free(block) else answer


def _label(block: Quiz | Predict, key: Key) -> str:
    if isinstance(block, Predict) or block.type in TYPED:
        return key[0]
    return " → ".join(block.choices[int(one)].text for one in key if int(one) < len(block.choices))


def _is_right(poll: Poll, block: Quiz | Predict, key: Key) -> bool | None:
    if isinstance(block, Predict):
        return None if poll.outcome is None else compare_prediction(block, key[0], poll.outcome).correct
    if poll.closed is None:
        return None
    if block.type == "multiple":
        return block.choices[int(key[0])].right
    try:
        return grade_quiz(block, list(key)).correct
    except NotGraded:
        return None
