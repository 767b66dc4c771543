"""Accesses as small numbers, with everything that conflicts with one of them as a bit mask.

The searches ask "do these two steps conflict?" millions of times, so each pair of an operation and a location is
asked once and remembered.
"""

from collections.abc import Hashable

from cluster_engine.exploration.explorable import Access
from cluster_engine.happens_before import is_plain

NOTHING = 0  # the number of a step that touches nothing shared

# Steps on objects that are always possible once their thread has come to them.
_NEVER_BLOCKS = frozenset(
    {"write", "update", "unlock", "release", "notify", "set", "clear", "print", "yield", "work", "sleep"}
)

# A step that will be an error, such as a number divided by a text: what it would have touched cannot be told.
_ERROR = "error"


def _conflict(one: Access, other: Access) -> bool:
    return _ERROR in (one.op, other.op) or one.conflicts(other) or other.conflicts(one)


class Accesses:
    """The accesses met so far."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: list[Access | None] = [None]
        self.conflicts: list[int] = [0]  # by number: the numbers in conflict, as bits

    def number(self, access: Access | None) -> int:
        """Return the number of an access; two accesses that differ only in value share it."""
        if access is None:
            return NOTHING
        number = self._numbers.get((access.op, access.location, access.also))
        return self._add(access) if number is None else number

    def may_block(self, number: int) -> bool:
        """Return whether a step with this access can be impossible for a while."""
        access = self._known[number]
        return access is not None and access.op not in _NEVER_BLOCKS and not is_plain(access.op, access.location)

    def _add(self, access: Access) -> int:
        number = len(self._known)
        self._numbers[access.op, access.location, access.also] = number
        self._known.append(access)
        self.conflicts.append(0)
        for other, known in enumerate(self._known):
            if known is not None and _conflict(access, known):
                self.conflicts[number] |= 1 << other
                self.conflicts[other] |= 1 << number
        return number
