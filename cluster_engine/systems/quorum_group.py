"""A group of nodes that ask one another: how it is built from settings."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster, ClusterConfig
from cluster_engine.cluster.latencies import FITS, WAN_EXTRA_MS
from cluster_engine.cluster.node import Blueprint
from cluster_engine.protocols.quorums import QuorumConfig, QuorumDurable, QuorumNode
from cluster_engine.systems.raft_group import cluster_config, server_names

Settings = Mapping[str, Any]
EVEN, WAN = "even", "wan"


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
                attempt_ms=settings["client_timeout_ms"],  # a write tried again would be a second write
                every_ms=settings["client_every_ms"],
            ),
            Client,
        )
        for number in range(1, settings["clients"] + 1)
    ]
    fit = settings.get("latencies", EVEN)
    world = Cluster(seed, _shaped(cluster_config(settings), fit), [*nodes, *clients])
    if fit == WAN:
        far = [(a, b) for a in config.nodes for b in config.nodes if data_centre(a) != data_centre(b)]
        world.network.slow |= dict.fromkeys(far, WAN_EXTRA_MS)
    return world


def _shaped(config: ClusterConfig, fit: str) -> ClusterConfig:
    """Return the config with latencies that were measured in production, for the four legs of an operation."""
    if fit == EVEN:
        return config
    write, other = FITS[fit]
    shapes = {"Put": write, "PutReply": other, "Get": other, "GetReply": other}
    return msgspec.structs.replace(config, shapes=shapes)


def data_centre(node: str) -> int:
    """Return in which of three data centres a node stands: n1, n4 and n7 in the first, and so on."""
    return (int(node.removeprefix("n")) - 1) % 3


def node_names(settings: Settings) -> tuple[str, ...]:
    """Return n1, n2 and so on."""
    return server_names(settings["nodes"])
