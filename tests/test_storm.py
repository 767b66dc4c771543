"""Storms in the ordinary test run; `python -m tests.storm --seeds 1..1000` runs more of them."""

import pytest

from tests.storm import main, storm
from tests.watched import Broken

SEEDS = 200
A_TEST = 25  # storms in one test, so that a failure names a few seeds only


@pytest.mark.parametrize("first", range(1, SEEDS, A_TEST))
def test_no_invariant_breaks_and_the_cluster_comes_back(first: int) -> None:
    for seed in range(first, first + A_TEST):
        try:
            storm(seed)
        except Broken as broken:
            pytest.fail(f"{broken}; again with: python -m tests.storm --seeds {seed}")


@pytest.mark.parametrize("nodes", [1, 2, 3, 4, 7])
def test_storms_over_clusters_of_other_sizes(nodes: int) -> None:
    for seed in range(1, 9):
        storm(seed, nodes)


def test_storms_do_what_they_are_for() -> None:
    storms = [storm(seed) for seed in range(1, 13)]
    notes = {r.event for watched in storms for r in watched.history if hasattr(r, "event")}
    assert {"elected", "steps-down", "truncates", "installs", "compacts", "reconfigures", "transfers"} <= notes
    actions = {r.action["kind"] for watched in storms for r in watched.history if hasattr(r, "action")}
    assert {"crash", "pause", "cut", "cut_one_way", "lose", "duplicate", "reorder", "slow_disk", "drift"} <= actions


def test_the_command_sums_up_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "3..4", "--nodes", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 storms of 3 servers, ")
    assert out.endswith(" 0 with a violation\n")
    with pytest.raises(SystemExit):
        main(["--seeds", "many"])
