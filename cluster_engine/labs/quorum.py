"""The lab `quorum`: N copies, R of them asked, W of them written, and what happens between."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cluster_engine.checkers.progress import Progress
from cluster_engine.checkers.staleness import NoStaleRead
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.latencies import FITS
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS
from cluster_engine.cluster.requests import Read, Write
from cluster_engine.labs.declaration import (
    Button,
    Caption,
    Goal,
    Invariant,
    Lab,
    Measure,
    MessageLook,
    RoleLook,
    Setting,
    Situation,
)
from cluster_engine.labs.liveness import Liveness
from cluster_engine.labs.planted import bug_setting
from cluster_engine.labs.vocabulary import (
    CLIENT_LOOKS,
    CLIENT_MEASURES,
    CLIENT_SETTINGS,
    LINEARIZABLE,
    NETWORK_SETTINGS,
)
from cluster_engine.protocols.quorums import (
    BEFORE,
    FORGETS_HINTS,
    LATER,
    NO_REPAIR,
    RESTAMPS,
    SKIPS_WRITE_BACK,
    SMALL_MAJORITY,
    QuorumConfig,
)
from cluster_engine.systems.quorum_group import EVEN, node_names, quorum_cluster
from cluster_engine.telemetry import meters

MAJORITY_BUGS = {
    SMALL_MAJORITY: "One node less than R and W say is enough. Breaks: no-stale-read.",
    SKIPS_WRITE_BACK: "A read that should first write back what it found answers at once. Breaks: linearizable.",
}
BUGS = {
    **MAJORITY_BUGS,
    RESTAMPS: "Read repair writes an old value back with a new version. Breaks: no-stale-read.",
    FORGETS_HINTS: "A substitute says yes and keeps nothing. Breaks: no-stale-read.",
}


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    config = QuorumConfig(
        nodes=node_names(settings),
        replicas=min(settings["n"], settings["nodes"]),
        reads=min(settings["r"], settings["n"]),
        writes=min(settings["w"], settings["n"]),
        sloppy=settings["sloppy"],
        repair=settings["repair"],
        refuses=False,
        asks_first=settings["asks_first"],
        gossip_ms=settings["gossip_ms"],
        substitute_ms=settings["substitute_ms"],
        bug=settings["bug"],
    )
    return quorum_cluster(seed, settings, config)


def _overlaps(settings: Mapping[str, Any]) -> bool:
    copies = min(settings["n"], settings["nodes"])
    reads, writes = (min(settings[dial], settings["n"]) for dial in ("r", "w"))
    return bool(reads + writes > copies)


def _watch(settings: Mapping[str, Any]) -> Progress:
    needs = min(max(settings["r"], settings["w"]), settings["n"], settings["nodes"])
    return Progress(node_names(dict(settings)), needs=needs)


QUORUM_MEASURES = (
    Measure("nodes_down", "Nodes down", meter=meters.Down, help="Machines that have crashed and not restarted."),
    Measure(
        "values", "Different values", meter=meters.DifferentValues,
        help="How many different values running nodes show for what they stored last.",
    ),
    Measure(
        "repairs", "Reads that repaired", meter=lambda: meters.NotedCount("repairs"),
        help="Reads after which a replica was brought up to date.",
    ),
    Measure(
        "hints_kept", "Hints kept", meter=lambda: meters.NotedCount("keeps-hint"),
        help="Writes that a node kept for another one.",
    ),
    Measure(
        "hints_delivered", "Hints handed over", meter=lambda: meters.NotedCount("hands-over"),
        help="Such writes that reached their node.",
    ),
    Measure(
        "stale_share", "Share of stale reads", live=False, meter=meters.StaleShare,
        help="Of all reads that were answered, the part that missed what was acknowledged before.",
    ),
    Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
    Measure(
        "messages_sent", "Messages sent", live=False, meter=lambda: meters.WorldCount("sent"),
        help="Messages that left a node.",
    ),
    *CLIENT_MEASURES,
)  # fmt: skip

QUORUM_LOOKS = {
    **CLIENT_LOOKS,
    "Get": MessageLook("get", "circle", 1),
    "GetReply": MessageLook("version", "circle", 2),
    "Put": MessageLook("put", "square", 1),
    "PutReply": MessageLook("stored", "square", 2),
    "Compare": MessageLook("compare", "diamond", 4),
    "Ping": MessageLook("ping", "circle", 6, quiet=True),
}

QUORUM_NARRATION = {
    "repairs": "{node} found {behind} behind, and sends the latest value, {value}.",
    "keeps-hint": "{node} keeps {value} for {node_for}, which does not answer.",
    "hands-over": "{node} hands {value} over to {to}, for which it had kept it.",
}

FRESH = Invariant(
    "no-stale-read", "A read sees the last acknowledged write", "Gifford 1979, section 2",
    "A read that begins after a write was acknowledged returns it, or something newer.", NoStaleRead,
)  # fmt: skip

LAB = Lab(
    name="quorum",
    title="Quorum dials",
    summary="Every key on N nodes; W of them must take a write, R of them are asked for a read. Turn the dials.",
    settings=(
        Setting("nodes", "int", 5, low=3, high=9, label="Nodes", help="How many nodes there are."),
        Setting("n", "int", 3, low=1, high=9, label="N, copies", help="On how many nodes each key lives."),
        Setting("r", "int", 2, low=1, high=9, label="R, read quorum", help="How many must answer a read."),
        Setting("w", "int", 2, low=1, high=9, label="W, write quorum", help="How many must take a write."),
        Setting(
            "sloppy", "bool", False, label="Sloppy quorum",
            help="Another node may take a write, as a hint, in the place of one that does not answer (Dynamo 4.6).",
        ),
        Setting(
            "substitute_ms", "float", 60.0, low=1, high=10_000, unit="ms", label="A substitute is asked after",
            help="How long a coordinator waits for a node before it turns to another one.",
        ),
        Setting(
            "repair", "choice", LATER, choices=(NO_REPAIR, LATER, BEFORE), label="Read repair",
            help="Whether a read brings replicas up to date that were behind, and whether it waits for that.",
        ),
        Setting(
            "asks_first", "bool", True, label="A write asks first",
            help="A coordinator asks R nodes for the latest version before it writes; else it trusts its own counter.",
        ),
        Setting(
            "latencies", "choice", EVEN, choices=(EVEN, *FITS), label="Latencies of the four legs",
            help="How long a write to a replica, its acknowledgement, a read and its answer take on their way.",
            meanings={
                EVEN: "Drawn evenly, as all other messages.",
                "ssd": "As measured at LinkedIn with solid-state disks (Bailis and others 2012, table 3).",
                "disk": "The same with spinning disks: writes take longer, some of them much longer.",
                "ymmr": "As measured at Yammer: a tail of hundreds of milliseconds.",
                "wan": "As with disks, in three data centres (n1, n4; n2, n5; n3, n6), 75 ms each way apart.",
            },
        ),
        Setting(
            "gossip_ms", "float", 0.0, low=0, high=60_000, unit="ms", label="Anti-entropy",
            help="How often each node compares all it has with another one; 0: never.",
        ),
        bug_setting(BUGS, "A mistake in every node."),
        *(replace(one, default=3) if one.name == "clients" else one for one in CLIENT_SETTINGS),
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(action) for action in (Write, Read, *NODE_FAULTS, *NETWORK_FAULTS, *MESSAGE_FAULTS)),
    panels=("cluster", "history", "events", "chart", "spacetime", "table"),
    goals=(
        Goal(
            "stale-read", "Read what was overwritten", "stale_reads >= 1",
            help="With R + W ≤ N, one late message is enough.",
            reference="1s hold n1 n3\n1100ms write x 1 node=n1 client=c1\n1200ms read x node=n3 client=c3",
            reference_settings={"nodes": 3, "r": 1, "w": 1, "repair": NO_REPAIR, "asks_first": False},
            reference_for_ms=3_000,
        ),
        Goal(
            "stale-sloppy", "Read what was overwritten, though R + W > N", "stale_reads >= 1", where=_overlaps,
            help="A sloppy quorum need not meet the nodes that are asked later.",
            reference="1s cut n1,n2,c1 | n3,n4,n5,c2,c3\n1500ms write x 2 node=n4 client=c2\n"
            "2s read x node=n1 client=c1",
            reference_settings={"n": 3, "sloppy": True, "asks_first": False}, reference_for_ms=4_000,
        ),
        Goal(
            "repaired", "Let a read repair a replica", "repairs >= 1",
            help="Somebody must have missed a write, and be asked.",
            reference="500ms isolate n1\n600ms write x 1 node=n2 client=c2\n1s heal\n1500ms read x node=n2 client=c2",
            reference_settings={"nodes": 3}, reference_for_ms=3_000,
        ),
        Goal(
            "handed-over", "Let a hint find its way home", "hints_delivered >= 1",
            help="A node takes a write for another one, which comes back.",
            reference="500ms crash n2\n1s write x 1 node=n1 client=c1\n2s restart n2",
            reference_settings={"sloppy": True, "w": 3}, reference_for_ms=4_000,
        ),
    ),
    invariants=(FRESH, LINEARIZABLE),
    measures=QUORUM_MEASURES,
    situations=(
        Situation(
            "late-copies", "Late copies", "The messages of n1 to n2 and n3 are held back.",
            settings={"nodes": 3, "r": 1, "w": 1, "repair": NO_REPAIR, "asks_first": False},
            script="500ms hold n1 n2\n500ms hold n1 n3",
        ),
        Situation(
            "one-behind", "One copy is behind",
            "n1 misses a write while it is cut off, and is back at a second. The next read that asks it will tell.",
            settings={"nodes": 3}, script="500ms isolate n1\n600ms write x 1 node=n2 client=c2\n1s heal",
        ),
        Situation(
            "wrong-side", "A quorum of substitutes",
            "n3 is on one side of a cut, n1 and n2 on the other; all three have x = 1, and n4 is asked to write a 2.",
            settings={"sloppy": True, "asks_first": False},
            script="500ms write x 1 node=n1 client=c1\n1s cut n1,n2,c1 | n3,n4,n5,c2,c3\n"
            "1500ms write x 2 node=n4 client=c2",
        ),
    ),
    messages=QUORUM_LOOKS,
    timers={},
    roles={"replica": RoleLook("node", "")},
    epoch="version",
    epoch_by="writer",
    captions=(Caption("value", "holds {}"), Caption("hints", "hints: {}", hides=0)),
    speed=0.1,
    narration=QUORUM_NARRATION,
    landmarks=frozenset({"repairs", "hands-over"}),
    liveness=(
        Liveness(
            "progress", "Progress", "DeCandia et al. 2007, section 4.5",
            "While as many nodes can talk as the larger of R and W asks for, somebody is answered.", _watch,
        ),
    ),
    build=build,
)  # fmt: skip
