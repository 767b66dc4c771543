"""What is a lost wake-up and what a deadlock: programs worked out by hand, and the rule on single steps."""

from textwrap import dedent, indent

import pytest

from cluster_engine.exploration.explore import explore
from cluster_engine.machine import Machine, compile_program
from cluster_engine.missed_notifications import Missed
from tests.naive_schedules import walk
from tests.test_lab_program import played, steps

SHARED = """
ready = False
x = 0
m = Lock()
c = Condition(m)
e = Event()
s = Semaphore(0)
q = Queue(1)
"""


def program(a: str, b: str) -> str:
    """Return the program of two threads, A and B, that do this."""
    f, g = (indent(body, "    ") for body in (a, b))
    return f'{SHARED}def f():\n{f}\ndef g():\n{g}\nThread(f, name="A")\nThread(g, name="B")\n'


UNDER_LOCK = "with m:\n    while not ready:\n        c.wait()"
BLINDLY = "with m:\n    c.wait()"
NOTIFIED = "with m:\n    c.notify()"
LOOKED_BEFORE = "if not ready:\n    with m:\n        c.wait()"
ANNOUNCED = "with m:\n    ready = True\n    c.notify()"
BY_QUEUE = "q.get()\n" + BLINDLY
PULSED = "e.set()\ne.clear()"

