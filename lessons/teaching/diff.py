"""What changed from one text to another, line by line, as rows that a page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3  # unchanged lines shown on either side of a change
MOST_LINES = 10_000  # in either text: comparing costs up to the square of its lines


@dataclass(frozen=True)
class Row:
    """A line of a diff: `kept`, `removed`, `added`, or `gap` for lines left out. Numbers count from 1."""

    kind: str
    text: str = ""
    before: int | None = None  # its number in the old text; None where it is not in it
    after: int | None = None  # its number in the new text; None where it is not in it


def compare(old: str, new: str) -> list[Row]:
    """Return the changed lines with what surrounds them; nothing if the texts have the same lines.

    Raises ValueError for a text of more than MOST_LINES lines.
    """
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > MOST_LINES:
        raise ValueError(f"A text of more than {MOST_LINES:,} lines is not compared.")
    rows: list[Row] = []
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND):
        if rows:
            rows.append(Row("gap"))
        for kind, *span in group:
            rows += _rows(kind, before, after, *span)
    return rows


def _rows(
    kind: str, before: list[str], after: list[str], first: int, last: int, new_first: int, new_last: int
) -> Iterable[Row]:
    if kind == "equal":
        for offset, line in enumerate(before[first:last], 1):
            yield Row("kept", line, first + offset, new_first + offset)
        return
    for number, line in enumerate(before[first:last], first + 1):
        yield Row("removed", line, before=number)
    for number, line in enumerate(after[new_first:new_last], new_first + 1):
        yield Row("added", line, after=number)
