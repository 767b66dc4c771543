"""The lab `payments`: an account in two replicas, and four ways of keeping it."""

from collections.abc import Mapping
from typing import Any

from cluster_engine.checkers.accounts import NoLostPayment, NothingOverwritten, NotOverdrawn, TakenOnce
from cluster_engine.checkers.progress import Progress
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import Crash, Pause, Restart, Resume
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
from cluster_engine.labs.declaration import Button, Goal, Invariant, Lab, Setting, Situation
from cluster_engine.labs.liveness import Liveness
from cluster_engine.labs.planted import bug_setting
from cluster_engine.protocols.copying import ADDS_COPIES
from cluster_engine.protocols.primary_backup import ASYNCHRONOUS, CHECKS_SETTLED, SYNCHRONOUS
from cluster_engine.systems.accounts import (
    Charge,
    Deposit,
    Look,
    Promote,
    account_clients,
    cluster_config,
    copying,
    primary_and_backups,
    replica_names,
)

VALUES, OPERATIONS = "no-leader", "no-leader-operations"
LEADER, LEADER_SYNC = "single-leader", "single-leader-sync"

BUGS = {
    **PRIMARY_BUGS,
    CHECKS_SETTLED: "A primary that waits for copies checks a charge against the balance without the payments that "
    "still wait. Breaks: not-overdrawn.",
    ADDS_COPIES: "Copied operations are added to what is here, as if each copy were news. Breaks: nothing-overwritten.",
}


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    names, design = replica_names(settings["replicas"]), settings["design"]
    if design in (VALUES, OPERATIONS):
        servers = copying(settings, names, operations=design == OPERATIONS)
    else:
        replication = ASYNCHRONOUS if design == LEADER else SYNCHRONOUS
        servers = primary_and_backups(settings, names, replication)
    clients = account_clients(settings, names, sticks=design in (VALUES, OPERATIONS))
    return Cluster(seed, cluster_config(settings), [*servers, *clients])


def _watch(settings: Mapping[str, Any]) -> Progress:
    led = settings["design"] in (LEADER, LEADER_SYNC)
    needs = 0 if settings["design"] == LEADER_SYNC else 1
    return Progress(replica_names(settings["replicas"]), needs=needs, leads="leader" if led else "")


