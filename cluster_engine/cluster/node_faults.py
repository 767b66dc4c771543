"""Faults of one machine: its process, its disk, its processor, its clock."""

from dataclasses import dataclass
from typing import ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.naming import unknown_node
from cluster_engine.cluster.node import Node

# A client that forgot its sequence numbers would be taken for its former self, and answered for it.
_CLIENTS_STAY = "{name} is a client; it must remember what it asked for, so it can be paused but not crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFault(Action):
    """A fault of one machine."""

    group: ClassVar[str] = "Nodes"
    target: ClassVar[str | None] = "node"

    node: str = entry("node", "Node")

    def refusal(self, world: Cluster) -> str | None:
        return unknown_node(world, self.node) or self.objection(world.node(self.node))

    def objection(self, node: Node) -> str | None:
        """Say why this is impossible on that machine now, or None."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash(NodeFault):
    """Stop a process."""

    kind: ClassVar[str] = "crash"
    label: ClassVar[str] = "Crash"
    undo: ClassVar[str | None] = "restart"
    help: ClassVar[str] = "The process stops at once. What its disk had synced is kept, everything else is lost."

    def objection(self, node: Node) -> str | None:
        if node.kind == "client":
            return _CLIENTS_STAY.format(name=node.name)
        return f"{node.name} is down already; restart it first" if node.status == "down" else None

    def apply(self, world: Cluster) -> None:
        world.crash(world.node(self.node))

    def words(self) -> str:
        return f"{self.node} crashes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseDisk(NodeFault):
    """Stop a process and lose its disk."""

    kind: ClassVar[str] = "lose_disk"
    label: ClassVar[str] = "Lose disk"
    undo: ClassVar[str | None] = "restart"
    help: ClassVar[str] = "The process stops and its disk is gone: it will restart knowing nothing."

    def objection(self, node: Node) -> str | None:
        return _CLIENTS_STAY.format(name=node.name) if node.kind == "client" else None

    def apply(self, world: Cluster) -> None:
        world.crash(world.node(self.node), lose_disk=True)

    def words(self) -> str:
        return f"{self.node} crashes and loses its disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart(NodeFault):
    """Start a stopped process."""

    kind: ClassVar[str] = "restart"
    label: ClassVar[str] = "Restart"
    help: ClassVar[str] = "The process starts again from what its disk holds."

    def objection(self, node: Node) -> str | None:
        return None if node.status == "down" else f"{node.name} is running; crash it first"

    def apply(self, world: Cluster) -> None:
        world.restart(world.node(self.node))

    def words(self) -> str:
        return f"{self.node} restarts from its disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(NodeFault):
    """Freeze a process."""

    kind: ClassVar[str] = "pause"
    label: ClassVar[str] = "Pause"
    undo: ClassVar[str | None] = "resume"
    help: ClassVar[str] = (
        "The process runs nothing for a while, as in a long garbage collection; then it acts late, on old beliefs."
    )

    for_ms: float = entry("number", "For (0: until resumed)", default=0.0, low=0, high=600_000, unit="ms")

    def objection(self, node: Node) -> str | None:
        return None if node.status == "up" else f"{node.name} is {node.status}; only a running node can be paused"

    def apply(self, world: Cluster) -> None:
        world.pause(world.node(self.node), self.for_ms)

    def words(self) -> str:
        return f"{self.node} is paused" + (f" for {self.for_ms:g} ms" if self.for_ms else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(NodeFault):
    """Let a paused process go on."""

    kind: ClassVar[str] = "resume"
    label: ClassVar[str] = "Resume"
    help: ClassVar[str] = "The paused process goes on: first with everything that queued up meanwhile."

    def objection(self, node: Node) -> str | None:
        return None if node.status == "paused" else f"{node.name} is not paused"

    def apply(self, world: Cluster) -> None:
        world.resume(world.node(self.node))

    def words(self) -> str:
        return f"{self.node} resumes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDisk(NodeFault):
    """Slow a disk down."""

    kind: ClassVar[str] = "slow_disk"
    label: ClassVar[str] = "Slow disk"
    help: ClassVar[str] = "Adds to the time of each sync of this node's disk; 0 ms makes it normal again."

    extra_ms: float = entry("number", "Extra sync time", default=50.0, low=0, high=10_000, unit="ms")

    def apply(self, world: Cluster) -> None:
        node = world.node(self.node)
        node.slow_disk_ms = self.extra_ms
        world.faults_changed(node)

    def words(self) -> str:
        return f"each sync of {self.node}'s disk takes {self.extra_ms:g} ms longer"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowNode(NodeFault):
    """Slow a processor down."""

    kind: ClassVar[str] = "slow_node"
    label: ClassVar[str] = "Slow node"
    help: ClassVar[str] = "Each step of this node takes 0.1 ms times the factor, one after another; 1 is normal."

    factor: float = entry("number", "Factor", default=50.0, low=1, high=10_000, unit="×")

    def apply(self, world: Cluster) -> None:
        node = world.node(self.node)
        node.slow_factor = self.factor
        world.faults_changed(node)

    def words(self) -> str:
        return f"{self.node} is {self.factor:g} times slower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew(NodeFault):
    """Set a wall clock wrong."""

    kind: ClassVar[str] = "skew"
    label: ClassVar[str] = "Skew clock"
    help: ClassVar[str] = "Sets this node's wall clock ahead or behind; timers do not notice."

    offset_ms: float = entry("number", "Offset", default=1_000.0, low=-3_600_000, high=3_600_000, unit="ms")

    def apply(self, world: Cluster) -> None:
        node = world.node(self.node)
        node.clock.skew_ms = self.offset_ms
        world.faults_changed(node)

    def words(self) -> str:
        return f"{self.node}'s wall clock is {self.offset_ms:+g} ms off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(NodeFault):
    """Let a clock run too fast or too slow."""

    kind: ClassVar[str] = "drift"
    label: ClassVar[str] = "Drift clock"
    help: ClassVar[str] = "This node's clocks run too fast (or, below 0, too slow): its timers fire early (or late)."

    ppm: float = entry("number", "Drift", default=100_000.0, low=-900_000, high=9_000_000, unit="ppm")

    def apply(self, world: Cluster) -> None:
        node = world.node(self.node)
        node.clock.drift(world.now, self.ppm)
        world.faults_changed(node)

    def words(self) -> str:
        return f"{self.node}'s clock drifts by {self.ppm:+g} ppm"


NODE_FAULTS: tuple[type[Action], ...] = (
    Crash, Restart, Pause, Resume, LoseDisk, SlowDisk, SlowNode, Skew, Drift,
)  # fmt: skip
