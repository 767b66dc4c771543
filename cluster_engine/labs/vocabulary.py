"""Settings, measures, looks and sentences that the labs of replicated logs share."""

from collections.abc import Callable, Mapping
from typing import Any

from cluster_engine.checkers.agreement import NOTHING
from cluster_engine.checkers.linearizable import LinearizabilityChecker
from cluster_engine.checkers.progress import PATIENCE_MS, Progress
from cluster_engine.labs.declaration import Invariant, Measure, MessageLook, Setting
from cluster_engine.labs.liveness import Liveness
from cluster_engine.records import Noted
from cluster_engine.systems.raft_group import server_names
from cluster_engine.telemetry import meters

LINEARIZABLE = Invariant(
    "linearizable",
    "Linearizable",
    "Herlihy & Wing 1990, section 2",
    "Each operation takes effect at one moment between its call and its return, as if there were one server.",
    LinearizabilityChecker,
)


def _watch(settings: Mapping[str, Any]) -> Progress:
    patience_ms = max(PATIENCE_MS, 4 * settings["election_high_ms"])
    return Progress(server_names(settings["nodes"]), leads="leader", patience_ms=patience_ms)


RAFT_LIVENESS = (
    Liveness(
        "progress",
        "Progress",
        "Raft §5.6; Fischer, Lynch & Paterson 1985",
        "While a majority can talk and the network is not too slow, somebody leads and requests are answered.",
        _watch,
    ),
)

CLIENT_SETTINGS = (
    Setting("clients", "int", 1, low=0, high=3, label="Clients", help="How many clients there are."),
    Setting(
        "client_every_ms",
        "float",
        0.0,
        low=0,
        high=60_000,
        unit="ms",
        label="Client pace",
        help="How often each client performs an operation by itself; 0 only by hand.",
    ),
    Setting(
        "client_timeout_ms",
        "float",
        1_000.0,
        low=10,
        high=60_000,
        unit="ms",
        label="Client patience",
        help="When an unanswered operation's outcome becomes unknown.",
    ),
)

TIMEOUT_SETTINGS = (
    Setting(
        "election_low_ms",
        "float",
        150.0,
        low=5,
        high=10_000,
        unit="ms",
        label="Election timeout, least",
        help="The shortest time without a leader after which a server acts.",
    ),
    Setting(
        "election_high_ms",
        "float",
        300.0,
        low=5,
        high=20_000,
        unit="ms",
        label="Election timeout, most",
        help="The longest such time; each wait is drawn anew between the two.",
    ),
    Setting(
        "heartbeat_ms",
        "float",
        50.0,
        low=1,
        high=5_000,
        unit="ms",
        label="Heartbeat",
        help="How often a leader is heard while there is nothing to replicate.",
    ),
)

NETWORK_SETTINGS = (
    Setting(
        "latency_low_ms",
        "float",
        2.0,
        low=0,
        high=1_000,
        unit="ms",
        label="Latency, least",
        help="The shortest one-way time of a message.",
    ),
    Setting(
        "latency_high_ms",
        "float",
        10.0,
        low=0,
        high=2_000,
        unit="ms",
        label="Latency, most",
        help="The longest one; each message draws its own.",
    ),
    Setting(
        "disk_low_ms",
        "float",
        0.5,
        low=0,
        high=1_000,
        unit="ms",
        label="Disk sync, least",
        help="The shortest time until a write is durable.",
    ),
    Setting(
        "disk_high_ms", "float", 2.0, low=0, high=2_000, unit="ms", label="Disk sync, most", help="The longest one."
    ),
    Setting(
        "reconnect_backoff",
        "bool",
        False,
        label="Reconnecting takes time",
        help="After a heal, links come back only at their next attempt, as TCP connections do: 0.1 s, doubling to 7 s.",
    ),
)

CLUSTER_MEASURES = (
    Measure("leaders", "Leaders", meter=meters.LeaderCount, help="Running servers that believe they lead."),
    Measure(
        "leader",
        "Leader",
        kind="node",
        choices=lambda settings: (*server_names(settings["nodes"]), "none"),
        ask="which node leads",
        meter=meters.LeaderName,
        help="The leader of the highest term.",
    ),
    Measure("term", "Term", meter=lambda: meters.Highest("term"), help="The highest term on any server."),
    Measure(
        "commit", "Commit index", meter=lambda: meters.Highest("commit"), help="The highest commit index on any server."
    ),
    Measure(
        "elections",
        "Elections won",
        meter=lambda: meters.NotedCount("elected"),
        help="How often a server became leader.",
    ),
    Measure("nodes_down", "Servers down", meter=meters.Down, help="Machines that have crashed and not restarted."),
    Measure(
        "leaderless_ms",
        "Leaderless time",
        unit="ms",
        meter=meters.Leaderless,
        help="Time in which nobody led, once there was a first leader.",
    ),
    Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
    Measure(
        "messages_sent",
        "Messages sent",
        live=False,
        meter=lambda: meters.WorldCount("sent"),
        help="Messages that left a node.",
    ),
    Measure("messages_dropped", "Messages lost", meter=meters.DroppedCount, help="Messages that did not arrive."),
)

