"""Virtual time, seeded chance and the event queue: the kernel under every world.

Time is in milliseconds, always a multiple of a microsecond. Nothing here looks at a wall clock, and chance
comes only from named streams, one per concern, so that a new fault does not shift the others' dice.
"""

from heapq import heappop, heappush
from random import Random
from typing import Any

MAX_QUEUE = 200_000

Event = tuple[Any, ...]  # (time in ms, order, code, operands…)


class QueueFull(RuntimeError):
    """The simulated world scheduled more than it can ever work off."""


class Simulation:
    """The present moment, the events to come and the dice."""

    __slots__ = ("_order", "_streams", "now", "queue", "seed")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.now = 0.0
        self.queue: list[Event] = []
        self._order = 0
        self._streams: dict[str, Random] = {}

    def stream(self, concern: str) -> Random:
        """Return the stream of randomness of one concern ("latency", "loss", "timers"…)."""
        if concern not in self._streams:
            self._streams[concern] = Random(f"{self.seed}/{concern}")
        return self._streams[concern]

    def schedule(self, at: float, code: int, *operands: Any) -> float:
        """Put an event into the queue; return its time, rounded to the microsecond."""
        moment = int(at * 1000 + 0.5) / 1000
        moment = max(moment, self.now)
        self._order += 1
        if len(self.queue) >= MAX_QUEUE:
            raise QueueFull(f"{MAX_QUEUE:,} events are waiting at {self.now} ms: more than a run may hold")
        heappush(self.queue, (moment, self._order, code, *operands))
        return moment

    def next_at(self) -> float:
        """Return the time of the next event; infinity when there is none."""
        return self.queue[0][0] if self.queue else float("inf")

    def pop(self) -> Event:
        """Take the next event and move time to it. Events of one moment come in the order of scheduling."""
        event = heappop(self.queue)
        self.now = event[0]
        return event
