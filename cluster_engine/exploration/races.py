"""Data races by happens-before, with vector clocks, on the steps of one run.

Two accesses of different threads to one variable race if one of them writes and no chain of synchronisation orders
them: Lamport, "Time, clocks, and the ordering of events" (1978), for threads as in Flanagan and Freund, "FastTrack"
(PLDI 2009). Plain reads and writes order nothing. What orders: an unlock before the next lock of that lock, a
notification before who wakes by it, the operations on an atomic variable one after the other, and so on for each
object; the start and the end of the program surround all threads.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cluster_engine.exploration.accesses import is_plain, places
from cluster_engine.exploration.runs import Taken

# What only passes on to later ones, and what only takes from earlier ones; all other operations do both.
_RELEASES = frozenset({"unlock", "release", "notify", "set"})
_ACQUIRES = frozenset({"lock", "acquire"})

Clock = list[int]


class Race(NamedTuple):
    """Two accesses that nothing orders: places in the run, the earlier one first."""

    location: str
    first: int
    second: int


class _Accessed(NamedTuple):
    thread: int
    time: int
    place: int
    writes: bool
    line: int


class _Order:
    """The clocks of threads and objects, and who accessed what."""

    def __init__(self, threads: int) -> None:
        self._threads: list[Clock] = [[0] * threads for _ in range(threads)]
        self._objects: dict[str, Clock] = {}
        self._accessed: dict[str, list[_Accessed]] = {}

    def see(self, place: int, taken: Taken) -> Iterable[Race]:
        """Take in a step; return the races that it is the second access of."""
        access = taken.access
        if access is None:
            return ()
        self._threads[taken.thread][taken.thread] += 1
        touched = places(access)
        if is_plain(access):
            return [race for name, writes in touched.items() for race in self._use(name, writes, place, taken)]
        for name in touched:
            self._synchronise(access.op, name, self._threads[taken.thread])
        return ()

    def _synchronise(self, op: str, location: str, thread: Clock) -> None:
        order = self._objects.setdefault(location, [0] * len(thread))
        if op not in _RELEASES:
            thread[:] = map(max, thread, order)
        if op not in _ACQUIRES:
            order[:] = map(max, thread, order)

    def _use(self, location: str, writes: bool, place: int, taken: Taken) -> list[Race]:
        earlier = self._accessed.setdefault(location, [])
        clock = self._threads[taken.thread]
        races = [
            Race(location, other.place, place)
            for other in earlier
            if (writes or other.writes) and other.time > clock[other.thread]
        ]
        mine = _Accessed(taken.thread, clock[taken.thread], place, writes, taken.line)
        # An earlier access by the same line of this thread says nothing that this one does not.
        earlier[:] = [other for other in earlier if (other.thread, other.line, other.writes) != _who(mine)]
        earlier.append(mine)
        return races


def _who(accessed: _Accessed) -> tuple[int, int, bool]:
    return accessed.thread, accessed.line, accessed.writes


def races(run: Sequence[Taken], threads: int) -> list[Race]:
    """Return the races of a run of so many threads, by their second access."""
    order = _Order(threads)
    return [race for place, taken in enumerate(run) for race in order.see(place, taken)]
