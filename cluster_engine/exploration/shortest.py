"""For each way to fail, the schedule with the fewest preemptions, then the fewest steps."""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from cluster_engine.exploration.accesses import is_plain, places
from cluster_engine.exploration.deadlocks import circle
from cluster_engine.exploration.explorable import Access
from cluster_engine.exploration.findings import Fault, Finding, Findings, failed, raced, stuck, waiting_for_ever
from cluster_engine.exploration.races import Race
from cluster_engine.exploration.runs import Taken, able_to_go_on, take
from cluster_engine.exploration.states import Move, Reached, StateSearch


def shorten(findings: Findings, search: StateSearch, check: Callable[[int], None]) -> None:
    """Settle what was found; `check` is asked with the states so far, and may raise Stopped."""
    wanted = set(findings.faults)
    for reached in search.reached() if wanted else ():
        for finding in shown(reached, wanted):
            findings.settle(finding)
            wanted.discard(finding.fault)
        if not wanted:
            return
        check(search.states)


def shown(reached: Reached, wanted: set[Fault] | None) -> Iterator[Finding]:
    """Yield the ways to fail that a state shows, of those wanted (None: all)."""
    for finding in _candidates(reached, wanted):
        if wanted is None or finding.fault in wanted:
            yield finding


def _candidates(reached: Reached, wanted: set[Fault] | None) -> Iterable[Finding]:
    machine = reached.machine
    if not reached.moves:
        if machine.failure is not None:
            yield failed(machine.failure, reached.visit.path())
        elif not machine.done:
            yield stuck(machine, reached.visit.path())
        return
    if _wants(wanted, "deadlock") and (waiting := circle(machine.blocked())):
        yield waiting_for_ever(machine, waiting, reached.visit.path(), "deadlock")
    if _wants(wanted, "race"):
        yield from _races(reached)


def _wants(wanted: set[Fault] | None, kind: str) -> bool:
    return wanted is None or any(fault.kind == kind for fault in wanted)


def _races(reached: Reached) -> Iterator[Finding]:
    """Yield the data races whose two accesses are possible at once."""
    for pair in combinations(reached.moves, 2):
        place = _race(pair[0].taken.access, pair[1].taken.access)
        if place:
            tries = [both for first, second in (pair, pair[::-1]) if (both := _both(reached, first, second))]
            if tries:
                path = min((reached.visit.path() + both for both in tries), key=_cost)
                yield raced(reached.machine, Race(place, len(path) - 2, len(path) - 1), path)


def _race(one: Access | None, other: Access | None) -> str:
    """Return the place that two accesses race for, or an empty text."""
    if one is None or other is None or not (is_plain(one) and is_plain(other)):
        return ""
    mine, theirs = places(one), places(other)
    return next((place for place in mine if place in theirs and (mine[place] or theirs[place])), "")


def _both(reached: Reached, first: Move, second: Move) -> list[Taken]:
    """Return the two steps one after the other, or nothing if the first one ends the run."""
    machine = reached.machine.copy()
    one = take(machine, first.taken.thread, reached.visit.preempted)
    if second.taken.thread not in machine.enabled():
        return []
    return [one, take(machine, second.taken.thread, able_to_go_on(machine, one))]


def _cost(path: list[Taken]) -> tuple[int, int]:
    return sum(step.preempts for step in path), len(path)
