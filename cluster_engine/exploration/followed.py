"""The shortest schedule that shows a data race.

Whether two accesses race depends on what happened between them, not on the state alone. So the states are searched
together with who knows of an access that may be the first of the two: threads that come after it by happens-before,
and objects that would pass the knowledge on. That is all that vector clocks tell about it, and it is finite.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any, NamedTuple

from cluster_engine.exploration.explorable import Access, Explorable, Failed, Hopeless, Waiting
from cluster_engine.exploration.findings import Fault, Finding, fault_of, raced, variable_of
from cluster_engine.exploration.races import races
from cluster_engine.exploration.runs import Taken
from cluster_engine.exploration.states import StateSearch
from cluster_engine.happens_before import is_plain, places, receives, sends


def shortest_race(search: StateSearch, fault: Fault, check: Callable[[int], None]) -> Finding | None:
    """Return the race that a search of a Followed machine comes to first; None: it lies beyond the search's bounds."""
    for reached in search.reached():
        if isinstance(reached.machine, Followed) and reached.machine.raced:
            return _told(reached.machine, fault, reached.visit.path())
        check(search.states)
    return None


def _told(machine: Explorable, fault: Fault, path: Sequence[Taken]) -> Finding:
    last = [race for race in races(path) if race.second == len(path) - 1]
    race = next(one for one in last if fault_of(one.location, path[one.first], path[one.second]) == fault)
    return raced(machine, race, path)


class _Use(NamedTuple):
    """An access that may be the first of the two; a later one by the same thread and line takes its place."""

    thread: int
    line: int
    location: str
    writes: bool


class Followed:
    """A machine that stops at one race, and remembers who knows of its first access."""

    def __init__(self, machine: Explorable, fault: Fault) -> None:
        self._machine = machine
        self._fault = fault
        self._aware: dict[_Use, frozenset[int | str]] = {}  # threads by number, objects by location
        self.raced = False

    @property
    def failure(self) -> Failed | None:
        return self._machine.failure

    @property
    def done(self) -> bool:
        return self._machine.done

    @property
    def printed(self) -> str | None:
        return self._machine.printed

    def enabled(self) -> list[int]:
        return [] if self.raced else self._machine.enabled()

    def peek(self, thread: int, /) -> Access | None:
        return self._machine.peek(thread)

    def where(self, thread: int, /) -> tuple[int, int]:
        return self._machine.where(thread)

    def blocked(self) -> Sequence[Waiting]:
        return self._machine.blocked()

    def hopeless(self) -> Hopeless:
        return self._machine.hopeless()

    def look(self, thread: int, /) -> int:
        return self._machine.look(thread)

    def looks(self, thread: int, /) -> Collection[int]:
        return self._machine.looks(thread)

    def outcome(self) -> dict[str, Any]:
        return self._machine.outcome()

    def name_of(self, thread: int, /) -> str:
        return self._machine.name_of(thread)

    def copy(self) -> "Followed":
        new = Followed(self._machine.copy(), self._fault)
        new._aware, new.raced = dict(self._aware), self.raced
        return new

    def key(self) -> Hashable:
        return self._machine.key(), frozenset(self._aware.items()), self.raced

    def advance(self, thread: int, /) -> None:
        access, (line, _) = self._machine.peek(thread), self._machine.where(thread)
        self._machine.advance(thread)
        if access is None:
            return
        plain = is_plain(access.op, access.location)
        for location, writes in places(access).items():
            if not plain:
                self._synchronise(thread, access.op, location)
            elif line in self._fault.lines and variable_of(location) == self._fault.about:
                self._use(_Use(thread, line, location, writes))

    def _use(self, use: _Use) -> None:
        for other, aware in self._aware.items():
            apart = other.thread != use.thread and use.thread not in aware
            same = other.location == use.location and tuple(sorted((other.line, use.line))) == self._fault.lines
            self.raced = self.raced or (apart and same and (other.writes or use.writes))
        self._aware[use] = frozenset({use.thread})

    def _synchronise(self, thread: int, op: str, location: str) -> None:
        for use, aware in self._aware.items():
            if receives(op) and location in aware:
                aware |= {thread}
            if sends(op) and thread in aware:
                aware |= {location}
            self._aware[use] = aware
