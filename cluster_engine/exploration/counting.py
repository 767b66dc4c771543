"""The unreduced tree of schedules, counted exactly.

How many schedules begin in a state does not depend on how it was reached, so the tree is never walked: the numbers of
the states that follow are added up, and each state is counted once.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.findings import Fault, faults_of
from cluster_engine.exploration.runs import NOTHING_MISSED, Past, Run, Taken, has_outcome, preemptible, take, then


class Endless(Exception):
    """A run can come back to a state of its own past, so there is no end of schedules."""


class End(NamedTuple):
    """How runs end: the ways in which they fail, if they do, and the final values as text, if all threads ended."""

    faults: tuple[Fault, ...]
    values: str


class _Node:
    """A state on the way to being counted."""

    __slots__ = ("counts", "identity", "machine", "missed", "preempted", "rest", "taken")

    def __init__(self, machine: Explorable, taken: Taken | None, missed: Past) -> None:
        self.machine = machine
        self.taken = taken  # the step that led here, None: the beginning
        self.missed = missed  # which decides what a deadlock is called
        self.identity: Hashable = (machine.key(), missed.key)
        self.preempted = None if taken is None else preemptible(taken, machine.enabled())
        self.counts: dict[End, int] = {}
        self.rest: Iterator[int] = iter(machine.enabled())


class Counting:
    """The count. Of each end it keeps the first run that came to it."""

    def __init__(self, machine: Explorable) -> None:
        self._path: list[_Node] = []
        self._on_path: set[Hashable] = set()
        self._counts: dict[Hashable, dict[End, int]] = {}
        self.first: dict[End, Run] = {}
        self._enter(_Node(machine, None, NOTHING_MISSED))

    def count(self, check: Callable[[int], None]) -> dict[End, int]:
        """Return how many schedules come to each end; `check` is asked with the states so far. Raises Endless."""
        while True:
            node = self._path[-1]
            thread = next(node.rest, None)
            if thread is not None:
                self._go(node, thread)
                continue
            self._leave(node)
            if not self._path:
                return node.counts
            check(len(self._counts))

    @property
    def states(self) -> int:
        return len(self._counts)

    def _go(self, node: _Node, thread: int) -> None:
        machine = node.machine.copy()
        taken = take(machine, thread, node.preempted)
        after = _Node(machine, taken, then(node.missed, taken))
        if after.identity in self._on_path:
            raise Endless
        known = self._counts.get(after.identity)
        if known is None:
            self._enter(after)
        else:
            _add(node.counts, known)

    def _enter(self, node: _Node) -> None:
        self._path.append(node)
        self._on_path.add(node.identity)
        if not node.machine.enabled():
            before = self._path[-2].machine if len(self._path) > 1 else None
            run = Run(node.machine, [one.taken for one in self._path if one.taken is not None], (), True, before)
            end = _end(run)
            node.counts[end] = 1
            self.first.setdefault(end, run)

    def _leave(self, node: _Node) -> None:
        self._path.pop()
        self._on_path.discard(node.identity)
        self._counts[node.identity] = node.counts
        if self._path:
            _add(self._path[-1].counts, node.counts)


def _end(run: Run) -> End:
    faults = tuple([finding.fault for finding in faults_of(run)])
    return End(faults, repr(run.machine.outcome()) if has_outcome(run.machine) else "")


def _add(counts: dict[End, int], more: dict[End, int]) -> None:
    for end, count in more.items():
        counts[end] = counts.get(end, 0) + count
