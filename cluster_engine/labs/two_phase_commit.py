"""The lab `two-phase-commit`: all participants commit or none does, and who must wait for whom."""

from collections.abc import Mapping
from typing import Any

from cluster_engine.checkers import atomic_commitment as checks
from cluster_engine.checkers.progress import InDoubt, Progress
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
    RoleLook,
    Setting,
    Situation,
    TimerLook,
)
from cluster_engine.labs.liveness import Liveness
from cluster_engine.labs.paxos_vocabulary import PAXOS_LOOKS, PAXOS_NARRATION
from cluster_engine.labs.planted import bug_setting
from cluster_engine.labs.vocabulary import CLIENT_MEASURES, CLIENT_SETTINGS, NETWORK_SETTINGS
from cluster_engine.protocols.commit_messages import (
    FIRST_VOTE,
    HASTY,
    IMPATIENT,
    PRESUMES_ABORT,
    UNLOGGED,
)
from cluster_engine.records import Noted
from cluster_engine.systems.raft_group import cluster_config
from cluster_engine.systems.two_phase_commit import Transact, VoteNo, coordinator_names, transaction_system
from cluster_engine.telemetry import meters

# Who forgets a yes, or a commit, can keep no promise; the protocol takes its disks for granted.
KEEPING_DISKS = tuple(fault for fault in NODE_FAULTS if fault is not LoseDisk)

STILL = {"latency_low_ms": 5.0, "latency_high_ms": 5.0, "disk_low_ms": 1.0, "disk_high_ms": 1.0}

BUGS = {
    IMPATIENT: "A participant that has long been in doubt aborts. Breaks: one-decision.",
    UNLOGGED: "A commit is told before it is on disk, or before it is chosen. Breaks: one-decision.",
    PRESUMES_ABORT: "A new leader of the coordinators takes a transaction that it has no decision of for aborted, and "
    "says so. Breaks: one-decision.",
    FIRST_VOTE: "The first yes is taken for all of them. Breaks: commit-by-all.",
    HASTY: "The coordinator aborts what it finds unfinished whenever it looks. Breaks: commit-when-calm.",
}


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    return Cluster(seed, cluster_config(settings), transaction_system(settings))


def _votes(record: Noted) -> str:
    facts = record.facts
    if facts["yes"]:
        return f"{record.node} votes yes on {facts['transaction']}, locks {facts['key']}, and may not abort any more."
    return f"{record.node} votes no on {facts['transaction']}: {facts['why']}."


def _decides(record: Noted) -> str:
    facts = record.facts
    why = f": {facts['why']}" if facts["why"] else ""
    return f"{record.node} {'commits' if facts['commit'] else 'aborts'} {facts['transaction']}{why}."


def _is_group(settings: Mapping[str, Any]) -> bool:
    return bool(settings["coordinators"] >= 3)


def _watch(settings: Mapping[str, Any]) -> Progress:
    participants = [f"p{number}" for number in range(1, settings["participants"] + 1)]
    leads = "leader" if settings["coordinators"] > 1 else ""
    return Progress(coordinator_names(settings), leads=leads, others=participants)


