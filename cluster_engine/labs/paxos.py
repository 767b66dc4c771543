"""The lab `paxos`: one value, two phases, and everything that can come between them."""

from typing import Any

from cluster_engine.actions import Action
from cluster_engine.checkers.agreement import OneValueChosen, OnlyProposed
from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.node_faults import NODE_FAULTS
from cluster_engine.cluster.requests import Write
from cluster_engine.labs.declaration import (
    Button,
    Goal,
    Invariant,
    Lab,
    Measure,
    MessageLook,
    RoleLook,
    Setting,
    Situation,
)
from cluster_engine.labs.vocabulary import CLIENT_LOOKS, CLIENT_MEASURES, CLIENT_SETTINGS, NETWORK_SETTINGS
from cluster_engine.protocols.paxos import (
    ACCEPTS_OLD,
    FORGETS,
    IGNORES,
    PaxosConfig,
    PaxosDurable,
    PaxosServer,
)
from cluster_engine.records import Noted
from cluster_engine.systems.raft_group import cluster_config, server_names
from cluster_engine.telemetry import meters

NO_BUG = "none"
ACTIONS: tuple[type[Action], ...] = (Write, *NODE_FAULTS, *NETWORK_FAULTS, *MESSAGE_FAULTS)
CLIENTS = tuple(one.with_default(2) if one.name == "clients" else one for one in CLIENT_SETTINGS)


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    names = server_names(settings["nodes"])
    majority = len(names) // 2 + 1
    config = PaxosConfig(
        servers=names,
        first=settings["q1"] or majority,
        second=settings["q2"] or majority,
        round_ms=settings["round_ms"],
        backoff_ms=settings["backoff_ms"],
        bug="" if settings["bug"] == NO_BUG else settings["bug"],
    )
    servers = [Blueprint(name, "server", config, PaxosServer, PaxosDurable) for name in names]
    patience = settings["client_timeout_ms"]
    clients = [
        Blueprint(f"c{number}", "client", ClientConfig(number, names, True, patience, attempt_ms=patience), Client)
        for number in range(1, settings["clients"] + 1)
    ]
    return Cluster(seed, cluster_config(settings), [*servers, *clients])


def _proposes(record: Noted) -> str:
    facts = record.facts
    why = "it is free to choose" if facts["free"] else "for that was accepted already, and it must not propose its own"
    return f"{record.node} has a quorum of promises, and proposes {facts['value']} in ballot {facts['ballot']}: {why}."


