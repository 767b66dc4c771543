"""Raft with a mistake in it, once for each mistake that real implementations made.

Each class overrides as little as the mistake needs. They exist to be caught: a checker, a storm or a step test that
lets one of them pass proves nothing about the correct Raft.
"""

from typing import Any

import msgspec

from cluster_engine.cluster.client import Command, Request
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.node import Node
from cluster_engine.cluster.process import Effects
from cluster_engine.protocols.kv_store import Store
from cluster_engine.protocols.raft import Raft, Role
from cluster_engine.protocols.raft_log import Entry, Snapshot
from cluster_engine.protocols.raft_messages import AppendEntries, AppendEntriesReply, RequestVote

# --- votes ------------------------------------------------------------------------------------


class ForgetsItsVote(Raft):
    """The vote is not written to disk (figure 2: votedFor is persistent)."""

    def _persist(self, out: Effects) -> None:
        vote, self.voted_for = self.voted_for, ""
        super()._persist(out)
        self.voted_for = vote


class ForgetsItsTerm(Raft):
    """The term is not written to disk."""

    def _persist(self, out: Effects) -> None:
        super()._persist(out)
        out.write = msgspec.structs.replace(out.write, term=0, voted_for="")


class VotesTwice(Raft):
    """A vote already given doesn't count against the next candidate."""

    def _may_vote(self, candidate: str, message: RequestVote) -> bool:
        self.voted_for = ""
        return super()._may_vote(candidate, message)


class ForgetsItsVoteWhenSteppingDown(Raft):
    """Becoming a follower of the same term clears the vote."""

    def _become_follower(self, leader: str, out: Effects) -> None:
        super()._become_follower(leader, out)
        self.voted_for = ""


class VotesForAnyLog(Raft):
    """Votes are granted without the check of section 5.4.1."""

    def _is_up_to_date(self, last_index: int, last_term: int) -> bool:
        return True


class ComparesLogsByIndex(Raft):
    """The longer log counts as more up to date, whatever its last term."""

    def _is_up_to_date(self, last_index: int, last_term: int) -> bool:
        return last_index >= self.log.last_index


class CountsVotesTwice(Raft):
    """Votes are counted as they come, so a duplicated message is a second vote."""

    def _add_vote(self, voter: str) -> None:
        self.votes = (*self.votes, voter)


class LeadsBeforeItsOwnVote(Raft):
    """A candidate wins by others' votes while its own disk doesn't know the term: it may lead it twice."""

    def _count_vote(self, voter: str, out: Effects) -> None:
        self._add_vote(voter)
        if self._is_majority(self.votes):
            self._become_leader(out)


class SmallMajority(Raft):
    """Half of the members pass for a majority, rounded down."""

    def _is_majority(self, servers: tuple[str, ...]) -> bool:
        return sum(server in self.config for server in servers) >= len(self.config) // 2


# --- the log ------------------------------------------------------------------------------------


class AlwaysTruncates(Raft):
    """AppendEntries replaces all that follows, even what agrees: an old message shortens the log."""

    def _take_entries(self, leader: str, start: int, entries: tuple[Entry, ...], out: Effects) -> None:
        skipped = max(0, self.log.first_index - start)
        self._replace_log_from(start + skipped, entries[skipped:])


class SkipsTheConsistencyCheck(Raft):
    """Entries are taken without a look at what precedes them (section 5.3)."""

    def _agrees_at(self, index: int, term: int) -> bool:
        return index <= self.log.last_index


class AcceptsDeposedLeaders(Raft):
    """AppendEntries of an older term is taken (figure 2, receiver, rule 1)."""

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        super()._on_append_entries(leader, msgspec.structs.replace(message, term=self.term), out)


class CountsOldTerms(Raft):
    """An entry of an older term is committed as soon as it is on a majority (section 5.4.2, figure 8)."""

    def _may_commit(self, index: int) -> bool:
        return True


class CommitsWhatIsNotVerified(Raft):
    """The follower commits all it has up to leaderCommit, agreed or not (figure 2, receiver, rule 5)."""

    def _learn_commit(self, leader_commit: int, verified: int, out: Effects) -> None:
        super()._learn_commit(leader_commit, self.log.last_index, out)


class BelievesStaleAnswers(Raft):
    """An answer from an earlier reign moves matchIndex."""

    def _on_append_entries_reply(self, sender: str, message: AppendEntriesReply, out: Effects) -> None:
        super()._on_append_entries_reply(sender, msgspec.structs.replace(message, term=self.term), out)


