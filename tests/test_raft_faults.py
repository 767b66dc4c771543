"""What must be observed under each fault, as in any real Raft with pre-vote and check-quorum.

Timeouts are the lab's: elections 150 to 300 ms (T to 2T), heartbeats every 50 ms, one-way latency 2 to 10 ms.
"""

import pytest

from tests.watched import Watched, agreed

T = 150.0
AN_ELECTION_MS = 2 * T + 100.0  # the longest timeout and the messages; without split votes


def five(seed: int = 1, **settings: object) -> Watched:
    w = Watched(seed=seed, **({"client_timeout_ms": 500, "snapshot_every": 0} | settings))
    w.elect()
    return w.run(200)


# --- the leader goes ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(1, 6))
def test_crash_leader_the_first_follower_to_time_out_leads_the_next_term(seed: int) -> None:
    w = five(seed)
    old, term, crashed_at = w.leader(), w.raft(w.leader()).term, w.now
    w.act("crash leader")
    took = w.run_until(lambda: bool(w.leaders()), 2_000)
    first = next(note for note in w.notes("asks", crashed_at))
    assert T - 50 - 10 <= first.at - crashed_at <= 2 * T
    assert took >= T - 60
    assert w.raft(w.leader()).term > term
    w.run(100)
    assert w.raft(w.leader()).commit == 2  # its no-op
    assert w.leader() != old


@pytest.mark.parametrize("seed", range(1, 6))
def test_isolate_leader_it_keeps_its_term_commits_nothing_and_steps_down(seed: int) -> None:
    w = five(seed, clients=2)
    old, cut_at = w.leader(), w.now
    term, commit = w.raft(old).term, w.raft(old).commit
    w.act(f"cut {old},c1 | {','.join(w.followers())},c2", f"write x lost client=c1 node={old}").run(50)
    assert (w.raft(old).role, w.raft(old).log.last_index, w.raft(old).commit) == ("leader", commit + 1, commit)
    w.run(2_500)
    (gives_up,) = w.notes("loses-quorum", cut_at)
    assert 2 * T - 60 <= gives_up.at - cut_at <= 4 * T
    assert w.raft(old).term == term  # with pre-vote it climbs no further
    new = w.leader()
    assert w.raft(new).term > term
    w.act("write x kept client=c2").run(400).act("heal").run(500)
    assert w.leader() == new
    assert [note.node for note in w.notes("truncates", cut_at)] == [old]
    assert {raft.store.read("x") for raft in w.rafts()} == {"kept"}
    assert [r.outcome for r in w.returned() if r.client == "c1"] == ["unknown"]
    assert agreed(w.rafts())


def test_isolate_leader_two_lead_at_once_in_different_terms() -> None:
    w = five(check_quorum=False).act("isolate leader").run(1_000)
    new, old = w.leaders()
    assert w.raft(new).term > w.raft(old).term


def test_a_minority_of_two_with_the_leader_stands_still() -> None:
    w = five(clients=2)
    leader, friend = w.leader(), w.followers()[0]
    rest = ",".join(w.followers()[1:])
    commit = w.raft(leader).commit
    w.act(f"cut {leader},{friend},c1 | {rest},c2").run(20)
    w.act("write x minority client=c1", "write x majority client=c2").run(1_500)
    assert (w.raft(leader).commit, w.raft(friend).commit) == (commit, commit)
    assert [(r.client, r.outcome) for r in w.returned()] == [("c2", "ok"), ("c1", "unknown")]
    w.act("heal").run(1_000)
    assert {raft.store.read("x") for raft in w.rafts()} == {"majority"}


def test_quorum_loss_nobody_leads_until_the_heal_and_then_in_a_higher_term() -> None:
    w = five(nodes=3)
    term, cut_at = w.raft(w.leader()).term, w.now
    w.act("cut n1 | n2 | n3").run(20).act("write x pending").run(3_000)
    assert w.leaders() == []
    (gives_up,) = w.notes("loses-quorum", cut_at)
    assert 2 * T - 60 <= gives_up.at - cut_at <= 4 * T
    assert w.notes("commits", cut_at) == []
    w.act("heal")
    assert w.run_until(lambda: bool(w.leaders()), 2_000) <= AN_ELECTION_MS
    assert w.raft(w.leader()).term > term
    w.run(1_000)
    assert agreed(w.rafts())


