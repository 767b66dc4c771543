"""Search through states, by fewest preemptions and then fewest steps, each state expanded once.

A state is remembered with the thread that moved last, since that decides what the next step costs, and with the
notifications that found nobody and who has looked since, for they decide what a deadlock is called. So the first
schedule that meets a failure is a shortest one: this is Dijkstra's search on the graph of states, in the order of
iterative context bounding (Musuvathi, Qadeer, "Iterative context bounding for systematic testing of multithreaded
programs", PLDI 2007).

It caches states and therefore does not reduce by races (see `reduction.py` for why the two do not go together): it
visits every reachable state, also of programs whose runs can go round for ever.
"""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.runs import NOTHING_MISSED, Past, Run, Taken, preemptible, take, then

Cost = tuple[int, int]  # preemptions, steps


class Visit:
    """A state reached at its least cost, and by which step from which other."""

    __slots__ = ("before", "cost", "missed", "preempted", "state", "taken")

    def __init__(self, before: "Visit | None", taken: Taken | None, preempted: int | None, state: int) -> None:
        self.before = before
        self.taken = taken  # None: the beginning
        self.preempted = preempted  # who is preempted if another thread moves
        self.state = state  # a number: equal for equal states
        self.cost: Cost = (0, 0)
        self.missed: Past = NOTHING_MISSED
        if before is not None and taken is not None:
            self.cost = (before.cost[0] + taken.preempts, before.cost[1] + 1)
            self.missed = then(before.missed, taken)

    def path(self) -> list[Taken]:
        """Return the steps from the beginning."""
        steps: list[Taken] = []
        visit = self
        while visit.taken is not None and visit.before is not None:
            steps.append(visit.taken)
            visit = visit.before
        return steps[::-1]


class Move(NamedTuple):
    """A step that is possible in a state, and the number of the state that it leads to."""

    taken: Taken
    state: int


class Reached(NamedTuple):
    """A state in which the search has arrived; no moves: the run is at its end."""

    visit: Visit
    machine: Explorable
    moves: list[Move]

    def run(self) -> Run:
        """Return the run that ends here; what it showed before it came to its end has been seen there."""
        return Run(self.machine, self.visit.path(), (), True)


class StateSearch:
    """The search, up to so many preemptions (None: any number) and steps a run.

    `cut` tells afterwards whether a bound kept it from going on somewhere.
    """

    def __init__(self, machine: Explorable, max_preemptions: int | None, max_steps: int) -> None:
        self._max_preemptions = max_preemptions
        self._max_steps = max_steps
        self.cut = False
        self._numbers: dict[Hashable, int] = {}
        self._least: dict[tuple[int, int | None, Hashable], Cost] = {}
        self._waiting: list[tuple[Cost, int, Visit, Explorable]] = []
        self._added = 0
        self._add(Visit(None, None, None, self._number(machine)), machine)

    @property
    def states(self) -> int:
        return len(self._numbers)

    def reached(self) -> Iterator[Reached]:
        """Yield what the search arrives at, in the order of its cost."""
        while self._waiting:
            cost, _, visit, machine = heappop(self._waiting)
            if cost == self._least[_identity(visit)]:
                yield Reached(visit, machine, [self._move(visit, machine, thread) for thread in machine.enabled()])

    def _move(self, visit: Visit, machine: Explorable, thread: int) -> Move:
        after = machine.copy()
        taken = take(after, thread, visit.preempted)
        state = self._number(after)
        if self._within(visit, taken):
            self._add(Visit(visit, taken, preemptible(taken, after.enabled()), state), after)
        return Move(taken, state)

    def _within(self, visit: Visit, taken: Taken) -> bool:
        preemptions, steps = visit.cost
        bound = self._max_preemptions
        within = steps < self._max_steps and (bound is None or preemptions + taken.preempts <= bound)
        self.cut = self.cut or not within
        return within

    def _add(self, visit: Visit, machine: Explorable) -> None:
        least = self._least.get(_identity(visit))
        if least is None or visit.cost < least:
            self._least[_identity(visit)] = visit.cost
            self._added += 1
            heappush(self._waiting, (visit.cost, self._added, visit, machine))

    def _number(self, machine: Explorable) -> int:
        return self._numbers.setdefault(machine.key(), len(self._numbers))


def _identity(visit: Visit) -> tuple[int, int | None, Hashable]:
    return visit.state, visit.preempted, visit.missed.key
