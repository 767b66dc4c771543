"""How fast a five-node Raft cluster runs on one core, beside a plain heap loop as the yardstick.

An event here is a record: something that happened (sent, delivered, fired, synced, changed…). A step is one input
that a node worked off. Streaming is what a room does: a timeline with keyframes, cut into frames and encoded.
"""

from heapq import heappop, heappush
from random import Random
from time import perf_counter

from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import encode
from cluster_engine.timeline import Timeline
from tests.bench.table import print_table

VIRTUAL_MS = 120_000.0
FRAME_MS = 50.0  # half a second of wall time at the usual speed
WORKLOADS = {
    "heartbeats only": {},
    "a client every 100 ms": {"client_every_ms": 100},
    "three clients every 20 ms": {"clients": 3, "client_every_ms": 20},
}
HEAD = ("workload", "events/s", "steps/s", "with streaming", "virtual s/s", "MB/virtual min")


def main(arguments: list[str]) -> int:
    """Print events per second."""
    print_table("Yardstick: a plain heap loop", ("", "events/s"), [("pop, draw, push", heap_loop())])
    print_table("Raft, five nodes, one core", HEAD, [row(*workload) for workload in WORKLOADS.items()])
    return 0


def heap_loop(events: int = 1_000_000) -> float:
    """Return the events per second of a loop that does nothing but keep a queue of a hundred events."""
    rng = Random(1)
    queue = [(rng.random(), n) for n in range(100)]
    queue.sort()
    start = perf_counter()
    for n in range(events):
        at, _ = heappop(queue)
        heappush(queue, (at + rng.random(), n))
    return events / (perf_counter() - start)


def row(name: str, settings: dict[str, float]) -> tuple[object, ...]:
    """Measure one workload, without and with streaming."""
    recording = Recording("raft", settings, 42)
    events, steps, seconds = without_streaming(recording)
    streamed, size, streaming_seconds = with_streaming(recording)
    assert streamed == events, "streaming must not change the run"
    return (
        name,
        events / seconds,
        steps / seconds,
        streamed / streaming_seconds,
        VIRTUAL_MS / 1000 / streaming_seconds,
        size / 1e6 / (VIRTUAL_MS / 60_000),
    )


def without_streaming(recording: Recording) -> tuple[int, int, float]:
    """Return events, steps and seconds of a run that is only simulated, measured and judged."""
    player = Player.begin(recording)
    events = 0
    start = perf_counter()
    for at in range(0, int(VIRTUAL_MS), 1_000):
        player.advance(at + 1_000.0)
        events += len(player.run.take_records())
    return events, player.run.world.counts["events"], perf_counter() - start


def with_streaming(recording: Recording) -> tuple[int, int, float]:
    """Return events, bytes and seconds of a run that is also kept seekable and sent to a viewer."""
    start = perf_counter()
    timeline = Timeline(recording)
    events = size = 0
    at = -1.0
    while at < VIRTUAL_MS:
        to = max(at, 0.0) + FRAME_MS
        records = timeline.records(at, to)
        size += len(encode(records))
        events += len(records)
        at = to
    return events, size, perf_counter() - start
