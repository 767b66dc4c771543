"""A group of Raft servers with clients: how it is built from settings, and what can be ordered of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster, ClusterConfig
from cluster_engine.cluster.naming import leader_of, unknown_node
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.process import Ordered
from cluster_engine.protocols.raft import Raft, RaftConfig
from cluster_engine.protocols.raft_log import RaftDurable, RaftStaged

Settings = Mapping[str, Any]


def cluster_config(settings: Settings) -> ClusterConfig:
    """Return what network and disks are like."""
    return ClusterConfig(
        latency_ms=_ordered(settings, "latency_low_ms", "latency_high_ms"),
        disk_ms=_ordered(settings, "disk_low_ms", "disk_high_ms"),
        reconnect_backoff=settings.get("reconnect_backoff", False),
    )


def raft_config(settings: Settings, servers: tuple[str, ...], leads_at_start: str = "") -> RaftConfig:
    """Return what all servers are told."""
    return RaftConfig(
        servers=servers,
        election_ms=_ordered(settings, "election_low_ms", "election_high_ms"),
        heartbeat_ms=settings["heartbeat_ms"],
        pre_vote=settings.get("pre_vote", True),
        check_quorum=settings.get("check_quorum", True),
        reads=settings.get("reads", "read-index"),
        snapshot_every=settings.get("snapshot_every", 50),
        leads_at_start=leads_at_start,
    )


def server_names(count: int, first: int = 1) -> tuple[str, ...]:
    """Return n1, n2 and so on."""
    return tuple(f"n{number}" for number in range(first, first + count))


def servers(
    config: RaftConfig,
    spares: int = 0,
    disks: Mapping[str, RaftStaged] | None = None,
    protocol: type[Raft] = Raft,
) -> list[Blueprint]:
    """Return the servers; `disks` stages what some of them start with."""
    names = (*config.servers, *server_names(spares, len(config.servers) + 1))
    return [
        Blueprint(name, "server", config, protocol, RaftDurable, disks.get(name) if disks else None) for name in names
    ]


def clients(settings: Settings, targets: tuple[str, ...]) -> list[Blueprint]:
    """Return the clients, each trying the given servers."""
    return [
        Blueprint(
            f"c{number}",
            "client",
            ClientConfig(
                number=number,
                servers=targets,
                patience_ms=settings["client_timeout_ms"],
                every_ms=settings["client_every_ms"],
            ),
            Client,
        )
        for number in range(1, settings["clients"] + 1)
    ]


def _ordered(settings: Settings, low: str, high: str) -> tuple[float, float]:
    """Return a range, whichever of its ends a person set larger."""
    ends = sorted((settings[low], settings[high]))
    return (ends[0], ends[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Action):
    """An administrative order to the present leader."""

    group: ClassVar[str] = "Cluster"
    target: ClassVar[str | None] = "node"
    what: ClassVar[str] = ""

    node: str = entry("node", "Server")

    def refusal(self, world: Cluster) -> str | None:
        if reason := unknown_node(world, self.node):
            return reason
        if world.node(self.node).kind != "server":
            return f"{self.node} is no server"
        leader = leader_of(world)
        if leader is None or world.node(leader).status != "up":
            return "no running server leads at this moment"
        process = world.node(leader).process
        assert isinstance(process, Raft), f"{leader} does not run Raft"
        return process.order_refusal(self.what, self.node)

    def apply(self, world: Cluster) -> None:
        leader = leader_of(world)
        assert leader is not None, "a refused order was applied"
        world.ask(world.node(leader), Ordered(self.what, self.node))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddServer(Order):
    """Add a member."""

    kind: ClassVar[str] = "add_server"
    label: ClassVar[str] = "Add member"
    undo: ClassVar[str | None] = "remove_server"
    what: ClassVar[str] = "add"
    help: ClassVar[str] = "The leader adds a server to the configuration; from then on it counts for majorities."

    def words(self) -> str:
        return f"the leader is told to add {self.node} to the cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveServer(Order):
    """Remove a member."""

    kind: ClassVar[str] = "remove_server"
    label: ClassVar[str] = "Remove member"
    undo: ClassVar[str | None] = "add_server"
    what: ClassVar[str] = "remove"
    help: ClassVar[str] = "The leader removes a server from the configuration; a leader that removes itself steps down."

    def words(self) -> str:
        return f"the leader is told to remove {self.node} from the cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Order):
    """Hand leadership over."""

    kind: ClassVar[str] = "transfer"
    label: ClassVar[str] = "Transfer leadership"
    what: ClassVar[str] = "transfer"
    help: ClassVar[str] = "The leader brings a follower up to date and tells it to stand for election at once."

    def words(self) -> str:
        return f"the leader is told to hand over to {self.node}"


ORDERS: tuple[type[Action], ...] = (AddServer, RemoveServer, Transfer)
