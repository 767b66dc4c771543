"""The lab `cap`: one register on five nodes, and one switch: refuse, or answer."""

from collections.abc import Mapping
from typing import Any

from cluster_engine.checkers.progress import Progress
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS
from cluster_engine.cluster.requests import Read, Write
from cluster_engine.labs.declaration import Button, Caption, Goal, Lab, Setting, Situation
from cluster_engine.labs.liveness import Liveness
from cluster_engine.labs.planted import bug_setting
from cluster_engine.labs.quorum import (
    FRESH,
    MAJORITY_BUGS,
    QUORUM_LOOKS,
    QUORUM_MEASURES,
    QUORUM_NARRATION,
)
from cluster_engine.labs.quorum import LAB as QUORUM
from cluster_engine.labs.vocabulary import LINEARIZABLE, NETWORK_SETTINGS
from cluster_engine.protocols.quorums import BEFORE, NO_REPAIR, QuorumConfig
from cluster_engine.systems.quorum_group import node_names, quorum_cluster

REFUSE, ANSWER = "refuse", "answer"


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    nodes, refuses = node_names(settings), settings["writes"] == REFUSE
    majority = len(nodes) // 2 + 1
    config = QuorumConfig(
        nodes=nodes,
        replicas=len(nodes),
        reads=majority if settings["reads"] == REFUSE else 1,
        writes=majority if refuses else 1,
        sloppy=False,
        repair=BEFORE if refuses and settings["reads"] == REFUSE else NO_REPAIR,
        refuses=True,
        asks_first=refuses,
        gossip_ms=settings["gossip_ms"],
        substitute_ms=1_000.0,
        bug=settings["bug"],
    )
    return quorum_cluster(seed, settings, config)


def _watch(settings: Mapping[str, Any]) -> Progress:
    refuses = REFUSE in (settings["writes"], settings["reads"])
    return Progress(node_names(dict(settings)), needs=0 if refuses else 1)


LAB = Lab(
    name="cap",
    title="Refuse or answer",
    summary="One register on five nodes. Cut the network: should a node that hears no majority refuse, or answer?",
    settings=(
        Setting("nodes", "int", 5, low=3, high=7, label="Nodes", help="How many nodes hold the register."),
        Setting(
            "writes", "choice", REFUSE, choices=(REFUSE, ANSWER), label="Writes",
            help="What a node does with a write while it hears no majority.",
            meanings={
                REFUSE: "A majority must take it; without one it is refused.",
                ANSWER: "The node takes it alone and tells the others when it can.",
            },
        ),
        Setting(
            "reads", "choice", REFUSE, choices=(REFUSE, ANSWER), label="Reads",
            help="What a node does with a read while it hears no majority.",
            meanings={
                REFUSE: "A majority is asked; without one the read is refused.",
                ANSWER: "The node says what it has.",
            },
        ),
        Setting(
            "gossip_ms", "float", 250.0, low=10, high=60_000, unit="ms", label="Gossip",
            help="How often each node compares what it has with another one.",
        ),
        bug_setting(MAJORITY_BUGS, "A mistake in every node, where it should refuse."),
        *(one for one in QUORUM.settings if one.name in ("clients", "client_every_ms", "client_timeout_ms")),
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(action) for action in (Write, Read, *NETWORK_FAULTS, *NODE_FAULTS)),
    panels=("cluster", "history", "events", "chart", "spacetime", "table"),
    goals=(
        Goal(
            "two-values", "Let both sides accept a write", "values >= 2 and acked_writes >= 2",
            help="Each side must be able to say yes by itself.",
            reference="500ms cut n1,n2,c1 | n3,n4,n5,c2,c3\n1s write x 1 node=n1 client=c1\n"
            "1s write x 2 node=n3 client=c3",
            reference_settings={"writes": ANSWER, "reads": ANSWER}, reference_for_ms=2_000,
        ),
        Goal(
            "refused", "Have a write refused", "failed_writes >= 1",
            help="On the side that is no majority.",
            reference="500ms cut n1,n2,c1 | n3,n4,n5,c2,c3\n1s write x 1 node=n1 client=c1",
            reference_for_ms=2_000,
        ),
        Goal(
            "stale", "Read the past", "stale_reads >= 1",
            help="One side goes on, and the other one answers what it has.",
            reference="1s cut n1,n2,c1 | n3,n4,n5,c2,c3\n1500ms write x 2 node=n3 client=c3\n"
            "2s read x node=n1 client=c1",
            reference_settings={"reads": ANSWER}, reference_for_ms=3_000,
        ),
    ),
    invariants=(FRESH, LINEARIZABLE),
    measures=QUORUM_MEASURES,
    situations=(
        Situation(
            "split", "Two and three", "n1 and n2 are cut off from the other three after half a second.",
            script="500ms cut n1,n2,c1 | n3,n4,n5,c2,c3",
        ),
        Situation(
            "both-say-yes", "Two values, and then one",
            "Each side of a cut takes a write by itself; the network is mended at 2 s.",
            settings={"writes": ANSWER, "reads": ANSWER},
            script="500ms cut n1,n2,c1 | n3,n4,n5,c2,c3\n1s write x 1 node=n1 client=c1\n"
            "1s write x 2 node=n3 client=c3\n2s heal",
        ),
    ),
    messages=QUORUM_LOOKS,
    timers={},
    roles=QUORUM.roles,
    epoch="version",
    epoch_by="writer",
    captions=(Caption("value", "holds {}"),),
    speed=0.1,
    narration=QUORUM_NARRATION,
    landmarks=QUORUM.landmarks,
    liveness=(
        Liveness(
            "progress", "Progress", "Gilbert & Lynch 2002, section 3",
            "Where nodes refuse without a majority, one must be able to talk; where not, one node will do.",
            _watch,
        ),
    ),
    build=build,
)  # fmt: skip
