"""Simulation in the server's own loop, in short slices: one room at a time, and everything else in between."""

import asyncio
from time import perf_counter
from weakref import WeakKeyDictionary

from cluster_engine.records import Record
from cluster_engine.timeline import Timeline

SLICE_S = 0.005
READ_MS = 250.0  # virtual time that is read in one turn
STEP_MS = 20.0  # virtual time between two looks at the clock

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def simulate(timeline: Timeline, to: float) -> None:
    """Advance a timeline to a moment, or to its limit, without keeping anybody waiting.

    Rooms take turns in the order in which they came; between two turns the loop serves what is ready.
    """
    to = round(min(to, timeline.limit_ms), 3)  # moments are whole microseconds
    while timeline.end < to:
        async with _turn():
            _slice(timeline, to)
            if timeline.end < to:
                await asyncio.sleep(0)


async def read(timeline: Timeline, to: float, kinds: tuple[type[Record], ...], since: float = -1.0) -> list[Record]:
    """Return the records of some kinds after `since` up to a moment, or to the timeline's end.

    Much of a long run is no longer in memory and is simulated again; it goes in turns, so that nobody is kept waiting.
    """
    found: list[Record] = []
    last, at = min(to, timeline.end), max(since, -1.0)
    while at < last:
        async with _turn():
            before, at = at, min(at + READ_MS, last)
            found += [record for record in timeline.records(before, at) if isinstance(record, kinds)]
            await asyncio.sleep(0)
    return found


def _slice(timeline: Timeline, to: float) -> None:
    until = perf_counter() + SLICE_S
    while timeline.end < to and perf_counter() < until:
        timeline.advance(min(to, timeline.end + STEP_MS))


def _turn() -> asyncio.Lock:
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
