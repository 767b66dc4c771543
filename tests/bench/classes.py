"""A class follows one driven lab: does anybody miss a frame, and how soon do all see a click?

Thirty learners join by the code within ten seconds, each with a session of their own. Each opens what a page opens:
the page itself, the class's socket and the lab's. The instructor drives a five-node Raft cluster all the while, and for
a minute crashes or restarts a node every second and a half. Click to all is the time from the click to the last
follower's frame that shows what came of it. A frame is lost when the next one does not begin where it ended;
who falls behind is sent a whole view apart from the others, and that counts as well.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from websockets.asyncio.client import ClientConnection

from cluster_engine.experiments import percentile
from tests.bench.table import print_table
from tests.bench.viewers import SERVER_CORE, VIEWERS_CORE, Seen, Viewer
from tests.server import Server, say

LESSON, LAB = "choosing-a-leader", "first-election"
PASSWORD = "six feet of cable"
JOIN_WITHIN_S = 9.0
CLICK_EVERY_S = 1.5
CLICKS = tuple({"kind": kind, "node": node} for node in ("n2", "n4") for kind in ("crash", "restart"))
SLOWEST_MS = 300.0
FRAME = re.compile(r'\{"type":"frame","n":(\d+),"branch":\d+,"from":([\d.e+-]+),"to":([\d.e+-]+),"view":(null)?')
HEAD = ("", "p50 ms", "p99 ms", "max ms", "clicks", "frames", "lost", "joined in s", "server CPU %", "server MB")


@dataclass
class Follower:
    """A learner's page, as far as the lab is concerned: what it was sent, and whether it awaits what a click did."""

    socket: ClientConnection
    hall: ClientConnection  # the class's socket
    frames: int = 0
    gaps: int = 0
    whole: list[int] = field(default_factory=list)  # the numbers of the frames with a whole view
    shown_to: str = ""
    awaits: bool = False  # the click was acted on, and its frame is to come
    saw_at: float = 0.0

    def __post_init__(self) -> None:
        self.following = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        """Take in what the server says and acknowledge it, until it closes."""
        async for text in self.socket:
            if isinstance(text, str) and (head := FRAME.match(text)):
                await self._frame(head)
            elif isinstance(text, str) and text.startswith('{"type":"acted"'):
                self.awaits = True

    async def _frame(self, head: re.Match[str]) -> None:
        number, begins, ends, no_view = head.groups()
        self.frames += 1
        if not no_view:
            self.whole.append(int(number))
        elif begins != self.shown_to:
            self.gaps += 1
        self.shown_to = ends
        if self.awaits:
            self.awaits, self.saw_at = False, time.perf_counter()
        await say(self.socket, "ack", n=int(number))


@dataclass
class Taught:
    """What came of a lesson."""

    followers: list[Follower]
    joined_s: float
    clicks: list[float]  # ms to all
    refused: int
    cpu: float

    def lost(self) -> int:
        """Count the gaps, and the whole views that some were sent and others were not: those had fallen behind."""
        first = max(follower.whole[0] for follower in self.followers)  # with which the last one was welcomed
        last = min(follower.whole[-1] for follower in self.followers)
        seen = [{number for number in follower.whole if first < number <= last} for follower in self.followers]
        behind = set.union(*seen) - set.intersection(*seen)
        return len(behind) + sum(follower.gaps for follower in self.followers)


