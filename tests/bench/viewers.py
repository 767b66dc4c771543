"""How many viewers one server process carries, and how soon a click is seen.

The server runs on one core, the viewers on another, over real websockets. Each run is a five-node Raft cluster that
plays at its usual speed; its owner clicks now and then, alternately a write and a crash or restart. Click to frame is
the time from the owner's click to the frame that shows what came of it. A frame is in time when it arrives before the
viewer's playhead has used up the one before it.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from websockets.asyncio.client import ClientConnection

from cluster_engine.experiments import percentile
from tests.bench.table import print_table
from tests.server import Server

SERVER_CORE, VIEWERS_CORE = 0, 1
OPENING_AT_ONCE = 20
FRAME = '{"type":"frame","n":'
CLICKS = (
    {"kind": "write", "key": "x", "value": "1"},
    {"kind": "crash", "node": "n2"},
    {"kind": "write", "key": "x", "value": "2"},
    {"kind": "restart", "node": "n2"},
)
HEAD = (
    "",
    "p50 ms",
    "p99 ms",
    "max ms",
    "clicks",
    "frames",
    "frames/s a viewer",
    "in time %",
    "server CPU %",
    "server MB",
)


@dataclass
class Seen:
    """What all viewers saw while it was measured."""

    measuring: bool = False
    clicks: list[float] = field(default_factory=list)  # ms
    frames: int = 0
    late: int = 0
    refused: int = 0
    lost: int = 0


@dataclass
class Playback:
    """The playhead as one viewer knows it: virtual ms `at` a reading of the clock."""

    at: float = 0.0
    speed: float = 0.0
    playing: bool = False
    anchor: float = 0.0

    def now(self) -> float:
        """Return the playhead's virtual time."""
        passed = (time.perf_counter() - self.anchor) * 1000 * self.speed if self.playing else 0.0
        return self.at + passed


class Viewer:
    """One tab: follows frames, acknowledges them, and clicks if it owns the run."""

    def __init__(self, socket: ClientConnection, seen: Seen) -> None:
        self.socket, self.seen = socket, seen
        self.playback = Playback()
        self.known = 0.0  # virtual ms up to which it has frames
        self.clicked: float | None = None
        self.taken = False  # the click was acted on, and its frame is to come
        self.following = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        """Take in what the server says, until it closes."""
        async for text in self.socket:
            if text.startswith(FRAME):
                await self._frame(text)
            elif text.startswith('{"type":"playback"'):
                self._play(json.loads(text))
            elif text.startswith('{"type":"hello"'):
                self._play(json.loads(text)["playback"])
            elif self.clicked is not None and text.startswith('{"type":"acted","ref":"click"'):
                self.taken = True
            elif text.startswith('{"type":"refused"'):
                self.clicked = None
                self.seen.refused += self.seen.measuring
        self.seen.lost += self.seen.measuring

    async def click(self, action: dict[str, str]) -> None:
        """Act at the playhead."""
        if self.clicked is not None:
            return
        at = round(min(self.playback.now(), self.known), 3)
        self.clicked, self.taken = time.perf_counter(), False
        await self.say(do="act", ref="click", at=at, action=action)

    async def say(self, **message: object) -> None:
        """Send a message."""
        await self.socket.send(json.dumps(message))

    async def _frame(self, text: str) -> None:
        number, *_ = text[len(FRAME) :].partition(",")
        now = time.perf_counter()
        if self.taken and self.clicked is not None:
            if self.seen.measuring:
                self.seen.clicks.append((now - self.clicked) * 1000)
            self.clicked, self.taken = None, False
        if self.seen.measuring:
            self.seen.frames += 1
            self.seen.late += self.playback.now() > self.known
        self.known = float(text[text.index('"to":', 20) + 5 :][:20].partition(",")[0])
        await self.socket.send(f'{{"do":"ack","n":{number}}}')

    def _play(self, said: dict[str, float]) -> None:
        self.playback = Playback(said["at"], said["speed"], bool(said["playing"]), time.perf_counter())


def main(arguments: list[str]) -> int:
    """Print what viewers see, and what it costs the server."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench viewers", description=__doc__)
    parser.add_argument("--viewers", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--click-every", type=float, default=15.0, help="seconds between two clicks in one run")
    options, _ = parser.parse_known_args(arguments)
    os.sched_setaffinity(0, {VIEWERS_CORE})
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), core=SERVER_CORE)
        server.migrate()
        server.start()
        try:
            row = asyncio.run(measure(server, options))
        finally:
            server.stop()
    title = f"Viewers: {options.viewers:,} in {options.runs:,} labs, server on one core, {options.seconds:g} s"
    print_table(title, HEAD, [row])
    return 0


async def measure(server: Server, options: argparse.Namespace) -> tuple[object, ...]:
    """Open all labs, let them play, and watch for a while."""
    seen = Seen()
    viewers = await opened(server, options, seen)
    owners = viewers[: options.runs]
    for owner in owners:
        await owner.say(do="play")
        await asyncio.sleep(0.01)
    clicking = asyncio.create_task(click(owners, options.click_every))
    await asyncio.sleep(5)
    used, began, seen.measuring = server.cpu_seconds(), time.perf_counter(), True
    await asyncio.sleep(options.seconds)
    seen.measuring = False
    seconds = time.perf_counter() - began
    cpu, memory = (server.cpu_seconds() - used) / seconds, server.memory_mb()
    for task in (clicking, *(viewer.following for viewer in viewers)):
        task.cancel()
    if seen.lost or seen.refused:
        print(f"{seen.lost} sockets were lost, {seen.refused} clicks refused")
    times = sorted(seen.clicks)
    in_time = 100 * (1 - seen.late / max(seen.frames, 1))
    pace = seen.frames / seconds / len(viewers)
    quantiles = (percentile(times, 50), percentile(times, 99), times[-1])
    return ("click to frame", *quantiles, len(times), seen.frames, pace, in_time, 100 * cpu, memory)


async def opened(server: Server, options: argparse.Namespace, seen: Seen) -> list[Viewer]:
    """Return all viewers, each of which follows from the moment it has come; the first of them own the runs."""
    runs = [server.post("/labs/open/", {"lab": "raft", "seed": seed}) for seed in range(options.runs)]
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def enter(place: int) -> Viewer:
        _, run, session = runs[place % len(runs)]
        async with gate:
            return Viewer(await server.socket(run["socket"], session), seen)

    return list(await asyncio.gather(*(enter(place) for place in range(options.viewers))))


async def click(owners: list[Viewer], every_s: float) -> None:
    """Let each owner click in turn, evenly spread, for ever."""
    order = Random(1)
    turns = 0
    while True:
        action = CLICKS[turns % len(CLICKS)]
        for owner in order.sample(owners, len(owners)):
            await owner.click(action)
            await asyncio.sleep(every_s / len(owners))
        turns += 1
