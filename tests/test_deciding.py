"""By which looks a thread comes to a wait, read off small programs."""

from textwrap import indent
from typing import Any

import pytest

from cluster_engine.machine import compile_program, deciding, ways

SHARED = """
x = 0
y = 0
z = 0
items = [0, 0]
m = Lock()
c = Condition(m)
q = Queue(1)
e = Event()
a = Atomic(0)
def answer():
    return x
def same(value):
    r = value
    return r
def sleep_there():
    c.wait()
def spin():
    while y == 0:
        pass
"""

# What a thread does, and what it must have looked at to come to its wait.
CASES = {
    "nothing": ("r = x\nc.wait()", ""),
    "a branch around it": ("if x == 0:\n    c.wait()", "load x"),
    "a loop around it": ("while x == 0:\n    c.wait()", "load x"),
    "a branch before it": ("if x == 0:\n    r = 1\nc.wait()", ""),
    "a return before it": ("if x == 0:\n    return\nc.wait()", "load x"),
    "the other way": ("if x == 0:\n    r = 1\nelse:\n    c.wait()", "load x"),
    "a branch within a branch": ("if x == 0:\n    if y == 0:\n        c.wait()", "load x, load y"),
    "and": ("if x == 0 and y == 0:\n    c.wait()", "load x, load y"),
    "a loop that must end first": ("while x == 0:\n    r = y\nc.wait()", "load x"),
    "a loop over numbers": ("for i in range(3):\n    r = x\nc.wait()", ""),
    "a variable": ("r = x\ns = r + 1\nif s == 1:\n    c.wait()", "load x"),
    "a variable that is overwritten": ("r = x\nr = y\nif r == 1:\n    c.wait()", "load y"),
    "a variable that a branch sets": ("r = 0\nif x == 0:\n    r = 1\nif r == 1:\n    c.wait()", "load x"),
    "the same slot for something else": ("r = x + 1\ns = y + 1\nif s == 1:\n    c.wait()", "load y"),
    "an element": ("if items[0] == 0:\n    c.wait()", "load items[0]"),
    "which element": ("if items[x] == 0:\n    c.wait()", "load x, load items[x]"),
    "a result": ("if answer() == 0:\n    c.wait()", "load x"),
    "an argument": ("r = x\nif same(r) == 0:\n    c.wait()", "load x"),
    "another argument": ("r = x\ns = same(r)\nif same(y) == 0:\n    c.wait()", "load x, load y"),
    "a function that sleeps": ("if x == 0:\n    sleep_there()", "load x"),
    "a call that need not end": ("spin()\nc.wait()", "load y"),
    "a call that ends": ("r = answer()\nc.wait()", ""),
    "an assert": ("assert x == 0\nc.wait()", ""),
    "an assert before a branch": ("assert x == 0\nif y == 0:\n    c.wait()", "load y"),
    "an assert that must fail": ("if x == 0:\n    assert False, answer()\nc.wait()", ""),
    "an item that must come first": ("q.get()\nc.wait()", "get from q"),
    "an item that need not": ("q.try_get()\nc.wait()", ""),
    "whether there was an item": ("if q.try_get():\n    c.wait()", "try to get from q"),
    "an event that must be set first": ("e.wait()\nc.wait()", "wait for e"),
    "an atomic": ("if a.load() == 0:\n    c.wait()", "load a"),
    "after it": ("c.wait()\nif x == 0:\n    r = 1", ""),
    "the round before": ("while True:\n    c.wait()\n    if x == 0:\n        return", "load x"),
}


def looks(body: str) -> str:
    """Return what decides that a thread comes to the wait on the condition, but locks and sleeping itself."""
    program = compile_program(f"{SHARED}def f():\n{indent(body, '    ')}\nThread(f)\n")
    waits = [place for place in program.looks if "wait on c" in program.code[place].words(program)]
    there = [place for place in waits if program.function_at(place).name == "f" or "sleep_there" in body]
    words = [program.code[place].words(program) for place in sorted(program.looks[there[-1 if "f" else 0]])]
    return ", ".join(dict.fromkeys(word for word in words if word not in ("lock m", "wait on c")))


@pytest.mark.parametrize("case", CASES)
def test_what_decides(case: str) -> None:
    body, decides = CASES[case]
    assert set(looks(body).split(", ")) == set(decides.split(", "))


BUGS: dict[str, tuple[Any, str, Any, str]] = {
    "loops always end": (ways.Ways, "_certain_after", lambda self, place: 0, "a branch before it"),
    "an assert is a way round": (ways.Ways, "_only_fails", lambda self, place: False, "an assert before a branch"),
    "values come from nowhere": (deciding._Slice, "_go_back", lambda self, place, slots: None, "a variable"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_in_the_reasoning_is_noticed(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    where, name, wrong, case = BUGS[bug]
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises(AssertionError):
        test_what_decides(case)
