"""The reduction against the unreduced tree: the same outcomes, failures and races, from one run a class."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from cluster_engine.exploration import accesses, wakeup
from cluster_engine.exploration.findings import Findings
from cluster_engine.exploration.reduction import Reduction
from tests.naive_schedules import TooMany, walk
from tests.toy_threads import Instruction, Toy

INCREMENT: list[Instruction] = [("read", "x", "c"), ("write", "c", lambda r: r["x"] + 1)]
BOTH: list[Instruction] = [("lock", "m"), ("lock", "n"), ("unlock", "n"), ("unlock", "m")]
OTHER_WAY: list[Instruction] = [("lock", "n"), ("lock", "m"), ("unlock", "m"), ("unlock", "n")]
SETTER: list[Instruction] = [("write", "a", 1), ("write", "b", -1)]
CHECKER: list[Instruction] = [
    ("read", "a", "a"), ("read", "b", "b"), ("check", lambda r: (r["a"], r["b"]) in ((0, 0), (1, -1))),
]  # fmt: skip
EATER: list[Instruction] = [
    ("lock", "m"), ("read", "q", "q"), ("when", lambda r: r["q"] == 0, 1), ("wait", "m"), ("read", "q", "q"),
    ("write", "q", lambda r: r["q"] - 1), ("check", lambda r: r["q"] > 0), ("unlock", "m"),
]  # fmt: skip
COOK: list[Instruction] = [
    ("lock", "m"), ("read", "q", "q"), ("write", "q", lambda r: r["q"] + 1), ("notify", "m"), ("unlock", "m"),
]  # fmt: skip

PROGRAMS = {
    "increments": Toy([INCREMENT] * 3, {"c": 0}, lambda memory: memory["c"] == 3),
    "last writer": Toy([[("write", "c", 1)], [("write", "c", 2)]], {"c": 0}),
    "message": Toy([[("write", "c", 1)], [("read", "x", "c"), ("write", "d", lambda r: r["x"])]], {"c": 0, "d": 0}),
    "never unlocked": Toy([[("lock", "m")], [("write", "c", 1), ("lock", "m")]], {"c": 0}),
    "impatient": Toy([[("read", "x", "c"), ("check", lambda r: r["x"] == 1)], [("write", "c", 1)]], {"c": 0}),
    "two locks": Toy([BOTH, OTHER_WAY], {}),
    "setters": Toy([SETTER, SETTER, CHECKER], {"a": 0, "b": 0}),
    "checker first": Toy([CHECKER, SETTER, SETTER], {"a": 0, "b": 0}),
    "lost signal": Toy(
        [[("lock", "m"), ("wait", "m"), ("unlock", "m")], [("notify", "m"), ("read", "q", "q")]], {"q": 0}
    ),
    "if and wait": Toy([EATER, EATER, COOK * 2], {"q": 0}),
}


def agree(toy: Toy, limit: int = 20_000) -> bool:
    """Return whether the reduction finds exactly what the whole tree holds, in no more runs."""
    naive, findings = walk(toy, len(toy.names), limit), Findings(toy.names)
    runs = list(Reduction(toy.copy(), len(toy.names), 1_000).runs())
    for run in runs:
        findings.see(run)
    if len(runs) > naive.schedules or not all(run.ended for run in runs):
        return False
    outcomes = {repr(outcome.values) for outcome in findings.outcomes()}
    return set(findings.faults) == naive.faults | naive.races and outcomes == set(naive.outcomes)


@pytest.mark.parametrize("name", PROGRAMS)
def test_reduced_and_naive_agree_on_named_programs(name: str) -> None:
    assert agree(PROGRAMS[name])


ARITHMETIC = [1, 2, lambda r: r.get("r", 0) + 1, lambda r: r.get("s", 0)]
TESTS = [lambda r: r.get("r", 0) != 1, lambda r: r.get("s", 0) != 2, lambda r: r.get("r", 0) == r.get("s", 0)]


def blocks(held: tuple[str, ...] = (), depth: int = 0) -> st.SearchStrategy[list[Instruction]]:
    """Return strategies for sequences of instructions that hold these locks."""
    place = st.sampled_from("xyz")
    parts = [
        st.tuples(st.just("read"), st.sampled_from("rs"), place),
        st.tuples(st.just("write"), place, st.sampled_from(ARITHMETIC)),
        st.tuples(st.just("update"), place, st.just(1)),
        st.tuples(st.just("check"), st.sampled_from(TESTS)),
    ]
    if held:
        parts += [st.tuples(st.just("notify"), st.sampled_from(held)), st.just(("wait", held[-1]))]
    single = st.one_of(parts).map(lambda instruction: [instruction])
    if depth == 2:
        return st.lists(single, min_size=1, max_size=2).map(_joined)
    branch = st.tuples(st.sampled_from(TESTS), blocks(held, 2)).map(lambda it: [("when", it[0], len(it[1])), *it[1]])
    free = [lock for lock in "mn" if lock not in held]
    under = [
        blocks((*held, lock), depth + 1).map(lambda body, m=lock: [("lock", m), *body, ("unlock", m)]) for lock in free
    ]
    return st.lists(st.one_of([single, single, branch, *under]), min_size=1, max_size=3).map(_joined)


def _joined(parts: list[list[Instruction]]) -> list[Instruction]:
    return [instruction for part in parts for instruction in part]


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(threads=st.lists(blocks(), min_size=2, max_size=3), checked=st.booleans())
def test_reduced_and_naive_agree_on_random_programs(threads: list[list[Instruction]], checked: bool) -> None:
    toy = Toy(threads, {"x": 0, "y": 0, "z": 0}, (lambda memory: memory["x"] != 1) if checked else None)
    try:
        assert agree(toy, 1_000)
    except TooMany:
        reject()  # another program is drawn in its place


CONFLICTS = {
    ("write", "write"): "last writer",
    ("read", "write"): "message",
    ("lock", "lock"): "two locks",
}


@pytest.mark.parametrize("forgotten", CONFLICTS, ids="-".join)
def test_a_conflict_that_the_reduction_forgets_is_noticed(
    monkeypatch: pytest.MonkeyPatch, forgotten: tuple[str, str]
) -> None:
    right = accesses._conflict
    monkeypatch.setattr(accesses, "_conflict", lambda a, b: tuple(sorted((a.op, b.op))) != forgotten and right(a, b))
    assert not agree(PROGRAMS[CONFLICTS[forgotten]])


def _never_wakes(self: Reduction, node: Any, *rest: Any) -> Any:
    after = _AFTER(self, node, *rest)
    after.sleep = dict(node.sleep)
    return after


_AFTER = Reduction._after

BUGS = {
    "races of locks are sought at the unlock only": (Reduction, "_can_precede", lambda *_: False, "two locks"),
    "who is blocked at the end races with nobody": (Reduction, "_still_to_come", lambda _: [], "never unlocked"),
    "nothing is looked at after a failure": (Reduction, "_is_frozen", lambda *_: True, "impatient"),
    "every plan is thought to be redundant": (wakeup, "is_redundant", lambda *_: True, "increments"),
    "threads asleep never wake": (Reduction, "_after", _never_wakes, "increments"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_in_the_reduction_is_noticed(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    where, name, wrong, program = BUGS[bug]
    monkeypatch.setattr(where, name, wrong)
    assert not agree(PROGRAMS[program])
