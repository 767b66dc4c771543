"""Settings, looks and sentences of the lab `paxos`."""

from collections.abc import Callable, Mapping

from cluster_engine.labs.declaration import MessageLook, RoleLook, Setting, TimerLook
from cluster_engine.labs.planted import bug_setting
from cluster_engine.labs.vocabulary import CLIENT_LOOKS
from cluster_engine.protocols.multi_paxos import APPLIES_RETRIES, PAST_GAPS, READS_LOCALLY, SKIPS_PHASE_1
from cluster_engine.protocols.paxos import ACCEPTS_OLD, FORGETS, IGNORES, INVENTS
from cluster_engine.records import Noted
from cluster_engine.systems.paxos_group import DISTINGUISHED, EVERYONE, LOG, ONE

BUGS = {
    FORGETS: "An acceptor forgets over a restart what it promised and accepted. Breaks: one-value.",
    IGNORES: "A proposer proposes its own value whatever was accepted before. Breaks: one-value.",
    ACCEPTS_OLD: "An acceptor accepts below what it has promised. Breaks: one-value.",
    INVENTS: "A server that starts asks what was chosen, and proposes “nothing” where nothing was; one value only. "
    "Breaks: only-proposed.",
    SKIPS_PHASE_1: "A new leader proposes at once, without asking; in a log only. Breaks: one-value.",
    PAST_GAPS: "A server performs what is chosen though something before it is not; in a log only. Breaks: same-state.",
    READS_LOCALLY: "The leader answers reads from its own store; in a log only. Breaks: linearizable.",
    APPLIES_RETRIES: "A retry that became a second decree is performed again; in a log only. Breaks: linearizable.",
}

PAXOS_SETTINGS = (
    Setting("nodes", "int", 3, low=3, high=7, label="Servers", help="Each is proposer, acceptor and learner."),
    Setting(
        "decrees", "choice", ONE, choices=(ONE, LOG), label="Agree on",
        help="What the servers agree on.",
        meanings={
            ONE: "One value, once. Every server proposes what it is asked.",
            LOG: "A log of decrees, each place in it an instance of Paxos (Multi-Paxos).",
        },
    ),
    Setting(
        "proposers", "choice", DISTINGUISHED, choices=(DISTINGUISHED, EVERYONE), label="Who proposes",
        help="With a log: who may propose decrees.",
        meanings={
            DISTINGUISHED: "One server leads, the others send clients to it, and take over once they miss it.",
            EVERYONE: "Every server proposes what it is asked, and interrupts the others.",
        },
    ),
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
        "heartbeat_ms", "float", 50.0, low=1, high=5_000, unit="ms", label="Heartbeat",
        help="With a log: how often the leader is heard, and repeats what was not accepted.",
    ),
    Setting(
        "silence_ms", "float", 150.0, low=5, high=10_000, unit="ms", label="Silence",
        help="With a log: a server that hears no leader for so long, up to twice as long, tries to lead.",
    ),
    bug_setting(BUGS),
)  # fmt: skip

PAXOS_LOOKS = {
    **CLIENT_LOOKS,
    "Prepare": MessageLook("prepare", "diamond", 3, vote=True),
    "Accept": MessageLook("accept", "square", 1),
    "Chosen": MessageLook("chosen", "hexagon", 5),
    "Heartbeat": MessageLook("heartbeat", "circle", 6, quiet=True),
    "CatchUp": MessageLook("catch up", "triangle", 4),
}

PAXOS_TIMERS = {
    "silence": TimerLook("silence", arc=True),
    "heartbeat": TimerLook("heartbeat"),
    "round": TimerLook("round"),
    "again": TimerLook("again"),
}

PAXOS_ROLES = {
    "learner": RoleLook("knows", "✓"),
    "proposer": RoleLook("proposes", "?"),
    "acceptor": RoleLook("acceptor", ""),
    "leader": RoleLook("leader", "★"),
}


def _proposes(record: Noted) -> str:
    facts = record.facts
    why = "it is free to choose" if facts["free"] else "for that was accepted already, and it must not propose its own"
    return f"{record.node} has a quorum of promises, and proposes {facts['value']} in ballot {facts['ballot']}: {why}."


def _leads(record: Noted) -> str:
    facts, found = record.facts, record.facts["found"]
    many = "nothing" if not found else "one decree" if found == 1 else f"{found} decrees"
    what = f"{many} that may have been chosen" if found else "nothing unfinished"
    return (
        f"{record.node} leads ballot {facts['ballot']}: {facts['by']} promise it, for all places of the log at once. "
        f"They have accepted {what}."
    )


def _catches_up(record: Noted) -> str:
    facts = record.facts
    many = "a decree" if facts["count"] == 1 else f"{facts['count']} decrees"
    return f"{record.node} had missed {many}, and learns from {facts['sender']} what was chosen up to {facts['upto']}."


PAXOS_NARRATION: Mapping[str, str | Callable[[Noted], str]] = {
    "prepares": "{node} asks all to promise ballot {ballot}.",
    "proposes": _proposes,
    "loses": "{node} is refused in ballot {ballot}: {to} was promised ballot {higher}.",
    "learns": "{node} knows that {value} is chosen.",
    "leads": _leads,
    "fills": "{node} found nothing in place {instance}, with something after it: it proposes a no-op there.",
    "chooses": "{decree} is chosen in place {instance}: a quorum has accepted it in {node}'s ballot {ballot}.",
    "catches-up": _catches_up,
}
