"""The lab `primary-backup`: when a primary answers, who takes its place and when, and what can be lost by it."""

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.cluster.client import Client, ClientConfig, RequestReply
from cluster_engine.cluster.process import Asked, Effects, Received, TimerFired
from cluster_engine.experiments import measure_many, summary
from cluster_engine.labs import get_lab
from cluster_engine.run import Run
from tests.played import played

LAB = get_lab("primary-backup")


def play(script: str, for_ms: float = 5_000, seed: int = 1, **settings: object) -> Run:
    return played("primary-backup", script, for_ms, seed, **settings)


LOSE = "500ms cut r1 | r2\n600ms deposit 20 node=r1 client=c1\n700ms crash r1"


@pytest.mark.parametrize(
    ("chosen", "loses"),
    [
        ({"replication": "asynchronous"}, True),
        ({"replication": "semi-synchronous"}, False),  # it has not answered yet when it crashes
        ({"replication": "semi-synchronous", "patience_ms": 50}, True),  # it has
        ({"replication": "synchronous"}, False),
    ],
)
def test_when_an_acknowledged_payment_is_lost(chosen: dict[str, object], loses: bool) -> None:
    run = play(LOSE, 3_000, **chosen)
    assert (run.violated["no-lost-payment"] is not None) == loses


def test_a_backup_that_is_only_cut_off_makes_a_second_primary_and_a_majority_prevents_it() -> None:
    cut = "500ms cut r1,c1,w1 | r2,c2"
    assert play(cut, 3_000).measure("leaders") == 2
    assert play(cut, 3_000, quorum=True).measure("leaders") == 1
    other = play("500ms cut r1,c1 | r2,c2,w1", 3_000, quorum=True)
    assert other.measure("epoch") == 2, "with the witness on its side, the backup takes over"


def test_with_a_majority_and_synchronous_replication_the_old_primary_cannot_answer() -> None:
    script = "500ms cut r1,c1 | r2,c2,w1\n1500ms deposit 20 client=c1 node=r1\n1600ms deposit 20 client=c2 node=r2"
    run = play(script, 6_000, quorum=True, replication="synchronous")
    assert run.violated["no-lost-payment"] is None
    assert run.measure("acked_writes") == 0, "one server and a witness are no majority of the servers"


def test_a_pause_beyond_the_timeout_is_taken_for_a_crash() -> None:
    assert play("500ms pause r1 for_ms=300ms").measure("epoch") == 1
    assert play("500ms pause r1 for_ms=800ms").measure("epoch") == 2


def test_a_deposed_primary_gives_way_when_it_hears_of_the_other_and_without_fencing_it_does_not() -> None:
    script = "500ms cut r1,c1 | r2,c2\n2s heal"
    assert play(script).measure("leaders") == 1
    assert play(script, fencing=False).measure("leaders") == 2


def test_one_vote_an_epoch() -> None:
    """Both backups ask at the same time, and neither leads the epoch of the other."""
    for seed in range(1, 30):
        run = play("1s crash r1", 6_000, seed, servers=3, quorum=True)
        assert run.violated["one-primary"] is None
        assert run.measure("leaders") == 1


def test_the_time_to_detect_a_crash_is_as_worked_out() -> None:
    """A heartbeat every 100 ms, a timeout of 500 ms and 5 ms on the way: 405 to 505 ms, 455 on average.

    The crash comes at any moment between two heartbeats; the timeout counts from the arrival of the last one.
    """
    fixed = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_ms": 0}
    values = []
    for offset in range(20):
        script = tuple(parse_script(f"{1000 + 5 * offset}ms crash r1", LAB))
        [value] = measure_many("primary-backup", fixed, [1], "detected_after_ms", script=script)
        values.append(value)
    found = summary(values)
    assert found["min"] >= 405
    assert found["max"] <= 506
    assert found["mean"] == pytest.approx(455, abs=6)


@pytest.mark.parametrize("goal", LAB.goals, ids=lambda goal: goal.name)
def test_each_goal_is_reached_by_its_reference_and_by_nothing_else(goal) -> None:
    for seed in (1, 2, 3):
        run = play(goal.reference, goal.reference_for_ms, seed, **goal.reference_settings)
        assert run.reached[goal.name] is not None
        assert run.refused == []
        assert play("", goal.reference_for_ms, seed, **goal.reference_settings).reached[goal.name] is None


def test_who_has_the_payments_takes_over_though_another_backup_asks_more_often() -> None:
    """r2 misses the payment and asks first; each of its attempts has a later epoch, which r3 must not fall behind."""
    script = "600ms cut r1 | r2\n700ms deposit 20 node=r1 client=c1\n900ms crash r1"
    for seed in range(1, 9):
        run = play(script, 5_000, seed, servers=3, witnesses=0, replication="synchronous", quorum=True)
        assert (run.measure("leaders"), run.measure("most"), run.measure("lost_payments")) == (1, 120, 0)


