"""Histories: what clients asked of a system, when, and what they were told.

The words are Jepsen's: a process invokes an operation, which ends ok, fails (it certainly had no effect) or stays
unknown (`info`, or no answer at all): then it may take effect at any later moment, or never.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

OK, FAILED, UNKNOWN = "ok", "failed", "unknown"
NEVER = float("inf")


class HistoryError(ValueError):
    """A text that is no history; the message says in which line and why."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, from its call to its return; both are places in the history, or moments.

    Attributes:
        value: What was asked for: what is written, the pair (old, new) of a compare-and-set; None for a read.
        result: What the client was told, where it was told anything.
        returned: `NEVER` while nobody knows how it ended.
    """

    index: int
    process: str
    f: str
    key: Hashable
    value: Any
    result: Any
    called: float
    returned: float
    outcome: str

    def words(self) -> str:
        """Return the operation as people write it: "c1: write 2" or "c2: read -> 1"."""
        at = "" if self.key is None else f" {self.key}"
        asked = "" if self.value is None else f" {shown(self.value)}"
        if self.outcome == UNKNOWN:
            told = " -> ?"
        else:
            told = (
                "" if self.result is None and self.f not in ("read", "get", "dequeue") else f" -> {shown(self.result)}"
            )
        return f"{self.process}: {self.f}{at}{asked}{told}"

    def forgotten(self) -> "Operation":
        """Return the operation as one of which nobody knows the end: a weaker claim."""
        return replace(self, returned=NEVER, outcome=UNKNOWN, result=None)


def shown(value: Any) -> str:
    """Return a value as it stands in a history."""
    if value is None:
        return "nil"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, tuple | list):
        return f"[{' '.join(shown(one) for one in value)}]"
    if isinstance(value, frozenset):
        return f"#{{{' '.join(sorted(map(shown, value)))}}}"
    return str(value)


def by_key(history: Iterable[Operation]) -> dict[Hashable, list[Operation]]:
    """Return the operations of each key, in the order of their calls: keys are linearizable each by itself.

    Source: Herlihy & Wing, "Linearizability", TOPLAS 1990, section 3.2 (locality).
    """
    found: dict[Hashable, list[Operation]] = {}
    for operation in sorted(history, key=lambda one: (one.called, one.index)):
        found.setdefault(operation.key, []).append(operation)
    return found


def events(history: Sequence[Operation]) -> list[tuple[bool, Operation]]:
    """Return calls (False) and returns (True) in the order of time; of equal times calls come first."""
    marks = [(one.called, False, place, one) for place, one in enumerate(history)]
    marks += [(one.returned, True, place, one) for place, one in enumerate(history) if one.returned != NEVER]
    return [(returns, one) for _, returns, _, one in sorted(marks, key=lambda mark: mark[:3])]
