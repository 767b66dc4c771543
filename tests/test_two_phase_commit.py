"""Two-phase commit: atomic whatever crashes when and blocking exactly where the theory says."""

from typing import Any

import pytest

from cluster_engine.labs.two_phase_commit import LAB
from cluster_engine.records import Noted
from cluster_engine.run import Run
from tests.played import broken, played

ONE = "1s transact x 1"
CALM = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 1, "disk_high_ms": 1}
MOMENTS = range(1_001, 1_042)  # each millisecond from the request to the last acknowledgement


def play(script: str, for_ms: float = 4_000, seed: int = 1, **settings: Any) -> Run:
    return played("two-phase-commit", script, for_ms, seed, **settings)


def doubts(run: Run) -> list[str]:
    nodes = run.world.view()["nodes"]
    return [name for name, node in nodes.items() if node["status"] == "up" and node.get("locked")]


def decided(run: Run, node: str) -> set[bool]:
    told = [r for r in run.world.records if isinstance(r, Noted) and r.event == "decides" and r.node == node]
    return {record.facts["commit"] for record in told}


def test_all_commit_when_all_say_yes() -> None:
    run = play(ONE)
    nodes = run.world.view()["nodes"]
    assert [nodes[name]["value"] for name in ("p1", "p2")] == ["x = 1", "x = 1"]
    assert run.values["acked_writes"] == 1
    assert broken(run) == set()


def test_one_no_aborts_everywhere() -> None:
    run = play("900ms vote_no p2\n" + ONE)
    assert run.values["failed_writes"] == 1
    assert run.world.view()["nodes"]["p1"]["value"] == ""
    assert (doubts(run), broken(run)) == ([], set())


@pytest.mark.parametrize("goal", LAB.goals, ids=lambda goal: goal.name)
def test_a_goal_is_reached_by_its_reference_and_not_by_doing_nothing(goal: Any) -> None:
    reached = play(goal.reference, goal.reference_for_ms, **goal.reference_settings)
    assert reached.reached[goal.name] is not None
    assert play("", goal.reference_for_ms, **goal.reference_settings).reached[goal.name] is None
    assert broken(reached) == set()


# With 5 ms a message and 1 ms a sync: asked 1000, prepare sent 1005, votes on disk 1011, commit record on disk 1017.
PREPARED, DECIDED = 1_005, 1_017


@pytest.mark.parametrize("termination", ["coordinator", "cooperative"])
@pytest.mark.parametrize("crash_at", MOMENTS)
def test_all_that_voted_block_while_the_coordinator_is_gone_between_prepare_and_decision(
    crash_at: int, termination: str
) -> None:
    script = f"{ONE}\n{crash_at}ms crash tc1"
    run = play(script, 2_900, termination=termination, **CALM)
    is_blocked = PREPARED <= crash_at < DECIDED
    assert doubts(run) == (["p1", "p2"] if is_blocked else [])
    back = play(f"{script}\n3s restart tc1", 4_000, termination=termination, **CALM)
    assert doubts(back) == []  # AC5: once the failure is mended, all decide
    assert broken(back) == set()
    decisions = decided(back, "p1") | decided(back, "p2")
    assert decisions == (set() if crash_at < PREPARED else {crash_at >= DECIDED})


@pytest.mark.parametrize("crash_at", MOMENTS)
def test_a_participant_that_crashes_blocks_nobody(crash_at: int) -> None:
    script = f"{ONE}\n{crash_at}ms crash p2"
    run = play(script, 2_900, **CALM)
    voted = crash_at >= 1_011
    assert doubts(run) == []
    assert decided(run, "p1") == {voted}
    back = play(f"{script}\n3s restart p2", 4_000, **CALM)
    assert doubts(back) == []
    assert decided(back, "p2") <= {voted}
    assert broken(back) == set()


def test_whoever_has_not_voted_can_free_the_others() -> None:
    script = f"900ms cut tc1 | p2\n{ONE}\n1020ms crash tc1"
    assert doubts(play(script, **CALM)) == ["p1"]
    freed = play(script, termination="cooperative", **CALM)
    assert doubts(freed) == []
    assert decided(freed, "p1") == {False}


@pytest.mark.parametrize("seed", range(1, 13))
def test_no_storm_breaks_atomicity(seed: int) -> None:
    nodes = ("tc1", "p1", "p2", "p3")
    faults = [f"{300 + 170 * n}ms crash {nodes[(n * 7 + seed) % 4]}" for n in range(24)]
    faults += [f"{420 + 170 * n}ms restart {nodes[(n * 7 + seed) % 4]}" for n in range(24)]
    script = "\n".join(["0s lose 5", "0s duplicate 20", *faults, "5s lose 0"])
    termination = ("coordinator", "cooperative")[seed % 2]
    run = play(script, 8_000, seed, participants=3, clients=3, client_every_ms=30, termination=termination)
    assert broken(run) == set()
    assert run.values["acked_writes"] > 10