LAB = Lab(
    name="payments",
    title="An account in two replicas",
    summary="An account of $100, kept in two places. Pay in at one, take out at the other, cut the link, and ask both.",
    settings=(
        Setting(
            "design", "choice", VALUES, choices=(VALUES, OPERATIONS, LEADER, LEADER_SYNC), label="Design",
            help="Who may take a payment, and what the replicas tell each other.",
            meanings={
                VALUES: "Each replica takes payments and copies its value to the others; the last copy wins.",
                OPERATIONS: "Each replica takes payments and copies them as operations; copies are merged.",
                LEADER: "One replica takes all payments and answers at once; the others get them afterwards.",
                LEADER_SYNC: "One replica takes all payments and answers once a majority has them.",
            },
        ),
        Setting("replicas", "int", 2, low=2, high=7, label="Replicas", help="In how many places the account is kept."),
        Setting(
            "keys", "bool", True, label="Idempotency keys",
            help="A retry carries the key of the first attempt, and is answered instead of being taken again.",
        ),
        Setting(
            "fencing", "bool", True, label="Fencing by epoch",
            help="A replica that knows of a later primary refuses the former one, which then steps down.",
        ),
        bug_setting(BUGS),
        *PAYMENT_CLIENTS,
        *ACCOUNT_NETWORK,
    ),
    buttons=tuple(
        Button(action)
        for action in (
            Deposit, Charge, Look, Crash, Restart, Pause, Resume, Promote, *NETWORK_FAULTS, *MESSAGE_FAULTS,
        )
    ),
    panels=("cluster", "history", "events", "chart", "spacetime", "table"),
    goals=(
        Goal(
            "two-truths", "Make the two replicas show $100 and $120", "most == 120 and least == 100",
            help="The link between them need not work.",
            reference="500ms cut r1 | r2\n1s deposit 20 node=r1", reference_for_ms=3_000,
        ),
        Goal(
            "lose-a-deposit", "Lose a deposit that was acknowledged", "lost_payments >= 1",
            help="With one leader that answers at once, and a backup that becomes primary.",
            reference="500ms cut r1 | r2\n1s deposit 20 node=r1\n1500ms crash r1\n2s promote r2",
            reference_settings={"design": LEADER}, reference_for_ms=4_000,
        ),
        Goal(
            "charge-twice", "Charge twice with one click", "paid_twice >= 1",
            help="Without keys, a client that has no answer tries again.",
            reference="500ms cut_one_way r1 c1\n1s charge 30 node=r1 client=c1",
            reference_settings={"keys": False}, reference_for_ms=4_000,
        ),
        Goal(
            "overdraw", "Take more than there is", "least < 0",
            help="Two replicas that each see enough.",
            reference="1s charge 80 node=r1 client=c1\n1s charge 30 node=r2 client=c2",
            reference_settings={"design": OPERATIONS}, reference_for_ms=5_000,
        ),
        Goal(
            "two-primaries", "Have two primaries at once", "leaders >= 2",
            help="With one leader, and a failover that comes although it lives.",
            reference="500ms cut r1 | r2\n1s promote r2",
            reference_settings={"design": LEADER}, reference_for_ms=3_000,
        ),
    ),
    invariants=(
        Invariant(
            "no-lost-payment", "No acknowledged payment is lost", "Alsberg & Day 1976",
            "Who becomes primary has every payment that a client was told is done, and nobody drops one for it.",
            NoLostPayment,
        ),
        Invariant(
            "nothing-overwritten", "No copy overwrites a payment", "Saito & Shapiro, Optimistic replication, 2005",
            "Once all copies have arrived, every payment is in every balance.", NothingOverwritten,
            judged="whenever nothing is asked or under way",
        ),
        Invariant(
            "taken-once", "One click, one payment", "Helland, Idempotence is not a medical condition, 2012",
            "However often a client tries, its payment is taken once.", TakenOnce,
        ),
        Invariant(
            "not-overdrawn", "The account is never overdrawn", "O'Neil, The escrow transactional method, 1986",
            "No balance is below zero.", NotOverdrawn,
        ),
        ACCOUNT_LINEARIZABLE,
    ),
    measures=ACCOUNT_MEASURES,
    situations=(
        Situation(
            "two-deposits", "Two payments at once", "A deposit of $20 at r1 and a charge of $30 at r2, at one moment.",
            script="1s deposit 20 node=r1 client=c1\n1s charge 30 node=r2 client=c2",
        ),
        Situation(
            "split", "Two halves", "The replicas lose touch with each other after half a second.",
            script="500ms cut r1 | r2",
        ),
        Situation(
            "lost-answer", "A lost answer",
            "One click, whose answer does not come through; the network is mended before the retry.",
            settings={"keys": False}, script="500ms cut_one_way r1 c1\n1s charge 30 node=r1 client=c1\n1100ms heal",
        ),
        Situation(
            "failover", "A hasty failover",
            "The link is cut, an operator promotes r2, both take payments, and the network is mended.",
            settings={"design": LEADER},
            script="500ms cut r1,c1 | r2,c2\n1s promote r2\n1500ms deposit 20 node=r1 client=c1\n"
            "1500ms charge 30 node=r2 client=c2\n3s heal",
        ),
    ),
    messages=ACCOUNT_LOOKS,
    timers={},
    roles=ACCOUNT_ROLES,
    epoch="balance",
    speed=0.25,
    narration=ACCOUNT_NARRATION,
    landmarks=frozenset({"promoted", "steps-down", "drops"}),
    liveness=(
        Liveness(
            "progress", "Progress", "Alsberg & Day 1976",
            "With a leader, it must be up and, where it waits for others, hear them; without one, any replica will do.",
            _watch,
        ),
    ),
    build=build,
)  # fmt: skip
