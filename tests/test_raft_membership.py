"""Membership changes, removal and transfer of the lead: dissertation 4.1, 4.2 and 3.10."""

import pytest

from cluster_engine.actions import Refused
from cluster_engine.protocols.raft_log import Entry, Membership
from cluster_engine.protocols.raft_messages import AppendEntries, AppendEntriesReply, TimeoutNow
from tests.raft_bench import Bench
from tests.watched import Watched, agreed

# --- one server at a time (4.1) -----------------------------------------------------------------


def test_the_leader_uses_a_configuration_as_soon_as_it_is_in_its_log() -> None:
    b = Bench().reign().order("add", "n4")
    assert b.raft.config == ("n1", "n2", "n3", "n4")
    assert b.raft.log.entry(2).command == Membership(("n1", "n2", "n3", "n4"))
    assert "n4" in {peer for peer, _ in b.out.early}


def test_the_new_server_counts_for_the_commit_of_its_own_addition() -> None:
    b = Bench().reign().order("add", "n4").sync().acknowledge("n2", 2)
    assert b.raft.commit == 1  # two of four
    assert b.acknowledge("n4", 2).raft.commit == 2


def test_a_second_change_waits_for_the_first() -> None:
    b = Bench().reign().order("add", "n4")
    assert "one at a time" in b.raft.order_refusal("add", "n5")
    assert b.order("add", "n5").raft.log.last_index == 2


def test_no_change_before_an_entry_of_the_leaders_own_term_is_committed() -> None:
    b = Bench().lead()
    assert "own term 1" in b.raft.order_refusal("remove", "n3")
    assert b.keep().sync().acknowledge("n2", 1).raft.order_refusal("remove", "n3") is None


def test_what_makes_no_sense_is_refused_with_a_reason() -> None:
    b = Bench(servers=1).reign()
    assert b.raft.order_refusal("add", "n1") == "n1 is a member already"
    assert b.raft.order_refusal("remove", "n7") == "n7 is no member of the cluster"
    assert b.raft.order_refusal("remove", "n1") == "the last member cannot be removed"
    assert b.raft.order_refusal("transfer", "n1") == "n1 leads already"


def test_a_follower_adopts_a_configuration_with_the_entry_and_drops_it_with_the_entry() -> None:
    b = Bench()
    change = Entry(1, Membership(("n1", "n2", "n3", "n4")))
    b.hear("n2", AppendEntries(1, 0, 0, (change,), 0, 1))
    assert b.raft.config == ("n1", "n2", "n3", "n4")
    b.hear("n3", AppendEntries(2, 0, 0, (Entry(2, change.command.__class__(("n1", "n2"))),), 0, 1))
    assert b.raft.config == ("n1", "n2")


def test_a_server_that_comes_back_is_thought_to_have_nothing() -> None:
    b = Bench().reign().order("remove", "n3").sync().acknowledge("n2", 2)
    b.order("add", "n3")
    assert b.raft.match["n3"] == 0


# --- removal (4.2.2, 4.2.3) ---------------------------------------------------------------------


def test_a_leader_that_removes_itself_leads_until_that_is_committed_and_does_not_count() -> None:
    b = Bench().reign().order("remove", "n1").sync()
    assert b.acknowledge("n2", 2).raft.role == "leader"
    assert b.raft.commit == 1
    assert b.acknowledge("n3", 2).raft.role == "follower"
    assert b.raft.commit == 2


def test_a_removed_server_stays_quiet_once_it_knows() -> None:
    b = Bench().reign().order("remove", "n1").sync().acknowledge("n2", 2).acknowledge("n3", 2)
    assert b.fire("election").raft.role == "follower"


def test_a_server_stands_while_its_removal_is_not_committed() -> None:
    b = Bench(servers=2).reign().order("remove", "n1").keep().restart()
    assert b.fire("election").raft.role == "candidate"


def test_the_cluster_goes_on_when_its_leader_is_removed() -> None:
    w = Watched(nodes=3, client_every_ms=50)
    first = w.elect()
    w.act(f"remove_server {first}").run(1_500)
    assert [note.node for note in w.notes("leaves")] == [first]
    assert w.leader() != first
    assert w.raft(w.leader()).config == tuple(name for name in ("n1", "n2", "n3") if name != first)


