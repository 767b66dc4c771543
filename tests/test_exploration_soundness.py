"""What `explore` says of random programs, held against every schedule walked one by one."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings

from cluster_engine.exploration import accesses, followed, runs
from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.exploration import Failure
from cluster_engine.exploration.explore import explore
from cluster_engine.exploration.reduction import Reduction
from cluster_engine.machine import Machine, Program, compile_program
from cluster_engine.missed_notifications import _Notification
from tests.machine_runs import classic
from tests.naive_schedules import Naive, TooMany, walk
from tests.random_programs import program_of, programs

MANY = int(os.environ.get("PROGRAMS", "300"))
LIMIT = 200  # schedules of a program that is walked


def walked(program: Program) -> Naive:
    return walk(Machine(program), len(program.threads), LIMIT)


def check(program: Program, naive: Naive) -> None:
    """Assert that the reduced exploration says exactly what the unreduced tree holds."""
    found = explore(program)
    assert (found.method, found.complete) == ("reduction", True)
    assert (found.schedules or 0) <= naive.schedules
    assert {repr(outcome.values) for outcome in found.outcomes} == set(naive.outcomes)
    failures = {(one.kind, one.lines): one for one in (*found.failures, *found.races)}
    assert failures.keys() == naive.costs().keys()
    for fault, cost in naive.costs().items():
        check_schedule(program, failures[fault], cost)


def check_schedule(program: Program, failure: Failure, cost: tuple[int, int]) -> None:
    """Assert that a failure's schedule is a shortest one."""
    assert failure.shortest
    assert (failure.preemptions, len(failure.schedule)) == cost
    machine, names = Machine(program), [thread.name for thread in program.threads]
    for name in failure.schedule:
        machine.step(names.index(name))  # which raises where the thread cannot step


@settings(max_examples=MANY, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_on_300_random_programs_the_reduction_says_what_the_whole_tree_holds(text: str) -> None:
    program = compile_program(text)
    try:
        naive = walked(program)
    except TooMany:
        reject()  # another program is drawn in its place
    counted = explore(program, count=True)
    assert (naive.schedules, naive.failing) == (counted.schedules, counted.failing)
    check(program, naive)


def _no_conflict(op: str) -> Any:
    right = accesses._conflict
    return lambda one, other: op not in (one.op, other.op) and right(one, other)


def _stands_there(machine: Explorable, access: Any) -> str:
    """Who has come to an event depends on steps that have nothing to do with it."""
    stands = any(waiting.on == "e" for waiting in machine.blocked())
    return "e" if access.op == "set" and not stands else ""


# Two threads that meet only through an atomic, a notification (once after a look), an event, a failure, or a lock that
# orders what is around it.
MEETINGS = {
    "atomic": (["a.store(1)"], ["a.store(2)"]),
    "notification": (["with c:", "    c.wait()"], ["c.notify()"]),
    "look": (["if x == 0:", "    with c:", "        c.wait()"], ["c.notify()"]),
    "pulse": (["x = 1", "e.wait()"], ["e.set()", "e.clear()"]),
    "failure": (["assert x == 1"], ["x = 1"]),
    "lock": (["x = 1", "with m:", "    pass"], ["with m:", "    pass", "x = 2", *["y = 1"] * 4]),
}

BUGS = {
    "stores conflict with nothing": (accesses, "_conflict", _no_conflict("write"), "lost-update"),
    "locks conflict with nothing": (accesses, "_conflict", _no_conflict("lock"), "two-locks"),
    "waiting conflicts with nothing": (accesses, "_conflict", _no_conflict("wait"), "notification"),
    "whoever steps later looks later": (_Notification, "_precedes", lambda *_: True, "look"),
    "who stands at an event has not missed it": (runs, "_missed", _stands_there, "pulse"),
    "atomics conflict with nothing": (accesses, "_conflict", _no_conflict("write"), "atomic"),
    "nothing is looked at after a failure": (Reduction, "_is_frozen", lambda *_: True, "failure"),
    "objects pass nothing on": (followed, "sends", lambda op: False, "lock"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_in_the_exploration_is_noticed(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    where, name, wrong, text = BUGS[bug]
    program = compile_program(program_of(MEETINGS[text], "") if text in MEETINGS else classic(text))
    naive = walked(program)
    check(program, naive)
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises((AssertionError, StopIteration)):
        check(program, naive)
