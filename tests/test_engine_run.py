"""A run: its measures, goals, invariants, narration and ticks."""

import pickle
from typing import Any

import pytest

from cluster_engine.actions import Refused
from cluster_engine.labs.declaration import Goal
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Fault, Measured, Noted, Reached, Record, Violated
from cluster_engine.run import Run, RunAway
from tests.toy_lab import Bump, Counter, GoOn, Halt, Part, toy

__all__ = ["toy"]

pytestmark = pytest.mark.usefixtures("toy")


def played(to_ms: float, *actions: Any, goals: Any = (), **settings: Any) -> tuple[Run, list[Record]]:
    player = Player.begin(Recording("toy", settings, 5, actions), goals)
    player.advance(to_ms)
    return player.run, player.run.take_records()


def found(records: list[Record], kind: Any) -> list[Any]:
    return [record for record in records if isinstance(record, kind)]


def test_records_are_numbered_and_in_time_order() -> None:
    _, records = played(500, (100.0, Halt()))
    assert [record.seq for record in records] == list(range(len(records)))
    times = [record.at for record in records]
    assert times == sorted(times)


def test_live_measures_are_told_at_the_start_and_when_they_change() -> None:
    run, records = played(100)
    told: dict[str, Any] = {}
    for record in found(records, Measured):
        assert record.changes
        assert all(told.get(name) != value for name, value in record.changes.items())
        told |= record.changes
    assert found(records, Measured)[0].at == 0
    assert told == {"count": run.measure("count"), "idle_ms": run.measure("idle_ms"), "who": run.measure("who")}
    assert run.measure("parity") in ("odd", "even"), "a measure that is not live is still measured"


def test_what_a_record_brought_about_names_it_as_its_cause() -> None:
    _, records = played(200)
    for record in found(records, (Measured, Reached)):
        if record.cause >= 0:
            cause = records[record.cause]
            assert cause.at == record.at
            assert cause.seq < record.seq


def test_measures_of_one_factory_share_a_meter() -> None:
    run, _ = played(0)
    assert len(run.meters) == 2


def test_a_goal_is_reached_once_when_its_expression_becomes_true() -> None:
    run, records = played(500)
    reached = [record for record in found(records, Reached) if record.goal == "ten"]
    assert len(reached) == 1
    assert run.reached["ten"] == reached[0].at
    assert reached[0].text == "Count to ten"


def test_time_alone_reaches_a_goal() -> None:
    run, _ = played(1_000, (50.0, Halt()))
    assert run.reached["idle"] is not None
    assert run.reached["idle"] % 50 == 0, "timed meters are settled at every tick"


def test_a_goal_in_time_and_within_its_budget() -> None:
    late = Goal("late", "Late", "count >= 20", within_ms=50)
    dear = Goal("dear", "Dear", "count >= 120", budget=1)
    cheap = Goal("cheap", "Cheap", "count >= 50", budget=1)
    bumps = tuple((10.0 * n, Bump(node="t1", by=60)) for n in range(1, 3))
    run, _ = played(500, *bumps, goals=(dear, cheap))
    assert run.reached["dear"] is None, "two faults are more than the budget"
    assert run.reached["cheap"] == 10.0
    assert played(1_000, goals=(late,))[0].reached["late"] is None


def test_undoing_a_fault_costs_nothing() -> None:
    run, _ = played(500, (10.0, Halt()), (20.0, GoOn()))
    assert run.faults == 1


def test_a_goal_that_holds_from_the_start_is_reached_at_once() -> None:
    run, _ = played(0, goals=(Goal("zero", "Zero", "count == 0"),))
    assert run.reached["zero"] == 0.0


def test_an_invariant_is_reported_once_and_counted() -> None:
    bumps = tuple((float(n), Bump(node="t1", by=100)) for n in range(1, 16))
    run, records = played(300, *bumps)
    violated = found(records, Violated)
    assert [record.invariant for record in violated] == ["ceiling"]
    assert violated[0].nodes == ["t1"]
    assert "more than 1,000" in violated[0].text
    assert run.violations["ceiling"] > 1
    assert run.view()["invariants"]["ceiling"]["violated"] == violated[0].at


def test_events_are_narrated_in_place() -> None:
    _, records = played(300, (5.0, Part(groups=(("a",), ("b",)))))
    texts = [record.text for record in found(records, Noted)]
    assert texts[:2] == ["Parted.", "t1 has counted to 10."]


def test_an_impossible_action_of_a_recording_is_told_and_skipped() -> None:
    run, records = played(100, (10.0, GoOn()), (20.0, Halt()))
    assert len(found(records, Fault)) == 1
    assert run.refused == [(10.0, "the counter goes on: the counter runs")]
    assert "Not possible" in found(records, Noted)[0].text


def test_an_impossible_action_of_a_person_is_refused() -> None:
    run, _ = played(100)
    with pytest.raises(Refused, match="the counter runs"):
        run.apply(GoOn())


def test_the_view_has_measures_goals_and_invariants() -> None:
    view = played(200)[0].view()
    assert view["at"] == 200
    assert view["measures"]["count"] == view["nodes"]["t1"]["count"]
    assert view["goals"]["ten"]["reached"] is not None
    assert view["invariants"] == {"ceiling": {"violated": None, "text": ""}}


def test_a_run_goes_on_from_its_pickle() -> None:
    run, first = played(123)
    again: Run = pickle.loads(pickle.dumps(run))
    for one in (run, again):
        one.advance(777)
    records = run.take_records()
    assert again.take_records() == records
    assert again.view() == run.view()
    assert records[0].seq == first[-1].seq + 1


def test_how_a_run_is_advanced_changes_nothing() -> None:
    _, straight = played(500, (100.0, Halt()), (250.0, GoOn()))
    player = Player.begin(Recording("toy", {}, 5, ((100.0, Halt()), (250.0, GoOn()))))
    pieces: list[Record] = []
    for at in (0, 0.5, 49.999, 50, 100, 100, 133.3, 249.9, 250, 499, 500):
        player.advance(at)
        pieces += player.run.take_records()
    assert pieces == straight


def test_a_world_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def spin(world: Counter) -> None:
        world.simulation.pop()
        world.simulation.schedule(world.now, 0)

    monkeypatch.setattr(Counter, "step", spin)
    monkeypatch.setattr("cluster_engine.run.MAX_EVENTS_A_TICK", 1_000)
    with pytest.raises(RunAway, match="more than a run may do"):
        played(100)
