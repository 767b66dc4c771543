"""Evidence for quorums without a leader: how old a value a read returns, how late, and how long operations take.

Bailis and others, "Probabilistically Bounded Staleness for Practical Partial Quorums", VLDB 2012. The nodes, the
network and the clients are those of the lab `quorum`; there are only more clients than a person could follow.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from math import sqrt
from random import Random
from typing import Any

from cluster_engine.actions import Action
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.network_faults import CutLink, Heal
from cluster_engine.cluster.requests import Read, Write
from cluster_engine.experiments import percentile
from cluster_engine.labs import get_lab
from cluster_engine.records import Invoked, Record, Returned, Sent
from lessons.pages.tolerance import Tolerance

Quorum = tuple[str, ...]

# --- how many versions behind -----------------------------------------------------------------------------------

# Section 3.1: N, R, W -> how likely a read returns one of the last k versions, by k. Writes reach W nodes, no more.
WITHIN_VERSIONS = {
    (3, 1, 1): {1: 0.333, 2: 0.556, 3: 0.704, 5: 0.868, 10: 0.983},
    (3, 1, 2): {1: 0.667, 2: 0.889, 3: 0.963},
    (3, 2, 1): {1: 0.667, 2: 0.889, 3: 0.963},
    (2, 1, 1): {1: 0.5, 2: 0.75, 3: 0.875},
    (5, 1, 1): {1: 0.2, 2: 0.36, 3: 0.488},
    (5, 2, 2): {1: 0.7, 2: 0.91, 3: 0.973},
}
MOST_SEQUENCES = 1_000  # of write quorums; where there are more, so many are drawn
ROUNDED, DRAWN = Tolerance(distance=0.0005), Tolerance(distance=0.01)
SLOT_MS = 10.0


def quorum_world(settings: dict[str, Any], seed: int, clients: int) -> Cluster:
    """Return the lab's world in which nothing takes time but what the settings say, with any number of clients."""
    lab = get_lab("quorum")
    instant = dict.fromkeys(("latency_low_ms", "latency_high_ms", "disk_low_ms", "disk_high_ms"), 0)
    plain = {"repair": "none", "asks_first": False, "client_timeout_ms": 60_000}
    world = lab.build(lab.check_settings(instant | plain | settings) | {"clients": clients}, seed)
    assert isinstance(world, Cluster), "the lab's world is a cluster"
    return world


def keys_at(nodes: int, first: int) -> Iterator[str]:
    """Yield keys whose copies begin at the node of that place on the ring."""
    return (key for key in (f"k{number}" for number in range(100_000)) if sum(key.encode()) % nodes == first)


def within_versions(n: int, r: int, w: int, k: int, **settings: Any) -> float:
    """Return how many reads see one of the last k versions, over all ways in which writes and reads reach nodes."""
    homes = tuple(f"n{number}" for number in range(2, n + 2))
    writing, reading = list(combinations(homes, w)), list(combinations(homes, r))
    sequences: Iterable[tuple[Quorum, ...]] = product(writing, repeat=k)
    if len(writing) ** k > MOST_SEQUENCES:
        chance = Random(f"{n}/{r}/{w}/{k}")
        sequences = [tuple(chance.choice(writing) for _ in range(k)) for _ in range(MOST_SEQUENCES)]
    seen = [value for each in sequences for value in _values_read(each, reading, homes, {"r": r, "w": w} | settings)]
    return sum(value is not None for value in seen) / len(seen)


def _values_read(writes: tuple[Quorum, ...], reads: list[Quorum], homes: Quorum, settings: dict[str, Any]) -> list[Any]:
    """Return what each read is told after the writes, each operation reaching the nodes of its quorum alone."""
    size = len(homes)
    world = quorum_world({"nodes": size + 1, "n": size, "latency_low_ms": 1, "latency_high_ms": 1} | settings, 1, 1)
    key = next(keys_at(size + 1, 1))
    asked: list[Action] = [Write(key=key, value=str(number), node="n1") for number in range(len(writes))]
    asked += [Read(key=key, node="n1") for _ in reads]
    for slot, (action, quorum) in enumerate(zip(asked, chain(writes, reads), strict=True)):
        at = (slot + 1) * SLOT_MS
        for home in homes:
            if home not in quorum:
                world.schedule(at, CutLink(a="n1", b=home))
        world.schedule(at, action)
        world.schedule(at + SLOT_MS - 1, Heal())
    while world.next_at() <= (len(asked) + 1) * SLOT_MS:
        world.step()
    told = [record for record in world.records if isinstance(record, Returned)]
    assert [one.outcome for one in told] == ["ok"] * len(asked), "an operation was not answered in its slot"
    return [one.value for one in told[len(writes) :]]


