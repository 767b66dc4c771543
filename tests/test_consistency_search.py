"""Linearizability: hand-made histories of every model, and a brute-force checker that must agree on random ones."""

import random
from itertools import permutations

import pytest

from cluster_engine.consistency.history import NEVER, OK, UNKNOWN, Operation
from cluster_engine.consistency.linearizability import Search, check
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.specification import Illegal, Model
from cluster_engine.consistency.wgl import check_wgl


def op(index: int, f: str, value=None, result=None, called=0.0, returned=1.0, key=None) -> Operation:
    """Return an operation; `returned=None`: nobody knows how it ended."""
    outcome = UNKNOWN if returned is None else OK
    return Operation(
        index, f"c{index}", f, key, value, result, called, NEVER if returned is None else returned, outcome
    )


def history(*lines: tuple) -> list[Operation]:
    return [op(index, *line) for index, line in enumerate(lines)]


def verdict(model: str, *lines: tuple) -> str:
    found = check(MODELS[model], history(*lines)).verdict
    assert check_wgl(MODELS[model], history(*lines))[0] == found
    return found


GOOD = {
    "register": [("write", 1, None, 0, 1), ("read", None, 1, 2, 3)],
    "register, a read beside a write": [("write", 1, None, 0, 10), ("read", None, None, 1, 2), ("read", None, 1, 3, 4)],
    "register, an unknown write that took effect late": [
        ("write", 1, None, 0, 1), ("write", 2, None, 2, None), ("read", None, 1, 3, 4), ("read", None, 2, 5, 6),
    ],
    "cas-register": [("write", 1, None, 0, 1), ("cas", [1, 2], None, 2, 3), ("read", None, 2, 4, 5)],
    "etcd-register": [("write", 1, None, 0, 1), ("cas", [2, 3], False, 2, 3)],
    "cell": [("write", "2", "2", 0, 1), ("add", 3, 5, 2, 3), ("read", None, 5, 4, 5)],
    "account": [("add", 20, 120, 0, 1), ("add", -30, 90, 2, 3), ("read", None, 90, 4, 5)],
    "kv": [("put", "a", None, 0, 1), ("append", "b", None, 2, 3), ("get", None, "ab", 4, 5)],
    "append-list": [("append", 1, None, 0, 3), ("append", 2, None, 0, 3), ("read", None, [2, 1], 4, 5)],
    "queue": [
        ("enqueue", 1, None, 0, 1), ("enqueue", 2, None, 2, 3), ("dequeue", None, 1, 4, 5), ("dequeue", None, 2, 6, 7),
        ("dequeue", None, None, 8, 9),
    ],
    "mutex": [("acquire", None, None, 0, 1), ("release", None, None, 2, 3), ("acquire", None, None, 2, 4)],
    "counter": [("add", 1, None, 0, 1), ("add", 2, None, 0, None), ("read", None, 1, 2, 3), ("read", None, 3, 4, 5)],
    "set": [("add", 1, None, 0, 1), ("add", 2, None, 0, None), ("read", None, [1], 2, 3), ("read", None, [2, 1], 4, 5)],
    "txn": [
        ("txn", [["w", "x", 1], ["append", "y", 5]], None, 0, 1),
        ("txn", [["r", "x", None], ["append", "y", 6], ["r", "y", None]],
         [["r", "x", 1], ["append", "y", 6], ["r", "y", [5, 6]]], 2, 3),
        ("txn", [["r", "z", None]], [["r", "z", []]], 4, 5),
    ],
}  # fmt: skip
BAD = {
    "register, a stale read": [("write", 1, None, 0, 1), ("write", 2, None, 2, 3), ("read", None, 1, 4, 5)],
    "register, old after new": [("write", 1, None, 0, 9), ("read", None, 1, 1, 2), ("read", None, None, 3, 4)],
    "register, an unknown write cannot act before it was asked": [
        ("read", None, 2, 0, 1), ("write", 2, None, 2, None),
    ],
    "register, an unknown write acts once": [
        ("write", 1, None, 0, 1), ("write", 2, None, 2, None), ("read", None, 2, 3, 4), ("write", 3, None, 5, 6),
        ("read", None, 2, 7, 8),
    ],
    "cas-register": [("write", 1, None, 0, 1), ("cas", [2, 3], None, 2, 3)],
    "etcd-register": [("write", 2, None, 0, 1), ("cas", [2, 3], False, 2, 3)],
    "cell": [("write", "2", "2", 0, 1), ("add", 3, 5, 2, 3), ("add", 3, 5, 4, 5)],
    "account": [("add", 20, 120, 0, 1), ("add", -30, 70, 0, 1)],
    "kv": [("put", "a", None, 0, 1), ("append", "b", None, 2, 3), ("get", None, "ba", 4, 5)],
    "append-list": [("append", 1, None, 0, 1), ("append", 2, None, 2, 3), ("read", None, [2, 1], 4, 5)],
    "queue": [("enqueue", 1, None, 0, 1), ("enqueue", 2, None, 2, 3), ("dequeue", None, 2, 4, 5)],
    "queue, not empty": [("enqueue", 1, None, 0, 1), ("dequeue", None, None, 2, 3)],
    "mutex": [("acquire", None, None, 0, 1), ("acquire", None, None, 2, 3)],
    "counter": [("add", 1, None, 0, 1), ("read", None, 0, 2, 3)],
    "set": [("add", 1, None, 0, 1), ("add", 2, None, 2, 3), ("read", None, [2], 4, 5)],
    "txn": [  # each reads what the other writes, before it is written
        ("txn", [["r", "x", None], ["w", "y", 1]], [["r", "x", None], ["w", "y", 1]], 0, 9),
        ("txn", [["r", "y", None], ["w", "x", 1]], [["r", "y", None], ["w", "x", 1]], 0, 9),
    ],
    "txn, 0 is not nothing": [
        ("txn", [["w", "x", 0]], None, 0, 1), ("txn", [["r", "x", None]], [["r", "x", None]], 2, 3),
    ],
    "txn, a long fork": [
        ("txn", [["w", "x", 1]], None, 0, 9), ("txn", [["w", "y", 1]], None, 0, 9),
        ("txn", [["r", "x", None], ["r", "y", None]], [["r", "x", 1], ["r", "y", None]], 0, 9),
        ("txn", [["r", "x", None], ["r", "y", None]], [["r", "x", None], ["r", "y", 1]], 0, 9),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good_histories(name: str) -> None:
    assert verdict(name.partition(",")[0], *GOOD[name]) == "linearizable"


@pytest.mark.parametrize("name", BAD)
def test_bad_histories(name: str) -> None:
    assert verdict(name.partition(",")[0], *BAD[name]) == "not linearizable"


def test_every_model_has_a_good_and_a_bad_history() -> None:
    for examples in (GOOD, BAD):
        assert {name.partition(",")[0] for name in examples} == set(MODELS)


def test_keys_are_objects_of_their_own() -> None:
    lines = [op(0, "write", 1, None, 0, 1, "x"), op(1, "write", 2, None, 2, 3, "y"), op(2, "read", None, 1, 4, 5, "x")]
    assert check(MODELS["register"], lines).verdict == "linearizable"


def test_a_hopeless_key_does_not_hide_another_one() -> None:
    """Twelve writes at once and a read of what nobody wrote take long; the stale read of another key does not."""
    hopeless = [op(n, "write", n, None, 0, 100 + n, "slow") for n in range(12)]
    hopeless.append(op(12, "read", None, 99, 1, 200, "slow"))
    quick = [op(20, "write", 1, None, 0, 1, "z"), op(21, "read", None, None, 2, 3, "z")]
    found = check(MODELS["register"], hopeless + quick)
    assert (found.verdict, found.failing.history[0].key) == ("not linearizable", "z")
    assert found.explored < 2_000


def test_a_budget_leaves_it_undecided() -> None:
    lines = [op(n, "enqueue", n, None, 0, 100) for n in range(9)] + [op(9, "dequeue", None, 99, 101, 102)]
    assert check(MODELS["queue"], lines, most=500).verdict == "undecided"


def test_a_found_order_is_one() -> None:
    search = Search(MODELS["register"], history(*GOOD["register, a read beside a write"]))
    assert search.run(100) == "linearizable"
    assert [one.index for one in search.order] == [1, 0, 2]


# --- brute force ----------------------------------------------------------------------------


def brute(model: Model, lines: list[Operation]) -> bool:
    """Try every subset of the unknown operations in every order that keeps to real time."""
    known = [one for one in lines if one.outcome == OK]
    unknown = [one for one in lines if one.outcome == UNKNOWN]
    for chosen in range(1 << len(unknown)):
        taken = known + [one for place, one in enumerate(unknown) if chosen >> place & 1]
        if any(legal(model, order) for order in permutations(taken)):
            return True
    return False


def legal(model: Model, order: tuple[Operation, ...]) -> bool:
    state = model.initial
    for place, one in enumerate(order):
        if any(later.returned < one.called for later in order[place + 1 :]):
            return False
        state = model.step(state, one)
        if isinstance(state, Illegal):
            return False
    return True


def randomly(model: str, chance: random.Random) -> list[Operation]:
    """Return a small history: three clients, each with one operation at a time, few values, a fifth unknown."""
    lines, free = [], [0.0, 0.0, 0.0]
    for index in range(chance.randint(2, 6)):
        client = chance.randrange(3)
        called = free[client] + chance.randint(0, 3)
        returned = called + chance.randint(1, 6)
        free[client] = returned + 1
        f = chance.choice(sorted(MODELS[model].functions))
        value, result = asked_and_told(f, chance)
        lines.append(op(index, f, value, result, called, None if chance.random() < 0.2 else returned))
    return lines


def asked_and_told(f: str, chance: random.Random):
    few = chance.choice([1, 2])
    match f:
        case "write" | "enqueue":
            return few, None
        case "cas":
            return (chance.choice([1, 2]), few), chance.choice([None, None, False])
        case "add":
            return few, chance.choice([None, few, 3])
        case "put" | "append":
            return few, None
        case "get":
            return None, chance.choice(["", "1", "2", "12", "21"])
        case "read":
            return None, chance.choice([None, 1, 2, 3, (1,), (1, 2)])
        case "dequeue":
            return None, chance.choice([None, 1, 2])
        case "txn":
            return steps(chance)
        case _:
            return None, None


def steps(chance: random.Random) -> tuple[list, list]:
    """Return one or two steps on two keys, a register and a list, as they are asked for and as they are told."""
    asked, told = [], []
    for _ in range(chance.randint(1, 2)):
        f, key = chance.choice([("r", "x"), ("w", "x"), ("r", "y"), ("append", "y")])
        value = chance.choice([None, 1] if key == "x" else [[], [1], [1, 1]]) if f == "r" else 1
        asked.append([f, key, None if f == "r" else value])
        told.append([f, key, value])
    return asked, told


def told_for(model: str, one: Operation, chance: random.Random) -> Operation:
    """Reads are told what the model can hold."""
    results = {
        "counter": [0, 1, 2, 3],
        "append-list": [(), (1,), (2,), (1, 2), (2, 1)],
        "account": [100, 101, 102],
        "set": [(), (1,), (2,), (1, 2)],
    }.get(model, [None, 1, 2])
    asked = {"cell": {"add": 1}}.get(model, {}).get(one.f, one.value)
    if model == "account" and one.f == "add":
        return Operation(one.index, one.process, "add", None, asked, chance.choice([101, 102, 103]), *one_times(one))
    if one.f == "read" and one.outcome == OK:
        return Operation(one.index, one.process, one.f, None, None, chance.choice(results), *one_times(one))
    result = None if one.f == "cas" and model != "etcd-register" else one.result
    return Operation(one.index, one.process, one.f, None, asked, result, *one_times(one))


def one_times(one: Operation) -> tuple[float, float, str]:
    return one.called, one.returned, one.outcome


def disagreements(model: str, count: int, seed: int) -> tuple[int, int]:
    """Return on how many random histories the checkers disagree, and how many were linearizable."""
    chance, wrong, good = random.Random(seed), 0, 0
    for _ in range(count):
        lines = [told_for(model, one, chance) for one in randomly(model, chance)]
        truth = brute(MODELS[model], lines)
        good += truth
        found = {check(MODELS[model], lines).verdict, check_wgl(MODELS[model], lines)[0]}
        wrong += found != {"linearizable" if truth else "not linearizable"}
    return wrong, good


@pytest.mark.parametrize("model", MODELS)
def test_brute_force_agrees_on_random_histories_with_crashes(model: str) -> None:
    wrong, good = disagreements(model, 400, seed=1)
    assert wrong == 0
    assert 20 < good < 380


@pytest.mark.parametrize(
    ("bug", "text"),
    [
        ("unknown operations must take effect", "only forced ones"),
        ("an operation may act before it is called", "calls"),
        ("every legal operation is taken at once", "greedy"),
    ],
)
def test_a_checker_with_a_bug_is_noticed(bug: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if text == "only forced ones":
        monkeypatch.setattr(Search, "_classed", lambda self: [])
    elif text == "calls":
        monkeypatch.setattr(
            Search, "_open_at_each", lambda self: [tuple(range(len(self.history)))] * (2 * len(self.history) + 1)
        )
    else:
        monkeypatch.setattr(type(MODELS["register"]), "only_reads", lambda self, operation: True)
    assert disagreements_of_search("register", 400), bug


def disagreements_of_search(model: str, count: int) -> int:
    chance, wrong = random.Random(1), 0
    for _ in range(count):
        lines = [told_for(model, one, chance) for one in randomly(model, chance)]
        found = check(MODELS[model], lines).verdict == "linearizable"
        wrong += found != brute(MODELS[model], lines)
    return wrong
