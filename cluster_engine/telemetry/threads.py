"""Meters of a program's threads: what they did, how long they waited, what came out."""

from typing import Any

from cluster_engine.records import Blocked, Changed, Noted, Record, Stepped, Woke


class Steps:
    """How many steps were taken; `rate` is steps a virtual second."""

    kinds = frozenset({Stepped})

    def __init__(self) -> None:
        self.value = 0
        self.rate = 0.0

    def see(self, record: Record) -> None:
        """Count it."""
        self.value += 1

    def settle(self, world: Any) -> None:
        """Take the rate up to now."""
        self.rate = round(1_000 * self.value / world.now, 3)


class Roles:
    """How many threads are in each role, and when the last of them ended."""

    kinds = frozenset({Changed})
    fields = frozenset({"role"})

    def __init__(self) -> None:
        self._roles: dict[str, str] = {}
        self.ended = 0
        self.blocked = 0

    def see(self, record: Any) -> None:
        """Follow a thread."""
        self._roles[record.node] = record.changes["role"]
        roles = list(self._roles.values())
        self.ended, self.blocked = roles.count("ended"), roles.count("blocked")


class Ending:
    """How a run ended: the shared variables (`result`: the first that is a number), and when."""

    kinds = frozenset({Noted})

    def __init__(self) -> None:
        self.outcome: str | None = None
        self.result: int | None = None
        self.failed = 0
        self.makespan_ms: float | None = None

    def see(self, record: Any) -> None:
        """Take in the end of a run."""
        if record.event in ("finished", "failed"):
            self.outcome = record.facts["outcome"] or "nothing shared"
            self.result = record.facts["result"]
            self.makespan_ms = record.at
            self.failed += record.event == "failed"


class Waits:
    """The longest time that a thread waited for an object, one that still waits included."""

    kinds = frozenset({Blocked, Woke})

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._since: dict[str, float] = {}

    def see(self, record: Any) -> None:
        """Follow a wait."""
        if isinstance(record, Blocked):
            self._since.setdefault(record.node, record.at)
        else:
            began = self._since.pop(record.node, record.at)
            self.longest_ms = max(self.longest_ms, record.at - began)

    def settle(self, world: Any) -> None:
        """Count those who still wait."""
        for began in self._since.values():
            self.longest_ms = max(self.longest_ms, world.now - began)


class CoreTime:
    """Which share of the cores' time went into threads, and how often they changed threads."""

    kinds = frozenset({Changed})
    fields = frozenset({"busy_ms", "switches"})

    def __init__(self) -> None:
        self._busy: dict[str, float] = {}
        self._switches: dict[str, int] = {}
        self.switches = 0
        self.busy_share = 0.0

    def see(self, record: Any) -> None:
        """Follow a core (threads have `switches` too, but no `busy_ms`)."""
        if record.node.startswith("core:"):
            self._busy[record.node] = record.changes.get("busy_ms", self._busy.get(record.node, 0.0))
            self._switches[record.node] = record.changes.get("switches", self._switches.get(record.node, 0))
            self.switches = sum(self._switches.values())

    def settle(self, world: Any) -> None:
        """Take the share up to now."""
        self.busy_share = round(sum(self._busy.values()) / (world.now * len(world.cores)), 4)
