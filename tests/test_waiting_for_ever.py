"""Who waits for ever while others run on: the reasoning on needs, every kind of wait, and that it is certain."""

from textwrap import indent
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cluster_engine.exploration.explore import explore
from cluster_engine.labs.program import PROGRAMS
from cluster_engine.machine import Machine, compile_program, futures
from cluster_engine.machine import hopeless as reasoning
from cluster_engine.machine.hopeless import Need, hopeless, to_blame
from cluster_engine.records import Noted
from tests.machine_runs import states
from tests.random_programs import programs
from tests.test_lab_program import of_kind, played, steps

# --- the reasoning -----------------------------------------------------------------------------

B = 1  # who waits in all of these; A is 0, C is 2


def test_hope_comes_from_who_can_move_and_passes_on() -> None:
    needs = {1: Need(1, (0,)), 2: Need(1, (1,))}
    assert hopeless(needs, [0]) == []
    assert hopeless(needs, []) == [1, 2]


def test_enough_others_must_have_hope() -> None:
    assert hopeless({B: Need(1, (0, 2))}, [0]) == []
    assert hopeless({B: Need(2, (0, 2))}, [0]) == [B]
    assert hopeless({B: Need(2, (0, 2))}, [0, 2]) == []
    assert hopeless({B: Need(0, ())}, []) == []


def test_they_are_to_blame_who_stand_behind_nobody_else() -> None:
    circle, behind = {0: Need(1, (1,)), 1: Need(1, (0,))}, {2: Need(1, (0,))}
    assert to_blame({**circle, **behind}, [0, 1, 2]) == [(0, 1)]
    assert to_blame({0: Need(1, ()), 1: Need(1, (0,)), 2: Need(1, ())}, [0, 1, 2]) == [(0,), (2,)]


def test_each_choice_that_is_enough_counts() -> None:
    """W needs both readers to leave: either who waits for W in turn makes a circle with it."""
    needs = {0: Need(1, (2,)), 1: Need(1, (2,)), 2: Need(2, (0, 1))}
    assert to_blame(needs, [0, 2]) == [(0, 2)]
    assert to_blame(needs, [0, 1, 2]) == [(0, 2), (1, 2)]


# --- every kind of wait ------------------------------------------------------------------------

SHARED = """
free = False
m = Lock()
n = RLock()
c = Condition(m)
e = Event()
s = Semaphore(0)
b = Barrier(3)
q = Queue(1)
w = RWLock()
"""


def program(a: str, helps: str, after: str = "") -> str:
    """Return a program in which B does once what `helps` says, and a clock ticks for ever, or does what helps."""
    clock = f"while True:\n    print('tick')\n{indent(after, '    ')}" if after else "while True:\n    print('tick')"
    bodies = [
        f"def {name}():\n{indent(body, '    ')}\n"
        for name, body in (("f", f"r = free\n{a}"), ("g", helps), ("h", clock))
    ]
    return "".join([SHARED, *bodies, 'Thread(f, name="A")\nThread(g, name="B")\nThread(h, name="C")\n'])


# What A waits for; what B does; what the clock would have to do so that there is hope.
WAITS = {
    "a lock that B keeps": ("m.acquire()", "m.acquire()", ""),
    "a lock taken twice": ("m.acquire()\nm.acquire()", "pass", "pass"),
    "a reentrant lock given back once too few": ("n.acquire()", "n.acquire()\nn.acquire()\nn.release()", ""),
    "a lock held by who sleeps": ("with n:\n    e.wait()", "n.acquire()\nn.release()", "e.set()"),
    "a permit": ("s.acquire()", "pass", "s.release()\ns.try_acquire()"),
    "an event": ("e.wait()", "pass", "e.set()"),
    "a notification": ("with m:\n    c.wait()", "pass", "c.notify()"),
    "two more at a barrier": ("b.wait()", "b.wait()", ""),
    "an item": ("q.get()", "pass", "q.try_put(1)"),
    "room": ("q.put(1)\nq.put(2)", "pass", "q.try_get()"),
    "who reads": ("with w.write():\n    pass", "w.acquire_read()", ""),
}


@pytest.mark.parametrize("case", WAITS)
def test_it_is_told_of_every_kind_of_wait(case: str) -> None:
    text = compile_program(program(*WAITS[case][:2]))
    for found in (explore(text), explore(text, "bounded", preemptions=2), explore(text, first=True)):
        assert "deadlock" in {one.kind for one in found.failures}, found.strategy


@pytest.mark.parametrize("way", ["random", "pct"])
def test_it_is_told_of_runs_that_were_drawn_and_had_no_end(way: Any) -> None:
    found = explore(compile_program(program(*WAITS["a permit"][:2])), way, schedules=2)
    [failure] = found.failures
    assert (failure.kind, failure.threads, failure.count) == ("deadlock", ("A",), 2)
    assert failure.shortest


