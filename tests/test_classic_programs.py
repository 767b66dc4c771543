"""The classic small programs, explored: the outcomes and failures that were worked out by hand, and no others."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from cluster_engine.exploration.exploration import Exploration
from cluster_engine.exploration.explore import explore
from cluster_engine.labs.program import PROGRAMS
from cluster_engine.machine import compile_program


class Known(NamedTuple):
    """What a program can do.

    Attributes:
        variables: Those that the outcomes tell of, in their order; others follow from them.
        outcomes: Their final values, in all runs in which every thread ends and no assertion in a thread fails.
        failures: Each way to fail but data races, with the fewest preemptions that it takes.
    """

    variables: str
    outcomes: set[Any]
    failures: Mapping[str, int] = MappingProxyType({})


KNOWN = {
    # Who reads before the other writes loses one. The least of two threads with two increments each is 2: the last
    # store of each can write what it read after the other's first increment.
    "lost-update": Known("c", {1, 2}, {"assertion 10": 1}),
    "lost-update-3": Known("c", {1, 2, 3}, {"assertion 11": 1}),
    "lost-update-twice": Known("c", {2, 3, 4}, {"assertion 10": 1}),
    "lost-update-locked": Known("c", {4}),
    "lost-update-atomic": Known("c", {2}),
    # Both see the seat; then the two subtractions come one after the other (-1), or one is lost (0).
    "check-then-act": Known("seats sold", {(0, 1), (-1, 2), (0, 2)}, {"assertion 12": 1}),
    "check-then-act-locked": Known("seats sold", {(0, 1)}),
    "torn-read": Known("high low", {(1, 1)}, {"assertion 12": 1}),
    "torn-read-whole": Known("value", {(1, 1)}),
    "setters-2": Known("a b", {(1, -1)}, {"assertion 12": 1}),
    "setters-3": Known("a b", {(1, -1)}, {"assertion 12": 1}),
    # Three combinations of what the reader sees are right: nothing, all, or one write twice. To see 0 and then 1 it
    # must be stopped between its reads, and the writer between its writes.
    "two-preemptions": Known("x", {2}, {"assertion 7": 2}),
    # 1: B reads v before A writes it, and writes after A has looked; or A reads before B writes, and so on.
    "wrong-lock": Known("v", {1, 2}, {"assertion 10": 1}),
    "two-stages": Known("d1 d2", {(1, 2)}, {"assertion 20": 1}),
    # Mutual exclusion without locks. The last one inside has left its name, and who leaves gives the turn away.
    "peterson": Known("inside turn", {(0, 1), (1, 0)}),
    "peterson-once": Known("inside turn", {(0, 0), (0, 1), (1, 0), (1, 1)}),
    # The flag after the turn: A gives the turn and stops; B passes, A's flag being down; A passes, having the turn.
    "peterson-wrong": Known("inside turn", {(0, 0), (0, 1), (1, 0), (1, 1)}, {"assertion 12": 2}),
    "dekker": Known("inside turn", {(0, 1), (1, 0)}),
    "dekker-wrong": Known("inside", {0, 1}, {"assertion 10": 2}),
    "test-then-set": Known("inside", {1, 2}, {"assertion 10": 2}),
    # Deadlocks: each takes its first lock.
    "two-locks": Known("", {()}, {"deadlock 7 12": 1}),
    "two-locks-ordered": Known("", {()}),
    "transfer": Known("accounts", {(110, 90)}, {"deadlock 7 7": 1}),
    "partial-deadlock": Known("work_done", {3}, {"deadlock 8 13": 1}),
    "philosophers-2": Known("", {()}, {"deadlock 7 7": 1}),
    "philosophers-3": Known("", {()}, {"deadlock 8 8 8": 1}),
    "philosophers-3-right": Known("", {()}),
    "philosophers-4": Known("", {()}, {"deadlock 9 9 9 9": 1}),
    "philosophers-4-right": Known("", {()}),
    "try-lock": Known("", {()}, {"livelock 8 9 12": 5}),
    # Conditions. In the buffer the last to sleep are one producer and one consumer, each woken by nobody.
    "if-wait": Known("q", {0}, {"assertion 11": 1}),
    "while-wait": Known("q", {0}),
    "bounded-buffer": Known("buffer", {0}, {"deadlock 9 16": 0}),
    "bounded-buffer-right": Known("buffer", {0}),
    "lost-wakeup": Known("ready", {True}, {"lost-wakeup 9": 1}),
    "lost-wakeup-right": Known("ready", {True}),
    "lost-wakeup-ticking": Known("ready", set(), {"lost-wakeup 9": 1}),
    # To blame is who was overtaken, still in the first round; the other could be woken by it, in the second.
    "barrier-reuse": Known("arrived", {0}, {"deadlock 14": 0}),
    "barrier-reuse-right": Known("arrived round", {(0, 2)}),
    # Publication.
    "publish": Known("dat rdy", {(7, 1)}, {"assertion 11": 1}),
    "double-checked": Known("field instance", {(42, 1)}, {"assertion 12": 1}),
    "double-checked-right": Known("field instance made", {(42, 1, 1)}),
    "readers-writers": Known("a b", {(1, 1)}),
    "readers-writers-wrong": Known("a b", {(1, 1)}, {"assertion 15": 1}),
    # The stack 2, 1. The slow pop has nothing (its swap failed), 1 or 2; the quick one pops twice, keeps the second and
    # pushes the first back. In order: slow first; slow between the two pops; slow last; slow in vain, the quick one
    # having 1 and pushing 2. Node 2 in slow's hands and on the stack, or node 1 in two places, is the failure: slow
    # swaps for what lay under 2 when it looked.
    "aba-stack-right": Known(
        "slow_has quick_has top", {(2, 0, (1, 3)), (2, 1, (0, 2)), (1, 0, (2, 3)), (2, 1, (0, 4)), (0, 1, (2, 3))}
    ),
    "aba-stack": Known(
        "slow_has quick_has top", {(2, 0, 1), (2, 1, 0), (1, 0, 2), (0, 1, 2), (2, 1, 1)}, {"assertion 40": 1}
    ),
}  # fmt: skip


def told(exploration: Exploration, variables: str) -> set[Any]:
    """Return the final values of these variables."""
    outcomes = set()
    for outcome in exploration.outcomes:
        values = tuple(_frozen(outcome.values[name]) for name in variables.split())
        outcomes.add(values[0] if len(values) == 1 else values)
    return outcomes


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def ways(exploration: Exploration) -> dict[str, int]:
    """Return each way to fail, with its fewest preemptions."""
    fails = [one for one in exploration.failures if one.kind != "race"]
    return {f"{one.kind} {' '.join(map(str, one.lines))}": one.preemptions for one in fails}


def test_every_classic_program_was_worked_out() -> None:
    assert KNOWN.keys() == PROGRAMS.keys()


@pytest.mark.parametrize("name", KNOWN)
def test_outcomes_and_failures_are_those_worked_out_by_hand(name: str) -> None:
    variables, outcomes, failures = KNOWN[name]
    exploration = explore(compile_program(PROGRAMS[name]))
    assert exploration.complete
    assert told(exploration, variables) == outcomes
    assert ways(exploration) == failures
    assert all(one.shortest for one in exploration.failures)


@pytest.mark.parametrize("name", [name for name, known in KNOWN.items() if "assertion" in str(known.failures)])
def test_with_one_preemption_less_the_failure_is_not_found(name: str) -> None:
    [fewest] = KNOWN[name].failures.values()
    program = compile_program(PROGRAMS[name])
    assert ways(explore(program, "bounded", preemptions=fewest - 1)) == {}
    assert ways(explore(program, "bounded", preemptions=fewest)) == KNOWN[name].failures


CHANCES = ["lost-update-twice", "two-stages", "two-preemptions", "aba-stack", "bounded-buffer"]


@pytest.mark.parametrize("name", CHANCES)
def test_schedules_drawn_by_chance_do_nothing_else(name: str) -> None:
    variables, outcomes, failures = KNOWN[name]
    exploration = explore(compile_program(PROGRAMS[name]), "random", schedules=300)
    assert not exploration.complete
    assert told(exploration, variables) <= outcomes
    assert ways(exploration).items() <= failures.items()


@pytest.mark.parametrize("name", CHANCES)
def test_random_priorities_find_the_failure(name: str) -> None:
    variables, outcomes, failures = KNOWN[name]
    exploration = explore(compile_program(PROGRAMS[name]), "pct", schedules=300, depth=3)
    assert told(exploration, variables) <= outcomes
    assert ways(exploration) == failures
