"""Replication: Raft section 5.3 and 5.4, figure 2; writing in parallel: dissertation 10.2.1."""

import pytest

from cluster_engine.protocols.raft import MOST_ENTRIES, Raft, Role
from cluster_engine.protocols.raft_bugs import CommitsWhatIsNotVerified
from cluster_engine.protocols.raft_messages import AppendEntries, AppendEntriesReply
from tests.raft_bench import Bench, entries

# --- the follower (figure 2, AppendEntries receiver) ----------------------------------------------


def test_rule_1_an_older_term_is_refused() -> None:
    b = Bench(term=5, log=(1,))
    assert b.append(4, 1, 1, 4) == AppendEntriesReply(5, False, 0, 0, 0)
    assert (b.terms(), b.raft.leader) == ([1], "")


def test_rule_2_what_precedes_must_agree() -> None:
    b = Bench(term=2, log=(1, 1))
    assert not b.append(2, 3, 1, 2).success
    assert not b.append(2, 2, 2, 2).success
    assert b.terms() == [1, 1]


def test_rule_3_a_conflict_is_cut_off_with_all_that_follows_it() -> None:
    b = Bench(term=2, log=(1, 1, 1, 1))
    assert b.append(3, 1, 1, 3).match_index == 2
    assert b.terms() == [1, 3]
    assert "truncates" in b.notes()


def test_rule_3_what_agrees_stays_even_when_the_message_is_shorter() -> None:
    b = Bench(term=1, log=(1, 1, 1))
    assert b.append(1, 1, 1, 1).match_index == 2
    assert b.terms() == [1, 1, 1]
    assert b.write is None


def test_rule_4_what_is_new_is_appended_and_written() -> None:
    b = Bench(term=1, log=(1,))
    reply = b.append(1, 1, 1, 1, 1)
    assert (reply.success, reply.match_index) == (True, 3)
    assert (b.write.start, len(b.write.entries)) == (2, 2)
    assert b.out.early == []  # the answer waits for the disk


@pytest.mark.parametrize(("leader_commit", "commits"), [(1, 1), (2, 2), (9, 2)])
def test_rule_5_commit_goes_no_further_than_the_last_new_entry(leader_commit: int, commits: int) -> None:
    b = Bench(term=1, log=(1,))
    b.append(1, 1, 1, 1, commit=leader_commit)
    assert b.raft.commit == b.raft.applied == commits


def commits_beyond_what_agrees(kind: type[Raft]) -> bool:
    b = Bench(term=2, log=(1, 2, 2), kind=kind)
    b.append(3, 1, 1, commit=3)  # agrees up to entry 1, and says nothing of the others
    return b.raft.commit > 1


def test_rule_5_an_empty_message_verifies_only_what_precedes_it() -> None:
    assert not commits_beyond_what_agrees(Raft)
    assert commits_beyond_what_agrees(CommitsWhatIsNotVerified)


def test_commit_never_goes_back() -> None:
    b = Bench(term=1, log=(1, 1))
    b.append(1, 2, 1, commit=2)
    b.append(1, 2, 1, commit=1)
    assert b.raft.commit == 2


def test_the_refusal_says_where_agreement_may_begin() -> None:
    short = Bench(term=3, log=(1, 1)).append(3, 7, 3)
    assert (short.match_index, short.rejected) == (2, 7)
    other = Bench(term=5, log=(1, 1, 4, 4, 4)).append(6, 5, 3)
    assert (other.match_index, other.rejected) == (2, 5)  # no entry of term 4 can agree with term 3


def test_hearing_the_leader_sets_the_timer_anew() -> None:
    b = Bench()
    b.append(1, 0, 0)
    assert "election" in b.timers()
    assert b.raft.heard_at == b.now


# --- the leader -----------------------------------------------------------------------------------


def test_a_request_is_appended_sent_and_written_at_the_same_time() -> None:
    b = Bench().reign().ask("write", "x", "1")
    assert b.terms() == [1, 1]
    assert [len(message.entries) for message in b.sent()] == [1, 1]
    assert len(b.out.early) == 2  # entries travel while the leader's own disk still writes
    assert b.raft.commit == 1


