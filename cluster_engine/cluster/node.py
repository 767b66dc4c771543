"""One machine of the cluster: the process on it, its disk, its clocks, its timers and its faults."""

from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from cluster_engine.cluster.clock import Clock
from cluster_engine.cluster.process import Durable, Process


class Blueprint(msgspec.Struct, frozen=True):
    """How to make a process, again and again: all that a restart needs besides the disk.

    `make(name, config, durable)` and `durable()` are module-level callables, so that a world pickles.
    """

    name: str
    kind: str  # server, client or service
    config: Any
    make: Callable[[str, Any, Any], Process]
    durable: Callable[..., Durable] | None = None
    initial: Any = None  # what durable() is called with, when a situation stages a disk

    def first_disk(self) -> Durable | None:
        """Return what the disk holds at the start."""
        return self.empty_disk() if self.durable is None or self.initial is None else self.durable(self.initial)

    def empty_disk(self) -> Durable | None:
        """Return a disk that nothing was ever written to."""
        return self.durable() if self.durable else None


class PendingWrite(msgspec.Struct):
    """A write that is not durable yet, with the sends and results that wait for it."""

    number: int
    body: Any
    outputs: list[tuple[Any, ...]]
    cause: int


class Node:
    """A machine. Status is up, down or paused; only `up` takes steps."""

    __slots__ = (
        "alarms", "backlog", "blueprint", "clock", "disk", "kind", "life", "name", "observed",
        "pause_number", "process", "slow_disk_ms", "slow_factor", "status", "syncing", "timers", "working",
        "writes",
    )  # fmt: skip

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint
        self.name = blueprint.name
        self.kind = blueprint.kind
        self.status = "up"
        self.disk = blueprint.first_disk()
        self.clock = Clock()
        self.slow_disk_ms = 0.0
        self.slow_factor = 1.0
        self.pause_number = 0  # tells a stale resume from the one that ends the present pause
        self.life = 0  # how often the process has begun anew
        self.reset()

    def reset(self) -> None:
        """Make everything volatile new: a process that knows only what its disk holds."""
        self.life += 1
        self.process: Process = self.blueprint.make(self.name, self.blueprint.config, self.disk)
        self.observed: tuple[Any, ...] = self.process.observe()
        self.timers: dict[str, tuple[float, float]] = {}  # timer -> (set at, due at)
        self.alarms: dict[str, float] = {}  # timer -> the queued event that will look at it
        self.writes: deque[PendingWrite] = deque()
        self.syncing = 0  # the last write that the sync under way covers; 0 while the disk is idle
        self.backlog: deque[tuple[Any, int]] = deque()  # events that a paused or slow process has not taken yet
        self.working = False  # whether a slow process is at the first of them

    def is_prompt(self) -> bool:
        """Whether the process takes the next event the moment it comes."""
        return self.status == "up" and self.slow_factor == 1.0 and not self.backlog

    def faults(self) -> dict[str, float]:
        """Return the faults in force on this machine."""
        return {
            "slow_disk_ms": self.slow_disk_ms,
            "slow_node": self.slow_factor,
            "skew_ms": self.clock.skew_ms,
            "drift_ppm": self.clock.drift_ppm,
        }

    def observed_view(self) -> dict[str, Any]:
        """Return every observed value by name, with the whole log."""
        view = dict(zip(self.process.OBSERVED, self.observed, strict=True))
        log = self.process.log_view()
        return view if log is None else view | {"log": log}

    def view(self) -> dict[str, Any]:
        """Return the machine as panels draw it."""
        return {
            "kind": self.kind,
            "status": self.status,
            **self.observed_view(),
            "timers": dict(self.timers),
            "faults": self.faults(),
        }