def main(arguments: list[str]) -> int:
    """Print what a class sees; fail where a frame was lost or a click took too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench classes", description=__doc__)
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--lesson-seconds", type=float, default=60.0)
    options, _ = parser.parse_known_args(arguments)
    os.sched_setaffinity(0, {VIEWERS_CORE})
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), core=SERVER_CORE)
        server.migrate()
        server.manage("collectstatic", "--noinput", "--verbosity", "0")
        server.start()
        try:
            taught = asyncio.run(teach(server, options.learners, options.lesson_seconds))
            memory = server.memory_mb()
        finally:
            server.stop()
    times, lost = sorted(taught.clicks), taught.lost()
    frames = sum(follower.frames for follower in taught.followers)
    quantiles = (percentile(times, 50), percentile(times, 99), times[-1])
    row = ("click to all", *quantiles, len(times), frames, lost, taught.joined_s, 100 * taught.cpu, memory)
    print_table(f"A class of {options.learners}, server on one core, {options.lesson_seconds:g} s", HEAD, [row])
    if taught.refused:
        print(f"{taught.refused} clicks were refused: their number in the table is that of those that were not")
    return int(lost > 0 or quantiles[1] > SLOWEST_MS)


async def teach(server: Server, learners: int, seconds: float) -> Taught:
    """Make a class, drive a lab in front of it, let learners join, and click for a while."""
    session, page, code = await asyncio.to_thread(new_class, server)
    driver = Viewer(await server.socket(await lab_of(server, page, session), session), Seen(measuring=True))
    driving = asyncio.create_task(driver.follow())
    hall = await server.socket(f"/ws{page}", session)
    await driver.say(do="play")
    began = time.perf_counter()
    followers = await asyncio.gather(*(enter(server, code, n, JOIN_WITHIN_S * n / learners) for n in range(learners)))
    joined_s = time.perf_counter() - began
    await asyncio.sleep(2)
    used, began = server.cpu_seconds(), time.perf_counter()
    clicks = await click(driver, followers, seconds)
    cpu = (server.cpu_seconds() - used) / (time.perf_counter() - began)
    await hall.close()
    for task in (driving, *(follower.following for follower in followers)):
        task.cancel()
    return Taught(followers, joined_s, clicks, driver.seen.refused, cpu)


def new_class(server: Server) -> tuple[str, str, str]:
    """Make an instructor and a class with a lab in front; return their session, the class's address and its code."""
    _, session = server.form("/sign-up/", {"username": "ada", "password1": PASSWORD, "password2": PASSWORD})
    server.manage("instructor", "ada")
    page, _ = server.form("/classes/new/", {"name": "Monday", "course": "built-in"}, session)
    server.form(page.replace("lead/", "show/"), {"lesson": LESSON, "block": LAB}, session)
    code = re.search(r"/join/(\w{6})/", server.page(page, session))
    assert code is not None, "the page of a class shows its code"
    return session, page, code[1]


async def enter(server: Server, code: str, number: int, after_s: float) -> Follower:
    """Join after a while, and open what a page opens."""
    await asyncio.sleep(after_s)
    page, session = await asyncio.to_thread(server.form, f"/join/{code}/", {"name": f"Learner {number}"})
    hall = await server.socket(f"/ws{page}follow/", session)
    return Follower(await server.socket(await lab_of(server, page, session), session), hall)


async def lab_of(server: Server, page: str, session: str) -> str:
    """Read a page of the class; return where the socket of its lab is."""
    text = await asyncio.to_thread(server.page, page, session)
    opens = re.search(r'data-open="([^"]+)"', text)
    assert opens is not None, f"{page} shows no lab"
    asked = json.loads(opens[1].replace("&quot;", '"'))
    return str((await asyncio.to_thread(server.post, "/labs/open/", asked, session))[1]["socket"])


async def click(driver: Viewer, followers: list[Follower], seconds: float) -> list[float]:
    """Click for so long; return for each click how many ms passed until all had seen what came of it."""
    times: list[float] = []
    ends = time.perf_counter() + seconds
    for action in cycle(CLICKS):
        clicked = time.perf_counter()
        if clicked > ends:
            return times
        await driver.click(action)
        await asyncio.sleep(CLICK_EVERY_S)
        if all(follower.saw_at > clicked for follower in followers):
            times.append((max(follower.saw_at for follower in followers) - clicked) * 1000)
    return times
