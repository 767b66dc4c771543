"""The lab `one-system`: a replicated key-value service behind one address, for the very first lesson."""

from dataclasses import replace
from typing import Any

from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.network_faults import Cut, Heal, Isolate
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.node_faults import Crash, Pause, Restart, Resume, SlowNode
from cluster_engine.cluster.requests import Read, Write
from cluster_engine.labs.declaration import Button, Goal, Lab, MessageLook, Setting, Situation, TimerLook
from cluster_engine.labs.raft import LAB as RAFT
from cluster_engine.labs.vocabulary import (
    CLIENT_LOOKS,
    CLIENT_MEASURES,
    CLIENT_SETTINGS,
    CLUSTER_MEASURES,
    NETWORK_SETTINGS,
    RAFT_LANDMARKS,
    RAFT_LIVENESS,
    RAFT_NARRATION,
    TIMEOUT_SETTINGS,
)
from cluster_engine.systems.front_door import FrontDoor, FrontDoorConfig
from cluster_engine.systems.raft_group import (
    clients,
    cluster_config,
    raft_config,
    server_names,
    servers,
)

ADDRESS = "kv"


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    names = server_names(settings["nodes"])
    door = Blueprint(ADDRESS, "service", FrontDoorConfig(servers=names), FrontDoor)
    blueprints = [*servers(raft_config(settings, names)), door, *clients(settings, (ADDRESS,))]
    return Cluster(seed, cluster_config(settings), blueprints)


LAB = Lab(
    name="one-system",
    title="One system, many nodes",
    summary="A key-value service that clients know by one address, and the replicas behind it.",
    settings=(
        Setting("nodes", "int", 3, low=1, high=7, label="Replicas", help="Servers behind the address."),
        *(replace(s, default=250.0) if s.name == "client_every_ms" else s for s in CLIENT_SETTINGS),
        *TIMEOUT_SETTINGS,
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(
        Button(action) for action in (Crash, Restart, Pause, Resume, SlowNode, Isolate, Cut, Heal, Write, Read)
    ),
    panels=("cluster", "history", "events", "chart", "spacetime", "log", "table"),
    goals=(
        Goal(
            "service-survives",
            "Crash a replica, and see ten more answers",
            "nodes_down >= 1 and answered_since_fault >= 10",
            help="The clients do not learn which server answered.",
            reference="1s crash leader",
            reference_for_ms=8_000,
        ),
        Goal(
            "service-down",
            "Stop the service",
            "unanswered_since_fault >= 2",
            help="Operations stay unanswered although a replica still runs.",
            reference="1s crash n1\n1100ms crash n2",
            reference_for_ms=8_000,
        ),
        Goal(
            "service-back",
            "Stop the service, then bring it back",
            "unknown_writes + unknown_reads >= 1 and answered_since_fault >= 3",
            help="After an outage, operations are answered again.",
            reference="1s crash n1\n1100ms crash n2\n4s restart n1",
            reference_for_ms=9_000,
        ),
    ),
    invariants=RAFT.invariants,
    measures=(*CLUSTER_MEASURES, *CLIENT_MEASURES),
    situations=(
        Situation(
            "leader-crash",
            "A crash that nobody notices",
            "The server that leads crashes at 2 s, while a client goes on asking.",
            script="2s crash leader",
        ),
        Situation(
            "two-silences",
            "Two silences",
            "A client writes a and b, and each time loses its link to the service just after it has asked: once before "
            "the request has arrived, once before the answer has.",
            settings={"client_every_ms": 0.0},
            script="1s write a 1\n1001ms cut c1 | kv\n2500ms heal\n3s write b 2\n3016ms cut c1 | kv\n4500ms heal\n"
            "5s read a\n5300ms read b",
        ),
    ),
    messages=RAFT.messages
    | {"Request": CLIENT_LOOKS["Request"], "TimeoutNow": MessageLook("timeout now", "triangle", 2)},
    timers={"election": TimerLook("election timer", arc=True)},
    roles=RAFT.roles,
    epoch="term",
    speed=0.25,
    narration=RAFT_NARRATION,
    landmarks=RAFT_LANDMARKS,
    liveness=RAFT_LIVENESS,
    build=build,
)
