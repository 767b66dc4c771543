"""How long it takes to act in the past of a run that is ten virtual minutes old.

Near the end: an action within the last second, as a click at the playhead is. Anywhere: a fork at any moment of
the run and an action there, as a new branch is.
"""

from collections.abc import Callable, Iterable
from random import Random
from time import perf_counter

from cluster_engine.actions import parse_action
from cluster_engine.experiments import percentile
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline
from tests.bench.table import print_table

VIRTUAL_MS = 600_000.0
NEAR_MS = 1_000.0
TIMES = 300
WORKLOADS = {
    "heartbeats only": {},
    "a client every 100 ms": {"client_every_ms": 100},
    "a client every 20 ms": {"client_every_ms": 20},
}
HEAD = ("at 10 virtual minutes", "p50 ms", "p99 ms", "max ms", "keyframes", "MB of keyframes")


def main(arguments: list[str]) -> int:
    """Print the times of rollbacks."""
    rows = [row for name, settings in WORKLOADS.items() for row in rows_of(name, settings)]
    print_table(f"Rollback, {TIMES} actions each", HEAD, rows)
    return 0


def rows_of(name: str, settings: dict[str, float]) -> Iterable[tuple[object, ...]]:
    """Measure one workload, near the end and anywhere."""
    timeline = Timeline(Recording("raft", settings, 42), limit_ms=2 * VIRTUAL_MS)
    timeline.advance(VIRTUAL_MS)
    keyframes = len(timeline._segments), sum(len(s.state) for s in timeline._segments) / 1e6
    anywhere = times(timeline, lambda rng: rng.uniform(0, VIRTUAL_MS), branch)
    near = times(timeline, lambda rng: timeline.end - rng.uniform(0, NEAR_MS), act)
    for place, measured in (("near the end", near), ("anywhere", anywhere)):
        ms = sorted(measured)
        yield f"{name}, {place}", percentile(ms, 50), percentile(ms, 99), ms[-1], *keyframes


def times(
    timeline: Timeline, place: Callable[[Random], float], roll_back: Callable[[Timeline, float], None]
) -> list[float]:
    """Return the milliseconds of each rollback."""
    rng = Random(1)
    measured = []
    for _ in range(TIMES):
        at = place(rng)
        start = perf_counter()
        roll_back(timeline, at)
        measured.append((perf_counter() - start) * 1000)
        timeline.advance(timeline.end + NEAR_MS / 2)
    return measured


def act(timeline: Timeline, at: float) -> None:
    """Act in the timeline itself; a read changes little, so the run stays what it was."""
    timeline.act(at, parse_action("read x", get_lab("raft")))


def branch(timeline: Timeline, at: float) -> None:
    """Act in a fork."""
    act(timeline.fork(at), at)