def test_an_entry_on_a_majority_of_disks_is_committed_and_answered() -> None:
    b = Bench(servers=5).reign().ask("write", "x", "1").acknowledge("n2", 2)
    b.acknowledge("n3", 2)
    assert b.raft.commit == 1  # two followers; the leader's own disk isn't done
    b.sync()
    assert b.raft.commit == 2
    assert b.only("c1").status == "ok"
    assert b.raft.store.data == {"x": "1"}


def test_two_followers_of_three_servers_commit_without_the_leaders_disk() -> None:
    b = Bench().reign().ask("write", "x", "1").acknowledge("n2", 2).acknowledge("n3", 2)
    assert b.raft.commit == 2


def test_section_5_4_2_entries_of_older_terms_are_not_committed_by_counting() -> None:
    b = Bench(term=1, log=(1, 1)).lead().keep().sync().acknowledge("n2", 2).acknowledge("n3", 2)
    assert b.raft.commit == 0
    assert b.acknowledge("n2", 3).raft.commit == 3


def test_a_refusal_moves_next_back_to_the_hint_and_tries_again() -> None:
    b = Bench(term=1, log=(1,) * 9).lead()
    b.hear("n2", AppendEntriesReply(2, False, 4, 9, 1))
    message = b.only("n2")
    assert (message.prev_log_index, len(message.entries)) == (4, 6)


def test_an_old_refusal_is_an_echo() -> None:
    b = Bench(term=1, log=(1,) * 9).reign().hear("n2", AppendEntriesReply(2, False, 0, 9, 1))
    assert b.sent() == []


def test_an_old_acknowledgement_moves_nothing_back() -> None:
    b = Bench(term=1, log=(1, 1)).reign().acknowledge("n2", 1)
    assert b.raft.match["n2"] == 3


def test_an_acknowledgement_of_an_older_term_moves_nothing() -> None:
    b = Bench(term=1, log=(1, 1)).lead().hear("n2", AppendEntriesReply(1, True, 3, 0, 1))
    assert b.raft.match["n2"] == 0


def test_a_message_carries_so_many_entries_and_the_next_follows_its_acknowledgement() -> None:
    b = Bench(term=1, log=(1,) * 100).lead().hear("n2", AppendEntriesReply(2, False, 0, 100, 1))
    assert len(b.only("n2").entries) == MOST_ENTRIES
    assert b.acknowledge("n2", MOST_ENTRIES).only("n2").prev_log_index == MOST_ENTRIES


def test_heartbeats_are_empty_and_carry_the_commit_index() -> None:
    b = Bench(heartbeat_ms=50).reign().fire("heartbeat")
    assert [(m.entries, m.leader_commit) for m in b.sent()] == [((), 1), ((), 1)]
    assert b.timers()["heartbeat"] == (50, 50)


def test_a_leader_never_takes_entries_from_another_of_its_term() -> None:
    b = Bench().reign()
    before = b.raft.log.last_index
    assert b.hear("n2", AppendEntries(1, 0, 0, entries(1), 0, 1)).sent() == []
    assert (b.raft.role, b.raft.log.last_index) == (Role.LEADER, before)


# --- figure 7: what a new leader may find ------------------------------------------------------------

LEADER = (1, 1, 1, 4, 4, 5, 5, 6, 6, 6)
FIGURE_7 = {
    "a": (1, 1, 1, 4, 4, 5, 5, 6, 6),
    "b": (1, 1, 1, 4),
    "c": (1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6),
    "d": (1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7),
    "e": (1, 1, 1, 4, 4, 4, 4),
    "f": (1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3),
}


@pytest.mark.parametrize("follower", FIGURE_7)
def test_figure_7_every_follower_becomes_like_the_leader(follower: str) -> None:
    leader = Bench(servers=2, term=7, log=LEADER).lead()
    other = Bench(servers=2, term=7, log=FIGURE_7[follower])
    message = leader.sent("n2")[-1]
    for _ in range(12):
        answer = other.hear("n2", message).only("n2")
        replies = leader.hear("n2", answer).sent("n2")
        if not replies:
            break
        message = replies[-1]
    assert other.terms() == leader.terms() == [*LEADER, 8]
