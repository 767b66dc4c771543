"""The network between processes: latency, loss, duplication, reordering, cuts, slow and held links."""

from collections.abc import Mapping
from random import Random
from typing import Any

import msgspec

from cluster_engine.cluster.latencies import Shape
from cluster_engine.simulation import Simulation

RECONNECT_FIRST_MS = 100.0
RECONNECT_LONGEST_MS = 7_000.0


class Flight(msgspec.Struct, gc=True):
    """A message on its way. `arrives` is None while a link holds it."""

    msg: int
    node: str
    to: str
    message: Any
    reply: bool
    sent: float
    arrives: float | None
    seq: int


class Network:
    """Links are directed: a cut one way is one pair, a cut both ways is two."""

    def __init__(
        self,
        simulation: Simulation,
        latency_ms: tuple[float, float],
        reconnect_backoff: bool,
        shapes: Mapping[str, Shape],
    ) -> None:
        self.latency_ms = latency_ms
        self.shapes = shapes
        self.reconnect_backoff = reconnect_backoff
        self.cuts: dict[tuple[str, str], float] = {}  # directed link -> when it was cut
        self.reopens: dict[tuple[str, str], float] = {}  # healed, but not reconnected before this moment
        self.slow: dict[tuple[str, str], float] = {}  # directed link -> extra ms
        self.held: set[tuple[str, str]] = set()
        self.lose_percent = 0.0
        self.duplicate_percent = 0.0
        self.reorder_percent = 0.0
        self._low, self._span = latency_ms[0], latency_ms[1] - latency_ms[0]
        self._latency: Random = simulation.stream("latency")
        self._loss: Random = simulation.stream("loss")
        self._duplicates: Random = simulation.stream("duplicates")
        self._reorders: Random = simulation.stream("reorders")

    def latency(self, link: tuple[str, str], message: Any) -> float:
        """Draw a one-way latency in ms for a message on this link; types with a shape of their own have it."""
        shape = self.shapes.get(message.__class__.__name__) if self.shapes else None
        delay = self._low + self._latency.random() * self._span if shape is None else shape.draw(self._latency)
        if self.slow:
            delay += self.slow.get(link, 0.0)
        if self.reorder_percent and self._reorders.random() * 100 < self.reorder_percent:
            delay += (1 + 4 * self._reorders.random()) * self.latency_ms[1]
        return delay

    def loses(self) -> bool:
        """Whether the next message is lost at random."""
        return self.lose_percent > 0 and self._loss.random() * 100 < self.lose_percent

    def duplicates(self) -> bool:
        """Whether the next message arrives twice."""
        return self.duplicate_percent > 0 and self._duplicates.random() * 100 < self.duplicate_percent

    def obstacle(self, link: tuple[str, str], now: float) -> str | None:
        """Say in at most four words why nothing passes this link, or None."""
        if link in self.cuts:
            return "link cut"
        if self.reopens and self.reopens.get(link, 0.0) > now:
            return "still reconnecting"
        return None

    def cut(self, link: tuple[str, str], now: float) -> None:
        """Cut a directed link."""
        self.cuts.setdefault(link, now)

    def heal(self, now: float) -> None:
        """Make the network whole: no fault of it remains, save the time to reconnect where that is modelled."""
        if self.reconnect_backoff:
            self.reopens = {link: reconnects_at(since, now) for link, since in self.cuts.items()}
        self.cuts.clear()
        self.slow.clear()
        self.held.clear()
        self.lose_percent = self.duplicate_percent = self.reorder_percent = 0.0

    def is_whole(self) -> bool:
        """Whether no network fault is in force."""
        rates = self.lose_percent or self.duplicate_percent or self.reorder_percent
        return not (self.cuts or self.slow or self.held or rates)

    def view(self) -> dict[str, Any]:
        """Return the network's faults, as panels draw them."""
        return {
            "cuts": sorted(self.cuts),
            "slow": [(*link, extra) for link, extra in sorted(self.slow.items())],
            "held": sorted(self.held),
            "lose_percent": self.lose_percent,
            "duplicate_percent": self.duplicate_percent,
            "reorder_percent": self.reorder_percent,
        }


def reconnects_at(cut_at: float, healed_at: float) -> float:
    """Return when a connection lost at `cut_at` is up again, trying at 0.1 s and doubling to 7 s.

    Source: behaviour of TCP retransmission under real etcd, which needed 0.05 to 6.7 s after a heal.
    """
    attempt, wait = cut_at + RECONNECT_FIRST_MS, RECONNECT_FIRST_MS
    while attempt < healed_at:
        wait = min(2 * wait, RECONNECT_LONGEST_MS)
        attempt += wait
    return attempt
