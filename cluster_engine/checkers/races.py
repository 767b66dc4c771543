"""Data races by happens-before: two accesses to one variable, one of them a write, that nothing orders.

Vector clocks as in Flanagan & Freund, "FastTrack: Efficient and Precise Dynamic Race Detection", PLDI 2009, section 2.
Plain reads and writes order nothing. An unlock orders what came before it before the next lock, a notification before
who wakes by it, operations of one atomic, barrier, event or queue one after the other.
"""

from typing import Any, NamedTuple

from cluster_engine.monitors import Violation
from cluster_engine.records import Stepped

Clock = dict[str, int]

_RELEASES = frozenset({"unlock", "release", "notify", "set"})
_ACQUIRES = frozenset({"lock", "acquire"})
_ORDERS_NOTHING = frozenset({"print", "yield", "work", "sleep"})


class _Use(NamedTuple):
    thread: str
    time: int
    line: int
    writes: bool


class RaceChecker:
    """Reports each pair of lines that races on a variable once."""

    kinds = frozenset({Stepped})

    def __init__(self) -> None:
        self._threads: dict[str, Clock] = {}
        self._objects: dict[str, Clock] = {}
        self._uses: dict[str, list[_Use]] = {}
        self._told: set[tuple[str, int, int]] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a step."""
        clock = self._threads.setdefault(record.node, {})
        clock[record.node] = clock.get(record.node, 0) + 1
        if not record.location or record.op in _ORDERS_NOTHING:
            return None
        if record.op in ("read", "write") and ":" not in record.location.partition("[")[0]:
            return self._use(record, clock)
        known = self._objects.setdefault(record.location, {})
        if record.op not in _RELEASES:
            _join(clock, known)
        if record.op not in _ACQUIRES:
            _join(known, clock)
        return None

    def _use(self, record: Stepped, clock: Clock) -> Violation | None:
        mine = _Use(record.node, clock[record.node], record.line, record.op == "write")
        uses = self._uses.setdefault(record.location, [])
        racing = [
            other
            for other in uses
            if other.thread != mine.thread
            and (other.writes or mine.writes)
            and other.time > clock.get(other.thread, 0)
            and (record.location, *sorted((other.line, mine.line))) not in self._told
        ]
        uses[:] = [use for use in uses if (use.thread, use.line, use.writes) != (mine.thread, mine.line, mine.writes)]
        uses.append(mine)
        if not racing:
            return None
        other = racing[-1]
        low, high = sorted((other.line, mine.line))
        self._told.add((record.location, low, high))
        text = (
            f"{other.thread} {_verb(other)} `{record.location}` in line {other.line} and {mine.thread} {_verb(mine)} "
            f"it in line {mine.line}, and nothing orders the two."
        )
        return Violation(text, (other.thread, mine.thread))


def _verb(use: _Use) -> str:
    return "writes" if use.writes else "reads"


def _join(clock: Clock, other: Clock) -> None:
    for thread, time in other.items():
        clock[thread] = max(time, clock.get(thread, 0))