WRITES = ("write", "add")

CLIENT_MEASURES = (
    Measure(
        "acked_writes",
        "Writes acknowledged",
        meter=lambda: meters.Outcomes("ok", *WRITES),
        help="Writes that a client knows to have taken effect.",
    ),
    Measure(
        "failed_writes",
        "Writes refused",
        meter=lambda: meters.Outcomes("failed", *WRITES),
        help="Writes that certainly had no effect.",
    ),
    Measure(
        "unknown_writes",
        "Writes with unknown outcome",
        meter=lambda: meters.Outcomes("unknown", *WRITES),
        help="Writes that were never answered: they may have taken effect, or may yet.",
    ),
    Measure(
        "acked_reads",
        "Reads answered",
        meter=lambda: meters.Outcomes("ok", "read"),
        help="Reads that returned a value.",
    ),
    Measure(
        "unknown_reads",
        "Reads not answered",
        meter=lambda: meters.Outcomes("unknown", "read"),
        help="Reads that were never answered.",
    ),
    Measure(
        "stale_reads",
        "Stale reads",
        meter=meters.StaleReads,
        help="Reads of a value that had been overwritten, and that acknowledged, before the read began.",
    ),
    Measure(
        "answered_since_fault",
        "Answered since the last fault",
        meter=lambda: meters.SinceFault("ok"),
        help="Operations that ended well since your last action.",
    ),
    Measure(
        "unanswered_since_fault",
        "Unanswered since the last fault",
        meter=lambda: meters.SinceFault("unknown"),
        help="Operations that no one answered since your last action.",
    ),
)

CLIENT_LOOKS = {"Request": MessageLook("client request", "circle", 3)}


RAFT_LANDMARKS = frozenset({"elected", "steps-down", "loses-quorum", "truncates", "installs", "leaves"})


def _stands(record: Noted) -> str:
    facts = record.facts
    if facts["transfer"]:
        return f"{record.node} was told to take over, and stands for election in term {facts['term']}."
    waited, term = facts["waited"], facts["term"]
    return f"{record.node} has not heard a leader for {waited} ms, and stands for election in term {term}."


def _refuses(record: Noted) -> str:
    facts = record.facts
    if facts["voted_for"]:
        return (
            f"{record.node} refuses {facts['candidate']} its vote: "
            f"in term {facts['term']} it has voted for {facts['voted_for']}."
        )
    return f"{record.node} refuses {facts['candidate']} its vote: its own log is more up to date."


def _steps_down(record: Noted) -> str:
    facts = record.facts
    return (
        f"{record.node} was {facts['was']} of term {facts['term']}; it hears of term {facts['newer']} "
        f"from {facts['sender']} and becomes a follower."
    )


def _elected(record: Noted) -> str:
    voters = ", ".join(record.facts["votes"])
    return f"{record.node} leads term {record.facts['term']}: a majority voted for it ({voters})."


def _commits(record: Noted) -> str:
    facts = record.facts
    what = "a no-op" if facts["what"] == NOTHING else facts["what"]
    return (
        f"Entry {facts['index']} ({what}) is on {len(facts['on'])} of {facts['of']} servers: {record.node} commits it."
    )


def _truncates(record: Noted) -> str:
    facts = record.facts
    many = "entry" if facts["count"] == 1 else f"{facts['count']} entries"
    known = "though it knew of a commit" if facts["committed"] else "of which it knew no commit"
    return (
        f"{record.node} drops its {many} from index {facts['start']} on, {known}: {facts['leader']}, leader of term "
        f"{facts['term']}, has others there."
    )


def _loses_quorum(record: Noted) -> str:
    facts = record.facts
    heard = ", ".join(facts["heard"]) or "nobody"
    return (
        f"{record.node} has heard {heard} for an election timeout, no majority of {facts['of']}: "
        f"it no longer leads term {facts['term']}."
    )


def _reconfigures(record: Noted) -> str:
    facts = record.facts
    verb = "adds" if facts["what"] == "add" else "removes"
    return f"{record.node} {verb} {facts['server']}: the members are {', '.join(facts['members'])} from this entry on."


RAFT_NARRATION: Mapping[str, str | Callable[[Noted], str]] = {
    "asks": "{node} has not heard a leader for {waited} ms, and asks whether it could win term {term}.",
    "stands": _stands,
    "votes": "{node} votes for {candidate} in term {term}.",
    "refuses": _refuses,
    "steps-down": _steps_down,
    "elected": _elected,
    "follows": "{node} hears {leader} and follows it in term {term}.",
    "commits": _commits,
    "truncates": _truncates,
    "loses-quorum": _loses_quorum,
    "reconfigures": _reconfigures,
    "installs": "{node} missed entries that {leader} has compacted: it takes a snapshot up to entry {index}.",
    "compacts": "{node} writes a snapshot up to entry {index} and drops those entries from its log.",
    "leaves": "{node} is no member any more: its removal is committed, and it stops leading term {term}.",
    "transfers": "{node} brings {to} up to date, to hand over the lead of term {term}.",
}
