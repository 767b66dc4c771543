"""The lab `reconcile`: replicas that all take writes, and seven ways to make one of their states again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cluster_engine.checkers import reconciliation as checks
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS, LoseDisk
from cluster_engine.labs.declaration import (
    Button,
    Caption,
    Goal,
    Invariant,
    Lab,
    Measure,
    MessageLook,
    Setting,
    Situation,
    TimerLook,
)
from cluster_engine.labs.planted import bug_setting
from cluster_engine.labs.vocabulary import CLIENT_LOOKS, CLIENT_MEASURES, CLIENT_SETTINGS, NETWORK_SETTINGS
from cluster_engine.monitors import Meter
from cluster_engine.protocols.merging import (
    KEEPS_TIES,
    SHARED_ENTRY,
    STRATEGIES,
    SUM_MERGE,
    WHOLE_STOCK,
)
from cluster_engine.systems.raft_group import cluster_config, server_names
from cluster_engine.systems.reconcile import REQUESTS, faithful_clients, replicas
from cluster_engine.telemetry import meters

# A replica that lost its disk would number its updates anew under its old name, and the others would take them for
# those they have; it has to come back under another name, which this model leaves out.
KEEPING_DISKS = tuple(fault for fault in NODE_FAULTS if fault is not LoseDisk)


BUGS = {
    SUM_MERGE: "Counters are merged by their sum. Breaks: folded.",
    SHARED_ENTRY: "All replicas count in one entry of a version vector. Breaks: nothing-dropped.",
    WHOLE_STOCK: "With escrow a replica sells from the whole stock, not from its own part. Breaks: never-oversold.",
    KEEPS_TIES: "Of two writes with one time each replica keeps the one it has. Breaks: convergence.",
}

CHANGES = ("write", "add", "insert", "remove")
_OUTCOMES: dict[str, Callable[[], Meter]] = {
    "acked_writes": lambda: meters.Outcomes("ok", *CHANGES),
    "failed_writes": lambda: meters.Outcomes("failed", *CHANGES),
    "unknown_writes": lambda: meters.Outcomes("unknown", *CHANGES),
}


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    names = server_names(settings["nodes"])
    return Cluster(seed, cluster_config(settings), replicas(settings, names) + faithful_clients(settings, names))


LAB = Lab(
    name="reconcile",
    title="Mending after a split",
    summary="Replicas without a leader: each answers at once, and they make one state of theirs again afterwards.",
    settings=(
        Setting("nodes", "int", 2, low=2, high=5, label="Replicas", help="Servers that each take writes."),
        Setting(
            "strategy",
            "choice",
            "lww-wall",
            choices=tuple(STRATEGIES),
            label="Strategy",
            help="How two states become one: the last writer wins (by wall clock or by Lamport's clock), version "
            "vectors that keep siblings, a counter that grows, one that also shrinks, an observed-remove set, escrow.",
        ),
        Setting(
            "gossip_ms",
            "float",
            200.0,
            low=20,
            high=60_000,
            unit="ms",
            label="Gossip every",
            help="How often a replica sends its state to the others.",
        ),
        bug_setting(BUGS, "A mistake in every replica, each of one strategy."),
        *(replace(s, default=2) if s.name == "clients" else s for s in CLIENT_SETTINGS),
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(action) for action in (*NETWORK_FAULTS, *KEEPING_DISKS, *REQUESTS, *MESSAGE_FAULTS)),
    panels=("cluster", "history", "events", "spacetime", "chart", "table"),
    goals=(
        Goal(
            "conflict",
            "Make two replicas accept writes that conflict",
            "conflicts >= 1",
            help="Neither writer had seen the other's write, and both were told ok.",
            reference="1100ms write x 1 node=n1\n1100ms write x 2 node=n2 client=c2",
            reference_for_ms=4_000,
        ),
        Goal(
            "resurrected",
            "Bring back an element that was removed",
            "resurrected >= 1",
            help="Whoever removed it had seen every insertion of it.",
            reference="500ms insert cart X node=n1\n1010ms insert cart Y node=n1\n"
            "1020ms remove cart X node=n2 client=c2\n3s insert cart Z node=n1",
            reference_settings={"strategy": "version-vectors"},
            reference_for_ms=5_000,
        ),
        Goal(
            "newer-write-lost",
            "Lose an acknowledged write to an older one that its writer had seen",
            "reversed_writes >= 1",
            help="No network need be cut for it; the clocks decide.",
            reference="500ms skew n1 5000\n1s write x 1 node=n1\n2s write x 2 node=n2 client=c2",
            reference_for_ms=4_000,
        ),
        Goal(
            "oversold",
            "Sell more than there is",
            "oversold >= 1",
            help="A counter adds up correctly to a number that should never have been.",
            reference="500ms add stock 1 node=n1\n1s add stock -1 node=n1\n1s add stock -1 node=n2 client=c2",
            reference_settings={"strategy": "pn-counter"},
            reference_for_ms=4_000,
        ),
    ),
    invariants=(
        Invariant(
            "convergence",
            "Convergence",
            "Shapiro et al. 2011, section 2.2",
            "Replicas that have merged the same updates hold the same.",
            checks.Convergence,
        ),
        Invariant(
            "nothing-dropped",
            "Nothing dropped unless dominated",
            "DeCandia et al. 2007, section 4.4",
            "With version vectors an update goes only when a later one had seen it.",
            checks.NothingDropped,
            given=("strategy",),
        ),
        Invariant(
            "folded",
            "Every update counts once",
            "Shapiro et al. 2011, section 3",
            "A counter is the sum of its updates; a set holds what no removal had seen.",
            checks.Folded,
            given=("strategy",),
        ),
        Invariant(
            "never-oversold",
            "Never oversold",
            "O'Neil 1986; Balegas et al. 2015",
            "With escrow no more is sold than was brought in.",
            checks.NeverOversold,
            given=("strategy",),
        ),
    ),
    measures=(
        *(replace(m, meter=_OUTCOMES.get(m.name, m.meter)) for m in CLIENT_MEASURES),
        Measure(
            "lost_writes",
            "Acknowledged and lost",
            meter=checks.Losses,
            help="Updates answered with ok that a replica dropped, though nothing it kept had seen them.",
        ),
        Measure(
            "reversed_writes",
            "Lost to an older write",
            meter=checks.Losses,
            attribute="reversed",
            help="Such updates whose writer had seen the one that was kept.",
        ),
        Measure(
            "conflicts",
            "Conflicts",
            meter=checks.Losses,
            attribute="conflicts",
            help="Updates that met one of which neither writer had seen the other's.",
        ),
        Measure(
            "resurrected",
            "Resurrected elements",
            meter=checks.Losses,
            attribute="resurrected",
            help="Elements that stood again although a removal had seen all their insertions.",
        ),
        Measure(
            "oversold",
            "Oversold",
            meter=checks.Losses,
            attribute="oversold",
            help="How far below zero the sum of all additions to a key went.",
        ),
        Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
        Measure("messages_dropped", "Messages lost", meter=meters.DroppedCount, help="Messages that did not arrive."),
    ),
    situations=(
        Situation(
            "two-balances",
            "Two balances",
            "A balance of 100; the network is cut; 20 come in at n1, 30 go out at n2; the network heals.",
            script="500ms add balance 100 node=n1\n1s cut n1 | n2\n1100ms add balance 20 node=n1\n"
            "1200ms add balance -30 node=n2 client=c2\n2s heal",
        ),
        Situation(
            "cart",
            "A shopping cart",
            "A cart with X; the network is cut; Y is put in at n1, X is taken out at n2; the network heals. "
            "With siblings, the next change at n1 unites the two carts.",
            settings={"strategy": "version-vectors"},
            script="500ms insert cart X node=n1\n1s cut n1 | n2\n1100ms insert cart Y node=n1\n"
            "1200ms remove cart X node=n2 client=c2\n2s heal\n3s insert cart Z node=n1",
        ),
        Situation(
            "added-and-removed",
            "Added here, removed there",
            "X is in the cart on both replicas. During a cut it is put in once more at n1, and taken out at n2.",
            settings={"strategy": "or-set"},
            script="500ms insert cart X node=n1\n1s cut n1 | n2\n1100ms insert cart X node=n1\n"
            "1200ms remove cart X node=n2 client=c2\n2s heal",
        ),
        Situation(
            "fast-clock",
            "A clock that is ahead",
            "The wall clock of n1 is five seconds ahead. A write there, and a later one at n2, which has seen it.",
            script="500ms skew n1 5000\n1s write x 1 node=n1\n2s write x 2 node=n2 client=c2",
        ),
        Situation(
            "last-piece",
            "The last piece",
            "One piece is in stock; during a cut it is sold at n1 and at n2.",
            settings={"strategy": "pn-counter"},
            script="500ms add stock 1 node=n1\n1s cut n1 | n2\n1100ms add stock -1 node=n1\n"
            "1200ms add stock -1 node=n2 client=c2\n2s heal",
        ),
    ),
    messages={"Gossip": MessageLook("gossip", "square", 5), **CLIENT_LOOKS},
    timers={"gossip": TimerLook("gossip", arc=False)},
    roles={},
    epoch="merged",
    captions=(Caption("value"),),
    speed=0.25,
    narration={
        "updates": "{node} takes update {number} of its own: {f} {value} at {key}.",
        "siblings": "{node} keeps {key} as siblings, for neither writer had seen the other: {values}.",
    },
    landmarks=frozenset({"siblings"}),
    build=build,
)
