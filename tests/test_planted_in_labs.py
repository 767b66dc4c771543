"""Every planted mistake of the replicated labs is caught by the invariant that it breaks, in a schedule or a storm.

The same schedule breaks nothing without the mistake, and the same storms do not (`test_lab_storms` and here).
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from tests.lab_storms import PROMISES, verdict

LABS = ("payments", "primary-backup", "quorum", "cap", "reconcile", "paxos", "two-phase-commit")

STILL = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0}
CALM = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 1, "disk_high_ms": 1}
ACCOUNT = {"latency_low_ms": 10, "latency_high_ms": 10}

LOST_ANSWER = "500ms cut_one_way r1 c1\n600ms deposit 20 node=r1 client=c1\n700ms crash r1\n"
LOST_PRIMARY = "500ms cut r1,c1 | r2,r3\n600ms deposit 20 node=r1 client=c1\n700ms crash r1\n"
OLD_BACKUP = "500ms cut r1,r3 | r2\n600ms deposit 20 node=r1 client=c1\n700ms look node=r2 client=c2"
ONE_COPY = (  # n1 has 2 alone; c2 is told of it; then c3 asks the two that have not
    "500ms write x 1 node=n1 client=c1\n1s write x 2 node=n1 client=c1\n1017ms isolate n1\n1100ms heal\n"
    "1100ms hold n3 n2\n1110ms read x node=n2 client=c2\n1300ms release n3 n2\n1300ms hold n1 n3\n"
    "1310ms read x node=n3 client=c3"
)
TWO_ALONE = "1s isolate n1\n1100ms write x 1 node=n2 client=c2\n1200ms isolate n2\n2s read x node=n1 client=c1"
TWO_BALANCES = (
    "500ms add balance 100 node=n1\n1s cut n1 | n2\n1100ms add balance 20 node=n1\n"
    "1200ms add balance -30 node=n2 client=c2\n2s heal"
)
ONE_LEFT = (
    "500ms add stock 1 node=n1\n1s cut n1 | n2\n1100ms add stock -1 node=n1\n1200ms add stock -1 node=n2 client=c2\n"
    "2s heal"
)
MANY = "\n".join(f"{1_000 + 37 * n}ms transact x {n}" for n in range(20))


@dataclass(frozen=True)
class Planted:
    """A mistake, the invariant that it breaks, and a schedule (`script`) or storms (over the promise `storms`)."""

    lab: str
    bug: str
    breaks: str
    script: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    storms: str = ""

    def __str__(self) -> str:
        return f"{self.storms or self.lab}: {self.bug}"


SYNC = {"design": "single-leader-sync", "replicas": 3, **ACCOUNT}
SAFE = {"servers": 3, "witnesses": 2, "replication": "synchronous", "quorum": True, **ACCOUNT}
PATIENT = {"client_timeout_ms": 3_000}
GROUP = {"coordinators": 3, "client_timeout_ms": 100, **CALM}
WRITES_BACK = {"nodes": 3, "repair": "before the answer", **STILL}

PLANTED = [
    Planted("payments", "answers-early", "no-lost-payment", f"{LOST_PRIMARY}1s promote r2", SYNC),
    Planted("payments", "forgets-keys", "taken-once", f"{LOST_ANSWER}720ms promote r2", SYNC | PATIENT),
    Planted("payments", "backups-answer", "linearizable", OLD_BACKUP, SYNC),
    Planted(
        "payments", "checks-what-is-settled", "not-overdrawn",
        "1s charge 80 node=r1 client=c1\n1s charge 30 node=r1 client=c2", SYNC,
    ),
    Planted(
        "payments", "adds-copies-up", "nothing-overwritten", "1s deposit 20 node=r1\n2s deposit 5 node=r1",
        {"design": "no-leader-operations"},
    ),
    Planted("primary-backup", "answers-early", "no-lost-payment", LOST_PRIMARY, SAFE),
    Planted("primary-backup", "forgets-keys", "taken-once", LOST_ANSWER, SAFE | PATIENT),
    Planted("primary-backup", "backups-answer", "linearizable", OLD_BACKUP, SAFE),
    Planted(  # r2 wakes up as r3 asks; both want epoch 2, and r1, which has restarted, is asked by both
        "primary-backup", "votes-twice", "one-primary",
        "1050ms crash r1\n1100ms restart r1\n1500ms pause r2 for_ms=140ms", SAFE,
    ),
    Planted("quorum", "small-majority", "no-stale-read", TWO_ALONE, {"nodes": 3}),
    Planted("quorum", "skips-write-back", "linearizable", ONE_COPY, WRITES_BACK),
    Planted(
        "quorum", "repair-restamps", "no-stale-read",
        "500ms write x 1 node=n1 client=c1\n1s isolate n3\n1100ms write x 2 node=n1 client=c1\n2s heal\n"
        "2100ms read x node=n1 client=c1\n3s read x node=n2 client=c2", {"nodes": 3},
    ),
    Planted(
        "quorum", "forgets-hints", "no-stale-read",
        "500ms crash n2\n600ms crash n3\n1s write x 1 node=n1 client=c1\n2s crash n1\n2100ms restart n2\n"
        "2100ms restart n3\n4s read x node=n2 client=c2", {"sloppy": True, "n": 3, "w": 2, "asks_first": False},
    ),
    Planted("cap", "small-majority", "no-stale-read", TWO_ALONE, {"nodes": 3}),
    Planted("cap", "skips-write-back", "linearizable", ONE_COPY, {"nodes": 3, "gossip_ms": 60_000, **STILL}),
    Planted("reconcile", "sum-merge", "folded", TWO_BALANCES, {"strategy": "pn-counter"}),
    Planted("reconcile", "shared-entry", "nothing-dropped", TWO_BALANCES, {"strategy": "version-vectors"}),
    Planted("reconcile", "whole-stock", "never-oversold", ONE_LEFT, {"strategy": "escrow"}),
    Planted("reconcile", "keeps-ties", "convergence", TWO_BALANCES, {"strategy": "lww-lamport"}),
    Planted("paxos", "forgets-its-promise", "one-value", storms="paxos"),
    Planted("paxos", "forgets-its-promise", "one-value", storms="multi-paxos"),
    Planted("paxos", "ignores-accepted-values", "one-value", storms="paxos"),
    Planted("paxos", "ignores-accepted-values", "one-value", storms="multi-paxos"),
    Planted("paxos", "accepts-below-its-promise", "one-value", storms="paxos"),
    Planted("paxos", "accepts-below-its-promise", "one-value", storms="multi-paxos"),
    Planted("paxos", "proposes-a-default", "only-proposed", "1s write x 1"),
    Planted("paxos", "skips-phase-1", "one-value", storms="multi-paxos"),
    Planted("paxos", "performs-past-gaps", "same-state", storms="multi-paxos"),
    Planted("paxos", "reads-locally", "linearizable", storms="multi-paxos"),
    Planted("paxos", "applies-retries", "linearizable", storms="multi-paxos"),
    Planted("two-phase-commit", "impatient", "one-decision", "1s transact x 1\n1018ms cut tc1 | p1\n2s heal", CALM),
    Planted("two-phase-commit", "impatient", "one-decision", storms="coordinator-group"),
    Planted(
        "two-phase-commit", "unlogged-commit", "one-decision",
        "1s transact x 1\n1016ms cut tc1 | p1\n1030ms crash tc1\n2s heal\n2s restart tc1", CALM,
    ),
    Planted("two-phase-commit", "unlogged-commit", "one-decision", storms="coordinator-group"),
    Planted(  # tc1 alone has accepted the commit; a new leader tells of an abort that is in no log, and is gone, too
        "two-phase-commit", "presumes-abort", "one-decision",
        "1s transact x 1 client=c1\n1018ms cut tc1 | tc2,tc3,p1,p2,c1\n1800ms crash leader\n1800ms heal", GROUP,
    ),
    Planted("two-phase-commit", "first-vote", "commit-by-all", "900ms vote_no p2\n1s transact x 1", CALM),
    Planted("two-phase-commit", "first-vote", "commit-by-all", storms="coordinator-group"),
    Planted("two-phase-commit", "hasty", "commit-when-calm", MANY, CALM),
    Planted("two-phase-commit", "hasty", "commit-when-calm", MANY, {"coordinators": 3, **CALM}),
]  # fmt: skip
SCHEDULES = [planted for planted in PLANTED if planted.script]
STORMS = [planted for planted in PLANTED if planted.storms]


def broken(planted: Planted, bug: str) -> set[str]:
    script = tuple(parse_script(planted.script, get_lab(planted.lab)))
    player = Player.begin(Recording(planted.lab, {**planted.settings, "bug": bug}, 1, script))
    player.advance(6_000)
    assert player.run.refused == []
    return {name for name, found in player.run.violated.items() if found}


@pytest.mark.parametrize("planted", SCHEDULES, ids=str)
def test_a_schedule_catches_the_mistake_and_breaks_nothing_without_it(planted: Planted) -> None:
    assert planted.breaks in broken(planted, planted.bug)
    assert broken(planted, "none") == set()


@pytest.mark.parametrize("planted", STORMS, ids=str)
def test_a_storm_catches_the_mistake(planted: Planted) -> None:
    found = (verdict(planted.storms, seed, bug=planted.bug) for seed in range(1, 61))
    assert any(one is not None and one.invariant == planted.breaks for one in found)
    assert PROMISES[planted.storms].lab == planted.lab


@pytest.mark.parametrize("name", LABS)
def test_every_mistake_is_in_the_table_and_says_what_it_breaks(name: str) -> None:
    setting = get_lab(name).setting("bug")
    rows = {(planted.bug, planted.breaks) for planted in PLANTED if planted.lab == name}
    assert setting.choices == ("none", *setting.meanings)
    assert rows == {(bug, words.rpartition("Breaks: ")[2].rstrip(".")) for bug, words in setting.meanings.items()}


@pytest.mark.parametrize("name", LABS)
def test_every_invariant_has_a_mistake_that_breaks_it(name: str) -> None:
    assert {one.name for one in get_lab(name).invariants} == {one.breaks for one in PLANTED if one.lab == name}
