"""Data races on the learner's own run: two accesses to one variable, one of them a write, that nothing orders."""

from typing import Any

from cluster_engine.happens_before import HappensBefore, Use, is_plain, places
from cluster_engine.monitors import Violation
from cluster_engine.records import Stepped

_ORDERS_NOTHING = frozenset({"print", "yield", "work", "sleep"})


class RaceChecker:
    """Reports each pair of lines that races on a variable once."""

    kinds = frozenset({Stepped})

    def __init__(self) -> None:
        self._order: HappensBefore[str] = HappensBefore()
        self._told: set[tuple[str, int, int]] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a step."""
        self._order.step(record.node)
        if is_plain(record.op, record.location):
            return self._use(record)
        if record.op not in _ORDERS_NOTHING:
            for location in places(record):
                self._order.synchronise(record.node, record.op, location)
        return None

    def _use(self, record: Stepped) -> Violation | None:
        found = None
        for location, writes in places(record).items():
            racing = self._order.use(record.node, location, writes, record.line, record.seq)
            news = [other for other in racing if _pair(location, record, other) not in self._told]
            found = found or (self._tell(location, writes, record, news[-1]) if news else None)
        return found

    def _tell(self, location: str, writes: bool, record: Stepped, other: Use[str]) -> Violation:
        self._told.add(_pair(location, record, other))
        text = (
            f"{other.thread} {_verb(other.writes)} `{location}` in line {other.line} and {record.node} "
            f"{_verb(writes)} it in line {record.line}, and nothing orders the two."
        )
        return Violation(text, (other.thread, record.node), (other.place,))


def _pair(location: str, record: Stepped, other: Use[str]) -> tuple[str, int, int]:
    return location, min(other.line, record.line), max(other.line, record.line)


def _verb(writes: bool) -> str:
    return "writes" if writes else "reads"
