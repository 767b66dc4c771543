"""*About the models*: what it shows is what the makers measure, in shape and, where nothing is drawn, in value; what it
claims to be within its tolerance is; and a wrong parameter falls outside.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.experiments import measure_many
from cluster_engine.exploration.explore import explore
from cluster_engine.labs import get_lab
from cluster_engine.machine.language.compile import compile_program
from lessons.management import (
    account_evidence,
    availability_evidence,
    gossip_evidence,
    quorum_evidence,
    replication_evidence,
)
from lessons.pages.evidence import ORDER, Evidence, all_evidence
from lessons.pages.tolerance import Tolerance

SHOWN = {item.id: item for item in all_evidence()}
OUTSIDE: set[tuple[str, int]] = set()
MEASURED = ("Here", "Sequences")  # columns that differ from run to run; all others are given


@pytest.fixture(autouse=True)
def few_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run of quorum reads is of 1,200 pairs instead of 2,400."""
    monkeypatch.setattr(quorum_evidence, "PAIRS", 25)


def given(columns: list[str] | tuple[str, ...], row: Any) -> tuple[Any, ...]:
    return tuple(cell for name, cell in zip(columns, row, strict=True) if name not in MEASURED)


def without_numbers(text: str) -> str:
    """How many runs there were may differ."""
    return re.sub(r"[\d,]*\d", "0", text)


def assert_in_shape(fresh: dict[str, Any], shown: Evidence) -> None:
    """The page's file has the maker's columns, and the rows that it measures."""
    assert (fresh["id"], tuple(fresh["columns"])) == (shown.id, shown.columns)
    for name in ("title", "source", "tolerance"):
        assert without_numbers(fresh[name]) == without_numbers(getattr(shown, name))
    known = [given(shown.columns, row) for row in shown.rows]
    assert [row for row in fresh["rows"] if given(fresh["columns"], row) not in known] == []
    assert len(fresh["within"]) == len(fresh["rows"])


def test_every_row_is_within_its_tolerance_but_for_those_that_the_page_explains() -> None:
    assert tuple(SHOWN) == ORDER
    outside = {(item.id, place) for item in SHOWN.values() for place, holds in enumerate(item.within) if not holds}
    assert outside == OUTSIDE


@pytest.mark.parametrize(
    ("maker", "table", "some"),
    [
        (quorum_evidence.versions, "WITHIN_VERSIONS", [(3, 1, 2), (2, 1, 1)]),
        (availability_evidence.majorities, "PUBLISHED", [0.9, 0.99, 0.999]),
    ],
)
def test_what_is_worked_out_over_all_cases_is_the_same_again(
    maker: Callable[[], dict[str, Any]], table: str, some: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    module: Any = quorum_evidence if maker is quorum_evidence.versions else availability_evidence
    monkeypatch.setattr(module, table, {key: getattr(module, table)[key] for key in some})
    fresh = maker()
    assert all(tuple(row) in SHOWN[fresh["id"]].rows for row in fresh["rows"])
    assert all(fresh["within"])
    assert_in_shape(fresh, SHOWN[fresh["id"]])


def test_what_a_failover_loses_is_the_same_again() -> None:
    fresh = replication_evidence.losses()
    assert tuple(map(tuple, fresh["rows"])) == SHOWN["primary-backup-losses"].rows
    assert_in_shape(fresh, SHOWN["primary-backup-losses"])


def test_how_long_a_crash_goes_unnoticed_is_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replication_evidence, "HEARTBEATS", replication_evidence.HEARTBEATS[1:2])
    fresh = replication_evidence.detection(jobs=1)
    assert tuple(fresh["rows"][0]) == SHOWN["primary-backup-detection"].rows[1]
    assert_in_shape(fresh, SHOWN["primary-backup-detection"])


def test_two_payments_have_the_outcomes_that_the_page_shows() -> None:
    fresh = account_evidence.outcomes(runs=3)
    assert_in_shape(fresh, SHOWN["payments-outcomes"])
    for row, shown in zip(fresh["rows"], SHOWN["payments-outcomes"].rows, strict=True):
        for here, expected in zip(row[2::2], shown[1::2], strict=True):
            assert set(here.split(", ")) <= set(expected.split(", "))


def test_a_small_sample_of_gossip_has_the_page_s_shape_and_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gossip_evidence, "ROUNDS", {64: gossip_evidence.ROUNDS[64]})
    assert_in_shape(gossip_evidence.rounds(runs=2, jobs=1), SHOWN["gossip-rounds"])
    tiring = gossip_evidence.epidemics(200, "push", 20, 1, interest=1)
    assert sum(share for _, share, _ in tiring) / 20 == pytest.approx(gossip_evidence.RUMOURS[1][0], abs=0.03)
    fresh = gossip_evidence.rumours(runs=1, jobs=1, nodes=32)
    assert fresh["columns"] == list(SHOWN["gossip-rumours"].columns)
    assert [row[0] for row in fresh["rows"]] == [row[0] for row in SHOWN["gossip-rumours"].rows]


