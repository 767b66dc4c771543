"""A run that was explored: the steps taken, and how it ended."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple

from cluster_engine.exploration.explorable import Access, Explorable, Failed
from cluster_engine.happens_before import places
from cluster_engine.missed_notifications import Missed

# After these a thread gives way of its own accord: a switch is no preemption then.
_GIVES_WAY = frozenset({"yield", "sleep"})

Past = Missed[int]
NOTHING_MISSED: Past = Missed({})


class Taken(NamedTuple):
    """A step that was taken."""

    thread: int
    access: Access | None
    line: int
    preempts: bool  # another thread was still able to go on, and had to make room
    printed: bool = False
    missed: str = ""  # the condition that it notified without finding anybody, or the event that it set
    look: int = -1  # its place in the program, if by what it sees there a thread may come to sleep


class Broken(NamedTuple):
    """A thread that failed: the steps up to its failing one."""

    failure: Failed
    taken: Sequence[Taken]


class Run(NamedTuple):
    """Steps from the beginning to an end, the machine there, and the threads that failed on the way.

    Whoever looks on after a failure to learn what else could have come first leaves several failures in one run;
    `taken` then holds the steps of the threads that did not fail. Else `before` is the machine before the last step.
    """

    machine: Explorable
    taken: Sequence[Taken]
    broken: Sequence[Broken]
    ended: bool  # False: it was given up, for its length or because equal runs are known
    before: Explorable | None = None

    def standing(self) -> tuple[Explorable, Sequence[Taken]]:
        """Return the machine whose waiting threads are judged, and the steps to it: no failure ends a wait."""
        if self.machine.failure is None or self.before is None:
            return self.machine, self.taken
        return self.before, self.taken[:-1]


def take(machine: Explorable, thread: int, preempted: int | None) -> Taken:
    """Let a thread take its next step; the thread `preempted` has to make room for any other."""
    access, (line, _) = machine.peek(thread), machine.where(thread)
    missed, look = _missed(machine, access), machine.look(thread)
    machine.advance(thread)
    return Taken(thread, access, line, preempted not in (None, thread), machine.printed is not None, missed, look)


def _missed(machine: Explorable, access: Access | None) -> str:
    if access is None or access.op not in ("notify", "set"):
        return ""
    name = access.location.rpartition(":")[2]
    # Whether somebody already stood at an event is no matter: it lets them go on when they come, unless it is cleared.
    found = access.op == "notify" and any(waiting.on == name for waiting in machine.blocked())
    return "" if found else name


def then(past: Past, taken: Taken) -> Past:
    """Return what has been missed after a further step."""
    if taken.access is None or (past is NOTHING_MISSED and not taken.missed):
        return past
    return past.then(taken.thread, taken.access.op, places(taken.access), taken.missed, taken.look)


def missed_in(steps: Iterable[Taken]) -> Past:
    """Return what has been missed in a run."""
    return reduce(then, steps, NOTHING_MISSED)


def preemptible(last: Taken, enabled: Sequence[int]) -> int | None:
    """Return the thread that whoever moves next would preempt, or None: it has given way, or cannot go on."""
    if last.access is not None and last.access.op in _GIVES_WAY:
        return None
    return last.thread if last.thread in enabled else None


def broken(machine: Explorable) -> Failed | None:
    """Return the failure of a thread, which ended the run before its time."""
    failure = machine.failure
    return None if failure is None or failure.thread < 0 else failure


def has_outcome(machine: Explorable) -> bool:
    """Return whether all threads came to their end, whatever the lines after them say."""
    return machine.done and broken(machine) is None


def preemptions(steps: Sequence[Taken]) -> int:
    """Return how often a thread that could have gone on had to make room."""
    return sum(step.preempts for step in steps)
