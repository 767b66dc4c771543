"""Replicas without a leader, with clients that each keep to one; and what can be asked of a set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.requests import Add, ClientRequest, Read, Write
from cluster_engine.protocols.reconcile import ReconcileConfig, ReconcileDurable, Replica


def replicas(settings: Mapping[str, Any], names: tuple[str, ...]) -> list[Blueprint]:
    """Return the replicas."""
    config = ReconcileConfig(
        replicas=names, strategy=settings["strategy"], gossip_ms=settings["gossip_ms"], bug=settings["bug"]
    )
    return [Blueprint(name, "server", config, Replica, ReconcileDurable) for name in names]


def faithful_clients(settings: Mapping[str, Any], names: tuple[str, ...]) -> list[Blueprint]:
    """Return clients that each keep to the replica they asked last."""
    patience, every = settings["client_timeout_ms"], settings["client_every_ms"]
    return [
        Blueprint(
            f"c{number}",
            "client",
            ClientConfig(number=number, servers=names, sticks=True, patience_ms=patience, every_ms=every),
            Client,
        )
        for number in range(1, settings["clients"] + 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert(ClientRequest):
    """Insert an element into a set."""

    kind: ClassVar[str] = "insert"
    label: ClassVar[str] = "Insert"
    operation: ClassVar[str] = "insert"
    help: ClassVar[str] = "A client puts an element into a set, such as a shopping cart."

    key: str = entry("text", "Set", default="cart")
    value: str = entry("text", "Element", default="X")
    client: str = entry("client", "Client", default="")
    node: str = entry("node", "Server to ask first", default="")

    def words(self) -> str:
        return f"a client inserts {self.value} into {self.key}" + (f" at {self.node}" if self.node else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(ClientRequest):
    """Remove an element from a set."""

    kind: ClassVar[str] = "remove"
    label: ClassVar[str] = "Remove"
    operation: ClassVar[str] = "remove"
    help: ClassVar[str] = "A client takes an element out of a set."

    key: str = entry("text", "Set", default="cart")
    value: str = entry("text", "Element", default="X")
    client: str = entry("client", "Client", default="")
    node: str = entry("node", "Server to ask first", default="")

    def words(self) -> str:
        return f"a client removes {self.value} from {self.key}" + (f" at {self.node}" if self.node else "")


REQUESTS: tuple[type[Action], ...] = (Write, Read, Add, Insert, Remove)