def test_the_nodes_without_a_screen_are_those_of_the_lab() -> None:
    script = tuple(parse_script("200ms write x 1 node=n1", get_lab("gossip")))
    for mode in ("push", "pull", "push-pull"):
        by_lab = measure_many("gossip", {"nodes": 16, "mode": mode}, [1, 2, 3], "rounds", script=script)
        assert by_lab == [gossip_evidence.epidemic(16, mode, seed)[0] for seed in (1, 2, 3)]


def test_a_small_sample_of_quorum_reads_has_the_page_s_shape_and_numbers() -> None:
    rows = [("disk", 1, 1), ("wan", 1, 1)]
    fresh = quorum_evidence.of_operations({row: quorum_evidence.operations(*row, seed=1) for row in rows}, 1)
    assert_in_shape(fresh, SHOWN["quorum-staleness"])
    for row, values in zip(rows, fresh["rows"], strict=True):
        assert float(values[-1].split()[0]) == pytest.approx(100 * quorum_evidence.PUBLISHED[row][3], abs=5)


def test_the_late_reads_are_those_that_missed_the_write() -> None:
    """What is worked out of the messages is what the clients were told."""
    found = quorum_evidence.operations("disk", 1, 1, seed=2)
    assert sum(late > 0 for late in found.late) == pytest.approx(found.missed, rel=0.01)


# --- a wrong parameter falls outside ---------------------------------------------------------------------------------


def test_a_read_quorum_that_is_one_too_small_falls_outside() -> None:
    right = quorum_evidence.within_versions(3, 2, 1, 1)
    wrong = quorum_evidence.within_versions(3, 2, 1, 1, bug="small-majority")
    published = quorum_evidence.WITHIN_VERSIONS[3, 2, 1][1]
    assert quorum_evidence.ROUNDED.holds(published, right)
    assert not quorum_evidence.ROUNDED.holds(published, wrong)


def test_solid_state_disks_are_not_taken_for_spinning_ones() -> None:
    wrong = quorum_evidence.of_operations({("disk", 1, 1): quorum_evidence.operations("ssd", 1, 1, seed=1)}, 1)
    assert wrong["within"] == [False]


def test_pulling_is_not_taken_for_pushing_nor_patience_for_haste() -> None:
    pulled = [found or 0 for found, _, _ in gossip_evidence.epidemics(64, "pull", 10, 1)]
    assert not gossip_evidence.OF_ROUNDS.holds(gossip_evidence.ROUNDS[64]["push"], sum(pulled) / 10)
    patient = gossip_evidence.epidemics(200, "push", 10, 1, interest=2)
    assert not gossip_evidence.OF_SHARE.holds(gossip_evidence.RUMOURS[1][0], sum(one for _, one, _ in patient) / 10)


def test_an_addition_in_one_step_has_other_outcomes() -> None:
    atomic = account_evidence.TWO_PAYMENTS.replace("seen = balance\n    balance = seen + amount", "balance += amount")
    assert account_evidence.schedules() == account_evidence.PUBLISHED_SCHEDULES
    locked = "lock = Lock()\n" + atomic.replace("balance += amount", "with lock:\n        balance += amount")
    assert {one.values["balance"] for one in explore(compile_program(locked), count=True).outcomes} == {90}


def test_a_primary_that_answers_at_once_does_not_pass_for_one_that_waits() -> None:
    waiting = next(one for one in account_evidence.DESIGNS if one.title.endswith("majority"))
    hasty = account_evidence.Design(
        **{name: getattr(waiting, name) for name in waiting.__dataclass_fields__}
        | {"settings": waiting.settings | {"replication": "asynchronous"}, "crashing": ("cut r1 | r2,r3", "crash r1")}
    )
    assert account_evidence.balances(waiting, "crash", seed=1) == waiting.crash
    assert account_evidence.balances(hasty, "crash", seed=1) != waiting.crash


def test_a_tolerance_holds_up_to_its_edge() -> None:
    assert Tolerance(share=0.05).holds(100, 105)
    assert not Tolerance(share=0.05).holds(100, 105.1)
    assert Tolerance(distance=2).holds(0, -2)
    assert Tolerance().holds(0.1 + 0.2, 0.3)
    assert not Tolerance().holds(1, 1.001)
