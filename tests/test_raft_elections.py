"""Elections: Raft section 5.2 and 5.4.1, figure 2; pre-vote and stickiness: dissertation 4.2.3, 6.2 and 9.6."""

from itertools import pairwise

import pytest

from cluster_engine.protocols.raft_messages import (
    AppendEntries,
    PreVote,
    PreVoteReply,
    RequestVote,
    RequestVoteReply,
    TimeoutNow,
)
from tests.raft_bench import Bench
from tests.watched import Watched

# --- section 5.2 -----------------------------------------------------------------------------


def test_a_server_starts_as_a_follower_and_waits_a_random_time() -> None:
    b = Bench(election_ms=(150, 300))
    assert b.raft.role == "follower"
    assert b.timers() == {"election": (150, 300)}
    assert b.sent() == []


def test_a_follower_that_hears_nobody_stands_in_the_next_term() -> None:
    b = Bench(term=3, log=(1, 3)).fire("election")
    assert (b.raft.role, b.raft.term, b.raft.voted_for) == ("candidate", 4, "n1")
    assert b.sent() == [RequestVote(4, 2, 3), RequestVote(4, 2, 3)]
    assert "election" in b.timers()


def test_term_and_vote_are_written_before_the_vote_counts() -> None:
    b = Bench().fire("election")
    assert (b.write.term, b.write.voted_for) == (1, "n1")
    assert b.raft.votes == ()
    assert b.sync().raft.votes == ("n1",)


def test_a_majority_of_votes_makes_a_leader() -> None:
    b = Bench(servers=5).stand().hear("n2", RequestVoteReply(1, True))
    assert b.raft.role == "candidate"
    assert b.hear("n3", RequestVoteReply(1, True)).raft.role == "leader"


def test_nobody_leads_before_its_own_vote_is_on_disk() -> None:
    b = Bench().fire("election").hear("n2", RequestVoteReply(1, True)).hear("n3", RequestVoteReply(1, True))
    assert b.raft.role == "candidate"
    assert b.sync().raft.role == "leader"


def test_one_vote_delivered_twice_is_one_vote() -> None:
    b = Bench(servers=5).stand()
    for _ in range(3):
        b.hear("n2", RequestVoteReply(1, True))
    assert b.raft.role == "candidate"


def test_refusals_and_votes_of_other_terms_do_not_count() -> None:
    b = Bench(term=4).stand().hear("n2", RequestVoteReply(5, False)).hear("n3", RequestVoteReply(4, True))
    assert b.raft.role == "candidate"


def test_a_server_alone_elects_itself_once_its_vote_is_on_disk() -> None:
    assert Bench(servers=1).fire("election").sync().raft.role == "leader"


def test_a_new_leader_says_so_at_once_and_appends_a_noop() -> None:
    b = Bench(log=(1, 1), term=1).lead()
    assert b.terms() == [1, 1, 2]
    assert all(isinstance(message, AppendEntries) and message.term == 2 for message in b.sent())
    assert b.timers()["election"][0] is None


def test_a_candidate_that_hears_the_leader_of_its_term_follows() -> None:
    b = Bench().stand().hear("n3", AppendEntries(1, 0, 0, (), 0, 1))
    assert (b.raft.role, b.raft.leader, b.raft.voted_for) == ("follower", "n3", "n1")


def test_an_election_without_a_winner_is_tried_again_in_another_term() -> None:
    assert Bench().stand().fire("election").raft.term == 2


def test_the_random_timeout_is_drawn_anew_for_each_try() -> None:
    w = Watched(nodes=3, seed=5, pre_vote=False)
    w.act("cut n1 | n2 | n3").run(3_000)
    tries = [note.at for note in w.notes("stands") if note.node == "n1"]
    waits = {round(b - a) for a, b in pairwise(tries)}
    assert len(waits) > 5
    assert all(150 <= wait <= 300 for wait in waits)


# --- votes (figure 2, RequestVote receiver) --------------------------------------------------------


def test_a_vote_is_given_once_a_term() -> None:
    b = Bench().hear("n2", RequestVote(1, 0, 0))
    assert b.only("n2") == RequestVoteReply(1, True)
    assert b.hear("n3", RequestVote(1, 5, 1)).only("n3") == RequestVoteReply(1, False)
    assert b.hear("n2", RequestVote(1, 0, 0)).only("n2") == RequestVoteReply(1, True)


def test_the_vote_is_on_its_way_to_the_disk_before_the_answer() -> None:
    b = Bench().hear("n2", RequestVote(1, 0, 0))
    assert (b.write.term, b.write.voted_for) == (1, "n2")
    assert b.out.early == []  # the answer waits for this write


def test_the_vote_survives_a_restart() -> None:
    b = Bench().hear("n2", RequestVote(1, 0, 0)).keep().restart()
    assert b.hear("n3", RequestVote(1, 0, 0)).only("n3") == RequestVoteReply(1, False)


def test_a_newer_term_makes_a_new_vote() -> None:
    b = Bench(term=1, voted_for="n2").hear("n3", RequestVote(2, 0, 0))
    assert b.only("n3") == RequestVoteReply(2, True)


def test_an_older_term_gets_the_newer_one_for_an_answer() -> None:
    b = Bench(term=5).hear("n3", RequestVote(4, 9, 4))
    assert b.only("n3") == RequestVoteReply(5, False)
    assert b.raft.voted_for == ""


