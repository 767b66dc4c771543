"""Figure 8 of the Raft paper, staged in the lab `raft`: what a majority has stored need not be committed."""

import pytest

from cluster_engine.labs import get_lab
from cluster_engine.run import Run
from tests.played import broken, played

GOAL = next(goal for goal in get_lab("raft").goals if goal.name == "figure-8")
SEEDS = range(1, 11)


def play(script: str, for_ms: float = 4_000, seed: int = 1, **settings: object) -> Run:
    return played("raft", script, for_ms, seed, situation="figure-8", **settings)


@pytest.mark.parametrize(("bug", "commit"), [("none", 0), ("counts-old-terms", 2)])
def test_the_leader_of_term_4_copies_the_entry_of_term_2_and_does_not_commit_it(bug: str, commit: int) -> None:
    run = play("", 250, bug=bug)
    logs = [[term for term, _ in run.world.nodes[name].process.log_view()["entries"]] for name in run.world.servers()]
    assert logs == [[1, 2], [1, 2], [1, 2], [1, 2], [1, 3]]
    assert (run.measure("term"), run.measure("leaders"), run.measure("commit")) == (4, 1, commit)


def test_it_is_overwritten_and_only_with_the_mistake_that_breaks_a_promise() -> None:
    for seed in SEEDS:
        right, wrong = (play(GOAL.reference, seed=seed, bug=bug) for bug in ("none", "counts-old-terms"))
        assert (right.measure("majority_overwritten"), broken(right)) == (1, set())
        assert (wrong.measure("majority_overwritten"), broken(wrong)) == (
            1,
            {"leader-completeness", "state-machine-safety"},
        )
        assert "committed in term 4" in wrong.violated["leader-completeness"][1]


def test_an_entry_of_the_leaders_own_term_makes_it_safe() -> None:
    """Figure 8 (e): with entry 3, of term 4, on a majority, the server with the entry of term 3 can't win."""
    for seed in SEEDS:
        run = play(f"200ms write x 1\n{GOAL.reference}", seed=seed)
        assert (run.measure("acked_writes"), run.measure("majority_overwritten"), broken(run)) == (1, 0, set())


def test_what_a_minority_had_is_overwritten_every_day() -> None:
    run = played("raft", "1s isolate leader\n1010ms write x 2\n3s heal", 5_000)
    assert (run.measure("truncated_entries") > 0, run.measure("majority_overwritten")) == (True, 0)


def test_a_staged_disk_that_is_lost_is_empty() -> None:
    run = play("100ms lose_disk n5", 200)
    assert run.world.nodes["n5"].process.log_view()["entries"] == []
