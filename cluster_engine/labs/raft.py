"""The lab `raft`: a group of Raft servers that one can cut, crash, slow down and ask."""

from typing import Any

from cluster_engine.checkers import replicated_log as checks
from cluster_engine.checkers.overwritten import MajorityOverwritten
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS, Crash
from cluster_engine.cluster.requests import CLIENT_REQUESTS
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
from cluster_engine.labs.raft_staged import FIGURE_8, PAPER_ELECTION, figure_8, paper_election
from cluster_engine.labs.vocabulary import (
    CLIENT_LOOKS,
    CLIENT_MEASURES,
    CLIENT_SETTINGS,
    CLUSTER_MEASURES,
    LINEARIZABLE,
    NETWORK_SETTINGS,
    RAFT_LANDMARKS,
    RAFT_LIVENESS,
    RAFT_NARRATION,
    TIMEOUT_SETTINGS,
)
from cluster_engine.protocols.raft import Raft
from cluster_engine.protocols.raft_bugs import BUGS, Mistaken
from cluster_engine.systems.raft_group import (
    ORDERS,
    clients,
    cluster_config,
    raft_config,
    server_names,
    servers,
)
from cluster_engine.telemetry import meters

WAN_ELECTION = "wan-election"


def _sentence(bug: type[Mistaken]) -> str:
    return " ".join((bug.__doc__ or "").split())


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    names = server_names(settings["nodes"])
    protocol = BUGS.get(settings["bug"], Raft)
    if settings["situation"] == PAPER_ELECTION:
        return paper_election(settings, seed, names)
    if settings["situation"] == FIGURE_8:
        return figure_8(settings, seed, names, protocol)
    config = raft_config(settings, names)
    everyone = server_names(settings["nodes"] + settings["spares"])  # clients know the spares, too
    blueprints = servers(config, settings["spares"], protocol=protocol) + clients(settings, everyone)
    world = Cluster(seed, cluster_config(settings), blueprints)
    for name in names[len(names) - settings["down"] :]:
        world.schedule(0.0, Crash(node=name))
    return world


