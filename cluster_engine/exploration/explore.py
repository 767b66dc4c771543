"""The front of the package: explore the schedules of a program."""

from collections.abc import Callable, Sequence
from typing import Literal, get_args

from cluster_engine.exploration import strategies
from cluster_engine.exploration.budget import MAX_SCHEDULES, MAX_STATES, MAX_STEPS, Budget, Progress, Stopped
from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.exploration import Exploration
from cluster_engine.exploration.shortest import shorten
from cluster_engine.exploration.states import StateSearch
from cluster_engine.exploration.strategies import Search

Strategy = Literal["all", "bounded", "random", "pct"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

PREEMPTIONS = 2
DEPTH = 3
SAMPLES = 1_000  # schedules that are drawn if nobody says how many


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
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Exploration:
    """Explore the runs that begin with `machine`, which stays as it is. `names` are those of its threads.

    `asserts` says whether the program states what is right: then a data race that no schedule fails by is no failure.
    """
    cap = schedules or (SAMPLES if strategy in ("random", "pct") else MAX_SCHEDULES)
    budget = Budget(cap, MAX_STATES, progress, cancelled)
    search = _search(machine, names, strategy, budget, preemptions, depth, seed, count)
    if search.method not in ("states", "preemptions"):
        _shorten(machine, search, Budget(MAX_SCHEDULES, MAX_STATES, progress, cancelled))
    return _told(strategy, search, asserts)


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


def _shorten(machine: Explorable, search: Search, budget: Budget) -> None:
    try:
        states = StateSearch(machine.copy(), None, MAX_STEPS)
        shorten(search.findings, states, lambda states: budget.check(0, states))
    except Stopped:
        return  # what was found first stands, and says that it may not be the shortest


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
