"""The weaker promises: histories that keep one and break the next stronger one."""

import pytest

from cluster_engine.consistency.history import Operation
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.promises import PROMISES, broken
from tests.test_consistency_search import check, op


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