def versions() -> dict[str, Any]:
    """Return the evidence on the number of versions."""
    rows, within = [], []
    for (n, r, w), published in WITHIN_VERSIONS.items():
        for k, share in published.items():
            here, drawn = within_versions(n, r, w, k), len(list(combinations(range(n), w))) ** k > MOST_SEQUENCES
            rows.append([n, r, w, k, f"{share:.3f}", f"{here:.3f}", "drawn" if drawn else "all"])
            within.append((DRAWN if drawn else ROUNDED).holds(share, here))
    return {
        "id": "quorum-versions",
        "title": "How many versions behind a read may be",
        "source": "Bailis and others 2012, section 3.1: 1 − (C(N−W, R) / C(N, R))^k, where each write reaches W nodes "
        "and no more",
        "tolerance": f"exact to the three places shown, for each way in which writes and reads can meet is run; where "
        f"that were more than {MOST_SEQUENCES:,} sequences of writes, so many are drawn, within one point",
        "command": "python manage.py evidence --only quorum-versions",
        "columns": ["N", "R", "W", "Last k versions", "Formula", "Here", "Sequences"],
        "rows": rows,
        "within": within,
    }


# --- how long behind ------------------------------------------------------------------------------------------------

# Table 4 and section 5.6: fit, R, W -> the 99.9th percentiles of a read's and a write's latency and of the time until
# reads are consistent (ms), and how many are at once. From a million draws of the paper's own fits, of which the
# paper's numbers differ by less than the tolerance: its times are 1.85, 45.5, 1364 and 113 ms with R = W = 1.
PUBLISHED = {
    ("ssd", 1, 1): (0.66, 0.66, 2.00, 0.97336),
    ("ssd", 2, 1): (1.62, 0.66, 0.0, 0.99943),
    ("disk", 1, 1): (0.66, 10.99, 52.67, 0.43663),
    ("disk", 1, 2): (0.66, 20.91, 48.62, 0.71254),
    ("disk", 2, 1): (1.62, 10.99, 13.93, 0.76229),
    ("ymmr", 1, 1): (5.59, 11.09, 1466.8, 0.88697),
    ("ymmr", 2, 1): (32.97, 11.09, 218.13, 0.99001),
    ("wan", 1, 1): (3.44, 55.15, 115.27, 0.33354),
}
LATENCY, VISIBILITY, AT_ONCE = Tolerance(share=0.03), Tolerance(share=0.15), Tolerance(distance=0.015)
COORDINATORS, CLIENTS, PAIRS = 3, 48, 50


@dataclass
class Operations:
    """What was measured of writes that were each read at once: latencies, and how late the read would have had to be
    to see the write (0: it saw it).
    """

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    missed: int = 0

    def extend(self, other: "Operations") -> None:
        """Take in those of another run."""
        self.reads += other.reads
        self.writes += other.writes
        self.late += other.late
        self.missed += other.missed


class Watch:
    """Reads the records of a run of pairs: a write, and a read of it at once, each key used by one client."""

    def __init__(self, reads: int) -> None:
        self.found = Operations()
        self._needed = reads
        self._asked: dict[int, Invoked] = {}
        self._written: dict[str, Any] = {}  # key -> the last value that was acknowledged
        self._stored: dict[str, dict[str, float]] = {}  # key -> home -> when the last write arrives there
        self._answers: dict[str, list[tuple[float, str, float]]] = {}  # key -> (arrival, home, when it answered)
        self._reading: dict[tuple[str, int], list[tuple[float, str, float]]] = {}  # by coordinator and its number

    def see(self, record: Record) -> None:
        """Read a record."""
        if isinstance(record, Sent):
            self._see_message(record)
        elif isinstance(record, Invoked):
            self._asked[record.op] = record
            self._answers[record.key] = []
        elif isinstance(record, Returned):
            assert record.outcome == "ok", f"nothing fails in this world: {record}"
            self._end(self._asked.pop(record.op), record)

    def _see_message(self, record: Sent) -> None:
        message, arrives = record.body, record.arrives
        assert arrives is not None, "nothing is held in this world"
        if record.type == "Put":
            self._stored.setdefault(message.key, {})[record.to] = arrives
        elif record.type == "Get":
            self._reading[record.node, message.ask] = self._answers[message.key]
        elif record.type == "GetReply":
            self._reading[record.to, message.ask].append((arrives, record.node, record.at))

    def _end(self, asked: Invoked, told: Returned) -> None:
        took = told.at - asked.at
        if asked.f == "write":
            self._written[asked.key] = told.value
            self.found.writes.append(took)
            return
        self.found.reads.append(took)
        first = sorted(self._answers[asked.key])[: self._needed]
        self.found.late.append(max(0.0, min(self._stored[asked.key][home] - at for _, home, at in first)))
        self.found.missed += told.value != self._written[asked.key]


