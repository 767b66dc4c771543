"""The lab `paxos` with a log: one first phase for all places, gaps, leaders that change, servers that catch up."""

from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.records import Changed, Invoked, Noted, Returned
from cluster_engine.run import Run
from tests.played import broken, played

LAB = get_lab("paxos")
FIXED = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0, "heartbeat_ms": 100}


def play(script: str, for_ms: float = 4_000, seed: int = 1, **settings: Any) -> Run:
    run = played("paxos", script, for_ms, seed, **{"decrees": "log", **settings})
    assert run.refused == []
    return run


def logs(run: Run) -> set[tuple[str, ...]]:
    """The decrees of each running server, in words."""
    nodes = [run.world.nodes[name] for name in run.world.servers()]
    return {tuple(label for _, label in node.process.log_view()["entries"]) for node in nodes if node.status == "up"}


def took(run: Run) -> list[float]:
    """How long operations took, in order."""
    begun = {record.op: record.at for record in run.world.records if isinstance(record, Invoked)}
    return [record.at - begun[record.op] for record in run.world.records if isinstance(record, Returned)]


def notes(run: Run, event: str) -> list[Noted]:
    return [record for record in run.world.records if isinstance(record, Noted) and record.event == event]


def test_a_leader_needs_two_message_delays_and_who_begins_needs_four() -> None:
    """One way to the leader and back takes 10 ms; accept and its answer 10 ms; prepare and promise 10 ms more."""
    led = play("1s write x 1\n2s write x 2", **FIXED)
    assert took(led) == pytest.approx([20, 20])
    alone = play("1s write x 1 node=n2 client=c2\n2s write x 2 node=n2 client=c2", proposers="everyone", **FIXED)
    assert took(alone) == pytest.approx([30, 20])


def test_one_first_phase_serves_all_places() -> None:
    run = play("", 3_000, client_every_ms=20)
    assert (run.measure("ballots"), run.measure("decrees") > 100, broken(run)) == (1, True, set())


def test_a_gap_is_filled_with_a_no_op_and_what_came_after_it_is_kept() -> None:
    goal = next(goal for goal in LAB.goals if goal.name == "gap")
    run = play(goal.reference, 900 + 1_000, **goal.reference_settings)
    assert logs(run) == {("·", "y=2", "x=1")}  # whose client tried again
    assert run.world.nodes["n2"].process.store.data == {"x": "1", "y": "2"}
    assert broken(run) == set()


def test_a_new_leader_proposes_what_the_old_one_had_begun() -> None:
    """All have accepted x = 1, so it is chosen; and n1 crashes before anybody knows."""
    run = play("1s write x 1 client=c1\n1014ms crash n1", 3_000, **FIXED)
    assert logs(run) == {("x=1",)}
    assert run.measure("acked_writes") == 1
    assert notes(run, "leads")[-1].facts["found"] == 1


def test_a_deposed_leader_steps_down_when_it_hears_of_the_higher_ballot() -> None:
    cut = "1s cut n1,c1 | n2,n3,c2\n2s write x 1 node=n1 client=c1\n2s write y 2 node=n2 client=c2"
    split = play(cut, 2_500)
    assert split.measure("leaders") == 2
    assert (split.measure("acked_writes"), split.measure("decrees")) == (1, 1)
    healed = play(f"{cut}\n3500ms heal", 5_000)
    assert (healed.measure("leaders"), logs(healed), broken(healed)) == (1, {("y=2",)}, set())


def test_a_server_that_was_away_catches_up_however_much_it_missed() -> None:
    run = play("1s crash n3\n4s restart n3", 4_300, client_every_ms=20)
    assert run.measure("caught_up") > 2 * 50, "more than one message holds"
    assert run.world.nodes["n3"].process.known > run.measure("decrees") - 10
    assert broken(run) == set()


def test_all_may_crash_and_nothing_is_forgotten() -> None:
    down = "\n".join(f"1500ms crash n{number}" for number in (1, 2, 3))
    up = "\n".join(f"2s restart n{number}" for number in (1, 2, 3))
    run = play(f"1s write x 1\n{down}\n{up}\n3s read x", 4_000)
    assert [record.value for record in run.world.records if isinstance(record, Returned)] == ["1", "1"]
    assert broken(run) == set()


def test_a_retry_is_performed_once() -> None:
    """Its answer is lost, and the leader; the next leader has both decrees, and performs one."""
    script = "1s cut_one_way n1 c1\n1001ms add balance 20 client=c1\n1100ms crash n1"
    run = play(script, 4_000, client_timeout_ms=3_000)
    assert run.world.nodes["n2"].process.store.data == {"balance": 20}
    assert run.measure("acked_writes") == 1


def test_where_everyone_proposes_two_of_them_can_keep_each_other_from_it_and_back_off_ends_it() -> None:
    script = "500ms write x 1 node=n1 client=c1\n506ms write x 2 node=n2 client=c2"
    duel = play(script, 20_000, proposers="everyone", backoff_ms=0, client_timeout_ms=60_000, **FIXED)
    assert (duel.measure("decrees"), duel.measure("ballots") > 1_000) == (0, True)
    ended = play(script, 20_000, proposers="everyone", backoff_ms=80, client_timeout_ms=60_000, **FIXED)
    assert (ended.measure("acked_writes"), ended.measure("ballots") < 20) == (2, True)


def test_a_log_that_nobody_leads_stands_still_and_says_so() -> None:
    impatient, patient = (play("1s crash leader", 3_500, silence_ms=silence) for silence in (150, 5_000))
    assert (impatient.values["stalled_progress"], patient.values["stalled_progress"]) == (0, 1)


def test_what_is_told_of_a_log_step_by_step_adds_up_to_the_log() -> None:
    """Decrees arrive out of order, so that places are empty for a while."""
    for seed in range(1, 6):
        run = play("1s crash leader\n1400ms restart n1\n2s crash leader", 3_000, seed, client_every_ms=11, clients=3)
        told: dict[str, list[Any]] = {}
        for record in run.world.records:
            if isinstance(record, Changed) and "log" in record.changes:
                delta = record.changes["log"]
                log = told.setdefault(record.node, [])
                assert delta["from"] <= len(log) + 1, "or it would leave a hole that nobody told of"
                log[delta["from"] - 1 :] = delta["entries"]
        for name, log in told.items():
            process = run.world.nodes[name].process
            process.log_delta()  # what has changed since it was last observed is not told yet
            assert log == process.log_view()["entries"][: len(log)]


@pytest.mark.parametrize("kind", ["read x", "add balance 5"])
def test_without_a_log_there_is_nothing_to_read_or_add_to(kind: str) -> None:
    run = Run(Recording("paxos", {}, 1))
    [(_, action)] = parse_script(f"1s {kind}", LAB)
    assert "these servers choose one value and keep no store; set “decrees” to “log”" in str(run.refusal(action))
    assert Run(Recording("paxos", {"decrees": "log"}, 1)).refusal(action) is None


@pytest.mark.parametrize(("q1", "q2", "safe"), [(3, 2, True), (2, 3, True), (2, 2, False)])
def test_quorums_of_the_two_phases_must_meet_in_a_log_too(q1: int, q2: int, safe: bool) -> None:
    split = "500ms cut n1,n2,c1 | n3,n4,c2\n2s write x 1 node=n1 client=c1\n2s write x 2 node=n3 client=c2\n4s heal"
    found = [play(split, 8_000, seed, nodes=4, q1=q1, q2=q2) for seed in (1, 2, 3)]
    assert all(("one-value" in broken(run)) == (not safe) for run in found)
