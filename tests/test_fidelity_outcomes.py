"""Our Raft beside real etcd 3.5.1 (heartbeat 100 ms, election timeout 1000 ms, three or five members).

etcd's numbers below were recorded from real clusters on one machine: failover after SIGKILL of the leader (25 trials),
isolation, quorum loss, a pause by SIGSTOP, and a cut of five into two and three. etcd draws each election timeout
from 1000 to 2000 ms. Outcomes must be the same; times must lie in the same range.

One difference is known and left: an etcd leader tells its followers at once how far the log is committed, ours tells
them with the next entry or heartbeat, as in the paper. So the tests wait a heartbeat after each write.
"""

from statistics import mean, median

import pytest

from tests.watched import Watched, agreed

ETCD_LIKE = {
    "heartbeat_ms": 100, "election_low_ms": 1_000, "election_high_ms": 2_000, "pre_vote": True, "check_quorum": True,
    "latency_low_ms": 0.2, "latency_high_ms": 1.5, "disk_low_ms": 1, "disk_high_ms": 5, "client_timeout_ms": 7_000,
}  # fmt: skip

# Milliseconds from SIGKILL until all survivors name the same new leader; mean 1218, median 1209.
ETCD_FAILOVER_MS = (
    888, 917, 947, 952, 960, 974, 1008, 1092, 1103, 1116, 1175, 1185, 1209, 1219, 1243, 1260, 1294, 1338, 1451, 1457,
    1458, 1462, 1533, 1582, 1635,
)  # fmt: skip
ETCD_NEW_LEADER_AFTER_ISOLATION_MS = (1_180, 1_690)  # three members
ETCD_NEW_LEADER_FOR_A_MAJORITY_OF_THREE_MS = (1_170, 950)  # five members
ETCD_STEPS_DOWN_AFTER_MS = (1_940, 1_980)  # quorum lost


def cluster(seed: int, **settings: object) -> Watched:
    w = Watched(seed=seed, **(ETCD_LIKE | {"nodes": 3} | settings))
    w.elect()
    return w.run(500 + 37 * seed % 100)  # at any moment between two heartbeats


def failover_ms(seed: int) -> float:
    w = cluster(seed)
    w.act("crash leader")
    alive = [raft for raft in w.rafts() if w.world.nodes[raft.me].status == "up"]
    return w.run_until(lambda: alive[0].leader != "" and len({raft.leader for raft in alive}) == 1 and any(
        raft.role == "leader" for raft in alive), 5_000)  # fmt: skip


def test_failover_takes_as_long_as_etcds() -> None:
    times = sorted(failover_ms(seed) for seed in range(1, 61))
    assert mean(times) == pytest.approx(mean(ETCD_FAILOVER_MS), rel=0.15)
    assert median(times) == pytest.approx(median(ETCD_FAILOVER_MS), rel=0.15)
    assert 1_050 <= mean(times) <= 1_450
    assert times[0] >= 850
    assert times[-1] <= 2_100


@pytest.mark.parametrize("seed", range(1, 6))
def test_an_isolated_leader_is_replaced_and_its_write_never_appears(seed: int) -> None:
    """etcd: put at the old leader times out, its serializable read stays old; absent everywhere after the heal."""
    w = cluster(seed, clients=2, reads="local")
    old, term = w.leader(), w.raft(w.leader()).term
    w.act("write x 1 client=c2").run(150).act(f"cut {old},c1 | {','.join(w.followers())},c2")
    w.act(f"write x from-old-leader client=c1 node={old}")
    took = w.run_until(lambda: w.leaders()[:1] not in ([], [old]), 4_000)
    assert 0.75 * min(ETCD_NEW_LEADER_AFTER_ISOLATION_MS) <= took <= 2_100
    new = w.leader()
    assert w.raft(new).term == term + 1
    w.act(f"write x 2 client=c2 node={new}").run(7_500)
    assert w.raft(old).store.read("x") == "1"  # what a serializable read would return
    assert [(r.client, r.outcome) for r in w.returned()] == [("c2", "ok"), ("c2", "ok"), ("c1", "unknown")]
    w.act("heal").run(2_500)
    assert (w.leader(), w.raft(new).term) == (new, term + 1)
    assert {raft.store.read("x") for raft in w.rafts()} == {"2"}


