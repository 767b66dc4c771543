"""The lab `gossip`: news that spreads like an epidemic, and what it takes to reach everybody."""

from dataclasses import replace
from typing import Any

from cluster_engine.checkers.gossip import NewerOnly, OneStamp, StaysDeleted
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS, LoseDisk
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
    TimerLook,
)
from cluster_engine.labs.planted import bug_setting
from cluster_engine.labs.vocabulary import CLIENT_LOOKS, CLIENT_MEASURES, CLIENT_SETTINGS, NETWORK_SETTINGS
from cluster_engine.protocols.gossip_messages import BOTH, NAMELESS, PULL, PUSH, TAKES_ANY
from cluster_engine.records import Noted
from cluster_engine.systems.gossip import ALL, GOSSIP_REQUESTS, TREE, gossip_cluster
from cluster_engine.telemetry import meters
from cluster_engine.telemetry.gossip import Compared, Epidemic, Resurrected, Spreading

# A node that lost its disk would stamp its news anew with counters that it has used.
KEEPING_DISKS = tuple(fault for fault in NODE_FAULTS if fault is not LoseDisk)
_DEMERS = "Demers et al. 1987"

BUGS = {
    TAKES_ANY: "What comes in is kept, whichever version it has. Breaks: newer-only.",
    NAMELESS: "A version is a counter without a name, so two may be equal. Breaks: one-stamp.",
}


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    return gossip_cluster(settings, seed)


def _learns(record: Noted) -> str:
    facts = record.facts
    what = f"{facts['key']} was deleted" if facts["gone"] else f"{facts['key']} is {facts['value']}"
    return f"{record.node} hears in round {facts['turn']} that {what}."


