"""The lab `gossip`: how fast news spreads, whom tired nodes leave out, what trees save, what deletions need."""

from math import exp
from statistics import mean
from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.experiments import measure_many
from cluster_engine.labs import get_lab
from cluster_engine.protocols.merkle import leaf_of, levels
from cluster_engine.run import Run
from tests.played import broken, played

LAB = get_lab("gossip")
NEWS = "200ms write x 1 node=n1"
MODES = ("push", "pull", "push-pull")


def play(script: str, for_ms: float = 10_000, seed: int = 1, **settings: Any) -> Run:
    return played("gossip", script, for_ms, seed, **settings)


def stores(run: Run) -> set[tuple[Any, ...]]:
    return {tuple(sorted(run.world.nodes[name].process.store.items())) for name in run.world.servers()}


# Mean of 200 runs of the plain model: in a round each node calls one other, and news goes one step.
PUBLISHED = {"push": 9.41, "pull": 7.55, "push-pull": 5.15}


@pytest.mark.parametrize("mode", MODES)
def test_32_nodes_know_after_as_many_rounds_as_the_plain_model_says(mode: str) -> None:
    script = tuple(parse_script(NEWS, LAB))
    rounds = measure_many("gossip", {"nodes": 32, "mode": mode}, range(1, 151), "rounds", script=script)
    assert mean(rounds) == pytest.approx(PUBLISHED[mode], rel=0.05)


def test_nodes_that_tire_at_once_leave_out_as_many_as_the_epidemic_says() -> None:
    """A share s is left out after m messages a node, and s = e^-m (Demers et al. 1987, section 1.4)."""
    runs = [play(NEWS, 20_000, seed, nodes=64, interest=1) for seed in range(1, 31)]
    left_out = mean(run.measure("left_out") for run in runs) / 64
    told = mean(run.measure("messages_sent") for run in runs) / 64 / 2  # half of them are answers
    assert left_out == pytest.approx(exp(-told), abs=0.02)
    patient = mean(play(NEWS, 20_000, seed, nodes=64, interest=4).measure("left_out") for seed in range(1, 11))
    assert patient / 64 < 0.02 < left_out


@pytest.mark.parametrize("goal", LAB.goals, ids=lambda goal: goal.name)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_goal_is_reached_by_its_reference_and_not_by_doing_nothing(goal: Any, seed: int) -> None:
    run = play(goal.reference, goal.reference_for_ms, seed, **goal.reference_settings)
    assert run.reached[goal.name] is not None
    assert run.refused == []
    assert play("", goal.reference_for_ms, seed, **goal.reference_settings).reached[goal.name] is None


STORM = (
    "200ms write x 1 node=n1 client=c1\n300ms write x 2 node=n2 client=c2\n700ms cut n1,n2,n3 | n4,n5,n6\n"
    "1s write y 1 node=n5 client=c2\n1200ms delete x node=n1 client=c1\n2s lose 40\n2100ms crash n3\n"
    "3s duplicate 50\n3100ms reorder 50\n4s write x 3 node=n6 client=c2\n5s restart n3\n6s heal\n"
    "6100ms write y 2 node=n4 client=c1\n6200ms pause n2 for_ms=900ms"
)


@pytest.mark.parametrize("compare", ["all versions", "hash tree"])
@pytest.mark.parametrize("mode", MODES)
def test_after_a_storm_all_hold_the_same_and_nothing_was_broken(mode: str, compare: str) -> None:
    for seed in range(1, 7):
        run = play(STORM, 25_000, seed, nodes=6, mode=mode, compare=compare, keys=3, together=seed % 2 == 0)
        assert len(stores(run)) == 1, seed
        assert broken(run) == set()


@pytest.mark.parametrize(
    ("bug", "invariant", "script"),
    [
        ("takes-any", "newer-only", f"{NEWS}\n1500ms write x 2 node=n1"),
        ("nameless-stamps", "one-stamp", f"{NEWS}\n210ms write x 2 node=n2 client=c2"),
    ],
)
def test_a_planted_bug_is_caught(bug: str, invariant: str, script: str) -> None:
    assert invariant in broken(play(script, bug=bug))
    assert broken(play(script)) == set()


def test_without_death_certificates_a_deletion_comes_back_and_with_them_it_does_not() -> None:
    script = f"{NEWS}\n8s delete x node=n1"
    gone = play(script, 16_000)
    assert (broken(gone), {one.value for key in stores(gone) for _, one in key}) == (set(), {None})
    back = play(script, 16_000, certificates=False)
    assert broken(back) == {"stays-deleted"}
    assert {one.value for key in stores(back) for _, one in key} == {"1"}


def test_two_equal_trees_cost_one_comparison_and_one_difference_two_a_level() -> None:
    settings = {"nodes": 2, "keys": 40, "compare": "hash tree", "depth": 4, "latency_low_ms": 1, "latency_high_ms": 1}
    quiet = play("", 4_900, **settings)  # nine rounds of two calls
    assert quiet.measure("compared") == 18
    one = play("4900ms write k7 1 node=n1", 5_400, **settings)  # the tenth round: both call, and both go down
    hashes, versions = 1 + 2 * 4, sum(leaf_of(key, 4) == leaf_of("k7", 4) for key in keys(40))
    assert one.measure("compared") - 18 == 2 * (hashes + versions)
    assert hashes + versions < 40
    assert len(stores(one)) == 1


def keys(count: int) -> list[str]:
    return [f"k{number}" for number in range(1, count + 1)]


def test_a_tree_differs_only_along_the_way_to_what_differs() -> None:
    here = levels(dict.fromkeys(keys(100), 1), 5)
    there = levels(dict.fromkeys(keys(100), 1) | {"k7": 2}, 5)
    assert [len(level) for level in here] == [1, 2, 4, 8, 16, 32]
    leaf = leaf_of("k7", 5)
    for depth, (mine, theirs) in enumerate(zip(here, there, strict=True)):
        differing = [place for place, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1]]
        assert differing == [leaf >> (5 - depth)]


def test_a_node_that_was_down_catches_up_after_its_restart_and_a_retry_is_taken_once() -> None:
    script = f"100ms crash n5\n{NEWS}\n6s restart n5\n7s cut_one_way n1 c1\n7s write y 1 node=n1 client=c1\n7900ms heal"
    run = play(script, 20_000, mode="push-pull", client_timeout_ms=5_000)
    assert len(stores(run)) == 1
    [y] = [one for key, one in run.world.nodes["n5"].process.store.items() if key == "y"]
    assert y.version[0] == 3, "taken once, though it was sent several times"
