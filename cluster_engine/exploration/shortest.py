"""For each way to fail, the schedule with the fewest preemptions, then the fewest steps."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations

from cluster_engine.exploration.budget import MAX_STEPS
from cluster_engine.exploration.explorable import Access, Explorable
from cluster_engine.exploration.findings import (
    Fault,
    Finding,
    Findings,
    failed,
    fault_of,
    for_ever,
    raced,
    waiting_for_ever,
)
from cluster_engine.exploration.followed import Followed, shortest_race
from cluster_engine.exploration.races import Race
from cluster_engine.exploration.runs import Taken, preemptible, preemptions, take
from cluster_engine.exploration.states import Move, Reached, StateSearch
from cluster_engine.happens_before import is_plain, places

Wants = Callable[[Fault], bool]
Check = Callable[[int], None]
"""Asked with the number of states so far; may raise Stopped: what was found first then stands."""


def shorten(findings: Findings, machine: Explorable, check: Check) -> None:
    """Settle what was found in the runs that begin with `machine`, but for data races."""
    wanted = {fault for fault in findings.unsettled() if fault.kind != "race"}
    search = StateSearch(machine.copy(), None, MAX_STEPS)
    for reached in search.reached() if wanted else ():
        for finding in shown(reached, wanted.__contains__):
            findings.settle(finding)
            wanted.discard(finding.fault)
        if not wanted:
            return
        check(search.states)


def shorten_races(findings: Findings, machine: Explorable, check: Check) -> None:
    """Settle the data races, one after the other."""
    states = 0
    for fault in findings.unsettled():
        if fault.kind == "race":
            search = StateSearch(Followed(machine.copy(), fault), None, MAX_STEPS)
            finding = shortest_race(search, fault, partial(_check_more, check, states))
            states += search.states
            if finding is not None:
                findings.settle(finding)


def _check_more(check: Check, before: int, states: int) -> None:
    check(before + states)


def shown(reached: Reached, wants: Wants) -> Iterator[Finding]:
    """Yield the ways to fail that a state shows, of those wanted: a failure, and who waits for ever."""
    machine, visit = reached.machine, reached.visit
    if machine.failure is not None:
        finding = failed(machine.failure, visit.path())
        if wants(finding.fault):
            yield finding
    for fault, waiting in for_ever(machine, visit.missed).items():
        if wants(fault):
            yield waiting_for_ever(machine, fault, waiting, visit.path())


def racing(reached: Reached, wants: Wants) -> Iterator[Finding]:
    """Yield the data races whose two accesses are possible at once: if a program has races, it has such ones."""
    for one, other in combinations(reached.moves, 2):
        place = _race(one.taken.access, other.taken.access)
        if place and wants(fault_of(place, one.taken, other.taken)):
            tries = [_both(reached, one, other), _both(reached, other, one)]
            path = min((reached.visit.path() + both for both in tries if both), key=_cost, default=[])
            if path:
                yield raced(reached.machine, Race(place, len(path) - 2, len(path) - 1), path)


def _race(one: Access | None, other: Access | None) -> str:
    """Return the place that two accesses race for, or an empty text."""
    if one is None or other is None or not all(is_plain(each.op, each.location) for each in (one, other)):
        return ""
    mine, theirs = places(one), places(other)
    return next((place for place in mine if place in theirs and (mine[place] or theirs[place])), "")


def _both(reached: Reached, first: Move, second: Move) -> list[Taken]:
    """Return the two steps one after the other, or nothing if the first one ends the run."""
    machine = reached.machine.copy()
    one = take(machine, first.taken.thread, reached.visit.preempted)
    if second.taken.thread not in machine.enabled():
        return []
    return [one, take(machine, second.taken.thread, preemptible(one, machine.enabled()))]


def _cost(path: list[Taken]) -> tuple[int, int]:
    return preemptions(path), len(path)
