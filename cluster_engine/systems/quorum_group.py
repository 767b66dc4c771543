"""A group of nodes that ask one another: how it is built from settings."""

from collections.abc import Mapping
from typing import Any

from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.node import Blueprint
from cluster_engine.protocols.quorums import QuorumConfig, QuorumDurable, QuorumNode
from cluster_engine.systems.raft_group import cluster_config, server_names

Settings = Mapping[str, Any]


def quorum_cluster(seed: int, settings: Settings, config: QuorumConfig) -> Cluster:
    """Return the world: the nodes, and clients of which each keeps to its own."""
    nodes = [Blueprint(name, "server", config, QuorumNode, QuorumDurable) for name in config.nodes]
    clients = [
        Blueprint(
            f"c{number}",
            "client",
            ClientConfig(
                number=number,
                servers=config.nodes,
                sticks=True,
                patience_ms=settings["client_timeout_ms"],
                every_ms=settings["client_every_ms"],
            ),
            Client,
        )
        for number in range(1, settings["clients"] + 1)
    ]
    return Cluster(seed, cluster_config(settings), [*nodes, *clients])


def node_names(settings: Settings) -> tuple[str, ...]:
    """Return n1, n2 and so on."""
    return server_names(settings["nodes"])