def test_a_retry_after_a_failover_is_answered_and_not_taken_again() -> None:
    """The primary replicates, and crashes before its answer arrives; the client asks the next one."""
    script = "500ms cut_one_way r1 c1\n600ms deposit 20 node=r1 client=c1\n700ms crash r1"
    run = play(script, 4_000, client_timeout_ms=3_000)
    assert (run.measure("most"), run.measure("paid_twice"), run.measure("acked_writes")) == (120, 0, 1)
    assert play(script, 4_000, client_timeout_ms=3_000, keys=False).measure("most") == 140


def test_what_arrives_late_cuts_nothing_off() -> None:
    """Messages overtake each other; an older list must not shorten a newer one that was acknowledged."""
    script = "1s deposit 20 client=c1\n1002ms deposit 20 client=c2\n1045ms crash r1"
    safest = {"replication": "synchronous", "quorum": True}
    for seed in range(1, 41):
        assert play(script, 4_000, seed, **safest).violated["no-lost-payment"] is None


@pytest.mark.parametrize("witnesses", [0, 1, 2, 3])
def test_witnesses_do_not_outvote_the_servers_that_have_the_payments(witnesses: int) -> None:
    side = ",".join(["r3", *(f"w{number}" for number in range(1, witnesses + 1))])
    script = f"1s deposit 20 node=r1 client=c1\n1020ms cut r1,r2,c1,c2 | {side}"
    for seed in range(1, 11):
        run = play(script, 5_000, seed, servers=3, witnesses=witnesses, replication="synchronous", quorum=True)
        assert run.violated["no-lost-payment"] is None
        assert run.violated["one-primary"] is None


STORM = (
    "500ms deposit 20 client=c1\n700ms charge 30 client=c2\n900ms pause r1 for_ms=800ms\n1s deposit 10 client=c1\n"
    "2s deposit 5 client=c2\n2500ms crash r2\n3s deposit 7 client=c1\n3500ms restart r2\n4s cut r1 | r2,r3,w1\n"
    "4200ms charge 5 client=c2\n5s deposit 3 client=c1\n6s heal\n7s deposit 1 client=c2\n7500ms crash r3\n"
    "8s deposit 2 client=c1\n9s restart r3"
)


def test_the_safest_settings_lose_double_and_contradict_nothing_through_a_storm() -> None:
    for seed in range(1, 61):
        run = play(
            STORM, 13_000, seed, servers=3, replication="synchronous", quorum=True, latency_low_ms=1,
            latency_high_ms=40, client_timeout_ms=3_000,
        )  # fmt: skip
        assert {name for name, found in run.violated.items() if found} == set(), (seed, run.violated)
        assert run.measure("acked_writes") >= 4


SAFEST = {"servers": 3, "witnesses": 0, "replication": "synchronous", "quorum": True}


def test_a_deposed_primary_tells_no_old_balance_where_answers_wait_for_a_majority() -> None:
    script = (
        "500ms cut r1,c1 | r2,r3,c2\n2s deposit 20 client=c2 node=r2\n2500ms look client=c1 node=r1\n"
        "2500ms look client=c2 node=r2"
    )
    run = play(script, 6_000, **SAFEST)
    assert (run.measure("leaders"), run.measure("acked_reads")) == (2, 1)
    assert (run.measure("stale_balances"), run.violated["linearizable"]) == (0, None)
    hasty = play(script, 6_000, **SAFEST | {"replication": "asynchronous"})
    assert hasty.measure("stale_balances") == 1


def test_backups_of_which_one_has_fewer_payments_and_asks_first_still_find_a_primary() -> None:
    """r2 has missed a payment, asks before r3 does and is refused; r3 then asks for a later epoch than r2 did."""
    script = "500ms cut_link r1 r2\n600ms deposit 20 node=r1 client=c1\n900ms crash r1\n900ms heal"
    for seed in range(1, 11):
        run = play(script, 5_000, seed, **SAFEST | {"witnesses": 2})
        assert run.world.nodes["r3"].process.role == "leader"
        assert (run.measure("leaders"), run.measure("lost_payments")) == (1, 0)


def test_a_refusal_is_certain_only_where_every_attempt_was_answered() -> None:
    """An attempt that nobody answered may have been taken by a primary that the one who refuses does not know."""
    for tried, outcome in ((0, "failed"), (1, "unknown")):
        client, out = Client("c1", ClientConfig(1, ("r1", "r2"), doubts=True), None), Effects()
        client.step(Asked("add", "balance", -80.0), out)
        for _ in range(tried):
            client.step(TimerFired("attempt"), out)
        client.step(Received("r2", RequestReply("c1", 1, "failed", "only $20 are left")), out)
        assert [result[1] for result in out.results] == [outcome]
