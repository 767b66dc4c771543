"""Faults of the network, each a frozen dataclass whose fields make its form.

A cut drops messages in flight as well; a heal ends every fault of the network at once.
"""

from dataclasses import dataclass
from typing import ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.naming import unknown_node

Link = tuple[str, str]


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
            (a, b) for here in self.groups for there in self.groups if here is not there for a in here for b in there
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


def _link_refusal(cluster: Cluster, a: str, b: str) -> str | None:
    return unknown_node(cluster, a, b) or ("a link needs two different nodes" if a == b else None)


NETWORK_FAULTS: tuple[type[Action], ...] = (
    Cut, CutOneWay, CutLink, Isolate, SlowLink, Lose, Duplicate, Reorder, Hold, Release, Heal,
)  # fmt: skip