def operations(fit: str, reads: int, writes: int, seed: int) -> Operations:
    """Return what was measured in one run: each client writes and reads through coordinators that keep no copy, one in
    each data centre.
    """
    settings = {"nodes": 2 * COORDINATORS, "n": COORDINATORS, "r": reads, "w": writes, "latencies": fit}
    world, chance = quorum_world(settings, seed, CLIENTS), Random(f"pairs/{seed}")
    key = keys_at(2 * COORDINATORS, COORDINATORS)
    for client in (f"c{number}" for number in range(1, CLIENTS + 1)):
        keys = {f"n{number}": next(key) for number in range(1, COORDINATORS + 1)}
        for pair in range(PAIRS):
            through, then = chance.choice(list(keys)), chance.choice(list(keys))
            world.schedule(0, Write(key=keys[through], value=str(pair), client=client, node=through))
            world.schedule(0, Read(key=keys[through], client=client, node=then))
    watch = Watch(reads)
    while len(watch.found.reads) < CLIENTS * PAIRS:
        world.step()
        for record in world.records:
            watch.see(record)
        world.records.clear()
        world.notable.clear()
    return watch.found


def many_operations(fit: str, reads: int, writes: int, runs: int, jobs: int = 1) -> Operations:
    """Return what was measured in so many runs of 2,400 pairs each."""
    found = Operations()
    with ProcessPoolExecutor(jobs) as pool:
        for one in pool.map(operations, [fit] * runs, [reads] * runs, [writes] * runs, range(1, runs + 1)):
            found.extend(one)
    return found


@dataclass(frozen=True)
class Tail:
    """A 99.9th percentile, and the interval in which that of all operations lies, with 95 % confidence."""

    value: float
    low: float
    high: float

    def agrees(self, published: float, tolerance: Tolerance) -> bool:
        """Say whether the published number is near enough to the interval."""
        return tolerance.holds(published, min(max(published, self.low), self.high))

    def __str__(self) -> str:
        return f"{self.value:.4g} ({_short(self.low)}–{_short(self.high)})"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def tail(values: list[float]) -> Tail:
    """Return the 99.9th percentile, with the interval of ranks in which it lies (binomial, two standard errors)."""
    ordered, spread = sorted(values), 100 * 2 * sqrt(0.001 * 0.999 / len(values))
    return Tail(*(percentile(ordered, min(99.9 + by, 100)) for by in (0, -spread, spread)))


def staleness(runs: int, jobs: int) -> dict[str, Any]:
    """Return the evidence on stale reads and on latencies, each row from `runs` runs."""
    return of_operations({each: many_operations(*each, runs, jobs) for each in PUBLISHED}, runs)


def of_operations(measured: dict[tuple[str, int, int], Operations], runs: int) -> dict[str, Any]:
    """Return the evidence that these operations are."""
    rows, within = [], []
    for (fit, reads, writes), found in measured.items():
        *published, fresh = PUBLISHED[fit, reads, writes]
        here = [tail(part) for part in (found.reads, found.writes, found.late)]
        at_once = 1 - found.missed / len(found.reads)
        numbers = [text for there, now in zip(published, here, strict=True) for text in (f"{there:.4g}", str(now))]
        rows.append([fit, reads, writes, *numbers, f"{100 * fresh:.2f} %", f"{100 * at_once:.2f} %"])
        tolerances = zip(published, here, (LATENCY, LATENCY, VISIBILITY), strict=True)
        tails = all(now.agrees(there, tolerance) for there, now, tolerance in tolerances)
        within.append(tails and AT_ONCE.holds(fresh, at_once))
    return {
        "id": "quorum-staleness",
        "title": "How soon reads see a write, and how long operations take",
        "source": "Bailis and others 2012, table 4, N = 3: the 99.9th percentiles (ms) of a read, of a write, and of "
        "the time after which reads see it; and how many see it at once. Drawn a million times from the paper’s fits, "
        "for the paper’s own times are of fewer draws: 1.85, 45.5, 1364 and 113 ms with R = W = 1",
        "tolerance": "reads that see it at once within 1.5 points; latencies within 3 % and times within 15 % of the "
        "interval in which, with 95 % confidence, the percentile lies (in brackets), for one operation in a thousand "
        f"decides it. {CLIENTS * PAIRS * runs:,} writes in each row, through nodes that keep none of the keys, each "
        "read at once; nothing takes time but the four legs",
        "command": f"python manage.py evidence --only quorum-staleness --runs {10 * runs}",
        "columns": [
            "Latencies", "R", "W", "Read", "Here", "Write", "Here", "Seen after", "Here", "Seen at once", "Here",
        ],
        "rows": rows,
        "within": within,
    }  # fmt: skip
