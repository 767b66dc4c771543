"""Replicas that mend after a split: the table of merge results, what each strategy keeps and loses."""

import random
from typing import Any

import pytest

from cluster_engine.labs.reconcile import LAB
from cluster_engine.run import Run
from tests.played import broken, played

BALANCE = """500ms add balance 100 node=n1
1s cut n1 | n2
1100ms add balance 20 node=n1
1200ms add balance -30 node=n2 client=c2
2s heal"""
CART = """500ms insert cart X node=n1
1s cut n1 | n2
1100ms insert cart X node=n1
1200ms remove cart X node=n2 client=c2
2s heal"""
STOCK = """500ms add stock 1 node=n1
1s cut n1 | n2
1100ms add stock -1 node=n1
1200ms add stock -1 node=n2 client=c2
2s heal"""


def play(script: str, strategy: str, for_ms: float = 4_000, seed: int = 1, **settings: Any) -> Run:
    return played("reconcile", script, for_ms, seed, strategy=strategy, **settings)


def values(run: Run) -> set[str]:
    nodes = run.world.view()["nodes"]
    return {node["value"] for node in nodes.values() if node["kind"] == "server"}


@pytest.mark.parametrize(
    ("strategy", "script", "after"),
    [
        ("lww-wall", BALANCE, "balance = 70"),
        ("lww-wall", "300ms skew n1 1000\n" + BALANCE, "balance = 120"),  # the fast clock always wins
        ("lww-lamport", BALANCE, "balance = 70"),  # both at tick 2: the greater name wins
        ("version-vectors", BALANCE, "balance = 70 | 120"),
        ("pn-counter", BALANCE, "balance = 90"),
        ("lww-wall", CART, "cart = {}"),
        ("version-vectors", CART, "cart = {} | {X}"),
        ("version-vectors", CART + "\n3s insert cart Z node=n1", "cart = {X, Z}"),  # the union brings X back
        ("or-set", CART, "cart = {X}"),  # the unseen insertion has a tag of its own
        ("lww-wall", STOCK, "stock = 0"),
        ("version-vectors", STOCK, "stock = 0 | 0"),  # siblings hide the oversell
        ("pn-counter", STOCK, "stock = -1"),
        ("escrow", STOCK, "stock = 0"),
        ("version-vectors", "500ms write x A node=n1\n1s write x B node=n2 client=c2", "x = B"),  # B dominates
        ("g-counter", "500ms add n 2 node=n1\n1s cut n1 | n2\n1100ms add n 3 node=n2\n2s heal", "n = 5"),
    ],
)
def test_both_replicas_end_with(strategy: str, script: str, after: str) -> None:
    run = play(script, strategy)
    assert values(run) == {after}
    assert broken(run) == set()


def test_escrow_refuses_what_this_replica_has_no_right_to_sell() -> None:
    measures = play(STOCK, "escrow").values
    assert (measures["acked_writes"], measures["failed_writes"], measures["oversold"]) == (2, 1, 0)


def test_a_clock_ahead_loses_every_later_write_until_the_others_pass_it() -> None:
    script = "500ms skew n1 5000\n1s write x 1 node=n1\n2s write x 2 node=n2 client=c2\n4s write x 3 node=n2 client=c2"
    run = play(script, "lww-wall", 5_000)
    assert values(run) == {"x = 1"}
    assert run.values["acked_writes"] == 3
    assert (run.values["lost_writes"], run.values["reversed_writes"]) == (2, 2)
    later = play(script + "\n7s write x 4 node=n2 client=c2", "lww-wall", 8_000)
    assert values(later) == {"x = 4"}


@pytest.mark.parametrize("strategy", ["lww-lamport", "version-vectors"])
def test_who_does_not_trust_wall_clocks_loses_no_newer_write(strategy: str) -> None:
    script = "500ms skew n1 5000\n1s write x 1 node=n1\n2s write x 2 node=n2 client=c2"
    run = play(script, strategy)
    assert values(run) == {"x = 2"}
    assert run.values["reversed_writes"] == 0


@pytest.mark.parametrize("strategy", LAB.setting("strategy").choices)
@pytest.mark.parametrize("script", [BALANCE, CART, STOCK])
def test_gossip_doubled_and_out_of_order_changes_nothing(strategy: str, script: str) -> None:
    calm = play(script, strategy)
    stormy = play("0s duplicate 100\n" + script, strategy, nodes=2, latency_low_ms=1, latency_high_ms=500, for_ms=8_000)
    assert broken(calm) == broken(stormy) == set()
    assert len(values(stormy)) == 1


@pytest.mark.parametrize("goal", LAB.goals, ids=lambda goal: goal.name)
def test_a_goal_is_reached_by_its_reference_and_not_by_doing_nothing(goal: Any) -> None:
    settings = {"strategy": "lww-wall", **goal.reference_settings}
    reached = play(goal.reference, for_ms=goal.reference_for_ms, **settings)
    assert reached.reached[goal.name] is not None
    assert play("", for_ms=goal.reference_for_ms, **settings).reached[goal.name] is None


def test_replicas_keep_what_they_confirmed_over_a_crash() -> None:
    script = "500ms add n 5 node=n1\n520ms crash n1\n600ms restart n1"
    run = play(script, "pn-counter")
    assert run.values["acked_writes"] == 1
    assert values(run) == {"n = 5"}


def storm(strategy: str, seed: int) -> str:
    """Updates at three replicas amid cuts, crashes, wrong clocks, and lost, doubled and late messages; then calm."""
    chance = random.Random(seed)
    lines = ["0s lose 10", "0s duplicate 30", "0s reorder 30"]
    for at in range(200, 6_000, 100):
        node = chance.choice(["n1", "n2", "n3"])
        by = f"node={node} client=c{node[1]}"
        amount = chance.choice([1, 2, 5] if strategy == "g-counter" else [-3, -1, 1, 2, 5])
        change = f"{chance.choice(['insert', 'remove'])} cart {chance.choice('XYZ')} {by}"
        numbers = strategy.endswith("counter") or strategy == "escrow"
        lines.append(f"{at}ms " + (f"add n {amount} {by}" if numbers else change))
        if at % 600 == 0:
            fault = chance.choice([f"isolate {node}", f"crash {node}", f"skew {node} {chance.randrange(-9, 9)}000"])
            lines += [f"{at + 50}ms {fault}", f"{at + 350}ms heal", f"{at + 350}ms restart {node}"]
    return "\n".join([*lines, "6s heal", "6s lose 0", "6s reorder 0"])


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("strategy", LAB.setting("strategy").choices)
def test_no_storm_keeps_replicas_apart(strategy: str, seed: int) -> None:
    run = play(storm(strategy, seed), strategy, 10_000, seed, nodes=3, clients=3)
    assert broken(run) == set()
    assert len(values(run)) == 1
    assert run.values["acked_writes"] > 15


@pytest.mark.parametrize(
    ("bug", "strategy", "invariant"),
    [("sum-merge", "g-counter", "folded"), ("shared-entry", "version-vectors", "nothing-dropped")],
)
def test_a_storm_finds_a_planted_bug(bug: str, strategy: str, invariant: str) -> None:
    assert invariant in broken(play(storm(strategy, 1), strategy, 10_000, nodes=3, clients=3, bug=bug))
