"""Judging a hundred histories such as a Jepsen test of etcd leaves: how long, and beside Wing, Gong and Lowe's search.

Each has about 80 operations of five clients on one register with compare-and-set; up to 20 have no known end, of
which some took effect. Every other history holds one answer that is not true. Both searches must agree.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter, process_time

from cluster_engine.checkers.linearizable import LinearizabilityChecker
from cluster_engine.checkers.ordering import operations, orders
from cluster_engine.checkers.promised import promises
from cluster_engine.consistency.history import NEVER, OK, UNKNOWN, Operation
from cluster_engine.consistency.linearizability import NOT_LINEARIZABLE, UNDECIDED, check
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.wgl import check_wgl
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.records import Invoked, Record, Returned
from cluster_engine.run import Run
from tests.bench.table import print_table

HISTORIES, OPERATIONS, CLIENTS, MOST_UNKNOWN = 100, 80, 5, 20
WGL_SECONDS = 2.0  # for each history
DRAWN_EVERY_S = 0.7  # the history panel, while a run plays


def history(seed: int) -> list[Operation]:
    """Return a history that a linearizable register could have left; of odd seeds, with one answer changed."""
    chance = random.Random(seed)
    value: int | None = None
    found = []
    for _, index, client, called, ends, crashes in sorted(_times(chance)):
        f = chance.choice(["write", "cas"] if crashes else ["read", "write", "cas"])
        asked = {"read": None, "write": chance.randrange(5), "cas": (chance.randrange(5), chance.randrange(5))}[f]
        told = value if f == "read" else False if f == "cas" and value != asked[0] else None
        if f != "read" and told is not False and (not crashes or chance.random() < 0.5):
            value = asked if f == "write" else asked[1]
        known = (None, called, NEVER, UNKNOWN) if crashes else (told, called, ends, OK)
        found.append(Operation(index, f"c{client}", f, None, asked, *known))
    return _with_a_lie(found, chance) if seed % 2 else found


def _times(chance: random.Random) -> Iterator[tuple[float, int, int, float, float, bool]]:
    """Yield for each operation when it acts, its number and client, its call and return, and whether it crashes."""
    free, now = [0.0] * CLIENTS, 0.0
    crashing = set(chance.sample(range(OPERATIONS), chance.randint(0, MOST_UNKNOWN)))
    for index in range(OPERATIONS):
        client = min(range(CLIENTS), key=free.__getitem__)
        now = max(free[client], now) + chance.random() * 0.2
        ends = now + 1 + chance.random()
        free[client] = ends + 0.01
        yield now + chance.random(), index, client, now, ends, index in crashing


def _with_a_lie(found: list[Operation], chance: random.Random) -> list[Operation]:
    reads = [place for place, one in enumerate(found) if one.f == "read" and one.outcome == OK]
    place = chance.choice(reads[len(reads) // 2 :])
    found[place] = replace(found[place], result=((found[place].result or 0) + 1 + chance.randrange(3)) % 5)
    return found


def main(arguments: Sequence[str]) -> int:
    """Judge them all, and print a table; exit status 1 where the two searches disagree."""
    model = MODELS["etcd-register"]
    histories = [history(seed) for seed in range(HISTORIES)]
    started = perf_counter()
    found = [check(model, one) for one in histories]
    fast_s = perf_counter() - started
    started = perf_counter()
    plain = [check_wgl(model, one, seconds=WGL_SECONDS) for one in histories]
    plain_s = perf_counter() - started
    undecided = sum(verdict == UNDECIDED for verdict, _ in plain)
    rows = [
        ("this search", fast_s, sum(one.explored for one in found), 0, 1.0),
        ("Wing, Gong and Lowe", plain_s, sum(met for _, met in plain), undecided, plain_s / fast_s),
    ]
    bad = sum(one.verdict == NOT_LINEARIZABLE for one in found)
    title = f"{HISTORIES} histories of {OPERATIONS} operations, {bad} of them not linearizable"
    print_table(title, ("search", "seconds", "configurations", f"undecided after {WGL_SECONDS:g} s", "×"), rows)
    pairs = zip(found, plain, strict=True)
    unlike = sum(one.verdict != verdict for one, (verdict, _) in pairs if verdict != UNDECIDED)
    if unlike:
        print(f"The two searches disagree on {unlike} histories.")
    rows = [_beside("raft"), _panel("raft", 300), _panel("raft", 1_000)]
    print_table("Beside a lab at its normal speed", ("what", "operations", "% of a core"), rows)
    return 1 if unlike else 0


def _asked(name: str, virtual_ms: float) -> list[Record]:
    """Return what three busy clients ask and are told."""
    run = Run(Recording(name, {"clients": 3, "client_every_ms": 20}))
    found: list[Record] = []
    while run.now < virtual_ms:
        run.advance(run.now + 1_000)
        found += [record for record in run.take_records() if isinstance(record, Invoked | Returned)]
    return found


def _panel(name: str, count: int) -> tuple[str, int, float]:
    """Return what it costs to draw the order behind so many operations again and again, and the promises kept."""
    history = operations(_asked(name, 10 * count), "cell")[:count]
    started = process_time()
    verdicts = [key["verdict"] for key in orders(history, "cell")]
    assert all(one["kept"] for one in promises(history, "cell", verdicts)), "Raft keeps every promise"
    share = (process_time() - started) / DRAWN_EVERY_S
    return f"{name}, the order drawn every {DRAWN_EVERY_S:g} s", count, 100 * share


def _beside(name: str) -> tuple[str, int, float]:
    """Return what the checker costs while a lab with three busy clients is watched."""
    lab, virtual_ms = get_lab(name), 60_000.0
    history = _asked(name, virtual_ms)
    checker = LinearizabilityChecker()
    started = process_time()
    for record in history:
        assert checker.see(record) is None, "Raft is linearizable"
    share = (process_time() - started) / (virtual_ms / 1000 / lab.speed)
    return f"{name}, 3 clients every 20 ms, 1 s = {1000 * lab.speed:g} ms", len(history) // 2, 100 * share
