"""A run that was explored: the steps taken, and how it ended."""

from collections.abc import Sequence
from typing import NamedTuple

from cluster_engine.exploration.explorable import Access, Explorable, Failure

# After these a thread gives way of its own accord: a switch is no preemption then.
_GIVES_WAY = frozenset({"yield", "sleep"})


class Taken(NamedTuple):
    """A step that was taken."""

    thread: int
    access: Access | None
    line: int
    preempts: bool  # another thread was still able to go on, and had to make room
    printed: bool = False


class Broken(NamedTuple):
    """A thread that failed: the steps up to its failing one."""

    failure: Failure
    taken: Sequence[Taken]


class Run(NamedTuple):
    """Steps from the beginning to an end, the machine there, and the threads that failed on the way.

    Whoever looks on after a failure to learn what else could have come first leaves several failures in one run;
    `taken` then holds the steps of the threads that did not fail.
    """

    machine: Explorable
    taken: Sequence[Taken]
    broken: Sequence[Broken]
    ended: bool  # False: it was given up, for its length or because equal runs are known


def able_to_go_on(machine: Explorable, taken: Taken) -> int | None:
    """Return the thread that whoever moves next would preempt, or None."""
    if taken.access is not None and taken.access.op in _GIVES_WAY:
        return None
    return taken.thread if taken.thread in machine.enabled() else None


def preemptions(taken: Sequence[Taken]) -> int:
    """Return how often a thread that could have gone on had to make room."""
    return sum(step.preempts for step in taken)
