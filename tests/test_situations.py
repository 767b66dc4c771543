"""Every staged situation plays as it is told, whatever the seed; those of the replicated labs show what they say."""

from typing import Any

import pytest

from cluster_engine.labs import all_labs
from tests.played import broken, played

STAGED = [(lab.name, one.name) for lab in all_labs() for one in lab.situations if lab.name != "program"]

# What is true in the end: of measures, and of the invariants that are broken.
SHOWS: dict[tuple[str, str], tuple[dict[str, Any], set[str]]] = {
    ("payments", "two-deposits"): ({"acked_writes": 2}, {"nothing-overwritten"}),
    ("payments", "lost-answer"): ({"paid_twice": 1}, {"taken-once"}),
    ("payments", "failover"): ({"lost_payments": 1, "apart": 0}, {"no-lost-payment"}),
    ("primary-backup", "crash"): ({"epoch": 2, "leaders": 1}, set()),
    ("primary-backup", "split"): ({"lost_payments": 1, "leaders": 1, "most": 70}, {"no-lost-payment"}),
    ("primary-backup", "pause"): ({"epoch": 2, "nodes_down": 0}, set()),
    ("quorum", "one-behind"): ({"acked_writes": 1, "repairs": 0}, set()),
    ("quorum", "wrong-side"): ({"acked_writes": 2, "hints_kept": 2}, set()),
    ("cap", "both-say-yes"): ({"acked_writes": 2, "values": 1}, set()),
    ("reconcile", "two-balances"): ({"lost_writes": 1}, set()),
    ("reconcile", "cart"): ({"resurrected": 1}, set()),
    ("reconcile", "added-and-removed"): ({"resurrected": 0, "conflicts": 1}, set()),
    ("reconcile", "fast-clock"): ({"reversed_writes": 1}, set()),
    ("reconcile", "last-piece"): ({"oversold": 1}, set()),
    ("paxos", "halfway"): ({"chosen": 1, "adopted": 1, "failed_writes": 1}, set()),
    ("two-phase-commit", "coordinator-crash"): ({"acked_writes": 0, "stalled_in_doubt": 1}, set()),
    ("two-phase-commit", "leader-crash"): ({"settled": 1, "stalled_in_doubt": 0}, set()),
    ("two-phase-commit", "one-no"): ({"failed_writes": 1}, set()),
    ("one-system", "leader-crash"): ({"nodes_down": 1, "unknown_writes": 0, "unknown_reads": 0}, set()),
    ("one-system", "two-silences"): ({"unknown_writes": 2, "acked_reads": 2}, set()),
}


@pytest.mark.parametrize(("lab", "name"), STAGED)
def test_a_situation_plays_as_it_is_told(lab: str, name: str) -> None:
    measures, breaks = SHOWS.get((lab, name), ({}, set()))
    for seed in (1, 2, 3):
        run = played(lab, "", 6_000, seed, situation=name)
        assert run.refused == []
        assert {one: run.values[one] for one in measures} == measures
        assert broken(run) >= breaks
