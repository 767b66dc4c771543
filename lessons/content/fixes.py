"""Mending a program: among variants of it, or by the order of its marked lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from django.utils.safestring import SafeString

from cluster_engine.schedules import recording_of

MOST_MARKED = 5  # lines that change places: 120 orders to look through
_MARK = re.compile(r"[ \t]*# move[ \t]*$")


class NoSuchFix(ValueError):
    """An answer that names no program; the message says why."""


@dataclass(frozen=True)
class Variant:
    """A program to choose, and how it is shown."""

    title: str
    program: str
    html: SafeString

    @cached_property
    def recording(self) -> str:
        """The lab of this program, with nothing done yet, as text for a link."""
        return recording_of(self.program, ()).to_text()


@dataclass(frozen=True)
class Slot:
    """A line of a listing: its number, its indentation, its text, and its place among the marked ones (None: fixed)."""

    number: int
    indent: str
    text: str
    place: int | None


@dataclass(frozen=True)
class Listing:
    """A program some of whose lines change places. A place keeps its indentation, whatever line stands in it."""

    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, code: str) -> "Listing":
        """Read a program in which the lines that may be moved end in `# move`."""
        slots: list[Slot] = []
        marked = 0
        for number, line in enumerate(code.splitlines(), 1):
            bare = _MARK.sub("", line)
            moves = bare != line
            text = bare.lstrip()
            slots.append(Slot(number, bare[: len(bare) - len(text)], text, marked if moves else None))
            marked += moves
        return cls(tuple(slots))

    @property
    def marked(self) -> tuple[str, ...]:
        """The lines that may be moved, in the order in which they stand."""
        return tuple(slot.text for slot in self.slots if slot.place is not None)

    def program(self, order: Sequence[int]) -> str:
        """Return the program with the marked lines in another order; raise NoSuchFix where it is none."""
        if sorted(order) != list(range(len(self.marked))):
            raise NoSuchFix("Every line has one place: one of them stands twice, and another is missing.")
        return "\n".join(
            slot.indent + (slot.text if slot.place is None else self.marked[order[slot.place]]) for slot in self.slots
        )

    def programs(self) -> Iterator[str]:
        """Yield the program in every order, the given one first."""
        return (self.program(order) for order in permutations(range(len(self.marked))))
