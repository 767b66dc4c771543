"""Happens-before among the steps of threads, by vector clocks, and the data races that it leaves.

Two accesses of different threads to one variable race if one of them writes and no chain of synchronisation orders
them: Lamport, "Time, clocks, and the ordering of events" (1978), for threads as in Flanagan & Freund, "FastTrack:
Efficient and Precise Dynamic Race Detection", PLDI 2009, section 2. Plain reads and writes order nothing. What orders:
an unlock before the next lock of that lock, a notification before who wakes by it, the operations on an atomic
variable, barrier, event or queue one after the other; the start and the end of the program surround all threads.
"""

from collections.abc import Hashable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

Thread = TypeVar("Thread", bound=Hashable)

Clock = dict[Hashable, int]

# What only passes on to later ones, and what only takes from earlier ones; all other operations do both.
_RELEASES = frozenset({"unlock", "release", "notify", "set"})
_ACQUIRES = frozenset({"lock", "acquire"})


class Touching(Protocol):
    """A step that was, or will be, taken: the operation and the shared location."""

    @property
    def op(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def also(self) -> Sequence[tuple[str, bool]]:
        """Further places that the step touches, each with whether it is changed."""


class Use(NamedTuple, Generic[Thread]):
    """A plain access: `time` is its thread's own clock then, `place` where the asker finds it again."""

    thread: Thread
    time: int
    line: int
    writes: bool
    place: int


def is_plain(op: str, location: str) -> bool:
    """Return whether a step reads or writes variables, lists or dicts; objects have places such as "lock:m"."""
    kind, colon, _ = location.partition(":")
    return op in ("read", "write") and location != "" and not (colon and kind.isidentifier())


def places(step: Touching) -> dict[str, bool]:
    """Return each place that a step touches with whether it is changed."""
    touched = dict(step.also)
    if step.location:
        touched[step.location] = step.op != "read"
    return touched


def sends(op: str) -> bool:
    """Return whether an operation on an object passes on what its thread knows."""
    return op not in _ACQUIRES


def receives(op: str) -> bool:
    """Return whether an operation on an object lets its thread know what was passed on there."""
    return op not in _RELEASES


class HappensBefore(Generic[Thread]):
    """The clocks of threads and objects, and who used which variable."""

    def __init__(self) -> None:
        self._threads: dict[Thread, Clock] = {}
        self._objects: dict[str, Clock] = {}
        self._uses: dict[str, list[Use[Thread]]] = {}

    def step(self, thread: Thread) -> None:
        """Let a thread's own time go on; call it once for each of its steps, first."""
        clock = self._threads.setdefault(thread, {})
        clock[thread] = clock.get(thread, 0) + 1

    def synchronise(self, thread: Thread, op: str, location: str) -> None:
        """Let an operation on an object order its thread after, and before, others."""
        clock, known = self._threads[thread], self._objects.setdefault(location, {})
        if receives(op):
            _join(clock, known)
        if sends(op):
            _join(known, clock)

    def use(self, thread: Thread, location: str, writes: bool, line: int, place: int) -> list[Use[Thread]]:
        """Take in a plain access; return the earlier ones that it races with."""
        clock, uses = self._threads[thread], self._uses.setdefault(location, [])
        racing = [
            other
            for other in uses
            if other.thread != thread and (other.writes or writes) and other.time > clock.get(other.thread, 0)
        ]
        # An earlier access by the same line of this thread says nothing that this one does not.
        uses[:] = [use for use in uses if (use.thread, use.line, use.writes) != (thread, line, writes)]
        uses.append(Use(thread, clock[thread], line, writes, place))
        return racing


def _join(clock: Clock, other: Clock) -> None:
    for thread, time in other.items():
        clock[thread] = max(time, clock.get(thread, 0))
