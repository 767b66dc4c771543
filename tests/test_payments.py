"""The lab `payments`: four ways of keeping an account in two places, and what each of them can lose."""

import pytest

from cluster_engine.labs import get_lab
from cluster_engine.run import Run
from tests.played import broken, played

LAB = get_lab("payments")
DESIGNS = LAB.setting("design").choices


def play(script: str, for_ms: float = 5_000, seed: int = 1, **settings: object) -> Run:
    return played("payments", script, for_ms, seed, **settings)


def balances(run: Run) -> list[int]:
    processes = [run.world.nodes[name].process for name in run.world.servers()]
    return [one.observe()[one.OBSERVED.index("balance")] for one in processes]


BOTH = "1s deposit 20 node=r1 client=c1\n1s charge 30 node=r2 client=c2"


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize(
    ("design", "ends"),
    [
        ("no-leader", {(70, 120), (120, 120), (70, 70)}),
        ("no-leader-operations", {(90, 90)}),
        ("single-leader", {(90, 90)}),
        ("single-leader-sync", {(90, 90)}),
    ],
)
def test_two_payments_at_once(design: str, ends: set[tuple[int, ...]], seed: int) -> None:
    """The right answer is $90; copied values give anything else."""
    run = play(BOTH, seed=seed, design=design)
    assert tuple(balances(run)) in ends
    assert ("nothing-overwritten" in broken(run)) == (design == "no-leader")


@pytest.mark.parametrize("design", DESIGNS)
def test_both_sides_of_a_cut(design: str) -> None:
    cut = "500ms cut r1,c1 | r2,c2\n1s deposit 20 node=r1 client=c1\n2s charge 30 node=r2 client=c2"
    run = play(cut, design=design)
    if design.startswith("no-leader"):
        assert (balances(run), run.measure("acked_writes")) == ([120, 70], 2)
    elif design == "single-leader":
        assert (balances(run), run.measure("acked_writes")) == ([120, 100], 1)
    else:
        assert (balances(run), run.measure("acked_writes"), run.measure("failed_writes")) == ([100, 100], 0, 1)


def test_copied_operations_agree_after_the_heal_and_copied_values_do_not() -> None:
    script = "500ms cut r1 | r2\n1s deposit 20 node=r1 client=c1\n1s charge 30 node=r2 client=c2\n2s heal"
    assert balances(play(script, design="no-leader-operations")) == [90, 90]
    assert balances(play(script, design="no-leader")) != [90, 90]


def test_an_acknowledged_deposit_is_lost_with_the_only_server_that_had_it() -> None:
    script = "500ms cut r1 | r2\n1s deposit 20 node=r1\n1500ms crash r1\n2s promote r2"
    run = play(script, design="single-leader")
    assert (
        "r2 is primary now and has no c1's deposit of $20, which was acknowledged" in run.violated["no-lost-payment"][1]
    )
    assert play(script, design="single-leader-sync").violated["no-lost-payment"] is None


@pytest.mark.parametrize("fencing", [True, False])
def test_two_primaries_and_the_branch_that_is_lost(fencing: bool) -> None:
    """A deposit of 20 here, a charge of 30 there; after the heal the higher epoch wins, if anything does."""
    script = (
        "500ms cut r1,c1 | r2,c2\n1s promote r2\n1500ms deposit 20 node=r1 client=c1\n"
        "1500ms charge 30 node=r2 client=c2\n3s heal"
    )
    run = play(script, 6_000, design="single-leader", fencing=fencing)
    assert run.reached["two-primaries"] is not None
    assert (balances(run), run.measure("leaders")) == (([70, 70], 1) if fencing else ([120, 70], 2))
    assert (run.measure("lost_payments"), "no-lost-payment" in broken(run)) == ((1, True) if fencing else (0, False))


def test_a_branch_that_is_dropped_is_no_loss_where_the_payment_was_taken_again_on_the_other() -> None:
    """The answer of r1 does not reach the client, which tries r2, too; then r1 gives way."""
    script = "500ms cut r1 | r2\n1s promote r2\n1500ms cut_one_way r1 c1\n1500ms deposit 20 node=r1 client=c1\n3s heal"
    run = play(script, 6_000, design="single-leader")
    assert (run.measure("acked_writes"), balances(run), run.measure("lost_payments")) == (1, [120, 120], 0)


@pytest.mark.parametrize("keys", [True, False])
@pytest.mark.parametrize("design", DESIGNS)
def test_one_click_and_a_lost_answer(design: str, keys: bool) -> None:
    run = play("500ms cut_one_way r1 c1\n1s charge 30 node=r1 client=c1\n1500ms heal", design=design, keys=keys)
    assert (run.measure("paid_twice") > 0) == (not keys)
    assert ("taken-once" in broken(run)) == (not keys)


def test_an_account_is_overdrawn_by_two_who_each_see_enough() -> None:
    script = "500ms cut r1 | r2\n1s charge 80 node=r1 client=c1\n1s charge 30 node=r2 client=c2\n2s heal"
    run = play(script, design="no-leader-operations")
    assert balances(run) == [-10, -10]
    assert "not-overdrawn" in broken(run)
    refused = play("1s charge 130 node=r1", design="single-leader")
    assert (balances(refused), refused.measure("failed_writes")) == ([100, 100], 1)


@pytest.mark.parametrize("goal", LAB.goals, ids=lambda goal: goal.name)
def test_each_goal_is_reached_by_its_reference_and_by_nothing_else(goal) -> None:
    for seed in (1, 2, 3):
        run = play(goal.reference, goal.reference_for_ms, seed, **goal.reference_settings)
        assert run.reached[goal.name] is not None
        assert run.refused == []
        assert play("", goal.reference_for_ms, seed, **goal.reference_settings).reached[goal.name] is None


def test_the_best_of_them_keeps_every_promise_if_a_server_is_promoted_that_has_the_payments() -> None:
    """Goal 5: a majority before the answer, keys and fencing: nothing is lost, doubled or overdrawn."""
    for goal in LAB.goals:
        for script in (goal.reference, BOTH):
            wise = script.replace("promote r2", "promote r3")  # who was not cut off has every payment
            run = play(wise, 6_000, design="single-leader-sync", replicas=3)
            assert broken(run) == set()


@pytest.mark.parametrize("design", DESIGNS)
def test_a_replica_that_restarts_is_no_lost_payment(design: str) -> None:
    run = play(f"{BOTH}\n2s crash r2\n3s restart r2", 6_000, design=design, replicas=3)
    known = {"linearizable", "nothing-overwritten"} if design == "no-leader" else {"linearizable"}
    assert broken(run) <= known


@pytest.mark.parametrize("design", ["no-leader", "no-leader-operations"])
def test_where_nobody_leads_nobody_is_promoted(design: str) -> None:
    [(_, why)] = play("1s promote r1", 2_000, design=design).refused
    assert (
        why
        == "an operator makes r1 the primary: in this design every replica takes payments, and none is to be promoted"
    )
