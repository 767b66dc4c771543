"""The faults a learner can cause in a cluster, each a frozen dataclass whose fields make its form.

The words follow `behaviour.md` section 0.1: what each fault button means exactly.
"""

from dataclasses import dataclass
from typing import ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.network import Flight
from cluster_engine.cluster.node import Node

Link = tuple[str, str]


def unknown_node(cluster: Cluster, *names: str) -> str | None:
    """Say which of the names is no machine of this cluster, or None."""
    for name in names:
        if name not in cluster.nodes:
            return f"there is no node {name!r}; there are {', '.join(cluster.nodes)}"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFault(Action):
    """A fault of the network."""

    group: ClassVar[str] = "Network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(NetworkFault):
    """Cut the network into groups; nodes that are not named still reach everyone."""

    kind: ClassVar[str] = "cut"
    label: ClassVar[str] = "Cut"
    target: ClassVar[str | None] = "groups"
    undo: ClassVar[str | None] = "heal"
    help: ClassVar[str] = "Cuts every link between the groups, both ways; messages in flight between them are lost."

    groups: tuple[tuple[str, ...], ...] = entry("groups", "Groups")

    def refusal(self, world: Cluster) -> str | None:
        names = [name for group in self.groups for name in group]
        if reason := unknown_node(world, *names):
            return reason
        if len(self.groups) < 2 or not all(self.groups):
            return "a cut needs at least two groups with a node in each, as in n1,n2 | n3,n4,n5"
        if len(set(names)) < len(names):
            return "a node stands in two groups of the cut"
        if all(link in world.network.cuts for link in self._links()):
            return "these groups are cut off from each other already"
        return None

    def apply(self, world: Cluster) -> None:
        world.cut(self._links())

    def words(self) -> str:
        return "the network is cut: " + " | ".join(", ".join(group) for group in self.groups)

    def _links(self) -> list[Link]:
        return [
            (a, b)
            for here in self.groups
            for there in self.groups
            if here is not there
            for a in here
            for b in there
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOneWay(NetworkFault):
    """Cut one direction of a link."""

    kind: ClassVar[str] = "cut_one_way"
    label: ClassVar[str] = "One-way cut"
    target: ClassVar[str | None] = "link"
    undo: ClassVar[str | None] = "heal"
    help: ClassVar[str] = "Messages from the first node no longer reach the second; the other way still works."

    source: str = entry("process", "From")
    to: str = entry("process", "To")

    def refusal(self, world: Cluster) -> str | None:
        if reason := _link_refusal(world, self.source, self.to):
            return reason
        return f"{self.source} to {self.to} is cut already" if (self.source, self.to) in world.network.cuts else None

    def apply(self, world: Cluster) -> None:
        world.cut([(self.source, self.to)])

    def words(self) -> str:
        return f"messages from {self.source} no longer reach {self.to}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFault(NetworkFault):
    """A fault of one link, in both directions."""

    target: ClassVar[str | None] = "link"
    undo: ClassVar[str | None] = "heal"

    a: str = entry("process", "Node")
    b: str = entry("process", "Other node")

    def refusal(self, world: Cluster) -> str | None:
        return _link_refusal(world, self.a, self.b)

    def links(self) -> list[Link]:
        """Return both directions."""
        return [(self.a, self.b), (self.b, self.a)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLink(LinkFault):
    """Cut one link, both ways: a partial partition."""

    kind: ClassVar[str] = "cut_link"
    label: ClassVar[str] = "Cut link"
    help: ClassVar[str] = "Cuts the link between two nodes, both ways; everyone else still reaches both."

    def refusal(self, world: Cluster) -> str | None:
        if reason := _link_refusal(world, self.a, self.b):
            return reason
        cut = all(link in world.network.cuts for link in self.links())
        return f"the link between {self.a} and {self.b} is cut already" if cut else None

    def apply(self, world: Cluster) -> None:
        world.cut(self.links())

    def words(self) -> str:
        return f"the link between {self.a} and {self.b} is cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolate(NetworkFault):
    """Cut one server off from all other servers."""

    kind: ClassVar[str] = "isolate"
    label: ClassVar[str] = "Isolate"
    target: ClassVar[str | None] = "node"
    undo: ClassVar[str | None] = "heal"
    help: ClassVar[str] = "Cuts a server off from every other server, both ways; clients still reach it."

    node: str = entry("node", "Server")

    def refusal(self, world: Cluster) -> str | None:
        if reason := unknown_node(world, self.node):
            return reason
        links = self._links(world)
        if not links:
            return f"{self.node} has no other server to be cut off from"
        return f"{self.node} is isolated already" if all(link in world.network.cuts for link in links) else None

    def apply(self, world: Cluster) -> None:
        world.cut(self._links(world))

    def words(self) -> str:
        return f"{self.node} is cut off from the other servers"

    def _links(self, world: Cluster) -> list[Link]:
        others = [name for name in world.processes() if name != self.node and world.node(name).kind != "client"]
        return [link for other in others for link in ((self.node, other), (other, self.node))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heal(NetworkFault):
    """Make the network whole."""

    kind: ClassVar[str] = "heal"
    label: ClassVar[str] = "Heal"
    help: ClassVar[str] = "Ends every fault of the network: cuts, slow and held links, loss, duplicates, reordering."

    def refusal(self, world: Cluster) -> str | None:
        return "the network is whole already" if world.network.is_whole() else None

    def apply(self, world: Cluster) -> None:
        world.release(sorted(world.network.held))
        world.network.heal(world.now)
        world.network_changed()

    def words(self) -> str:
        return "the network is whole again"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowLink(LinkFault):
    """Add latency to a link."""

    kind: ClassVar[str] = "slow_link"
    label: ClassVar[str] = "Slow"
    help: ClassVar[str] = "Adds latency to a link, both ways; 0 ms makes it normal again."

    extra_ms: float = entry("number", "Extra latency", default=100.0, low=0, high=10_000, unit="ms")

    def apply(self, world: Cluster) -> None:
        for link in self.links():
            if self.extra_ms:
                world.network.slow[link] = self.extra_ms
            else:
                world.network.slow.pop(link, None)
        world.network_changed()

    def words(self) -> str:
        return f"the link between {self.a} and {self.b} takes {self.extra_ms:g} ms longer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(LinkFault):
    """Hold the messages of a link."""

    kind: ClassVar[str] = "hold"
    label: ClassVar[str] = "Hold"
    undo: ClassVar[str | None] = "release"
    help: ClassVar[str] = "Messages between two nodes wait on the link until they are released, by hand or together."

    def refusal(self, world: Cluster) -> str | None:
        if reason := _link_refusal(world, self.a, self.b):
            return reason
        held = all(link in world.network.held for link in self.links())
        return f"the link between {self.a} and {self.b} is held already" if held else None

    def apply(self, world: Cluster) -> None:
        world.network.held.update(self.links())
        for flight in [f for f in world.in_flight.values() if (f.node, f.to) in self.links()]:
            world.reschedule(flight, None)
        world.network_changed()

    def words(self) -> str:
        return f"messages between {self.a} and {self.b} are held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(LinkFault):
    """Let held messages go."""

    kind: ClassVar[str] = "release"
    label: ClassVar[str] = "Release"
    undo: ClassVar[str | None] = None
    help: ClassVar[str] = "Lets the held messages of a link go on, in the order in which they were sent."

    def refusal(self, world: Cluster) -> str | None:
        if reason := _link_refusal(world, self.a, self.b):
            return reason
        held = any(link in world.network.held for link in self.links())
        return None if held else f"the link between {self.a} and {self.b} is not held"

    def apply(self, world: Cluster) -> None:
        world.release(self.links())

    def words(self) -> str:
        return f"messages between {self.a} and {self.b} go on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lose(NetworkFault):
    """Lose messages at random."""

    kind: ClassVar[str] = "lose"
    label: ClassVar[str] = "Lose"
    undo: ClassVar[str | None] = "heal"
    help: ClassVar[str] = "Each message is lost with this probability."

    percent: float = entry("percent", "Lost", default=20.0, low=0, high=100, unit="%")

    def apply(self, world: Cluster) -> None:
        world.network.lose_percent = self.percent
        world.network_changed()

    def words(self) -> str:
        return f"{self.percent:g} % of all messages are lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate(NetworkFault):
    """Deliver messages twice at random."""

    kind: ClassVar[str] = "duplicate"
    label: ClassVar[str] = "Duplicate"
    undo: ClassVar[str | None] = "heal"
    help: ClassVar[str] = "Each message arrives twice with this probability."

    percent: float = entry("percent", "Duplicated", default=20.0, low=0, high=100, unit="%")

    def apply(self, world: Cluster) -> None:
        world.network.duplicate_percent = self.percent
        world.network_changed()

    def words(self) -> str:
        return f"{self.percent:g} % of all messages arrive twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder(NetworkFault):
    """Let messages overtake each other."""

    kind: ClassVar[str] = "reorder"
    label: ClassVar[str] = "Reorder"
    undo: ClassVar[str | None] = "heal"
    help: ClassVar[str] = "Each message is delayed with this probability, so that later ones overtake it."

    percent: float = entry("percent", "Delayed", default=20.0, low=0, high=100, unit="%")

    def apply(self, world: Cluster) -> None:
        world.network.reorder_percent = self.percent
        world.network_changed()

    def words(self) -> str:
        return f"{self.percent:g} % of all messages may be overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFault(Action):
    """What can be done to one message in flight."""

    group: ClassVar[str] = "Messages"
    target: ClassVar[str | None] = "message"

    message: int = entry("message", "Message")

    def refusal(self, world: Cluster) -> str | None:
        if self.message in world.in_flight:
            return None
        return f"message {self.message} is not in flight; it has arrived, was lost or was never sent"

    def flight(self, world: Cluster) -> Flight:
        """Return the message's flight."""
        return world.in_flight[self.message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver(MessageFault):
    """Deliver a message at once."""

    kind: ClassVar[str] = "deliver"
    label: ClassVar[str] = "Deliver now"
    help: ClassVar[str] = "The message arrives at once."

    def apply(self, world: Cluster) -> None:
        world.reschedule(self.flight(world), world.now)

    def words(self) -> str:
        return f"message {self.message} is delivered by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(MessageFault):
    """Delay a message."""

    kind: ClassVar[str] = "delay"
    label: ClassVar[str] = "Delay"
    help: ClassVar[str] = "The message arrives later than it would have."

    extra_ms: float = entry("number", "Delay", default=100.0, low=0.001, high=60_000, unit="ms")

    def apply(self, world: Cluster) -> None:
        flight = self.flight(world)
        planned = world.now if flight.arrives is None else flight.arrives
        world.reschedule(flight, planned + self.extra_ms)

    def words(self) -> str:
        return f"message {self.message} is delayed by {self.extra_ms:g} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(MessageFault):
    """Lose a message."""

    kind: ClassVar[str] = "drop"
    label: ClassVar[str] = "Drop"
    help: ClassVar[str] = "The message is lost."

    def apply(self, world: Cluster) -> None:
        world.drop(self.flight(world), "dropped by hand", world.present_cause())

    def words(self) -> str:
        return f"message {self.message} is dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(MessageFault):
    """Deliver a message twice."""

    kind: ClassVar[str] = "copy"
    label: ClassVar[str] = "Duplicate message"
    help: ClassVar[str] = "A second copy of the message sets out now."

    def apply(self, world: Cluster) -> None:
        world.copy(self.flight(world))

    def words(self) -> str:
        return f"message {self.message} is sent a second time"


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


def _link_refusal(cluster: Cluster, a: str, b: str) -> str | None:
    return unknown_node(cluster, a, b) or ("a link needs two different nodes" if a == b else None)


NETWORK_FAULTS: tuple[type[Action], ...] = (
    Cut, CutOneWay, CutLink, Isolate, SlowLink, Lose, Duplicate, Reorder, Hold, Release, Heal,
)  # fmt: skip
NODE_FAULTS: tuple[type[Action], ...] = (
    Crash, Restart, Pause, Resume, LoseDisk, SlowDisk, SlowNode, Skew, Drift,
)  # fmt: skip
MESSAGE_FAULTS: tuple[type[Action], ...] = (Deliver, Delay, Drop, Copy)