@pytest.mark.parametrize("seed", range(1, 6))
def test_pause_leader_it_wakes_with_old_beliefs_and_no_stale_read(seed: int) -> None:
    w = five(seed, clients=2)
    old = w.leader()
    w.act("write x 1 client=c1").run(50).act(f"pause {old}")
    w.run_until(lambda: w.leaders()[:1] not in ([], [old]), 2_000)
    w.run(50).act("write x 2 client=c2").run(300)
    assert (w.raft(old).role, w.raft(old).store.read("x")) == ("leader", "1")
    w.act(f"read x client=c1 node={old}", f"resume {old}").run(300)
    assert w.raft(old).role == "follower"
    assert [r.value for r in w.returned() if r.client == "c1"] == ["1", "2"]


# --- a follower goes ------------------------------------------------------------------------------


def test_isolate_follower_with_pre_vote_its_term_stays_and_the_heal_disturbs_nobody() -> None:
    w = five(client_every_ms=50)
    leader, term, gone = w.leader(), w.raft(w.leader()).term, w.followers()[0]
    commit = w.raft(leader).commit
    w.act(f"isolate {gone}").run(6_000)
    assert w.raft(gone).term == term
    assert w.raft(leader).commit > commit + 20
    w.act("heal").run(1_000)
    assert (w.leader(), w.raft(leader).term, len(w.notes("elected"))) == (leader, term, 1)
    assert w.raft(gone).commit >= w.raft(leader).commit - 2


def test_isolate_follower_without_pre_vote_its_term_climbs_and_the_heal_deposes_the_leader() -> None:
    w = five(pre_vote=False, client_every_ms=50)
    term, gone = w.raft(w.leader()).term, w.followers()[0]
    w.act(f"isolate {gone}").run(6_000)
    climbed = w.raft(gone).term
    assert 6_000 / (2 * T) - 1 <= climbed - term <= 6_000 / T  # once a timeout
    assert len(w.notes("elected")) == 1
    healed_at = w.now
    w.act("heal").run(1_500)
    assert w.notes("steps-down", healed_at)[0].facts["was"] == "leader"
    assert w.raft(w.leader()).term > climbed - 1
    assert len(w.notes("elected")) >= 2


@pytest.mark.parametrize("pre_vote", [True, False])
def test_a_partial_cut_leaves_the_leader_in_peace(pre_vote: bool) -> None:
    """The others still hear the leader and refuse to vote: stickiness."""
    w = five(nodes=3, pre_vote=pre_vote, client_every_ms=50)
    leader, term, far = w.leader(), w.raft(w.leader()).term, w.followers()[0]
    w.act(f"cut_link {leader} {far}").run(3_000)
    assert (w.leader(), w.raft(leader).term) == (leader, term)
    assert (w.raft(far).term == term) is pre_vote
    answered = len(w.returned())
    w.act("heal").run(1_500)
    assert len(w.notes("elected")) == (1 if pre_vote else 2)  # one forced election
    assert len(w.returned()) > answered


def test_a_partial_cut_without_pre_vote_and_stickiness_passes_the_lead_around() -> None:
    """Until the server in the middle has it, whom everybody hears."""
    w = five(nodes=3, pre_vote=False, check_quorum=False)
    w.act(f"cut_link {w.leader()} {w.followers()[0]}").run(5_000)
    assert len(w.notes("elected")) >= 3


def test_a_one_way_cut_to_a_follower_does_not_depose_the_leader() -> None:
    w = five(client_every_ms=50)
    leader = w.leader()
    w.act(f"cut_one_way {leader} {w.followers()[0]}").run(3_000)
    assert (w.leader(), len(w.notes("elected"))) == (leader, 1)


def test_a_leader_that_is_heard_but_hears_nobody_steps_down() -> None:
    """The deadlock that check-quorum prevents: its heartbeats would keep everyone loyal for ever."""
    w = five()
    leader = w.leader()
    w.act(*(f"cut_one_way {follower} {leader}" for follower in w.followers())).run(2_000)
    assert w.notes("loses-quorum")[0].node == leader
    assert w.leader() != leader


# --- crashes --------------------------------------------------------------------------------------