LAB = Lab(
    name="raft",
    title="A Raft cluster",
    summary="Servers that keep one log by electing a leader. Cut them, crash them, ask them.",
    settings=(
        Setting("nodes", "int", 5, low=1, high=9, label="Servers", help="Members of the cluster at the start."),
        Setting(
            "spares", "int", 0, low=0, high=2, label="Spare servers", help="Servers that run but are no members yet."
        ),
        Setting(
            "down",
            "int",
            0,
            low=0,
            high=4,
            label="Down at the start",
            help="How many members have crashed before it begins.",
        ),
        *CLIENT_SETTINGS,
        *TIMEOUT_SETTINGS,
        *NETWORK_SETTINGS,
        Setting(
            "pre_vote",
            "bool",
            True,
            label="Pre-vote",
            help="A server asks whether it could win before it raises its term (dissertation 9.6).",
        ),
        Setting(
            "check_quorum",
            "bool",
            True,
            label="Check quorum",
            help="A leader without a majority steps down; who hears a leader refuses to vote (dissertation 6.2).",
        ),
        Setting(
            "reads",
            "choice",
            "read-index",
            choices=("read-index", "lease", "log", "local"),
            label="Reads",
            help="How a read is answered: after a round to a majority, under a lease, through the log, "
            "or from any server's own copy.",
        ),
        Setting(
            "snapshot_every",
            "int",
            50,
            low=0,
            high=10_000,
            unit="entries",
            label="Snapshot every",
            help="Entries applied between two snapshots; 0 never compacts the log.",
        ),
        bug_setting(
            {name: f"{_sentence(bug)} Breaks: {bug.breaks}." for name, bug in BUGS.items()},
            "A mistake that real implementations made, in every server.",
        ),
    ),
    buttons=tuple(
        Button(action) for action in (*NETWORK_FAULTS, *NODE_FAULTS, *CLIENT_REQUESTS, *ORDERS, *MESSAGE_FAULTS)
    ),
    panels=("cluster", "spacetime", "log", "history", "chart", "events", "table"),
    goals=(
        Goal(
            "leader-lost",
            "Leave the cluster without a leader",
            "elections >= 1 and leaders == 0",
            help="Nobody that runs believes it leads.",
            reference="1s crash leader",
            reference_for_ms=1_500,
        ),
        Goal(
            "leader-replaced",
            "Make the cluster choose another leader",
            "elections >= 2 and leaders >= 1",
            help="A second election is won.",
            reference="1s crash leader",
            reference_for_ms=3_000,
        ),
        Goal(
            "two-leaders",
            "Make two servers believe, at once, that they lead",
            "leaders >= 2",
            help="Their terms differ; no invariant breaks.",
            reference="1s isolate leader",
            reference_settings={"check_quorum": False},
            reference_for_ms=6_000,
        ),
        Goal(
            "unknown-outcome",
            "Leave a client not knowing whether its write took effect",
            "unknown_writes >= 1",
            help="A timeout is not a failure.",
            reference="1s cut n1 | n2 | n3 | n4 | n5\n1100ms write x 1",
            reference_for_ms=4_000,
        ),
        Goal(
            "truncated",
            "Make a server throw entries of its log away",
            "truncated_entries >= 1",
            help="Entries that were never committed may be overwritten.",
            reference="1s isolate leader\n1010ms write x 2\n3s heal",
            reference_for_ms=5_000,
        ),
        Goal(
            "figure-8",
            "Overwrite an entry that a majority has stored",
            "majority_overwritten >= 1",
            help="The situation “figure-8” is the paper's: nobody has promised that entry to anybody.",
            reference="300ms crash n1\n310ms cut n2 | n3 | n4\n320ms restart n5",
            reference_settings={"situation": FIGURE_8},
            reference_for_ms=6_000,
        ),
        Goal(
            "stale-read",
            "Read a value that was already overwritten",
            "stale_reads >= 1",
            help="Only possible where reads skip the majority.",
            reference="1s isolate n1\n2s write x 1\n6s read x node=n1",
            reference_settings={"reads": "local"},
            reference_for_ms=8_000,
        ),
        Goal(
            "high-term",
            "Drive the term to 20 without stopping the service",
            "term >= 20 and leaders >= 1",
            help="A server that can't hear the leader keeps standing for election.",
            reference="1s isolate follower",
            reference_settings={"pre_vote": False},
            reference_for_ms=12_000,
        ),
        Goal(
            "snapshot-sent",
            "Let a server catch up by a snapshot",
            "snapshots_installed >= 1",
            help="What it misses must have been compacted by then.",
            reference="1s crash n1\n6s restart n1",
            reference_settings={"client_every_ms": 40},
            reference_for_ms=8_000,
        ),
    ),
    invariants=(
        Invariant(
            "election-safety",
            "Election Safety",
            "Raft §5.2, figure 3",
            "At most one leader in a term.",
            checks.ElectionSafety,
        ),
        Invariant(
            "leader-append-only",
            "Leader Append-Only",
            "Raft §5.3, figure 3",
            "A leader never changes its log, it only appends.",
            checks.LeaderAppendOnly,
        ),
        Invariant(
            "log-matching",
            "Log Matching",
            "Raft §5.3, figure 3",
            "Logs with an entry of the same index and term agree up to it.",
            checks.LogMatching,
        ),
        Invariant(
            "leader-completeness",
            "Leader Completeness",
            "Raft §5.4, figure 3",
            "A committed entry is in the log of every later leader.",
            checks.LeaderCompleteness,
        ),
        Invariant(
            "state-machine-safety",
            "State Machine Safety",
            "Raft §5.4.3, figure 3",
            "No two servers apply different entries at one index.",
            checks.StateMachineSafety,
        ),
        Invariant(
            "never-back",
            "Terms and commits never go back",
            "Raft figure 2",
            "While a server runs, its term and commit index only grow.",
            checks.NeverBack,
        ),
        LINEARIZABLE,
    ),
    measures=(
        *CLUSTER_MEASURES,
        *CLIENT_MEASURES,
        Measure(
            "truncated_entries",
            "Entries thrown away",
            meter=lambda: meters.NotedCount("truncates", "count"),
            help="Uncommitted entries that a new leader made servers drop.",
        ),
        Measure(
            "majority_overwritten",
            "Overwritten on a majority",
            meter=MajorityOverwritten,
            help="Entries that a majority had stored when another entry took the place of one of its copies.",
        ),
        Measure(
            "snapshots_installed",
            "Snapshots installed",
            meter=lambda: meters.NotedCount("installs"),
            help="How often a server caught up by a snapshot.",
        ),
        Measure(
            "committing_side",
            "Side that commits after the cut",
            kind="text",
            choices=("majority", "minority", "none"),
            ask="side that commits after the cut",
            meter=meters.CommittingSide,
            help="Which side of the last cut has committed an entry.",
        ),
        Measure(
            "time_without_leader_ms",
            "Time without a leader",
            unit="ms",
            live=False,
            meter=meters.TimeWithoutLeader,
            help="From a leader's crash to the first heartbeat of a new one (Raft paper, figure 16).",
        ),
        Measure(
            "election_ms",
            "Time to the first leader",
            unit="ms",
            live=False,
            meter=meters.ElectionTime,
            help="From the start to the first election that is won.",
        ),
        Measure(
            "first_election_split",
            "First election split",
            live=False,
            meter=meters.FirstElectionSplit,
            help="1 where the first term in which a server stood ended without a leader.",
        ),
    ),
    situations=(
        Situation(
            PAPER_ELECTION,
            "The paper's worst election",
            "Figure 16 of the Raft paper: timers synchronised, two voters ineligible, "
            "the leader crashes inside its heartbeat interval.",
            settings={
                "nodes": 5,
                "clients": 0,
                "pre_vote": False,
                "check_quorum": False,
                "latency_low_ms": 0.5,
                "latency_high_ms": 4.0,
                "disk_low_ms": 5.0,
                "disk_high_ms": 7.0,
            },
        ),
        Situation(
            FIGURE_8,
            "The paper's figure 8",
            "n1 led term 2 and brought entry 2 to n2 only; n5 led term 3, wrote another entry 2 to its own disk and "
            "crashed. Now n1 leads term 4 and copies its entry to the others. May it call that committed?",
            settings={"nodes": 5, "pre_vote": False, "check_quorum": False},
        ),
        Situation(
            WAN_ELECTION,
            "An election over a wide area",
            "The dissertation's wide area network: latency 30 to 40 ms, timeouts 300 to 600 ms, fresh timers.",
            settings={
                "nodes": 5,
                "clients": 0,
                "pre_vote": False,
                "check_quorum": False,
                "latency_low_ms": 30.0,
                "latency_high_ms": 40.0,
                "disk_low_ms": 0.0,
                "disk_high_ms": 0.0,
                "election_low_ms": 300.0,
                "election_high_ms": 600.0,
            },
        ),
    ),
    messages={
        "PreVote": MessageLook("pre-vote", "diamond", 6),
        "RequestVote": MessageLook("request vote", "diamond", 1, vote=True),
        "AppendEntries": MessageLook("append entries", "square", 5),
        "InstallSnapshot": MessageLook("install snapshot", "hexagon", 7),
        "TimeoutNow": MessageLook("timeout now", "triangle", 2),
        **CLIENT_LOOKS,
    },
    timers={
        "election": TimerLook("election timer", arc=True),
        "heartbeat": TimerLook("heartbeat", arc=False),
        "quorum": TimerLook("check quorum", arc=False),
    },
    roles={
        "leader": RoleLook("leader", "★"),
        "candidate": RoleLook("candidate", "?"),
        "pre-candidate": RoleLook("pre-candidate", "…"),
        "follower": RoleLook("follower", ""),
    },
    epoch="term",
    speed=0.1,
    narration=RAFT_NARRATION,
    landmarks=RAFT_LANDMARKS,
    liveness=RAFT_LIVENESS,
    build=build,
)