LAB = Lab(
    name="gossip",
    title="Gossip",
    summary="Nobody is in charge. In every round each node calls one other, by chance. How long until all know?",
    settings=(
        Setting("nodes", "int", 12, low=2, high=64, label="Nodes", help="How many nodes gossip."),
        Setting(
            "mode", "choice", PUSH, choices=(PUSH, PULL, BOTH), label="A call",
            help="What happens when a node calls another one.",
            meanings={
                PUSH: "The caller tells its news.",
                PULL: "The caller asks for what is later than what it has.",
                BOTH: "Both.",
            },
        ),
        Setting(
            "round_ms", "float", 500.0, low=10, high=60_000, unit="ms", label="A round lasts",
            help="How often each node calls another one.",
        ),
        Setting(
            "together", "bool", True, label="Rounds begin together",
            help="All nodes call at the same moments; else each begins at a moment of its own.",
        ),
        Setting(
            "interest", "int", 0, low=0, high=10, label="Calls in vain before a node tires",
            help="After so many calls to nodes that knew an item, a node pushes it no more; 0: it never tires.",
        ),
        Setting(
            "certificates", "bool", True, label="Death certificates",
            help="A deletion is told like any news; else the node that is asked just forgets the key.",
        ),
        Setting("keys", "int", 0, low=0, high=100, label="Keys at first", help="So many keys all nodes hold from 0 s."),
        Setting(
            "compare", "choice", ALL, choices=(ALL, TREE), label="What is compared",
            help="How two nodes find out in what they differ.",
            meanings={
                ALL: "Who asks for news sends the version of every key that it has.",
                TREE: "They compare hashes, from the root down, where they differ; then both tell. The call is "
                "push-pull, whatever is chosen above.",
            },
        ),
        Setting(
            "depth", "int", 4, low=1, high=8, label="Depth of the hash tree",
            help="A tree of depth d has 2 to the power of d leaves, to which the keys fall.",
        ),
        bug_setting(BUGS, "A mistake in every node."),
        *(replace(one, default=2) if one.name == "clients" else one for one in CLIENT_SETTINGS),
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(one) for one in (*GOSSIP_REQUESTS, *NETWORK_FAULTS, *KEEPING_DISKS, *MESSAGE_FAULTS)),
    panels=("cluster", "chart", "events", "spacetime", "table"),
    goals=(
        Goal(
            "all-know", "Let everybody know", "rounds >= 1", help="One node has to be told something.",
            reference="200ms write x 1 node=n1",
        ),
        Goal(
            "six-rounds", "Let everybody know within six rounds", "rounds >= 1 and rounds <= 6",
            help="How nodes call each other makes the difference.", reference="200ms write x 1 node=n1",
            reference_settings={"mode": BOTH},
        ),
        Goal(
            "left-out", "Leave somebody out", "left_out >= 1",
            help="Nodes that tire early save calls.", reference="200ms write x 1 node=n1",
            reference_settings={"interest": 1, "nodes": 32}, reference_for_ms=20_000,
        ),
        Goal(
            "resurrected", "Delete something, and see it come back", "resurrected >= 1",
            help="Nobody gossips about what is not there.",
            reference="200ms write x 1 node=n1\n8s delete x node=n1",
            reference_settings={"certificates": False}, reference_for_ms=20_000,
        ),
    ),
    invariants=(
        Invariant(
            "newer-only", "Never back to an older version", f"{_DEMERS}, section 1.3",
            "What comes in replaces only what is older.", NewerOnly,
        ),
        Invariant(
            "one-stamp", "One version, one value", f"{_DEMERS}, section 1",
            "Time stamps are unique, so of two values one gives way, the same everywhere.", OneStamp,
        ),
        Invariant(
            "stays-deleted", "What was deleted stays deleted", f"{_DEMERS}, section 2",
            "No node hears of a value again, as news, which it has deleted.", StaysDeleted,
        ),
    ),
    measures=(
        Measure(
            "informed", "Nodes that know", meter=Epidemic, attribute="informed",
            help="How many nodes know the latest news that a client brought.",
        ),
        Measure(
            "rounds", "Rounds until all knew", meter=Epidemic, attribute="rounds",
            help="Rounds from that news to the last node that hears it.",
        ),
        Measure(
            "left_out", "Nodes left out", meter=Epidemic, attribute="left_out",
            help="How many do not know it when nobody tells any news any more.",
        ),
        Measure("spreading", "Nodes that tell news", meter=Spreading, help="Running nodes that have not tired yet."),
        Measure(
            "compared", "Versions or hashes compared", meter=Compared,
            help="By all nodes together, to find out in what they differ.",
        ),
        Measure(
            "resurrected", "Returns of what was deleted", meter=Resurrected,
            help="How often a node heard again, as news, of what it had deleted.",
        ),
        Measure("nodes_down", "Nodes down", meter=meters.Down, help="Machines that have crashed and not restarted."),
        Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
        Measure(
            "messages_sent", "Messages sent", meter=lambda: meters.WorldCount("sent"),
            help="Messages that left a node or a client.",
        ),
        Measure("messages_dropped", "Messages lost", meter=meters.DroppedCount, help="Messages that did not arrive."),
        *(one for one in CLIENT_MEASURES if "since_fault" not in one.name),
    ),
    situations=(
        Situation("news", "Some news", "n1 is told something.", script="200ms write x 1 node=n1"),
        Situation(
            "lossy", "A network that loses half", "Every second message is lost; n1 is told something.",
            script="0s lose 50\n200ms write x 1 node=n1",
        ),
        Situation(
            "one-of-many", "One key of many", "Forty keys, of which one is changed at n1; nodes compare hash trees.",
            settings={"nodes": 4, "keys": 40, "compare": TREE}, script="1200ms write k7 1 node=n1",
        ),
    ),
    messages={
        **CLIENT_LOOKS,
        "Tell": MessageLook("news", "square", 1),
        "TellReply": MessageLook("knew it?", "square", 1, quiet=True),
        "Ask": MessageLook("what is new?", "circle", 2, quiet=True),
        "AskReply": MessageLook("answer", "circle", 2, quiet=True),
        "Compare": MessageLook("hashes", "diamond", 4, quiet=True),
    },
    timers={"round": TimerLook("round")},
    roles={
        "removed": RoleLook("tired of it", "✓"),
        "infective": RoleLook("tells", "!"),
        "susceptible": RoleLook("has not heard", ""),
    },
    epoch="news",
    speed=0.5,
    narration={
        "takes": "A client tells {node} in round {turn} that {key} is {value}.",
        "deletes": "A client has {node} delete {key}.",
        "learns": _learns,
        "tires": "{node} tells of {key} no more: {vain} times who it called knew already.",
    },
    landmarks=frozenset({"takes", "deletes"}),
    build=build,
)  # fmt: skip