CASES = {
    # The text-book case: A looked before the word came, and sleeps after it.
    "looks, then sleeps": (LOOKED_BEFORE, ANNOUNCED, {"lost-wakeup"}),
    "does not look at all": (BLINDLY, NOTIFIED, {"lost-wakeup"}),
    # B's word comes first or wakes A, who looks, finds nothing and waits for a second word, which never comes.
    "looks under the lock, told of nothing": (UNDER_LOCK, NOTIFIED, {"deadlock"}),
    "looks under the lock, told of all": (UNDER_LOCK, ANNOUNCED, set()),
    # What A has from the queue was put there after the word.
    "learns of it from a queue": (BY_QUEUE, "c.notify()\nq.put(1)", {"deadlock"}),
    # The item was there before the word; only the order of a run tells what came first, and that is no order.
    "learns from a queue what came before": (BY_QUEUE, "q.put(1)\nc.notify()", {"lost-wakeup"}),
    # A look that nothing orders after the word may as well have come before it, whatever this run did.
    "looks at something else": ("r = x\n" + BLINDLY, "c.notify()", {"lost-wakeup"}),
    "sees what was written after it": ("while x == 0:\n    pass\n" + BLINDLY, "c.notify()\nx = 1", {"deadlock"}),
    # A look counts if it decides: with another answer A would not have come to sleep.
    "looks under the lock, at what does not matter": ("with m:\n    r = x\n    c.wait()", NOTIFIED, {"lost-wakeup"}),
    "decides something else": ("with m:\n    if x == 0:\n        r = 1\n    c.wait()", NOTIFIED, {"lost-wakeup"}),
    "decides by a variable": ("with m:\n    r = ready\n    if not r:\n        c.wait()", NOTIFIED, {"deadlock"}),
    "asserts it": ("with m:\n    assert x == 0\n    c.wait()", NOTIFIED, {"lost-wakeup"}),
    # One's own word is no news.
    "notifies itself": ("with m:\n    c.notify()\n    c.wait()", "x = 1", {"deadlock"}),
    # An event is remembered until it is cleared. What A does before it comes there makes no difference.
    "an event that is cleared": ("x = 1\ne.wait()", PULSED, {"lost-wakeup"}),
    "an event that stays": ("x = 1\ne.wait()", "e.set()", set()),
    "an event looked at": ("if not e.is_set():\n    e.wait()", PULSED, {"lost-wakeup", "deadlock"}),
    "an event waited for again": ("e.wait()\ne.clear()\ne.wait()", "e.set()", {"deadlock"}),
    # A semaphore forgets nothing.
    "a semaphore": ("s.acquire()\ns.acquire()", "s.release()", {"deadlock"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_waiting_for_ever_is_called(case: str) -> None:
    a, b, kinds = CASES[case]
    found = explore(compile_program(program(a, b)))
    assert found.complete
    assert {one.kind for one in found.failures if one.kind != "race"} == kinds


@pytest.mark.parametrize("case", [case for case in CASES if "while x" not in CASES[case][0]])
def test_it_is_called_the_same_by_every_way_to_explore(case: str) -> None:
    text = compile_program(program(*CASES[case][:2]))
    walked = {kind for kind, _ in walk(Machine(text), 2).costs()} - {"race"}
    assert walked == CASES[case][2]
    counted = explore(text, count=True)
    assert {one.kind for one in counted.failures} - {"race"} == walked
    bounded = explore(text, "bounded", preemptions=9)
    assert {one.kind for one in bounded.failures} - {"race"} == walked


@pytest.mark.parametrize("case", CASES)
def test_the_lab_calls_it_the_same(case: str) -> None:
    text = program(*CASES[case][:2])
    for failure in explore(compile_program(text)).failures:
        if failure.kind != "race":
            run = played(text, steps(*failure.schedule))
            told = {"deadlock": "no-deadlock", "lost-wakeup": "no-lost-wakeup"}
            assert {kind: run.violated[name] is not None for kind, name in told.items()} == {
                kind: kind == failure.kind for kind in told
            }


def test_a_sleeper_on_a_condition_makes_no_race_in_the_lab() -> None:
    """Waiting gives the lock up: who has it next knows what the sleeper did."""
    text = program("with m:\n    x = 1\n    c.wait()", "with m:\n    x = 2\n    c.notify()")
    run = played(text, steps(*"AAABBBBA"))
    assert run.violated["no-race"] is None
    assert not [one for one in explore(compile_program(text)).failures if one.kind == "race"]


def after(*taken: tuple[str, str, dict[str, bool], str]) -> Missed[str]:
    """Return what was missed when these steps were taken."""
    missed: Missed[str] = Missed({})
    for step in taken:
        missed = missed.then(*step, look=1)
    return missed


WORD = ("B", "notify", {"condition:c": True}, "c")


def test_a_chain_of_conflicting_steps_tells_and_two_reads_do_not() -> None:
    wrote, read = ("B", "write", {"x": True}, ""), ("A", "read", {"x": False}, "")
    assert after(WORD, wrote, read).by("A", "c", [1]) is False
    assert after(wrote, WORD, read).by("A", "c", [1]) is True
    assert after(WORD, ("B", "read", {"x": False}, ""), read).by("A", "c", [1]) is True
    overwritten = ("A", "write", {"x": True}, "")
    assert (
        after(WORD, ("B", "read", {"x": False}, ""), overwritten, ("A", "read", {"y": False}, "")).by("A", "c", [1])
        is False
    )


def test_a_later_word_is_missed_anew_and_concerns_its_object_alone() -> None:
    looked = ("A", "read", {"condition:c": False}, "")
    assert after(WORD, looked).by("A", "c", [1]) is False
    assert after(WORD, looked, WORD).by("A", "c", [1]) is True
    assert after(WORD).by("A", "d", [1]) is False
    assert after(WORD).by("B", "c", [1]) is False


def test_a_look_tells_who_comes_to_sleep_by_it() -> None:
    missed = after(WORD, ("A", "read", {"condition:c": False}, ""))
    assert missed.by("A", "c", [2]) is True
    assert missed.by("A", "c", [2, 1]) is False
    assert missed.by("A", "c", []) is True


def test_pasts_that_tell_the_same_are_equal() -> None:
    independent = [("A", "write", {"x": True}, ""), WORD]
    assert after(*independent).key == after(*independent[::-1]).key
    assert after(WORD).key != after(*independent[:1]).key


def test_a_circle_of_locks_and_a_lost_wakeup_in_one_run_are_both_told_and_each_names_its_own() -> None:
    text = """
        c = Condition(Lock())
        a = Lock()
        b = Lock()

        def sleep_too_late():
            with c:
                c.wait()

        def lock_and_notify():
            c.notify()
            with a:
                with b:
                    pass

        def lock_the_other_way():
            with b:
                with a:
                    pass

        Thread(sleep_too_late, name="S")
        Thread(lock_and_notify, name="A")
        Thread(lock_the_other_way, name="B")
    """
    program = compile_program(dedent(text))
    for found in (explore(program), explore(program, count=True), explore(program, "bounded", preemptions=3)):
        told = {(one.kind, one.lines, one.threads) for one in found.failures}
        assert told == {("lost-wakeup", (8,), ("S",)), ("deadlock", (13, 18), ("A", "B"))}
