"""The lab `paxos`: one value, two phases, and everything that can come between them; then a log of decrees."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cluster_engine.actions import Action
from cluster_engine.checkers.agreement import OneValueChosen, OnlyProposed, SameState
from cluster_engine.checkers.progress import Progress
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.message_faults import MESSAGE_FAULTS
from cluster_engine.cluster.network_faults import NETWORK_FAULTS
from cluster_engine.cluster.node_faults import NODE_FAULTS
from cluster_engine.cluster.requests import Write
from cluster_engine.labs.declaration import Button, Caption, Goal, Invariant, Lab, Measure, Situation
from cluster_engine.labs.liveness import Liveness
from cluster_engine.labs.paxos_vocabulary import (
    PAXOS_LOOKS,
    PAXOS_NARRATION,
    PAXOS_ROLES,
    PAXOS_SETTINGS,
    PAXOS_TIMERS,
)
from cluster_engine.labs.vocabulary import CLIENT_MEASURES, CLIENT_SETTINGS, LINEARIZABLE, NETWORK_SETTINGS
from cluster_engine.protocols.paxos import FORGETS
from cluster_engine.systems.paxos_group import (
    DISTINGUISHED,
    EVERYONE,
    LOG,
    ONE,
    AddDecree,
    ReadDecree,
    paxos_cluster,
    quorums,
)
from cluster_engine.systems.raft_group import server_names
from cluster_engine.telemetry import meters

ACTIONS: tuple[type[Action], ...] = (
    Write, ReadDecree, AddDecree, *NODE_FAULTS, *NETWORK_FAULTS, *MESSAGE_FAULTS,
)  # fmt: skip
PACE_HELP = "With a log: how often each client performs an operation by itself; 0: only by hand."
CLIENTS: dict[str, dict[str, Any]] = {
    "clients": {"default": 2},
    "client_every_ms": {"help": PACE_HELP},
}
STILL = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0}
DUEL = "500ms write x 1 node=n1 client=c1\n506ms write x 2 node=n2 client=c2"


def build(settings: dict[str, Any], seed: int) -> Cluster:
    """Return the world for these settings."""
    return paxos_cluster(settings, seed)


def _is_one_value(settings: Mapping[str, Any]) -> bool:
    return bool(settings["decrees"] == ONE)


def _is_log(settings: Mapping[str, Any]) -> bool:
    return bool(settings["decrees"] == LOG)


def _quorums_meet(settings: Mapping[str, Any]) -> bool:
    return bool(sum(quorums(settings, server_names(settings["nodes"]))) > settings["nodes"])


def _watch(settings: Mapping[str, Any]) -> Progress:
    names = server_names(settings["nodes"])
    is_led = settings["decrees"] == LOG and settings["proposers"] == DISTINGUISHED
    return Progress(names, needs=max(quorums(dict(settings), names)), leads="leader" if is_led else "")


LAB = Lab(
    name="paxos",
    title="Paxos: one value, or a log of them",
    summary="Servers that choose a value though anybody may propose; and Multi-Paxos, a log of such choices.",
    settings=(
        *PAXOS_SETTINGS,
        *(replace(one, **CLIENTS.get(one.name, {})) for one in CLIENT_SETTINGS),
        *NETWORK_SETTINGS,
    ),
    buttons=tuple(Button(action) for action in ACTIONS),
    panels=("cluster", "spacetime", "log", "events", "history", "chart", "table"),
    goals=(
        Goal(
            "chosen", "Get a value chosen", "chosen >= 1", help="One proposer alone needs two rounds of messages.",
            reference="500ms write x 1 node=n1", reference_for_ms=2_000,
        ),
        Goal(
            "duel", "Let two proposers begin ten ballots and choose nothing", "ballots >= 10 and chosen < 1",
            where=_is_one_value,
            help="Each interrupts the other between its two phases.",
            reference=DUEL, reference_settings={"backoff_ms": 0, **STILL}, reference_for_ms=2_000,
        ),
        Goal(
            "survives", "Let another proposer finish somebody's value", "adopted >= 1",
            help="A value that a minority has accepted is found by the next proposer, if it asks the right ones.",
            reference="500ms write x 1 node=n1 client=c1\n517ms crash n1\n1s write x 2 node=n2 client=c2",
            reference_settings=STILL, reference_for_ms=3_000,
        ),
        Goal(
            "two-values", "Have two values chosen", "chosen >= 2",
            help="Impossible, unless a quorum of the first phase can miss one of the second.",
            reference="500ms cut n1,n2,c1 | n3,n4,c2\n1s write x 1 node=n1 client=c1\n1s write x 2 node=n3 client=c2",
            reference_settings={"nodes": 4, "q1": 2, "q2": 2}, reference_for_ms=3_000,
        ),
        Goal(
            "forgotten", "Have two values chosen, though all quorums meet", "chosen >= 2", where=_quorums_meet,
            help="They meet in a server, and that server must remember.",
            reference="500ms cut_link n1 n3\n600ms write x 1 node=n1 client=c1\n1s crash n2\n1100ms restart n2\n"
            "1200ms write x 2 node=n3 client=c2",
            reference_settings={"bug": FORGETS}, reference_for_ms=3_000,
        ),
        Goal(
            "one-first-phase", "Choose five decrees in one ballot", "decrees >= 5 and ballots == 1",
            help="Whoever has its promises for all places needs the first phase no more. In a log.",
            reference="\n".join(f"{number}s write x {number}" for number in range(1, 6)),
            reference_settings={"decrees": LOG}, reference_for_ms=7_000,
        ),
        Goal(
            "new-leader", "Make another server lead", "leaderships >= 2 and leaders >= 1",
            help="Whoever misses the leader takes a higher ballot. In a log.",
            reference="1s crash leader", reference_settings={"decrees": LOG}, reference_for_ms=3_000,
        ),
        Goal(
            "gap", "Let a leader fill a gap with a no-op", "gaps_filled >= 1",
            help="A decree that nobody got, before one that somebody got; then another leader. In a log.",
            reference="1s write x 1 client=c1\n1002ms write y 2 client=c2\n1004ms lose 100\n1006ms lose 0\n"
            "1009ms crash leader",
            reference_settings={"decrees": LOG, "heartbeat_ms": 100, **STILL}, reference_for_ms=3_000,
        ),
        Goal(
            "caught-up", "Let a server catch up on what it missed", "caught_up >= 3",
            help="It was away while decrees were chosen. In a log.",
            reference="1s crash n3\n1100ms write x 1\n1200ms write x 2\n1300ms write x 3\n2s restart n3",
            reference_settings={"decrees": LOG}, reference_for_ms=4_000,
        ),
        Goal(
            "log-duel", "Let two proposers of a log begin ten ballots and choose nothing",
            "ballots >= 10 and decrees < 1", help="Where everyone proposes, nobody leads. In a log.",
            where=_is_log,
            reference=DUEL, reference_settings={"decrees": LOG, "proposers": EVERYONE, "backoff_ms": 0, **STILL},
            reference_for_ms=2_000,
        ),
    ),
    invariants=(
        Invariant(
            "one-value", "At most one value is chosen", "Lamport 2001, section 2.1",
            "Once a quorum has accepted a value, no quorum ever accepts another; in a log, in each place.",
            OneValueChosen, given=("nodes", "q2"),
        ),
        Invariant(
            "only-proposed", "Only what was proposed", "Lamport 2001, section 2.1",
            "Every value that is accepted was asked for by a client; a no-op changes nothing.", OnlyProposed,
        ),
        Invariant(
            "same-state", "Equal logs, equal states", "Lamport 2001, section 3",
            "Servers that have performed equally many decrees hold the same.", SameState,
        ),
        LINEARIZABLE,
    ),
    measures=(
        Measure(
            "chosen", "Values chosen", meter=meters.ValuesLearned,
            help="How many different values servers have learned to be chosen, where they agree on one.",
        ),
        Measure(
            "decrees", "Decrees chosen", meter=lambda: meters.Highest("commit"),
            help="How long a log is, up to its first gap, as the server knows that knows most.",
        ),
        Measure("ballots", "Ballots begun", meter=lambda: meters.NotedCount("prepares"), help="First phases begun."),
        Measure(
            "adopted", "Values adopted", meter=meters.Adopted,
            help="Ballots in which a proposer had to propose what another one had begun.",
        ),
        Measure(
            "lost_rounds", "Rounds lost", meter=lambda: meters.NotedCount("loses"), help="Ballots that were refused.",
        ),
        Measure("leaders", "Leaders", meter=meters.LeaderCount, help="Running servers that believe they lead a log."),
        Measure(
            "leaderships", "Leaderships", meter=lambda: meters.NotedCount("leads"),
            help="How often a server had its promises for a whole log.",
        ),
        Measure(
            "gaps_filled", "Gaps filled", meter=lambda: meters.NotedCount("fills"),
            help="No-ops proposed in places where a new leader found nothing.",
        ),
        Measure(
            "caught_up", "Decrees caught up", meter=lambda: meters.NotedCount("catches-up", "count"),
            help="Decrees that servers learned after the fact.",
        ),
        Measure("nodes_down", "Servers down", meter=meters.Down, help="Machines that have crashed and not restarted."),
        Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
        *CLIENT_MEASURES,
    ),
    situations=(
        Situation(
            "duel", "Two proposers at once", "n1 and n2 propose at nearly the same time, and try again at once.",
            settings={"backoff_ms": 0, **STILL}, script=DUEL,
        ),
        Situation(
            "halfway", "A proposer stops half-way",
            "n1 crashes while its accept messages are under way; then n2 proposes.",
            settings=STILL, script="500ms write x 1 node=n1 client=c1\n517ms crash n1\n1s write x 2 node=n2 client=c2",
        ),
        Situation(
            "two-halves", "Quorums that do not meet",
            "Four servers, two of which are enough in either phase, and the network is cut in half.",
            settings={"nodes": 4, "q1": 2, "q2": 2}, script="500ms cut n1,n2,c1 | n3,n4,c2",
        ),
        Situation(
            "multi-paxos", "A log, led by one", "Two clients write and read; n1 proposes, and has its promises once.",
            settings={"decrees": LOG, "client_every_ms": 200},
        ),
        Situation(
            "log-duel", "A log that nobody leads", "n1 and n2 both propose decrees, and try again at once.",
            settings={"decrees": LOG, "proposers": EVERYONE, "backoff_ms": 0, **STILL}, script=DUEL,
        ),
    ),
    messages=PAXOS_LOOKS,
    timers=PAXOS_TIMERS,
    roles=PAXOS_ROLES,
    epoch="ballot",
    captions=(Caption("value", "accepted {}"),),
    speed=0.1,
    narration=PAXOS_NARRATION,
    landmarks=frozenset({"learns", "leads", "fills", "catches-up"}),
    liveness=(
        Liveness(
            "progress", "Progress", "Lamport 2001, section 2.4",
            "While both quorums can talk, and proposers leave each other the time, requests are answered.", _watch,
        ),
    ),
    build=build,
    agreement="label",
)  # fmt: skip