LAB = Lab(
    name="paxos",
    title="Paxos, one value",
    summary="Three servers, two clients that want different values. Let two proposers meet, and see who gives way.",
    settings=(
        Setting("nodes", "int", 3, low=3, high=7, label="Servers", help="Each is proposer, acceptor and learner."),
        Setting("q1", "int", 0, low=0, high=7, label="Quorum of phase 1", help="How many must promise; 0: a majority."),
        Setting("q2", "int", 0, low=0, high=7, label="Quorum of phase 2", help="How many must accept; 0: a majority."),
        Setting(
            "round_ms", "float", 200.0, low=5, high=60_000, unit="ms", label="A round lasts at most",
            help="How long a proposer waits for a quorum before it tries a higher ballot.",
        ),
        Setting(
            "backoff_ms", "float", 100.0, low=0, high=10_000, unit="ms", label="Back-off",
            help="A proposer that was refused waits up to so long, by chance; 0: it tries again at once.",
        ),
        Setting(
            "bug", "choice", NO_BUG, choices=(NO_BUG, FORGETS, IGNORES, ACCEPTS_OLD), label="Planted bug",
            help="A mistake in every server.",
            meanings={
                FORGETS: "An acceptor forgets over a restart what it promised and accepted. Breaks: one-value.",
                IGNORES: "A proposer proposes its own value whatever was accepted before. Breaks: one-value.",
                ACCEPTS_OLD: "An acceptor accepts below what it has promised. Breaks: one-value.",
            },
        ),
        *(one for one in CLIENTS if one.name != "client_every_ms"),
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(action) for action in ACTIONS),
    panels=("cluster", "spacetime", "events", "history", "chart", "table"),
    goals=(
        Goal(
            "chosen", "Get a value chosen", "chosen >= 1", help="One proposer alone needs two rounds of messages.",
            reference="500ms write x 1 node=n1", reference_for_ms=2_000,
        ),
        Goal(
            "duel", "Let two proposers begin ten ballots and choose nothing", "ballots >= 10 and chosen < 1",
            help="Each interrupts the other between its two phases.",
            reference="500ms write x 1 node=n1 client=c1\n506ms write x 2 node=n2 client=c2",
            reference_settings={
                "backoff_ms": 0, "latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0,
            },
            reference_for_ms=2_000,
        ),
        Goal(
            "survives", "Let another proposer finish somebody's value", "adopted >= 1",
            help="A value that a minority has accepted is found by the next proposer, if it asks the right ones.",
            reference="500ms write x 1 node=n1 client=c1\n517ms crash n1\n1s write x 2 node=n2 client=c2",
            reference_settings={"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0},
            reference_for_ms=3_000,
        ),
        Goal(
            "two-values", "Have two values chosen", "chosen >= 2",
            help="Impossible, unless a quorum of the first phase can miss one of the second.",
            reference="500ms cut n1,n2,c1 | n3,n4,c2\n1s write x 1 node=n1 client=c1\n1s write x 2 node=n3 client=c2",
            reference_settings={"nodes": 4, "q1": 2, "q2": 2}, reference_for_ms=3_000,
        ),
    ),
    invariants=(
        Invariant(
            "one-value", "At most one value is chosen", "Lamport 2001, section 2.1",
            "Once a quorum has accepted a value, no quorum ever accepts another.", OneValueChosen,
            given=("nodes", "q2"),
        ),
        Invariant(
            "only-proposed", "Only what was proposed", "Lamport 2001, section 2.1",
            "Every value that is accepted was asked for by a client.", OnlyProposed,
        ),
    ),
    measures=(
        Measure(
            "chosen", "Values chosen", meter=meters.ValuesLearned,
            help="How many different values servers have learned to be chosen.",
        ),
        Measure("ballots", "Ballots begun", meter=lambda: meters.NotedCount("prepares"), help="First phases begun."),
        Measure(
            "adopted", "Values adopted", meter=meters.Adopted,
            help="Ballots in which a proposer had to propose what another one had begun.",
        ),
        Measure(
            "lost_rounds", "Rounds lost", meter=lambda: meters.NotedCount("loses"), help="Ballots that were refused.",
        ),
        Measure("nodes_down", "Servers down", meter=meters.Down, help="Machines that have crashed and not restarted."),
        Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
        *(one for one in CLIENT_MEASURES if "read" not in one.name and "stale" not in one.name),
    ),
    situations=(
        Situation(
            "duel", "Two proposers at once", "n1 and n2 propose at nearly the same time, and try again at once.",
            settings={"backoff_ms": 0, "latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0},
            script="500ms write x 1 node=n1 client=c1\n506ms write x 2 node=n2 client=c2",
        ),
    ),
    messages={
        **CLIENT_LOOKS,
        "Prepare": MessageLook("prepare", "diamond", 3, vote=True),
        "Accept": MessageLook("accept", "square", 1),
        "Chosen": MessageLook("chosen", "hexagon", 5),
    },
    timers={},
    roles={
        "learner": RoleLook("knows", "✓"),
        "proposer": RoleLook("proposes", "?"),
        "acceptor": RoleLook("acceptor", ""),
    },
    epoch="ballot",
    speed=0.1,
    narration={
        "prepares": "{node} asks all to promise ballot {ballot}.",
        "proposes": _proposes,
        "loses": "{node} is refused in ballot {ballot}: {to} was promised ballot {higher}.",
        "learns": "{node} knows that {value} is chosen.",
    },
    landmarks=frozenset({"learns"}),
    build=build,
)  # fmt: skip