class CountsItselfBeforeItsDisk(Raft):
    """The leader counts its own copy of an entry that is not on its disk yet."""

    def _append(self, entry: Entry) -> int:
        index = super()._append(entry)
        self.match = self.match | {self.me: index}
        return index


class ForgetsTheSnapshotsTerm(Raft):
    """A snapshot is kept and sent without the term of its last entry (section 7, lastIncludedTerm)."""

    def _install(self, snapshot: Snapshot) -> None:
        super()._install(msgspec.structs.replace(snapshot, term=0))


# --- membership ---------------------------------------------------------------------------------


class ChangesMembersTooEarly(Raft):
    """A leader changes the configuration before it has committed an entry of its term (dissertation 4.1, the fix)."""

    def order_refusal(self, what: str, node: str) -> str | None:
        reason = super().order_refusal(what, node)
        early = reason is not None and "its own term" in reason
        return None if early and self._config_index() <= self.commit else reason


class ChangesManyMembersAtOnce(Raft):
    """A second change begins while the first is not committed: majorities need not overlap."""

    def order_refusal(self, what: str, node: str) -> str | None:
        reason = super().order_refusal(what, node)
        return None if reason is not None and "one at a time" in reason else reason


class StaysSilentWhenRemoved(Raft):
    """A server that its own log no longer names never stands, though its removal is not committed (4.2.2)."""

    def _on_election_timeout(self, out: Effects) -> None:
        if self.me in self.config or self.role is Role.LEADER:
            super()._on_election_timeout(out)
        else:
            self._await_leader(out)


# --- reads and clients ----------------------------------------------------------------------------


class ReadsLocally(Raft):
    """A leader answers reads without asking whether it still leads."""

    def _begin_read(self, asker: str, request: Request, out: Effects) -> None:
        self._answer(asker, request, "ok", self.store.read(request.command.key), out)


class ReadsBeforeItsFirstCommit(Raft):
    """ReadIndex is taken before an entry of the leader's own term is committed (dissertation 6.4, step 1)."""

    def _read_index(self) -> int:
        return self.commit


class CountsOldRounds(Raft):
    """An answer to a message of an older term carries its round, which may count in the leader's next reign."""

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        super()._on_append_entries(leader, message, out)
        to, reply = out.sends.pop()
        out.send(to, msgspec.structs.replace(reply, round=message.round))


class KeepsItsLeaseAfterHandingOver(Raft):
    """A leader that told another server to stand still relies on its lease (dissertation 6.4.1)."""

    def _hand_over(self, out: Effects) -> None:
        super()._hand_over(out)
        self.lends = True


class ForgetsALeaseByRestarting(Raft):
    """A server that has just restarted votes at once, though a leader may hold a lease that it granted."""

    def _on_started(self, out: Effects) -> None:
        super()._on_started(out)
        self.owes_lease = False


class AppliesRetries(Raft):
    """A retried operation is applied again: no sessions (dissertation 6.3)."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        state = self.store.state()
        self.store = _ForgetfulStore()
        self.store.restore(state)


class _ForgetfulStore(Store):
    __slots__ = ()

    def answered(self, session: str, number: int) -> tuple[str, Any] | None:
        return None

    def apply(self, command: Command, session: str, number: int) -> tuple[str, Any]:
        return super().apply(command, "", 0)


class SnapshotsWithoutSessions(Raft):
    """Snapshots hold the data but not what clients were answered, so a retry after one is applied again."""

    def _compact(self, out: Effects) -> None:
        sessions, self.store.sessions = self.store.sessions, {}
        super()._compact(out)
        self.store.sessions = sessions


# --- liveness -----------------------------------------------------------------------------------


class IgnoresOldTerms(Raft):
    """A message of an older term is not answered, so nobody ever learns of the newer one."""

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        if message.term >= self.term:
            super()._on_append_entries(leader, message, out)


# --- the world ------------------------------------------------------------------------------------


class SendsBeforeTheDisk(Cluster):
    """Messages and answers leave a machine while its writes are under way."""

    def _put_out(
        self, node: Node, sends: list[tuple[str, Any]], results: list[tuple[int, str, Any, str]], cause: int
    ) -> None:
        writes, node.writes = node.writes, type(node.writes)()
        super()._put_out(node, sends, results, cause)
        node.writes = writes
