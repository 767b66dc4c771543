"""Linearizable reads: dissertation 6.4 (ReadIndex) and 6.4.1 (leases)."""

import pytest

from cluster_engine.protocols.raft_messages import AppendEntries, InstallSnapshot, RequestVote
from tests.raft_bench import Bench
from tests.test_raft_snapshots import SNAPSHOT
from tests.watched import Broken, Watched

# --- ReadIndex -----------------------------------------------------------------------------------


def test_a_read_waits_for_a_round_to_a_majority() -> None:
    b = Bench(servers=5).reign().ask("read")
    round_ = b.raft.round
    assert b.sent("c1") == []
    assert b.acknowledge("n2", 1, round_).sent("c1") == []
    assert b.acknowledge("n3", 1, round_).only("c1").status == "ok"


def test_answers_of_rounds_that_began_earlier_prove_nothing() -> None:
    b = Bench().reign().fire("heartbeat")
    earlier = b.raft.round
    b.ask("read")
    assert b.acknowledge("n2", 1, earlier).sent("c1") == []


def test_a_read_leaves_no_entry() -> None:
    assert Bench().reign().ask("read").raft.log.last_index == 1


def test_a_new_leader_reads_nothing_before_an_entry_of_its_own_term_is_committed() -> None:
    b = Bench(term=1, log=(1, 1)).lead().keep().sync().ask("read")
    round_ = b.raft.round
    assert b.acknowledge("n2", 2, round_).sent("c1") == []  # leads for certain, knows too little
    assert b.acknowledge("n2", 3, round_).only("c1").value == "1.2"


def test_a_server_alone_answers_at_once() -> None:
    assert Bench(servers=1).reign().ask("read").only("c1").status == "ok"


def test_a_leader_that_steps_down_forgets_its_reads() -> None:
    b = Bench().reign().ask("read").hear("n2", AppendEntries(2, 1, 1, (), 1, 1))
    assert b.sent("c1") == []
    assert not b.raft.reads


@pytest.mark.parametrize("message", [AppendEntries(1, 0, 0, (), 0, 99), InstallSnapshot(1, SNAPSHOT, 99)])
def test_an_answer_to_an_older_term_carries_no_round(message: AppendEntries | InstallSnapshot) -> None:
    assert Bench(term=2).hear("n2", message).only("n2").round == 0


def test_reads_through_the_log_are_entries() -> None:
    b = Bench(reads="log").reign().ask("read")
    assert b.raft.log.last_index == 2
    assert b.sync().acknowledge("n2", 2).sent("c1")[0].status == "ok"


def test_local_reads_ask_nobody() -> None:
    assert Bench(reads="local").ask("read").only("c1").status == "ok"


# --- leases ---------------------------------------------------------------------------------------


def test_a_lease_lasts_an_election_timeout_from_when_the_round_was_sent() -> None:
    b = Bench(reads="lease", election_ms=(150, 300)).reign().fire("heartbeat")
    round_, sent_at = b.raft.round, b.now
    b.after(20).acknowledge("n2", 1, round_)
    b.now = sent_at + 149
    assert b.ask("read").only("c1").status == "ok"
    b.now = sent_at + 150
    assert b.ask("read", number=2).sent("c1") == []


def test_no_lease_after_handing_over() -> None:
    b = Bench(reads="lease").reign().fire("heartbeat")
    b.acknowledge("n2", 1, b.raft.round).order("transfer", "n2").fire("transfer")
    assert b.ask("read").sent("c1") == []


def test_voters_honour_leases_whatever_check_quorum_says() -> None:
    b = Bench(reads="lease", check_quorum=False).after(1_000)
    b.append(1, 0, 0)
    assert b.hear("n3", RequestVote(2, 9, 1)).sent() == []


def test_a_server_that_restarts_honours_a_lease_that_it_may_have_forgotten() -> None:
    b = Bench(reads="lease", election_ms=(150, 300)).after(1_000).restart()
    assert b.after(149).hear("n3", RequestVote(1, 0, 0)).sent() == []
    assert b.after(1).hear("n3", RequestVote(1, 0, 0)).only("n3").granted


# --- in a cluster ---------------------------------------------------------------------------------


def read_from_an_isolated_leader(**settings: object) -> Watched:
    w = Watched(nodes=3, clients=2, client_timeout_ms=3_000, **settings)
    leader = w.elect()
    w.act("write x 1 client=c1").run(100).act(f"isolate {leader}")
    w.run_until(lambda: len(w.leaders()) == 2 and w.leaders()[0] != leader, 3_000)
    w.act(f"write x 2 client=c2 node={w.leaders()[0]}").run(40)
    assert w.returned()[-1].value == "2"
    w.act(f"read x client=c1 node={leader}").run(20)
    return w


def test_an_isolated_leader_answers_no_read_index() -> None:
    assert read_from_an_isolated_leader(check_quorum=False).returned()[-1].client == "c2"


def test_an_isolated_leader_answers_local_reads_and_they_are_stale() -> None:
    with pytest.raises(Broken, match="linearizable"):
        read_from_an_isolated_leader(check_quorum=False, reads="local")


def test_a_lease_without_drift_is_over_before_another_leads() -> None:
    for seed in range(1, 16):
        assert read_from_an_isolated_leader(reads="lease", seed=seed, check_quorum=False).stale.value == 0


def test_a_slow_clock_breaks_a_lease() -> None:
    """Row 13: a leader whose clock runs at half speed trusts a lease that is over for everyone else."""
    w = Watched(nodes=3, clients=2, client_timeout_ms=3_000, reads="lease", check_quorum=False)
    leader = w.elect()
    w.act("write x 1 client=c1").run(100).act(f"drift {leader} -800000").run(100).act(f"isolate {leader}")
    w.run_until(lambda: w.leaders()[:1] not in ([], [leader]), 3_000)
    w.act(f"write x 2 client=c2 node={w.leaders()[0]}").run(60)
    with pytest.raises(Broken, match="linearizable"):
        w.act(f"read x client=c1 node={leader}").run(20)