@pytest.mark.parametrize("case", [case for case, (_, _, helps) in WAITS.items() if helps not in ("", "pass")])
def test_it_is_not_told_while_somebody_may_still_end_it(case: str) -> None:
    found = explore(compile_program(program(*WAITS[case])), "bounded", preemptions=1)
    assert {one.kind for one in found.failures} <= {"livelock"}


@pytest.mark.parametrize("case", WAITS)
def test_the_lab_tells_it_at_the_same_moment(case: str) -> None:
    text = program(*WAITS[case][:2])
    [failure, *_] = [one for one in explore(compile_program(text)).failures if one.kind == "deadlock"]
    assert played(text, steps(*failure.schedule[:-1])).violated["no-deadlock"] is None
    run = played(text, steps(*failure.schedule))
    assert run.violated["no-deadlock"] is not None
    [told] = [record for record in of_kind(run, Noted) if record.event == "hopeless"]
    assert set(failure.threads) <= set(told.facts["news"])


def test_a_lost_wakeup_is_told_while_the_clock_ticks_on() -> None:
    text = PROGRAMS["lost-wakeup-ticking"]
    program = compile_program(text)
    for found in (explore(program), explore(program, count=True), explore(program, "random", schedules=2, seed=2)):
        [failure] = [one for one in found.failures if one.kind == "lost-wakeup"]
        assert (failure.threads, failure.lines, failure.preemptions) == (("waiter",), (9,), 1)
        run = played(text, steps(*failure.schedule))
        assert "A condition remembers nothing" in run.violated["no-lost-wakeup"][1]
        assert run.violated["no-deadlock"] is None
        assert run.measure("deadlocks") == 0


def test_who_could_have_ended_it_is_killed() -> None:
    text = program("e.wait()", "x = 1\ny = 2\ne.set()")
    killed = f"{steps('C', 'A')}\n100ms kill B"
    run = played(text, killed)
    assert run.violated["no-deadlock"] == (
        100.0, "A stands in line 13: it waits until `e` is set. Nobody who is left can end that."
    )  # fmt: skip
    assert played(text, steps("C", "A", "B")).violated["no-deadlock"] is None


def test_a_spurious_wakeup_ends_even_that_and_the_next_time_is_told_anew() -> None:
    text = program("with m:\n    c.wait()\n    c.wait()", "pass")
    run = played(text, f"{steps('A', 'A', 'A')}\n50ms wake A\n60ms step A\n70ms step A")
    told = [record.at for record in of_kind(run, Noted) if record.event == "hopeless"]
    assert told == [30.0, 70.0]


def test_a_deadlock_before_a_failed_assertion_is_told_by_every_way_to_explore() -> None:
    text = PROGRAMS["two-locks"] + "\ndef wrong():\n    print(1)\n    assert 1 == 2\nThread(wrong)\n"
    program = compile_program(text)
    ways = [explore(program), explore(program, count=True), explore(program, "bounded"), explore(program, "random")]
    for found in ways:
        assert {"assertion", "deadlock"} <= {one.kind for one in found.failures}, found.strategy


# --- that it is certain ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_of_random_programs_nobody_without_hope_ever_moves_and_what_was_told_stays_true(text: str) -> None:
    for m in states(Machine(compile_program(text)), limit=400):
        check(m)


def check(m: Machine) -> None:
    """Assert that of a state which stays true after each step, and that an end is told of whole."""
    here = threads_of(m)
    assert here.isdisjoint(m.enabled())
    if not m.enabled() and m.failure is None:
        assert here == {one.thread for one in m.blocked()}
    for thread in m.enabled():
        after = m.copy()
        after.advance(thread)
        if after.failure is None:
            assert here <= threads_of(after)
            assert set(groups_of(m)) <= set(groups_of(after))


def threads_of(m: Machine) -> set[int]:
    return {one.thread for one in m.hopeless().waiting}


def groups_of(m: Machine) -> list[tuple[int, ...]]:
    return [tuple(one.thread for one in group) for group in m.hopeless().groups]


BUGS: dict[str, tuple[Any, str, Any, Any]] = {
    "who can do it at all is not asked": (
        reasoning, "_has_hope", lambda need, hopeful: bool(hopeful), test_enough_others_must_have_hope,
    ),
    "who has hope is not asked": (
        reasoning, "_has_hope", lambda need, hopeful: len(need.able) >= need.many,
        test_hope_comes_from_who_can_move_and_passes_on,
    ),
    "one is always enough": (
        reasoning, "_has_hope", lambda need, hopeful: not hopeful.isdisjoint(need.able),
        test_enough_others_must_have_hope,
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_in_the_reasoning_is_noticed(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    monkeypatch.setattr(*BUGS[bug][:3])
    with pytest.raises(AssertionError):
        BUGS[bug][3]()


def test_a_thread_whose_future_is_forgotten_is_given_up_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(futures, "_ways", lambda instruction: ())
    with pytest.raises(AssertionError):
        test_it_is_not_told_while_somebody_may_still_end_it("an event")
