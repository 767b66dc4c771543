"""What a process in the cluster is: a pure state machine that meets the world only in `step(event, out)`."""

from typing import Any, ClassVar, Protocol

import msgspec


class Started(msgspec.Struct, frozen=True):
    """The process starts; everything that is not durable is fresh."""


class TimerFired(msgspec.Struct, frozen=True):
    """A timer that the process had set ran out."""

    timer: str


class Received(msgspec.Struct, frozen=True):
    """A message arrived."""

    sender: str
    message: Any


class WriteSynced(msgspec.Struct, frozen=True):
    """The oldest `count` of the writes that were still waiting are on disk now."""

    count: int


class Asked(msgspec.Struct, frozen=True):
    """A person asks a client process to perform an operation, at server `to` where that is given."""

    f: str
    key: str
    value: Any = None
    to: str = ""


class Ordered(msgspec.Struct, frozen=True):
    """A person gives a server an administrative order (`what`) about `node`."""

    what: str
    node: str


class Effects:
    """What a step wants from the world: one write at most, then sends, timers, notes and results.

    `now` is the process's own monotonic clock in milliseconds, which may drift from true time; `wall` is its wall
    clock, which may besides be set wrong. Nothing that
    leaves the process does so before the write of the same step, and all earlier writes, are on disk; only
    what is sent `early` waits for the earlier writes alone.
    """

    __slots__ = ("early", "invocations", "notes", "now", "results", "sends", "timers", "wall", "write")

    def __init__(self) -> None:
        self.now = 0.0
        self.wall = 0.0
        self.clear()

    def clear(self) -> None:
        """Forget the last step's effects."""
        self.write: Any = None
        self.sends: list[tuple[str, Any]] = []
        self.early: list[tuple[str, Any]] = []
        self.timers: list[tuple[str, float | None, float]] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.invocations: list[tuple[int, str, str, str, Any]] = []
        self.results: list[tuple[int, str, Any, str]] = []

    def send(self, to: str, message: Any) -> None:
        """Send a message to a process by name."""
        self.sends.append((to, message))

    def send_early(self, to: str, message: Any) -> None:
        """Send a message that need not wait for this step's own write."""
        self.early.append((to, message))

    def set_timer(self, timer: str, after: float, latest: float | None = None) -> None:
        """Set (or set again) a timer: in `after` ms, or evenly between `after` and `latest` ms."""
        self.timers.append((timer, after, after if latest is None else latest))

    def cancel_timer(self, timer: str) -> None:
        """Forget a timer."""
        self.timers.append((timer, None, 0.0))

    def persist(self, write: Any) -> None:
        """Write to disk; a step may do so once."""
        assert self.write is None, f"a second write in one step: {write!r} after {self.write!r}"
        self.write = write

    def note(self, event: str, **facts: Any) -> None:
        """Tell that something notable happened, with the facts that say why."""
        self.notes.append((event, facts))

    def invoke(self, op: int, node: str, f: str, key: str, value: Any) -> None:
        """Tell that a client operation begins."""
        self.invocations.append((op, node, f, key, value))

    def result(self, op: int, outcome: str, value: Any = None, why: str = "") -> None:
        """Tell how a client operation ended: ok, failed (certainly no effect) or unknown."""
        self.results.append((op, outcome, value, why))


class Process(Protocol):
    """A state machine in the cluster. `OBSERVED` names the values of `observe()`, in order."""

    OBSERVED: ClassVar[tuple[str, ...]]

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""

    def observe(self) -> tuple[Any, ...]:
        """Return the state worth watching, cheaply: immutable values, one for each name in `OBSERVED`."""

    def log_delta(self) -> dict[str, Any] | None:
        """Return how the log changed since the last call (None: it has not, or there is no log)."""

    def log_view(self) -> dict[str, Any] | None:
        """Return the whole log as panels draw it (None: this process has no log)."""


class Durable(Protocol):
    """What survives a crash. The disk owns one, and applies to it each write that became durable."""

    def apply(self, write: Any) -> None:
        """Take a write."""
