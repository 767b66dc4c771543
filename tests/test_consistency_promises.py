"""The weaker promises: histories that keep one and break the next stronger one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from cluster_engine.consistency.history import Operation
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.promises import PROMISES, broken
from tests.test_consistency_search import check, op, randomly, told_for


def lines(*given: tuple) -> list[Operation]:
    """Each line: process, f, value or result, called, returned, key."""
    found = []
    for index, (process, f, value, called, returned, *key) in enumerate(given):
        asked, told = (None, value) if f == "read" else (value, None)
        one = op(index, f, asked, told, called, returned, key[0] if key else "x")
        found.append(Operation(index, process, *list(_fields(one))[2:]))
    return found


def _fields(one: Operation):
    return (getattr(one, name) for name in Operation.__slots__)


STALE = lines(("a", "write", 1, 0, 1), ("a", "write", 2, 2, 3), ("b", "read", 1, 4, 5))
CROSSED = lines(  # two independent writes, seen in two orders
    ("a", "write", 1, 0, 1), ("b", "write", 2, 0, 1), ("c", "read", 1, 2, 3), ("c", "read", 2, 4, 5),
    ("d", "read", 2, 2, 3), ("d", "read", 1, 4, 5),
)  # fmt: skip
EFFECT_BEFORE_CAUSE = lines(  # b answers what it read, and c sees the answer and not the question
    ("a", "write", 1, 0, 1, "q"), ("b", "read", 1, 2, 3, "q"), ("b", "write", 2, 4, 5, "r"),
    ("c", "read", 2, 6, 7, "r"), ("c", "read", None, 8, 9, "q"),
)  # fmt: skip
OWN_WRITE_LOST = lines(("a", "write", 1, 0, 1), ("a", "read", None, 2, 3))
SEEN_UNDONE = lines(
    ("w", "write", 1, 0, 1), ("w", "write", 2, 2, 3), ("a", "read", 2, 4, 5), ("a", "read", 1, 6, 7)
)  # fmt: skip
DIVERGED = lines(("a", "write", 1, 0, 2), ("b", "write", 2, 0, 2), ("c", "read", 1, 3, 4), ("d", "read", 2, 3, 4))

# Which promises each history breaks.
TABLE = {
    "stale": (STALE, set()),
    "crossed": (CROSSED, {"sequential", "convergent"}),
    "effect before cause": (EFFECT_BEFORE_CAUSE, {"sequential", "causal", "convergent"}),
    "own write lost": (OWN_WRITE_LOST, {"sequential", "causal", "read-your-writes"}),
    "seen undone": (SEEN_UNDONE, {"sequential", "causal", "monotonic-reads"}),
    "diverged": (DIVERGED, {"convergent"}),
}


@pytest.mark.parametrize("name", TABLE)
def test_which_promises_a_history_breaks(name: str) -> None:
    history, breaks = TABLE[name]
    assert {promise for promise in PROMISES if broken(promise, MODELS["register"], history)} == breaks


@pytest.mark.parametrize("name", TABLE)
def test_none_of_them_is_linearizable(name: str) -> None:
    assert check(MODELS["register"], TABLE[name][0]).verdict == "not linearizable"


def test_a_linearizable_history_keeps_all_of_them() -> None:
    good = lines(("a", "write", 1, 0, 1), ("b", "read", 1, 2, 3), ("b", "write", 2, 4, 5), ("a", "read", 2, 6, 7))
    assert check(MODELS["register"], good).verdict == "linearizable"
    assert [promise for promise in PROMISES if broken(promise, MODELS["register"], good)] == []


def test_a_list_shows_whether_its_own_appends_are_there() -> None:
    history = lines(("a", "append", 1, 0, 1), ("a", "read", [2], 2, 3), ("a", "read", [], 4, 5))
    model = MODELS["append-list"]
    assert "had written 1 itself before" in broken("read-your-writes", model, history).why
    assert "which is newer" in broken("monotonic-reads", model, history).why


def test_evidence_names_the_operations() -> None:
    found = broken("causal", MODELS["register"], EFFECT_BEFORE_CAUSE)
    assert found.why == "c: read q -> nil, though it knows of a: write q 1."
    assert [one.process for one in found.evidence] == ["a", "c"]


def test_values_that_are_written_twice_are_refused() -> None:
    twice = lines(("a", "write", 1, 0, 1), ("b", "write", 1, 2, 3))
    with pytest.raises(ValueError, match="no two write the same value"):
        broken("causal", MODELS["register"], twice)


# --- against brute force, and against each other ---------------------------------------------


def drawn(chance: Random, most: int) -> list[Operation]:
    """Return reads and writes of distinct values by three processes on two keys."""
    free, given, values = dict.fromkeys("abc", 0), [], {"x": [None], "y": [None]}
    for number in range(chance.randint(2, most)):
        process, key = chance.choice("abc"), chance.choice("xxy")
        called = free[process] + chance.randint(0, 3)
        free[process] = called + chance.randint(2, 6)
        given.append((process, chance.choice(["read", "write"]), number + 1, called, free[process] - 1, key))
        values[key] += [number + 1] if given[-1][1] == "write" else []
    given.sort(key=lambda one: one[3])
    return lines(
        *((p, f, v if f == "write" else chance.choice(values[key]), c, r, key) for p, f, v, c, r, key in given)
    )


def in_some_order(history: list[Operation]) -> bool:
    """Try all orders that keep to each process's own."""
    return any(
        keeps_to(order, history, lambda one, other: one.process == other.process and one.index < other.index)
        and reads_right(order)
        for order in permutations(history)
    )


