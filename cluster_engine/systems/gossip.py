"""A group of nodes that gossip: how it is built from settings, and what can be asked of it besides reads and writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.requests import ClientRequest, Read, Write
from cluster_engine.protocols.gossip import GossipDurable, GossipNode
from cluster_engine.protocols.gossip_messages import FIRST, GossipConfig, Stored
from cluster_engine.systems.raft_group import cluster_config, server_names
from cluster_engine.systems.reconcile import faithful_clients

ALL, TREE = "all versions", "hash tree"


def gossip_cluster(settings: Mapping[str, Any], seed: int) -> Cluster:
    """Return the world: nodes that hold the same keys at first, and clients that each keep to one."""
    names = server_names(settings["nodes"])
    config = GossipConfig(
        nodes=names,
        seed=seed,
        mode=settings["mode"],
        round_ms=settings["round_ms"],
        together=settings["together"],
        interest=settings["interest"],
        certificates=settings["certificates"],
        depth=settings["depth"] if settings["compare"] == TREE else 0,
        bug=settings["bug"],
    )
    held = {f"k{number}": Stored(FIRST, "0") for number in range(1, settings["keys"] + 1)}
    nodes = [Blueprint(name, "server", config, GossipNode, GossipDurable, held or None) for name in names]
    return Cluster(seed, cluster_config(settings), [*nodes, *faithful_clients(settings, names)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(ClientRequest):
    """Delete a key."""

    kind: ClassVar[str] = "delete"
    label: ClassVar[str] = "Delete"
    operation: ClassVar[str] = "delete"
    help: ClassVar[str] = "A client deletes a key. The absence of something is harder to tell than something."

    key: str = entry("text", "Key", default="x")
    client: str = entry("client", "Client", default="")
    node: str = entry("node", "Server to ask first", default="")

    def words(self) -> str:
        return f"a client deletes {self.key}" + (f" at {self.node}" if self.node else "")


GOSSIP_REQUESTS: tuple[type[Action], ...] = (Write, Delete, Read)
