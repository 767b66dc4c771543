"""A group of Paxos servers with clients, for one value or for a log of decrees: how it is built from settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.requests import Add, ClientRequest, Read
from cluster_engine.protocols.multi_paxos import MultiPaxosServer
from cluster_engine.protocols.multi_paxos_messages import MultiPaxosConfig, MultiPaxosDurable
from cluster_engine.protocols.paxos import PaxosConfig, PaxosDurable, PaxosServer
from cluster_engine.systems.raft_group import cluster_config, server_names

Settings = Mapping[str, Any]
ONE, LOG = "one", "log"
DISTINGUISHED, EVERYONE = "distinguished", "everyone"


def paxos_cluster(settings: Settings, seed: int) -> Cluster:
    """Return the world for these settings."""
    names = server_names(settings["nodes"])
    servers = one_value(settings, names) if settings["decrees"] == ONE else log_servers(settings, names)
    return Cluster(seed, cluster_config(settings), [*servers, *clients(settings, names)])


def one_value(settings: Settings, names: tuple[str, ...]) -> list[Blueprint]:
    """Return servers that agree on one value."""
    first, second = quorums(settings, names)
    config = PaxosConfig(names, first, second, settings["round_ms"], settings["backoff_ms"], settings["bug"])
    return [Blueprint(name, "server", config, PaxosServer, PaxosDurable) for name in names]


def log_servers(settings: Settings, names: tuple[str, ...]) -> list[Blueprint]:
    """Return servers that agree on a log."""
    first, second = quorums(settings, names)
    config = MultiPaxosConfig(
        servers=names,
        first=first,
        second=second,
        round_ms=settings["round_ms"],
        backoff_ms=settings["backoff_ms"],
        distinguished=settings["proposers"] == DISTINGUISHED,
        heartbeat_ms=settings["heartbeat_ms"],
        silence_ms=settings["silence_ms"],
        bug=settings["bug"],
    )
    return [Blueprint(name, "server", config, MultiPaxosServer, MultiPaxosDurable) for name in names]


def quorums(settings: Settings, names: tuple[str, ...]) -> tuple[int, int]:
    """Return the sizes of the quorums of the two phases; 0 stands for a majority."""
    majority = len(names) // 2 + 1
    return settings["q1"] or majority, settings["q2"] or majority


def clients(settings: Settings, names: tuple[str, ...]) -> list[Blueprint]:
    """Return the clients. Where a leader proposes for all they look for it, else each keeps to its own server."""
    sticks = settings["decrees"] == ONE or settings["proposers"] == EVERYONE
    patience = settings["client_timeout_ms"]
    every = 0.0 if settings["decrees"] == ONE else settings["client_every_ms"]
    attempt = patience if sticks else 200.0
    return [
        Blueprint(
            f"c{number}", "client", ClientConfig(number, names, sticks, patience, attempt, every_ms=every), Client,
        )
        for number in range(1, settings["clients"] + 1)
    ]  # fmt: skip


def needs_a_log(request: ClientRequest, world: Cluster) -> str | None:
    """Say why a request is impossible where servers agree on one value, or None."""
    if any(isinstance(node.process, PaxosServer) for node in world.nodes.values()):
        return f"these servers choose one value and keep no store; set “decrees” to “{LOG}” to {request.kind}"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDecree(Read):
    """Read a value by a decree."""

    help: ClassVar[str] = "A client reads a value; the read is a decree of the log, as a write is. Needs a log."

    def refusal(self, world: Cluster) -> str | None:
        return needs_a_log(self, world) or ClientRequest.refusal(self, world)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDecree(Add):
    """Add to a number by a decree."""

    help: ClassVar[str] = "A client adds to a number: a decree that must not be performed twice. Needs a log."

    def refusal(self, world: Cluster) -> str | None:
        return needs_a_log(self, world) or ClientRequest.refusal(self, world)