def test_a_removed_server_does_not_disturb_the_others() -> None:
    w = Watched(nodes=4, client_every_ms=50)
    leader = w.elect()
    gone = w.followers()[0]
    w.act(f"isolate {gone}", f"remove_server {gone}").run(500)  # it never hears of it
    w.act("heal").run(3_000)
    assert (w.leader(), w.raft(leader).term) == (leader, w.notes("elected")[0].facts["term"])
    assert len(w.notes("elected")) == 1


def test_adding_a_dead_server_to_three_needs_three_of_four() -> None:
    """It still commits, stops with one more failure, and goes on when the dead one is removed."""
    w = Watched(nodes=3, spares=1)
    w.elect()
    w.act("crash n4", "add_server n4").run(200)
    committed = w.raft(w.leader()).commit
    assert committed >= 2
    victim = w.followers()[0]
    w.act(f"isolate {victim}", "write x 1").run(250)
    assert w.raft(w.leader()).commit == committed
    w.act("heal").run(1_500)
    assert w.raft(w.leader()).commit > committed
    w.act("remove_server n4").run(200).act(f"isolate {w.followers()[0]}", "write x 2").run(500)
    assert w.raft(w.leader()).store.data["x"] == "2"


def test_a_spare_is_added_and_catches_up() -> None:
    w = Watched(nodes=3, spares=1, client_every_ms=25, snapshot_every=10)
    w.elect()
    w.run(1_000).act("add_server n4").run(500)
    assert w.raft("n4").config == ("n1", "n2", "n3", "n4")
    assert w.raft("n4").commit >= w.raft(w.leader()).commit - 2


def test_orders_need_a_leader_and_a_server() -> None:
    w = Watched(nodes=3)
    assert w.refusal("add_server n2") == "no running server leads at this moment"
    w.elect()
    assert w.refusal("add_server n9").startswith("there is no node 'n9'")
    assert w.refusal("remove_server c1") == "c1 is no server"
    with pytest.raises(Refused, match="leads already"):
        w.act(f"transfer {w.leader()}")


# --- transfer (3.10) ------------------------------------------------------------------------------


def test_a_transfer_tells_the_chosen_one_to_stand_when_it_has_everything() -> None:
    b = Bench().reign().order("transfer", "n2")
    assert b.only("n2") == TimeoutNow(1)


def test_a_transfer_first_brings_the_chosen_one_up_to_date() -> None:
    b = Bench().reign().ask("write", "x", "1").sync().order("transfer", "n2")
    assert b.sent() == []
    assert TimeoutNow(1) in b.acknowledge("n2", 2).sent("n2")


def test_no_requests_are_taken_until_a_transfer_is_over() -> None:
    b = Bench(election_ms=(150, 300)).reign().order("transfer", "n2")
    assert b.timers()["transfer"] == (300, 300)
    assert b.ask("write", "x", "1").only("c1").status == "elsewhere"
    assert "handing" in b.raft.order_refusal("add", "n4")
    b.fire("transfer")
    assert b.ask("write", "x", "1", number=2).raft.log.last_index == 2


def test_an_acknowledgement_from_another_does_not_hand_over() -> None:
    b = Bench().reign().ask("write", "x", "1").sync().order("transfer", "n2")
    b.hear("n3", AppendEntriesReply(1, True, 2, 0, 2))
    assert not any(isinstance(message, TimeoutNow) for message in b.sent())


def test_a_transfer_takes_about_a_round_trip() -> None:
    """Row 17: TimeoutNow, votes, the first heartbeat; no election timeout passes."""
    for seed in range(1, 11):
        w = Watched(nodes=5, seed=seed, client_every_ms=20)
        w.elect()
        chosen = w.followers()[-1]
        w.act(f"transfer {chosen}")
        took = w.run_until(lambda w=w, chosen=chosen: w.leaders()[:1] == [chosen], 1_000)
        assert took <= 2 * 20 + 2 * 10 + 5, seed  # bring up to date, tell, ask, and two syncs
        w.run(500)
        assert w.leader() == chosen
        assert agreed(w.rafts()) or w.raft(chosen).commit > 0
