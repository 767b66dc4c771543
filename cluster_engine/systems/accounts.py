"""An account in several replicas: how it is built from settings, and what one can ask and order of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster, ClusterConfig
from cluster_engine.cluster.naming import unknown_node
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.process import Ordered
from cluster_engine.cluster.requests import ClientRequest
from cluster_engine.protocols.copying import CopyingConfig, CopyingDurable, CopyingReplica
from cluster_engine.protocols.primary_backup import PrimaryBackup, PrimaryBackupConfig, PrimaryBackupDurable

Settings = Mapping[str, Any]
KEY = "balance"


def replica_names(count: int) -> tuple[str, ...]:
    """Return r1, r2 and so on."""
    return tuple(f"r{number}" for number in range(1, count + 1))


def cluster_config(settings: Settings) -> ClusterConfig:
    """Return what network and disks are like."""
    low, high = sorted((settings["latency_low_ms"], settings["latency_high_ms"]))
    return ClusterConfig(latency_ms=(low, high), disk_ms=(settings["disk_ms"], settings["disk_ms"]))


def copying(settings: Settings, names: tuple[str, ...], *, operations: bool) -> list[Blueprint]:
    """Return replicas without a leader."""
    config = CopyingConfig(names, operations, settings["keys"], bug=settings["bug"])
    return [Blueprint(name, "server", config, CopyingReplica, CopyingDurable) for name in names]


def primary_and_backups(settings: Settings, names: tuple[str, ...], replication: str) -> list[Blueprint]:
    """Return a primary, its backups, and the witnesses w1, w2 … that the settings ask for."""
    witnesses = tuple(f"w{number}" for number in range(1, settings.get("witnesses", 0) + 1))
    config = PrimaryBackupConfig(
        servers=names,
        voters=(*names, *witnesses),
        replication=replication,
        copies=settings.get("copies", 1),
        patience_ms=settings.get("patience_ms", 500.0),
        heartbeat_ms=settings.get("heartbeat_ms", 100.0),
        timeout_ms=settings.get("timeout_ms", 0.0),
        quorum=settings.get("quorum", False),
        fencing=settings["fencing"],
        keys=settings["keys"],
        bug=settings["bug"],
    )
    return [Blueprint(name, "server", config, PrimaryBackup, PrimaryBackupDurable) for name in config.voters]


def account_clients(settings: Settings, names: tuple[str, ...], *, sticks: bool) -> list[Blueprint]:
    """Return the clients; with `sticks`, each keeps to one replica."""
    return [
        Blueprint(
            f"c{number}",
            "client",
            ClientConfig(
                number, names, sticks, settings["client_timeout_ms"], attempt_ms=settings["attempt_ms"], doubts=True
            ),
            Client,
        )
        for number in range(1, settings["clients"] + 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(ClientRequest):
    """A payment to or from the account."""

    operation: ClassVar[str] = "add"
    key: ClassVar[str] = KEY

    amount: float = entry("number", "Dollars", default=20.0, low=1, high=10_000)
    node: str = entry("node", "Replica to ask", default="")
    client: str = entry("client", "Client", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit(Pay):
    """Put money in."""

    kind: ClassVar[str] = "deposit"
    label: ClassVar[str] = "Deposit"
    help: ClassVar[str] = "A client puts money into the account and waits for the answer."

    @property
    def value(self) -> float:
        """What is added."""
        return self.amount

    def words(self) -> str:
        return f"a client deposits ${self.amount:g}" + (f" at {self.node}" if self.node else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Pay):
    """Take money out."""

    kind: ClassVar[str] = "charge"
    label: ClassVar[str] = "Charge"
    help: ClassVar[str] = "A client takes money out of the account; refused where the replica sees too little in it."

    @property
    def value(self) -> float:
        """What is added."""
        return -self.amount

    def words(self) -> str:
        return f"a client charges ${self.amount:g}" + (f" at {self.node}" if self.node else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(ClientRequest):
    """Ask for the balance."""

    kind: ClassVar[str] = "look"
    label: ClassVar[str] = "Look"
    operation: ClassVar[str] = "read"
    key: ClassVar[str] = KEY
    help: ClassVar[str] = "A client asks what is in the account."

    node: str = entry("node", "Replica to ask", default="")
    client: str = entry("client", "Client", default="")

    def words(self) -> str:
        return "a client asks for the balance" + (f" at {self.node}" if self.node else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promote(Action):
    """Make a backup the primary."""

    kind: ClassVar[str] = "promote"
    label: ClassVar[str] = "Promote"
    group: ClassVar[str] = "Cluster"
    target: ClassVar[str | None] = "node"
    help: ClassVar[str] = "An operator makes this backup the primary of the next epoch, whatever became of the old one."

    node: str = entry("node", "Backup")

    def refusal(self, world: Cluster) -> str | None:
        if reason := unknown_node(world, self.node):
            return reason
        node = world.nodes[self.node]
        if isinstance(node.process, CopyingReplica):
            return "in this design every replica takes payments, and none is to be promoted"
        if not isinstance(node.process, PrimaryBackup) or node.process.role == "witness":
            return f"{self.node} is no backup"
        if node.status != "up":
            return f"{self.node} is {node.status}"
        return f"{self.node} is primary already" if node.process.role == "leader" else None

    def apply(self, world: Cluster) -> None:
        world.ask(world.nodes[self.node], Ordered("promote", self.node))

    def words(self) -> str:
        return f"an operator makes {self.node} the primary"