LAB = Lab(
    name="two-phase-commit",
    title="Two-phase commit",
    summary="A coordinator, alone or a group, and participants that commit together or not at all; who has said yes "
    "must wait.",
    settings=(
        Setting("participants", "int", 2, low=1, high=5, label="Participants", help="Servers that each hold a part."),
        Setting(
            "coordinators",
            "int",
            1,
            low=1,
            high=7,
            label="Coordinators",
            help="One with a disk of its own; or a group that agrees on each decision by Multi-Paxos.",
        ),
        Setting(
            "termination",
            "choice",
            "coordinator",
            choices=("coordinator", "cooperative"),
            label="In doubt, ask",
            help="Whom a participant in doubt asks: the coordinator, or the other participants as well.",
        ),
        Setting(
            "vote_ms",
            "float",
            150.0,
            low=30,
            high=10_000,
            unit="ms",
            label="Wait for votes",
            help="When the coordinator aborts for want of a vote.",
        ),
        Setting(
            "ask_ms",
            "float",
            200.0,
            low=20,
            high=10_000,
            unit="ms",
            label="Ask every",
            help="How often a participant in doubt asks how it ended.",
        ),
        bug_setting(BUGS),
        *CLIENT_SETTINGS,
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(a) for a in (*NETWORK_FAULTS, *KEEPING_DISKS, Transact, VoteNo, *MESSAGE_FAULTS)),
    panels=("cluster", "spacetime", "history", "events", "log", "chart", "table"),
    goals=(
        Goal(
            "blocked",
            "Leave a participant in doubt for two seconds",
            "longest_doubt_ms >= 2000",
            help="It has voted yes, and nobody can tell it how it ended.",
            reference="1s transact x 1\n1012ms crash tc1",
            reference_for_ms=4_000,
        ),
        Goal(
            "aborted",
            "Make a transaction abort without any failure",
            "failed_writes >= 1",
            help="One no is enough.",
            reference="1s vote_no p2\n1100ms transact x 1",
            reference_for_ms=3_000,
        ),
        Goal(
            "locked-out",
            "Let a lock in doubt refuse another transaction",
            "locked_out >= 1",
            help="Whoever is in doubt holds its locks.",
            reference="1s transact x 1\n1012ms crash tc1\n1100ms cut tc1 | p1\n1200ms restart tc1\n2500ms transact x 2",
            reference_for_ms=5_000,
        ),
        Goal(
            "settled",
            "Let another coordinator settle what one has left undecided",
            "settled >= 1",
            help="With a group of coordinators. Participants in doubt ask all of them.",
            reference="1s transact x 1\n1012ms crash leader",
            reference_settings={"coordinators": 3},
            reference_for_ms=4_000,
        ),
        Goal(
            "blocked-group",
            "Leave a participant in doubt for two seconds, though there are three coordinators",
            "longest_doubt_ms >= 2000",
            where=_is_group,
            help="A minority of them decides nothing.",
            reference="1s transact x 1\n1012ms crash leader\n1012ms crash tc2",
            reference_settings={"coordinators": 3},
            reference_for_ms=4_000,
        ),
    ),
    invariants=(
        Invariant(
            "one-decision",
            "One decision (AC1, AC2)",
            "Bernstein et al. 1987, section 7.3",
            "All that decide reach one decision, and nobody takes it back.",
            checks.OneDecision,
        ),
        Invariant(
            "commit-by-all",
            "Commit by all (AC3)",
            "Bernstein et al. 1987, section 7.3",
            "The decision is commit only if every participant voted yes.",
            checks.CommitByAll,
            given=("participants",),
        ),
        Invariant(
            "commit-when-calm",
            "Commit when nothing fails (AC4)",
            "Bernstein et al. 1987, section 7.3",
            "Where all vote yes and nothing fails, the decision is commit.",
            checks.CommitWhenCalm,
        ),
    ),
    measures=(
        *CLIENT_MEASURES,
        Measure(
            "longest_doubt_ms",
            "Longest doubt",
            unit="ms",
            meter=lambda: meters.Highest("waited_ms"),
            help="How long a participant has been in doubt, at the most, when it last asked.",
        ),
        Measure(
            "locked_out",
            "Refused for a lock",
            meter=lambda: meters.NotedCount("locked-out"),
            help="Votes of no because another transaction in doubt held the lock.",
        ),
        Measure(
            "settled",
            "Settled by another",
            meter=lambda: meters.NotedCount("settles"),
            help="Transactions that a new leader of the coordinators had aborted, for it found no decision of them.",
        ),
        Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
        Measure("messages_dropped", "Messages lost", meter=meters.DroppedCount, help="Messages that did not arrive."),
    ),
    situations=(
        Situation(
            "coordinator-crash",
            "The coordinator crashes in between",
            "A transaction at 1 s. The coordinator, alone, crashes when both participants have said yes and wait.",
            settings=STILL,
            script="1s transact x 1\n1012ms crash tc1",
        ),
        Situation(
            "leader-crash",
            "One of three coordinators crashes in between",
            "The same crash, and now there are three coordinators, of which the one that leads goes down.",
            settings={"coordinators": 3, **STILL},
            script="1s transact x 1\n1012ms crash leader",
        ),
        Situation(
            "one-no",
            "One no",
            "p2 votes no on the transaction at 1.1 s.",
            settings=STILL,
            script="1s vote_no p2\n1100ms transact x 1",
        ),
    ),
    messages={
        **PAXOS_LOOKS,
        "CanCommit": MessageLook("can you commit?", "diamond", 1, vote=True),
        "Decide": MessageLook("decision", "square", 5),
        "Inquire": MessageLook("how did it end?", "triangle", 2),
    },
    timers={"ask": TimerLook("ask", arc=False), "look": TimerLook("look", arc=False)},
    roles={
        "coordinator": RoleLook("coordinator", "★"),
        "participant": RoleLook("participant", ""),
        "leader": RoleLook("leads", "★"),
        "proposer": RoleLook("wants to lead", "?"),
        "acceptor": RoleLook("stands by", ""),
    },
    epoch="ballot",
    captions=(Caption("value"), Caption("locked", "locks {}")),
    speed=0.1,
    agreement="label",
    narration={
        **PAXOS_NARRATION,
        "votes": _votes,
        "decides": _decides,
        "in-doubt": "{node} has been in doubt about {transaction} for {waited} ms, and asks how it ended.",
        "settles": "{asker} asks about {transaction}, of which there is no decision: {node} proposes to abort it.",
        "locked-out": "{node} can't lock {key}: a transaction in doubt holds it.",
    },
    landmarks=frozenset({"in-doubt", "decides", "leads", "settles"}),
    liveness=(
        Liveness(
            "progress",
            "Progress",
            "Bernstein et al. 1987, section 7.4",
            "A commit needs the coordinator, or a majority of them, and every participant: one missing aborts all.",
            _watch,
        ),
        Liveness(
            "in-doubt",
            "The decision",
            "Skeen 1981; Bernstein et al. 1987, section 7.4",
            "Who has voted yes learns the end before long: with one coordinator, two-phase commit cannot promise it.",
            lambda settings: InDoubt("locked", coordinator_names(settings)),
        ),
    ),
    build=build,
)
