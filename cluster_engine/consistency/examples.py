"""Small histories to practise on, endless by seed: half of them linearizable, half not, and none of them plain."""

from random import Random

from cluster_engine.consistency.history import NEVER, OK, UNKNOWN, Operation
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE, Search
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.specification import Model

CLIENTS = ("A", "B", "C")
MOST_TRIES = 500


def example(seed: int, model: str = "register") -> list[Operation]:
    """Return a history of five to seven operations of three clients on one register.

    Whether it is linearizable is drawn first. It is never one that a glance decides: operations overlap, something
    was read, and a history that fails does so by the order alone, for every value that was read had been written.
    """
    chance = Random(f"history {seed}")
    wanted = chance.choice([LINEARIZABLE, NOT_LINEARIZABLE])
    for _ in range(MOST_TRIES):
        history = _drawn(chance)
        if _is_worth_it(history) and verdict(history, MODELS[model]).verdict == wanted:
            return history
    raise AssertionError(f"no history for seed {seed}")


def verdict(history: list[Operation], model: Model) -> Search:
    """Return the search of a small history, run to its end."""
    search = Search(model, history, foresight=False)
    while search.run(1_000) is None:
        pass
    return search


def _drawn(chance: Random) -> list[Operation]:
    lines: list[tuple[int, int, int, str, int | None]] = []
    free = [chance.randrange(3) for _ in CLIENTS]
    written = 0
    for _ in range(chance.randint(5, 7)):
        client = min(range(len(CLIENTS)), key=lambda one: (free[one], chance.random()))
        called = free[client] + chance.randint(0, 1)
        returned = called + chance.randint(1, 5)
        free[client] = returned + 1
        writes = chance.random() < 0.45 or not written
        written += writes
        lines.append((called, client, returned, "write" if writes else "read", written if writes else None))
    lines.sort()
    history = []
    for index, (called, client, returned, f, value) in enumerate(lines):
        crashes = f == "write" and chance.random() < 0.12
        begun = [line[4] for line in lines if line[3] == "write" and line[0] < returned]
        result = chance.choice([None, *begun]) if f == "read" else None
        ends, outcome = (NEVER, UNKNOWN) if crashes else (returned + 0.6, OK)  # never at the moment of a call
        history.append(Operation(index, CLIENTS[client], f, None, value, result, float(called), ends, outcome))
    return _without_what_follows_a_crash(history)


def _without_what_follows_a_crash(history: list[Operation]) -> list[Operation]:
    """A client that never had an answer asks nothing more."""
    crashed: dict[str, float] = {one.process: one.called for one in history if one.outcome == UNKNOWN}
    return [one for one in history if one.called <= crashed.get(one.process, NEVER)]


def _is_worth_it(history: list[Operation]) -> bool:
    reads = [one for one in history if one.f == "read"]
    writes = [one for one in history if one.f == "write"]
    overlap = sum(
        one.called < other.returned and other.called < one.returned
        for place, one in enumerate(history)
        for other in history[place + 1 :]
    )
    seen = {one.result for one in reads}
    return len(reads) >= 2 and len(writes) >= 2 and overlap >= 2 and len(seen) >= 2 and len(history) >= 5