@pytest.mark.parametrize(
    ("last_index", "last_term", "granted"),
    [(3, 2, True), (4, 2, True), (2, 2, False), (1, 3, True), (9, 1, False)],
)
def test_section_5_4_1_the_voter_compares_logs(last_index: int, last_term: int, granted: bool) -> None:
    b = Bench(term=3, log=(1, 1, 2)).hear("n2", RequestVote(4, last_index, last_term))
    assert b.only() == RequestVoteReply(4, granted)


def test_a_refused_candidate_does_not_keep_the_voter_waiting_longer() -> None:
    assert "election" not in Bench(term=3, log=(1, 1, 2)).hear("n2", RequestVote(4, 1, 1)).timers()


# --- terms (section 5.1) ----------------------------------------------------------------------


def test_whoever_hears_of_a_newer_term_steps_down() -> None:
    b = Bench().reign().hear("n2", RequestVoteReply(7, False))
    assert (b.raft.role, b.raft.term, b.raft.voted_for) == ("follower", 7, "")
    assert b.timers()["heartbeat"][0] is None


def test_a_deposed_leaders_heartbeat_timer_says_nothing() -> None:
    b = Bench().reign().hear("n2", RequestVoteReply(7, False)).fire("heartbeat")
    assert b.sent() == []


# --- pre-vote (dissertation 9.6) --------------------------------------------------------------


def test_with_pre_vote_a_server_first_asks_and_nobodys_term_changes() -> None:
    b = Bench(pre_vote=True, term=2).fire("election")
    assert (b.raft.role, b.raft.term, b.write) == ("pre-candidate", 2, None)
    assert b.sent() == [PreVote(3, 0, 0), PreVote(3, 0, 0)]
    assert Bench(term=2).hear("n2", PreVote(3, 0, 0)).raft.term == 2


def test_a_majority_of_pre_votes_makes_a_candidate() -> None:
    b = Bench(pre_vote=True, term=2).fire("election").hear("n2", PreVoteReply(3, True))
    assert (b.raft.role, b.raft.term) == ("candidate", 3)


def test_a_pre_vote_is_refused_while_a_leader_is_heard() -> None:
    b = Bench(election_ms=(150, 300))
    b.append(1, 0, 0)
    assert b.after(149).hear("n3", PreVote(2, 0, 0)).only("n3") == PreVoteReply(1, False)
    assert b.after(1).hear("n3", PreVote(2, 0, 0)).only("n3") == PreVoteReply(2, True)


def test_a_pre_vote_is_refused_to_a_shorter_log_and_to_an_old_term() -> None:
    b = Bench(term=3, log=(3,))
    assert b.hear("n2", PreVote(4, 0, 0)).only() == PreVoteReply(3, False)
    assert b.hear("n2", PreVote(3, 1, 3)).only() == PreVoteReply(3, False)


def test_a_pre_vote_may_be_granted_to_several() -> None:
    b = Bench()
    assert b.hear("n2", PreVote(1, 0, 0)).only() == PreVoteReply(1, True)
    assert b.hear("n3", PreVote(1, 0, 0)).only() == PreVoteReply(1, True)
    assert b.write is None


def test_a_refused_pre_vote_tells_of_a_newer_term() -> None:
    b = Bench(pre_vote=True, term=2).fire("election").hear("n2", PreVoteReply(9, False))
    assert (b.raft.role, b.raft.term) == ("follower", 9)


# --- stickiness and check-quorum (dissertation 4.2.3 and 6.2) -----------------------------------


def test_a_server_that_hears_its_leader_disregards_candidates() -> None:
    b = Bench(check_quorum=True)
    b.append(1, 0, 0)
    b.after(149).hear("n3", RequestVote(9, 5, 5))
    assert (b.sent(), b.raft.term) == ([], 1)
    assert b.after(1).hear("n3", RequestVote(9, 5, 5)).only() == RequestVoteReply(9, True)


def test_a_leader_disregards_candidates_too() -> None:
    assert Bench(check_quorum=True).reign().hear("n3", RequestVote(9, 5, 5)).raft.role == "leader"


def test_a_transfer_passes_a_loyal_voter() -> None:
    b = Bench(check_quorum=True)
    b.append(1, 0, 0)
    assert b.hear("n3", RequestVote(2, 0, 0, True)).only() == RequestVoteReply(2, True)


def test_a_leader_that_hears_no_majority_steps_down_after_a_timeout() -> None:
    b = Bench(servers=5, check_quorum=True, election_ms=(150, 300)).reign()
    b.after(200).acknowledge("n2", 1, 2)
    assert b.after(99).fire("quorum").raft.role == "leader"
    assert b.after(1).fire("quorum").raft.role == "follower"
    assert (b.raft.term, b.raft.voted_for) == (1, "n1")  # it keeps its vote


def test_a_leader_that_hears_a_majority_stays() -> None:
    b = Bench(servers=5, check_quorum=True).reign()
    b.after(200).acknowledge("n2", 1, 2).acknowledge("n3", 1, 2)
    assert b.after(100).fire("quorum").raft.role == "leader"
    assert b.timers() == {"quorum": (200.0, 200.0)}  # from when it last heard a majority


def test_a_server_outside_its_configuration_does_not_stand() -> None:
    b = Bench()
    b.raft.config, b.raft.settings = (), b.config
    assert b.fire("election").raft.role == "follower"


def test_timeout_now_makes_a_follower_stand_without_waiting() -> None:
    b = Bench(pre_vote=True)
    b.append(1, 0, 0)
    b.hear("n2", TimeoutNow(1))
    assert b.sent("n3") == [RequestVote(2, 0, 0, True)]


def test_timeout_now_of_an_older_term_is_nothing() -> None:
    assert Bench(term=4).hear("n2", TimeoutNow(3)).raft.role == "follower"