@pytest.mark.parametrize("seed", range(1, 6))
def test_an_isolated_follower_with_pre_vote_changes_nothing(seed: int) -> None:
    """etcd with --pre-vote: term 2 stays 2 over six seconds, and leader and term are the same after the heal."""
    w = cluster(seed)
    leader, term, gone = w.leader(), w.raft(w.leader()).term, w.followers()[0]
    w.act("write x 1").run(150).act(f"isolate {gone}", "write x 2").run(6_000)
    assert w.raft(gone).term == term
    assert w.raft(gone).store.read("x") == "1"
    w.act("heal").run(4_500)
    assert (w.leader(), w.raft(leader).term, w.raft(gone).store.read("x")) == (leader, term, "2")


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_leader_without_a_quorum_steps_down_within_two_timeouts(seed: int) -> None:
    """etcd: after 1.94 s; then no leader, reads of one's own copy go on, and a higher term after the heal."""
    w = cluster(seed, clients=1)
    old, term = w.leader(), w.raft(w.leader()).term
    w.act("write x 1").run(150).act("cut n1 | n2 | n3", f"write x pending node={old}")
    took = w.run_until(lambda: not w.leaders(), 4_000)
    assert 1_000 <= took <= 2_100
    assert took == pytest.approx(mean(ETCD_STEPS_DOWN_AFTER_MS), abs=200)
    w.run(7_500)
    assert {raft.store.read("x") for raft in w.rafts()} == {"1"}
    assert w.returned()[-1].outcome == "unknown"
    w.act("heal")
    assert w.run_until(lambda: bool(w.leaders()), 5_000) <= 4_160  # etcd's own time, with its reconnecting
    assert w.raft(w.leader()).term > term
    w.run(1_000)
    assert len({raft.store.read("x") for raft in w.rafts()}) == 1  # decided one way or the other
    assert agreed(w.rafts())


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_paused_leader_wakes_old_and_reads_new(seed: int) -> None:
    """etcd: a new leader after 1.24 s; on SIGCONT a serializable read is old, a linearizable one new."""
    w = cluster(seed, clients=2)
    old, term = w.leader(), w.raft(w.leader()).term
    w.act("write x 1 client=c1").run(150).act(f"pause {old}")
    took = w.run_until(lambda: w.leaders()[:1] not in ([], [old]), 4_000)
    assert 850 <= took <= 2_100
    w.act(f"write x 2 client=c2 node={w.leader()}").run(500)
    assert w.raft(old).store.read("x") == "1"
    w.act(f"read x client=c1 node={old}").act(f"write y from-paused client=c2 node={old}", f"resume {old}").run(1_000)
    assert [(r.client, r.outcome, r.value) for r in w.returned()][-2:] in (
        [("c1", "ok", "2"), ("c2", "ok", "from-paused")],
        [("c2", "ok", "from-paused"), ("c1", "ok", "2")],
    )
    assert w.raft(w.leader()).term == term + 1


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_minority_of_two_waits_and_comes_back(seed: int) -> None:
    """etcd: the majority leads term 3 after 1.17 s; both writes of the minority time out; after the heal one log."""
    w = cluster(seed, nodes=5, clients=3)
    old, friend, term = w.leader(), w.followers()[0], w.raft(w.leader()).term
    rest = [name for name in w.followers() if name != friend]
    w.act("write x 1 client=c3").run(150).act(f"cut {old},{friend},c1,c2 | {','.join(rest)},c3")
    w.act(f"write x minority-L client=c1 node={old}", f"write x minority-F client=c2 node={friend}")
    took = w.run_until(lambda: w.leaders()[:1] not in ([], [old]), 4_000)
    assert 0.85 * min(ETCD_NEW_LEADER_FOR_A_MAJORITY_OF_THREE_MS) <= took <= 4_100  # with one split vote at most
    new_term = w.raft(w.leader()).term
    assert term < new_term <= term + (1 if took <= 2_100 else 2)
    w.act(f"write x 2 client=c3 node={w.leader()}").run(7_500)
    assert w.raft(old).role != "leader"
    assert (w.raft(old).leader, w.raft(old).term, w.raft(friend).term) == ("", term, term)
    assert sorted((r.client, r.outcome) for r in w.returned()[-3:]) == [
        ("c1", "unknown"), ("c2", "unknown"), ("c3", "ok"),
    ]  # fmt: skip
    w.act("heal").run(600)
    assert {raft.store.read("x") for raft in w.rafts()} == {"2"}
    assert w.raft(w.leader()).term == new_term