def test_crash_a_majority_what_was_committed_is_there_after_the_restart() -> None:
    w = five(clients=3)
    w.act("write x 1 client=c1", "write y 2 client=c2", "add z 3 client=c3").run(200)
    term, commit = w.raft(w.leader()).term, w.raft(w.leader()).commit
    w.act(*(f"crash {name}" for name in w.world.servers())).run(1_000)
    assert w.leaders() == []
    assert {raft.term for raft in w.rafts()} == {term}  # from disk
    w.act(*(f"restart {name}" for name in w.world.servers())).run(1_500)
    assert w.raft(w.leader()).term > term
    for raft in w.rafts():
        assert (raft.store.data, raft.commit) == ({"x": "1", "y": "2", "z": 3}, commit + 1)


def test_what_was_not_synced_is_gone_after_a_crash() -> None:
    w = five()
    leader = w.leader()
    w.act("isolate leader", f"slow_disk {leader} 400", f"write x 1 node={leader}").run(30)
    assert w.raft(leader).log.last_index == 2
    w.act(f"crash {leader}")
    assert w.raft(leader).log.last_index == 1


def test_a_lost_disk_knows_nothing_and_is_filled_again() -> None:
    w = five(client_every_ms=50)
    victim = w.followers()[0]
    w.act(f"lose_disk {victim}")
    assert (w.raft(victim).term, w.raft(victim).log.last_index) == (0, 0)
    w.act(f"restart {victim}").run(500)
    assert w.raft(victim).commit >= w.raft(w.leader()).commit - 2


# --- slowness, loss --------------------------------------------------------------------------------


def commit_time(w: Watched) -> float:
    began = w.now
    w.act(f"write x {began} node={w.leader()}").run(250)
    return next(note.at for note in w.notes("commits", began)) - began


def test_a_slow_disk_of_the_leader_does_not_hold_up_the_commit() -> None:
    """Written in parallel: two followers and a third disk are a majority without the leader's own."""
    w = five()
    usual = commit_time(w)
    w.act(f"slow_disk {w.leader()} 40")
    assert commit_time(w) < usual + 25


def test_slow_disks_of_all_followers_do() -> None:
    w = five()
    w.act(*(f"slow_disk {name} 40" for name in w.followers()))
    assert 40 <= commit_time(w) <= 40 + 35


def test_thirty_percent_loss_costs_time_and_nothing_else() -> None:
    w = five(clients=3, client_every_ms=100, client_timeout_ms=2_000)
    w.act("lose 30").run(10_000).act("heal").run(1_000)
    answered = [r for r in w.returned() if r.outcome == "ok"]
    assert len(answered) > 60


def test_a_slow_follower_does_not_hold_up_the_others() -> None:
    w = five(client_every_ms=50)
    w.act(f"slow_node {w.followers()[0]} 300").run(3_000)
    assert len(w.notes("elected")) == 1
    assert len(w.returned()) > 50


# --- reconnecting -----------------------------------------------------------------------------------


def test_healing_takes_time_where_reconnecting_does() -> None:
    """Real etcd needed 0.05 to 6.7 s after a heal, with nothing wrong in Raft: connections try again ever later."""
    times = {}
    for backoff in (False, True):
        w = five(reconnect_backoff=backoff)
        gone = w.followers()[0]
        w.act(f"isolate {gone}", "write x 1").run(4_000).act("heal")
        times[backoff] = w.run_until(lambda w=w: agreed(w.rafts()), 8_000)
    assert times[False] <= 50 + 100
    assert 200 <= times[True] <= 7_000


def test_a_timer_set_anew_while_its_server_was_paused_does_not_fire() -> None:
    """A paused follower whose timer ran out first takes the heartbeats that came before, and then has no reason."""
    w = five(pre_vote=False, check_quorum=False)
    follower = w.followers()[0]
    w.act(f"pause {follower} 400").run(1_500)
    waited = [note for note in w.notes("stands") if note.node == follower and note.at > 600]
    assert all(note.facts["waited"] >= T for note in waited)


def test_a_deposed_leader_on_a_slow_machine_does_not_speak_for_the_new_one() -> None:
    """A heartbeat timer that waits behind the news of a newer term must not be acted on."""
    for seed in (1, 7, 14):
        w = five(seed, client_every_ms=20, pre_vote=False, check_quorum=False)
        w.act("slow_node leader 150").run(3_000)
        for message in w.messages("AppendEntries"):
            leads = [n.node for n in w.notes("elected") if n.facts["term"] == message.body.term]
            assert leads == [message.node]
