"""Data races on the learner's own run: two accesses to one variable, one of them a write, that nothing orders."""

from typing import Any

from cluster_engine.happens_before import HappensBefore, Use, is_plain
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
        thread, location = record.node, record.location
        self._order.step(thread)
        if is_plain(record.op, location):
            racing = self._order.use(thread, location, record.op == "write", record.line, record.seq)
            news = [other for other in racing if self._pair(record, other) not in self._told]
            return self._tell(record, news[-1]) if news else None
        if location and record.op not in _ORDERS_NOTHING:
            self._order.synchronise(thread, record.op, location)
        return None

    def _tell(self, record: Stepped, other: Use[str]) -> Violation:
        self._told.add(self._pair(record, other))
        text = (
            f"{other.thread} {_verb(other.writes)} `{record.location}` in line {other.line} and {record.node} "
            f"{_verb(record.op == 'write')} it in line {record.line}, and nothing orders the two."
        )
        return Violation(text, (other.thread, record.node), (other.place,))

    @staticmethod
    def _pair(record: Stepped, other: Use[str]) -> tuple[str, int, int]:
        return record.location, min(other.line, record.line), max(other.line, record.line)


def _verb(writes: bool) -> str:
    return "writes" if writes else "reads"
