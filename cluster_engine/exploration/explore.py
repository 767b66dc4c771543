"""The front of the package: explore the schedules of a program."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from math import inf
from time import monotonic
from typing import Literal, get_args

from cluster_engine.exploration import strategies
from cluster_engine.exploration.budget import MAX_SCHEDULES, MAX_STATES, Budget, Progress, Stopped
from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.exploration import Exploration
from cluster_engine.exploration.shortest import shorten, shorten_races
from cluster_engine.exploration.strategies import Search
from cluster_engine.machine.code.flow import Fail
from cluster_engine.machine.machine import Machine
from cluster_engine.machine.program import Program

Strategy = Literal["all", "bounded", "random", "pct"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

Cancelled = Callable[[], bool]

PREEMPTIONS = 2
DEPTH = 3
MAX_STATES_OF_RACES = 30_000  # that are searched for the shortest schedules of all data races
SAMPLES = 1_000  # schedules that are drawn if nobody says how many


def explore(
    program: Program,
    strategy: Strategy = "all",
    *,
    preemptions: int = PREEMPTIONS,
    depth: int = DEPTH,
    schedules: int | None = None,
    seed: int = 1,
    count: bool = False,
    first: bool = False,
    wall_s: float = inf,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Exploration:
    """Explore the schedules of a program. The result follows from the arguments alone unless `wall_s` seconds or
    `cancelled` end it.

    Args:
        strategy: "all": every schedule, one for each class of those that differ in the order of independent steps only;
            "bounded": those with at most `preemptions` preemptions; "random": each step drawn; "pct": random priorities
            that find bugs of `depth`.
        schedules: Stop after so many (None: 100,000; 1,000 for "random" and "pct").
        seed: What "random" and "pct" draw from: equal seeds, equal results.
        count: Count the schedules of the unreduced tree instead, whatever the strategy.
        first: With "all" and "bounded": end with the first failure, fewest preemptions first, then fewest steps. A data
            race that fails no run is told of, and does not end it.
        progress: Called now and then with the numbers of schedules and states so far.
        cancelled: Called now and then; True stops the exploration, and what was found so far is returned.
    """
    machine = Machine(program)
    names = [thread.name for thread in program.threads]
    asserts = any(isinstance(instruction, Fail) for instruction in program.code)
    return explore_machine(
        machine, names, strategy, asserts=asserts, preemptions=preemptions, depth=depth, schedules=schedules, seed=seed,
        count=count, first=first, wall_s=wall_s, progress=progress, cancelled=cancelled,
    )  # fmt: skip


def explore_machine(
    machine: Explorable,
    names: Sequence[str],
    strategy: Strategy = "all",
    *,
    asserts: bool = False,
    preemptions: int = PREEMPTIONS,
    depth: int = DEPTH,
    schedules: int | None = None,
    seed: int = 1,
    count: bool = False,
    first: bool = False,
    wall_s: float = inf,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Exploration:
    """Explore the runs that begin with `machine`, which stays as it is. `names` are those of its threads.

    `asserts` says whether the program states what is right: then a data race that no schedule fails by is no failure.
    """
    cap = schedules or (SAMPLES if strategy in ("random", "pct") else MAX_SCHEDULES)
    ends_at = monotonic() + wall_s
    budget = Budget(cap, MAX_STATES, progress, cancelled, ends_at)
    if first:
        bound = preemptions if strategy == "bounded" else None
        search = strategies.first_failure(machine, names, budget, bound, seed)
    else:
        search = _search(machine, names, strategy, budget, preemptions, depth, seed, count)
    further = _further(search, progress)
    if search.method not in ("states", "preemptions"):
        _shorten(shorten, machine, search, Budget(MAX_SCHEDULES, MAX_STATES, further, cancelled, ends_at))
    _shorten(shorten_races, machine, search, Budget(MAX_SCHEDULES, MAX_STATES_OF_RACES, further, cancelled, ends_at))
    return _told(strategy, search, asserts)


def _further(search: Search, progress: Progress | None) -> Progress | None:
    """Return who is told of the work after a search, whose own counts stand."""
    if progress is None:
        return None
    return lambda _, states: progress(search.findings.schedules, search.states + states)


def _search(
    machine: Explorable,
    names: Sequence[str],
    strategy: Strategy,
    budget: Budget,
    preemptions: int,
    depth: int,
    seed: int,
    count: bool,
) -> Search:
    if count:
        return strategies.counted(machine, names, budget)
    match strategy:
        case "all":
            return strategies.everything(machine, names, budget)
        case "bounded":
            return strategies.bounded(machine, names, budget, preemptions)
        case "random":
            return strategies.at_random(machine, names, budget, seed)
        case "pct":
            return strategies.by_priorities(machine, names, budget, seed, depth)


def _shorten(way: Callable[..., None], machine: Explorable, search: Search, budget: Budget) -> None:
    with suppress(Stopped):  # what was found first stands, and says that it may not be the shortest
        way(search.findings, machine, partial(budget.check, 0))


def _told(strategy: Strategy, search: Search, asserts: bool) -> Exploration:
    findings = search.findings
    harmless = asserts and not findings.fails
    return Exploration(
        strategy=strategy,
        method=search.method,
        complete=search.complete,
        schedules=None if search.endless else findings.schedules,
        failing=None if search.endless else findings.failing,
        states=search.states,
        outcomes=findings.outcomes(),
        failures=findings.failures() if harmless else (*findings.failures(), *findings.races()),
        races=findings.races() if harmless else (),
        stopped=search.stopped,
    )
