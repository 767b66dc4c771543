"""The ways to choose schedules, each summed up in findings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from cluster_engine.exploration.budget import MAX_STEPS, Budget, Stopped
from cluster_engine.exploration.counting import Counting, Endless
from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.findings import Findings
from cluster_engine.exploration.livelocks import Graph, livelocks
from cluster_engine.exploration.reduction import Reduction, Repeated, TooLong
from cluster_engine.exploration.runs import Run
from cluster_engine.exploration.sampling import pct_runs, random_runs
from cluster_engine.exploration.shortest import racing, shown
from cluster_engine.exploration.states import Reached, StateSearch

# A program that has more classes of runs than this probably has fewer states: they are searched instead.
MANY_CLASSES = 10_000

# A visit for one failure draws so many schedules, for bugs of this depth, once it has seen so many states.
DRAWN, DRAWN_DEPTH = 300, 3
CHEAP_STATES = 20_000

Names = Sequence[str]


@dataclass(slots=True)
class Search:
    """How a search went. `endless`: its schedules cannot be counted."""

    method: str
    findings: Findings
    complete: bool = False
    states: int = 0
    stopped: str = ""
    endless: bool = False


def everything(machine: Explorable, names: Names, budget: Budget) -> Search:
    """Run one schedule of each happens-before class; if runs are endless or classes too many, visit each state."""
    try:
        return _reduced(machine, names, budget)
    except (Repeated, TooLong, _Many):
        return each_state(machine, names, budget)


class _Many(Exception):
    """There are many classes."""


def _reduced(machine: Explorable, names: Names, budget: Budget) -> Search:
    search = Search("reduction", Findings(names))
    reduction = Reduction(machine.copy(), len(names), MAX_STEPS)
    try:
        for run in reduction.runs():
            budget.check(search.findings.schedules, reduction.states)
            if search.findings.schedules >= MANY_CLASSES:
                raise _Many
            search.findings.see(run)
        search.complete = True
    except Stopped as stopped:
        search.stopped = str(stopped)
    search.states = reduction.states
    return search


def each_state(machine: Explorable, names: Names, budget: Budget) -> Search:
    """Visit every state that can be reached."""
    return _visit(Search("states", Findings(names)), machine, budget, None)


def bounded(machine: Explorable, names: Names, budget: Budget, preemptions: int) -> Search:
    """Visit every state that can be reached with so many preemptions, those with fewer first."""
    search = _visit(Search("preemptions", Findings(names)), machine, budget, preemptions)
    if not search.complete and not search.stopped:
        bound = "preemptions were" if not preemptions else f"more than {preemptions} preemptions were"
        search.stopped = f"Schedules with {bound} left out."
    return search


def first_failure(machine: Explorable, names: Names, budget: Budget, bound: int | None, seed: int) -> Search:
    """Visit states as `bounded` does, and end with the first run that fails: by a shortest schedule.

    Where states are many, some schedules are drawn before the visit goes on: by luck one shows what lies deep, though
    it need not be a shortest.
    """
    search = Search("preemptions", Findings(names))
    draws = pct_runs(machine, len(names), seed, DRAWN_DEPTH, MAX_STEPS)
    lucky = islice(draws, DRAWN)

    def ends(states: int) -> bool:
        if search.findings.fails:
            return True
        for run in lucky if states >= CHEAP_STATES else ():
            budget.check(search.findings.schedules, states)
            search.findings.see(run)
            if search.findings.fails:
                return True
        return False

    return _visit(search, machine, budget, bound, ends)


def _visit(
    search: Search,
    machine: Explorable,
    budget: Budget,
    bound: int | None,
    ends: Callable[[int], bool] = lambda states: False,
) -> Search:
    states, graph = StateSearch(machine.copy(), bound, MAX_STEPS), Graph()
    try:
        for reached in states.reached():
            budget.check(search.findings.schedules, states.states)
            _arrive(search.findings, reached)
            graph.add(reached)
            if ends(states.states):
                search.stopped = "It ended with the first failure."
                break
        else:
            search.complete = not states.cut
    except Stopped as stopped:
        search.stopped = str(stopped)
    for finding in livelocks(graph, machine):
        search.findings.settle(finding)
    search.states = states.states
    return search


def _arrive(findings: Findings, reached: Reached) -> None:
    for finding in shown(reached, lambda fault: not findings.is_settled(fault)):
        findings.settle(finding)
    for finding in racing(reached, lambda fault: fault not in findings.faults):
        findings.add(finding)
    if not reached.moves:
        findings.see(reached.run())


def at_random(machine: Explorable, names: Names, budget: Budget, seed: int) -> Search:
    """Draw each step of a run."""
    return _sample(machine, names, budget, random_runs(machine, seed, MAX_STEPS))


def by_priorities(machine: Explorable, names: Names, budget: Budget, seed: int, depth: int) -> Search:
    """Run by random priorities that change `depth` - 1 times."""
    return _sample(machine, names, budget, pct_runs(machine, len(names), seed, depth, MAX_STEPS))


def _sample(machine: Explorable, names: Names, budget: Budget, runs: Iterable[Run]) -> Search:
    search = Search("sampling", Findings(names))
    ends = set()
    try:
        for run in islice(runs, budget.schedules):
            search.findings.see(run)
            ends.add(run.machine.key())
            budget.check(search.findings.schedules - 1, len(ends))
        search.stopped = f"{search.findings.schedules:,} schedules were drawn; others may do otherwise."
    except Stopped as stopped:
        search.stopped = str(stopped)
    search.states = len(ends)
    return search


def counted(machine: Explorable, names: Names, budget: Budget) -> Search:
    """Count the schedules of the unreduced tree by how they end."""
    search = Search("counting", Findings(names))
    counting = Counting(machine.copy())
    try:
        ends = counting.count(lambda states: budget.check(-1, states))
    except Endless:
        return _endless(machine, names, budget)
    except Stopped as stopped:
        search.stopped, search.states = str(stopped), counting.states
        return search
    for end, count in ends.items():
        search.findings.see(counting.first[end], count)
    search.complete, search.states = True, counting.states
    return search


def _endless(machine: Explorable, names: Names, budget: Budget) -> Search:
    search = each_state(machine, names, budget)
    search.endless = True
    search.stopped = search.stopped or "Threads can go round for ever, so there is no end of schedules to count."
    return search