def keeps_to(order: Sequence[Operation], history: list[Operation], before: Callable[..., bool]) -> bool:
    place = {one.index: at for at, one in enumerate(order)}
    known = [one for one in history if one.index in place]
    return all(place[a.index] < place[b.index] for a in known for b in known if a is not b and before(a, b))


def reads_right(order: Sequence[Operation]) -> bool:
    held: dict[str, object] = {}
    for one in order:
        if one.f == "write":
            held[one.key] = one.value
        elif held.get(one.key) != one.result:
            return False
    return True


def in_some_causal_order(history: list[Operation]) -> bool:
    """Try all causal orders: in one of them, what came before each read has an order that explains it."""
    pairs = [(a, b) for a in history for b in history if a.f == "write" and a.process != b.process]
    own = {(a.index, b.index) for a in history for b in history if a.process == b.process and a.index < b.index}
    for chosen in range(1 << len(pairs)):
        past = closed(own | {(a.index, b.index) for at, (a, b) in enumerate(pairs) if chosen >> at & 1}, len(history))
        if all((one.index, one.index) not in past for one in history) and all(
            is_explained(one, history, past) for one in history if one.f == "read"
        ):
            return True
    return False


def closed(pairs: set[tuple[int, int]], count: int) -> set[tuple[int, int]]:
    found = set(pairs)
    for middle in range(count):
        found |= {(a, b) for a, to in found if to == middle for start, b in found if start == middle}
    return found


def is_explained(read: Operation, history: list[Operation], past: set[tuple[int, int]]) -> bool:
    known = [one for one in history if one.f == "write" and (one.index, read.index) in past]
    return any(
        keeps_to(order, history, lambda a, b: (a.index, b.index) in past) and reads_right((*order, read))
        for order in permutations(known)
    )


def test_brute_force_agrees_on_sequential_and_causal_consistency() -> None:
    chance, kept = Random(11), {"sequential": 0, "causal": 0}
    for _ in range(150):
        history = drawn(chance, 4)
        truth = {"sequential": in_some_order(history), "causal": in_some_causal_order(history)}
        assert {promise: not broken(promise, MODELS["register"], history) for promise in truth} == truth, history
        kept = {promise: kept[promise] + said for promise, said in truth.items()}
    assert all(20 < count < 140 for count in kept.values())


WEAKER = (
    ("sequential", "causal"), ("sequential", "read-your-writes"), ("sequential", "monotonic-reads"),
    ("causal", "read-your-writes"), ("causal", "monotonic-reads"),
)  # fmt: skip


def test_who_keeps_a_promise_keeps_the_weaker_ones() -> None:
    chance, model, kept = Random(12), MODELS["register"], 0
    for _ in range(400):
        history = drawn(chance, 7)
        keeps = {promise: not broken(promise, model, history) for promise in PROMISES}
        kept += keeps["sequential"]
        assert [pair for pair in WEAKER if keeps[pair[0]] and not keeps[pair[1]]] == [], history
        assert keeps["sequential"] or check(model, history).verdict == "not linearizable"
    assert 50 < kept < 350


@pytest.mark.parametrize("name", ["cas-register", "etcd-register", "cell", "kv", "append-list"])
def test_other_models_keep_the_promises_of_a_session_where_they_are_sequential(name: str) -> None:
    """Of operations that crashed, of swaps and of sums nobody is accused wrongly."""
    chance, model, kept = Random(13), MODELS[name], 0
    for _ in range(300):
        drawn_ = [told_for(name, one, chance) for one in randomly(name, chance)]
        history = [replace(one, process=f"c{one.index % 2}") for one in drawn_]
        if broken("sequential", model, history) is None:
            kept += 1
            assert broken("read-your-writes", model, history) is None, [one.words() for one in history]
            assert broken("monotonic-reads", model, history) is None, [one.words() for one in history]
    assert kept > 30


def test_a_swap_is_a_write_and_one_that_crashed_may_have_been_read() -> None:
    model, swap = MODELS["cas-register"], lines(("b", "cas", (1, 2), 2, 3), ("a", "read", 2, 4, 5))
    wrote = lines(("a", "write", 1, 0, 1))
    numbered = [replace(one, index=at) for at, one in enumerate([*wrote, *swap])]
    assert broken("read-your-writes", model, numbered) is None
    crashed = [numbered[0], replace(numbered[1], f="write", value=2).forgotten(), numbered[2]]
    assert broken("read-your-writes", model, crashed) is None
    undone = [*numbered, replace(numbered[2], index=3, called=6.0, returned=7.0, result=None)]
    assert "which is newer" in broken("monotonic-reads", model, undone).why
