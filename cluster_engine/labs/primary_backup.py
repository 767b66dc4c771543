"""The lab `primary-backup`: when to answer, when to take over, and who must agree."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cluster_engine.checkers.accounts import NoLostPayment, TakenOnce
from cluster_engine.checkers.progress import PATIENCE_MS, Progress
from cluster_engine.checkers.replicated_log import ElectionSafety
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS
from cluster_engine.labs.account_vocabulary import (
    ACCOUNT_LINEARIZABLE,
    ACCOUNT_LOOKS,
    ACCOUNT_MEASURES,
    ACCOUNT_NARRATION,
    ACCOUNT_NETWORK,
    ACCOUNT_ROLES,
    PAYMENT_CLIENTS,
    PRIMARY_BUGS,
)
from cluster_engine.labs.declaration import Button, Caption, Goal, Invariant, Lab, Measure, Setting, Situation
from cluster_engine.labs.liveness import Liveness
from cluster_engine.labs.payments import LAB as PAYMENTS
from cluster_engine.labs.planted import bug_setting
from cluster_engine.protocols.primary_backup import ASYNCHRONOUS, SEMI, SYNCHRONOUS, VOTES_TWICE
from cluster_engine.systems.accounts import (
    Charge,
    Deposit,
    Look,
    Promote,
    account_clients,
    cluster_config,
    primary_and_backups,
    replica_names,
)
from cluster_engine.telemetry.accounts import StaleBalances, TimeToTakeOver

BUGS = {
    **PRIMARY_BUGS,
    VOTES_TWICE: "A server or witness votes for a second one in the same epoch. Breaks: one-primary.",
}


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    names = replica_names(settings["servers"])
    servers = primary_and_backups(settings, names, settings["replication"])
    return Cluster(seed, cluster_config(settings), [*servers, *account_clients(settings, names, sticks=False)])


def _watch(settings: Mapping[str, Any]) -> Progress:
    needs = 0 if settings["replication"] == SYNCHRONOUS else 1
    patience_ms = max(PATIENCE_MS, 3 * settings["timeout_ms"])
    return Progress(replica_names(settings["servers"]), needs=needs, leads="leader", patience_ms=patience_ms)


LAB = Lab(
    name="primary-backup",
    title="A primary and its backups",
    summary="One server takes the payments, others stand by. When does it answer, and who may take its place?",
    settings=(
        Setting("servers", "int", 2, low=2, high=7, label="Servers", help="The primary and its backups."),
        Setting(
            "replication", "choice", ASYNCHRONOUS, choices=(ASYNCHRONOUS, SEMI, SYNCHRONOUS), label="Replication",
            help="When the primary answers a client.",
            meanings={
                ASYNCHRONOUS: "At once; the backups get the payment afterwards.",
                SEMI: "Once so many backups have it, or its patience with them is over.",
                SYNCHRONOUS: "Once a majority of the servers has it, itself included.",
            },
        ),
        Setting(
            "copies", "int", 1, low=1, high=4, label="Backups to wait for",
            help="With semi-synchronous replication: how many backups must have a payment before it is answered.",
        ),
        Setting(
            "patience_ms", "float", 500.0, low=1, high=60_000, unit="ms", label="Patience with backups",
            help="With semi-synchronous replication: after it, the primary answers all the same.",
        ),
        Setting(
            "heartbeat_ms", "float", 100.0, low=1, high=10_000, unit="ms", label="Heartbeat",
            help="How often the primary is heard while there is nothing to replicate.",
        ),
        Setting(
            "timeout_ms", "float", 500.0, low=0, high=60_000, unit="ms", label="Failover timeout",
            help="How long a backup waits for the primary before it acts; 0: only when an operator says so.",
        ),
        Setting(
            "quorum", "bool", False, label="Failover by majority",
            help="A backup takes over only if a majority of servers and witnesses has missed the primary, too.",
        ),
        Setting(
            "witnesses", "int", 1, low=0, high=3, label="Witnesses",
            help="Machines that hold no money and only vote, so that two servers and one witness have a majority.",
        ),
        Setting(
            "fencing", "bool", True, label="Fencing by epoch",
            help="Who knows of a later primary refuses the former one, which then steps down.",
        ),
        Setting(
            "keys", "bool", True, label="Idempotency keys",
            help="A retry carries the key of the first attempt, and is answered instead of being taken again.",
        ),
        bug_setting(BUGS),
        *PAYMENT_CLIENTS,
        *ACCOUNT_NETWORK,
    ),
    buttons=tuple(
        Button(action)
        for action in (Deposit, Charge, Look, Promote, *NODE_FAULTS, *NETWORK_FAULTS, *MESSAGE_FAULTS)
    ),
    panels=("cluster", "history", "events", "chart", "spacetime", "table"),
    goals=(
        Goal(
            "lose-a-payment", "Lose a payment that was acknowledged", "lost_payments >= 1",
            help="The primary has answered, and nobody else has it.",
            reference="500ms cut r1 | r2\n600ms deposit 20 node=r1\n700ms crash r1", reference_for_ms=3_000,
        ),
        Goal(
            "lose-a-branch", "Lose a payment that was acknowledged, and crash nobody",
            "lost_payments >= 1 and nodes_down < 1", help="One of two primaries gives way, with all that it took.",
            reference="500ms cut r1,c1 | r2,c2,w1\n1500ms deposit 20 node=r1 client=c1\n2500ms heal",
            reference_for_ms=5_000,
        ),
        Goal(
            "two-primaries", "Have two primaries at once", "leaders >= 2",
            help="A primary that is not heard need not be dead.",
            reference="500ms cut r1 | r2", reference_for_ms=3_000,
        ),
        Goal(
            "false-failover", "Replace a primary that has not crashed", "epoch >= 2 and nodes_down < 1",
            help="It need only be silent for longer than the timeout.",
            reference="500ms pause r1 for_ms=800ms", reference_for_ms=3_000,
        ),
        Goal(
            "stale-read", "Read a balance that is no longer true", "stale_balances >= 1",
            help="Two primaries, and a client that asks the wrong one.",
            reference="500ms cut r1,c1 | r2,c2\n1500ms deposit 20 client=c2 node=r2\n2500ms look client=c1 node=r1",
            reference_for_ms=5_000,
        ),
    ),
    invariants=(
        *(one for one in PAYMENTS.invariants if one.checker in (NoLostPayment, TakenOnce)),
        Invariant(
            "one-primary", "One primary in an epoch", "Budhiraja, Marzullo, Schneider & Toueg 1993",
            "No two servers lead the same epoch.", partial(ElectionSafety, "primary of epoch"),
        ),
        ACCOUNT_LINEARIZABLE,
    ),
    measures=(
        *ACCOUNT_MEASURES,
        Measure(
            "detected_after_ms", "Time to take over", unit="ms", live=False, meter=TimeToTakeOver,
            help="From the crash of a primary to the promotion of another server.",
        ),
        Measure(
            "stale_balances", "Stale balances", meter=StaleBalances,
            help="Looks at the balance that missed a payment which had been acknowledged before.",
        ),
    ),
    situations=(
        Situation(
            "crash", "The primary crashes", "r1 crashes at a second; r2 misses it.", script="1s crash r1",
        ),
        Situation(
            "split", "Two primaries", "r1 with a client is cut off from the others, and mended at 3 s.",
            script="500ms cut r1,c1 | r2,c2,w1\n1500ms deposit 20 node=r1 client=c1\n"
            "1500ms charge 30 node=r2 client=c2\n3s heal",
        ),
        Situation(
            "pause", "The primary pauses", "r1 does nothing for 0.8 s, and knows nothing of that.",
            script="1s pause r1 for_ms=800ms",
        ),
    ),
    messages=ACCOUNT_LOOKS,
    timers={},
    roles=ACCOUNT_ROLES,
    epoch="term",
    captions=(Caption("balance", "${}"),),
    speed=0.25,
    narration=ACCOUNT_NARRATION,
    landmarks=frozenset({"promoted", "steps-down", "drops", "misses"}),
    liveness=(
        Liveness(
            "progress", "Progress", "Budhiraja, Marzullo, Schneider & Toueg 1993",
            "There is a primary; with synchronous replication it hears a majority of the servers.", _watch,
        ),
    ),
    build=build,
)  # fmt: skip
