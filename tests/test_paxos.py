"""The lab `paxos`: at most one value, whoever asks when; and what breaks that."""

import pytest

from cluster_engine.labs import get_lab
from cluster_engine.run import Run
from tests.played import broken, played

LAB = get_lab("paxos")
FIXED = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 0, "disk_high_ms": 0}
STORM = (
    "500ms write x 1 node=n1 client=c1\n505ms write x 2 node=n2 client=c2\n530ms crash n1\n560ms isolate n2\n"
    "800ms restart n1\n1s heal\n1100ms lose 30\n1200ms pause n3 for_ms=300ms\n2s duplicate 50\n2500ms heal\n"
    "3s write x 3 node=n3 client=c1\n3100ms write x 4 node=n2 client=c2"
)


def play(script: str, for_ms: float = 4_000, seed: int = 1, **settings: object) -> Run:
    return played("paxos", script, for_ms, seed, **settings)


def chosen(run: Run) -> set[object]:
    return {run.world.nodes[name].process.chosen for name in run.world.servers()} - {None}


def test_one_proposer_needs_two_rounds_of_messages() -> None:
    run = play("500ms write x 1 node=n1 client=c1", 600, **FIXED)
    assert (chosen(run), run.measure("ballots")) == ({"1"}, 1)
    answered = next(record for record in run.take_records() if type(record).__name__ == "Returned")
    assert answered.at == pytest.approx(500 + 2 * 5 + 4 * 5, abs=1)


def test_a_question_that_comes_twice_is_not_refused() -> None:
    """Nobody stands in the way of the only proposer, whatever the network doubles."""
    for seed in range(1, 11):
        run = play("0s duplicate 100\n500ms write x 1 node=n1 client=c1", 3_000, seed)
        assert (run.measure("chosen"), run.measure("ballots"), run.measure("lost_rounds")) == (1, 1, 0)


@pytest.mark.parametrize("nodes", [3, 4, 5, 7])
def test_at_most_one_value_through_a_storm_and_all_agree_in_the_end(nodes: int) -> None:
    for seed in range(1, 21):
        run = play(STORM, 12_000, seed, nodes=nodes)
        assert broken(run) == set()
        assert len(chosen(run)) == 1


def test_two_values_of_quorums_that_do_not_meet_are_nobodys_forgetting() -> None:
    goal = next(goal for goal in LAB.goals if goal.name == "two-values")
    run = play(goal.reference, goal.reference_for_ms, **goal.reference_settings)
    assert (run.reached["two-values"] is None, run.reached["forgotten"]) == (False, None)


def test_who_wanted_another_value_is_told_that_it_never_will_be() -> None:
    run = play("500ms write x 1 node=n1 client=c1\n1s write x 2 node=n2 client=c2", **FIXED)
    assert (chosen(run), run.measure("acked_writes"), run.measure("failed_writes")) == ({"1"}, 1, 1)


def test_a_value_that_was_accepted_is_found_and_finished_by_the_next_proposer() -> None:
    script = "500ms write x 1 node=n1 client=c1\n{}ms crash n1\n1s write x 2 node=n2 client=c2"
    assert chosen(play(script.format(517), **FIXED)) == {"1"}, "its accept messages were under way"
    assert chosen(play(script.format(512), **FIXED)) == {"2"}, "nobody had been asked to accept"


def test_whether_a_minority_keeps_a_value_depends_on_who_answers() -> None:
    """n1 alone has accepted 1 when it is cut off; it counts only if the next proposer hears it."""
    begins = "500ms write x 1 node=n1 client=c1\n517ms cut n1,c1 | n2,n3,c2\n600ms crash n1\n"
    alone = play(begins, 700, **FIXED).world.nodes
    assert [alone[name].disk.value for name in ("n1", "n2", "n3")] == ["1", None, None]
    unheard = play(f"{begins}1s write x 2 node=n2 client=c2", **FIXED)
    assert chosen(unheard) == {"2"}
    heard = play(f"{begins}700ms heal\n700ms restart n1\n701ms isolate n3\n1s write x 2 node=n2 client=c2", **FIXED)
    assert chosen(heard) == {"1"}


def test_two_proposers_that_try_again_at_once_never_finish_and_back_off_ends_it() -> None:
    at_once = "500ms write x 1 node=n1 client=c1\n506ms write x 2 node=n2 client=c2"
    duel = play(at_once, 60_000, backoff_ms=0, client_timeout_ms=60_000, **FIXED)
    assert (chosen(duel), duel.measure("ballots") > 5_000) == (set(), True)
    rounds = [play(at_once, 10_000, seed, backoff_ms=80, **FIXED).measure("ballots") for seed in range(1, 41)]
    assert sum(rounds) / len(rounds) < 6


@pytest.mark.parametrize(("q1", "q2", "safe"), [(3, 2, True), (2, 3, True), (2, 2, False), (4, 1, True)])
def test_quorums_of_the_two_phases_must_meet(q1: int, q2: int, safe: bool) -> None:
    """Flexible Paxos: with four servers, q1 + q2 > 4 is enough, and 2 + 2 is not."""
    split = "500ms cut n1,n2,c1 | n3,n4,c2\n1s write x 1 node=n1 client=c1\n1s write x 2 node=n3 client=c2\n3s heal"
    found = [play(split, 8_000, seed, nodes=4, q1=q1, q2=q2) for seed in (1, 2, 3)]
    assert all(("one-value" in broken(run)) == (not safe) for run in found)


BUGS = {
    "forgets-its-promise": "500ms write x 1 node=n1 client=c1\n700ms crash n1\n700ms crash n2\n700ms crash n3\n"
    "800ms restart n1\n800ms restart n2\n800ms restart n3\n1s write x 2 node=n2 client=c2",
    "ignores-accepted-values": "500ms cut_link n1 n3\n501ms write x 1 node=n1 client=c1\n530ms crash n1\n"
    "1s write x 2 node=n3 client=c2",
    "accepts-below-its-promise": "500ms write x 1 node=n1 client=c1\n514ms hold n1 n2\n514ms hold n1 n3\n"
    "600ms write x 2 node=n2 client=c2\n690ms release n1 n2\n690ms release n1 n3",
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught_and_without_it_the_same_schedule_breaks_nothing(bug: str) -> None:
    assert "one-value" in broken(play(BUGS[bug], 6_000, bug=bug, **FIXED))
    assert broken(play(BUGS[bug], 6_000, **FIXED)) == set()


@pytest.mark.parametrize("goal", LAB.goals, ids=lambda goal: goal.name)
def test_each_goal_is_reached_by_its_reference_and_by_nothing_else(goal) -> None:
    for seed in (1, 2, 3):
        run = play(goal.reference, goal.reference_for_ms, seed, **goal.reference_settings)
        assert run.reached[goal.name] is not None
        assert run.refused == []
        assert play("", goal.reference_for_ms, seed, **goal.reference_settings).reached[goal.name] is None
