"""Raft with a mistake in it, once for each mistake that real implementations made.

Each class overrides as little as the mistake needs, and `breaks` names the property that it breaks: an invariant of
the lab `raft`, or its liveness, "progress". They exist to be caught: a checker, a storm or a step test that lets one
of them pass proves nothing about the correct Raft. The setting `bug` of the lab plants one by its name.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Command, Request
from cluster_engine.cluster.process import Effects
from cluster_engine.protocols.kv_store import Store
from cluster_engine.protocols.raft import Raft, Role
from cluster_engine.protocols.raft_log import Entry, Snapshot
from cluster_engine.protocols.raft_messages import AppendEntries, AppendEntriesReply, RequestVote


class Mistaken(Raft):
    """A Raft with a mistake."""

    breaks: ClassVar[str] = "election-safety"


# --- votes ------------------------------------------------------------------------------------


class ForgetsItsVote(Mistaken):
    """The vote is not written to disk (figure 2: votedFor is persistent)."""

    def _persist(self, out: Effects) -> None:
        vote, self.voted_for = self.voted_for, ""
        super()._persist(out)
        self.voted_for = vote


class ForgetsItsTerm(Mistaken):
    """The term is not written to disk."""

    def _persist(self, out: Effects) -> None:
        super()._persist(out)
        out.write = msgspec.structs.replace(out.write, term=0, voted_for="")


class VotesTwice(Mistaken):
    """A vote already given doesn't count against the next candidate."""

    def _may_vote(self, candidate: str, message: RequestVote) -> bool:
        self.voted_for = ""
        return super()._may_vote(candidate, message)


class ForgetsItsVoteWhenSteppingDown(Mistaken):
    """Becoming a follower of the same term clears the vote."""

    def _become_follower(self, leader: str, out: Effects) -> None:
        super()._become_follower(leader, out)
        self.voted_for = ""


class VotesForAnyLog(Mistaken):
    """Votes are granted without the check of section 5.4.1."""

    breaks = "leader-completeness"

    def _is_up_to_date(self, last_index: int, last_term: int) -> bool:
        return True


class ComparesLogsByIndex(Mistaken):
    """The longer log counts as more up to date, whatever its last term."""

    breaks = "leader-completeness"

    def _is_up_to_date(self, last_index: int, last_term: int) -> bool:
        return last_index >= self.log.last_index


class CountsVotesTwice(Mistaken):
    """Votes are counted as they come, so a duplicated message is a second vote."""

    def _add_vote(self, voter: str) -> None:
        self.votes = (*self.votes, voter)


class LeadsBeforeItsOwnVote(Mistaken):
    """A candidate wins by others' votes while its own disk doesn't know the term: it may lead it twice."""

    breaks = "log-matching"

    def _count_vote(self, voter: str, out: Effects) -> None:
        self._add_vote(voter)
        if self._is_majority(self.votes):
            self._become_leader(out)


class SmallMajority(Mistaken):
    """Half of the members pass for a majority, rounded down."""

    def _is_majority(self, servers: tuple[str, ...]) -> bool:
        return sum(server in self.config for server in servers) >= len(self.config) // 2


# --- the log ------------------------------------------------------------------------------------


class AlwaysTruncates(Mistaken):
    """AppendEntries replaces all that follows, even what agrees: an old message shortens the log."""

    breaks = "leader-completeness"

    def _take_entries(self, leader: str, start: int, entries: tuple[Entry, ...], out: Effects) -> None:
        skipped = max(0, self.log.first_index - start)
        self._replace_log_from(start + skipped, entries[skipped:])


class SkipsTheConsistencyCheck(Mistaken):
    """Entries are taken without a look at what precedes them (section 5.3)."""

    breaks = "log-matching"

    def _agrees_at(self, index: int, term: int) -> bool:
        return index <= self.log.last_index


class AcceptsDeposedLeaders(Mistaken):
    """AppendEntries of an older term is taken (figure 2, receiver, rule 1)."""

    breaks = "leader-completeness"

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        super()._on_append_entries(leader, msgspec.structs.replace(message, term=self.term), out)


class CountsOldTerms(Mistaken):
    """An entry of an older term is committed as soon as it is on a majority (section 5.4.2, figure 8)."""

    breaks = "leader-completeness"

    def _may_commit(self, index: int) -> bool:
        return True


class CommitsWhatIsNotVerified(Mistaken):
    """The follower commits all it has up to leaderCommit, agreed or not (figure 2, receiver, rule 5)."""

    breaks = "state-machine-safety"

    def _learn_commit(self, leader_commit: int, verified: int, out: Effects) -> None:
        super()._learn_commit(leader_commit, self.log.last_index, out)


class TakesTheCommitBack(Mistaken):
    """The follower takes leaderCommit as it comes, also one that is lower (figure 2, receiver, rule 5)."""

    breaks = "never-back"

    def _learn_commit(self, leader_commit: int, verified: int, out: Effects) -> None:
        super()._learn_commit(leader_commit, verified, out)
        self.commit = max(self.log.snapshot.index, min(leader_commit, verified))


class WritesOverWhatIsOpen(Mistaken):
    """The leader puts a new command in the place of one that is not committed yet (figure 3)."""

    breaks = "leader-append-only"

    def _append(self, entry: Entry) -> int:
        last = self.log.last_index
        is_open = last > self.commit and isinstance(self.log.entry(last).command, Command)
        if self.role is not Role.LEADER or not is_open:
            return super()._append(entry)
        self._replace_log_from(last, (entry,))
        return last


class BelievesStaleAnswers(Mistaken):
    """An answer from an earlier reign moves matchIndex."""

    breaks = "leader-completeness"

    def _on_append_entries_reply(self, sender: str, message: AppendEntriesReply, out: Effects) -> None:
        super()._on_append_entries_reply(sender, msgspec.structs.replace(message, term=self.term), out)


class CountsItselfBeforeItsDisk(Mistaken):
    """The leader counts its own copy of an entry that is not on its disk yet."""

    breaks = "leader-completeness"

    def _append(self, entry: Entry) -> int:
        index = super()._append(entry)
        self.match = self.match | {self.me: index}
        return index


class ForgetsTheSnapshotsTerm(Mistaken):
    """A snapshot is kept and sent without the term of its last entry (section 7, lastIncludedTerm)."""

    breaks = "progress"

    def _install(self, snapshot: Snapshot) -> None:
        super()._install(msgspec.structs.replace(snapshot, term=0))


# --- membership ---------------------------------------------------------------------------------


class ChangesMembersTooEarly(Mistaken):
    """A leader changes the configuration before it has committed an entry of its term (dissertation 4.1, the fix)."""

    breaks = "leader-completeness"

    def order_refusal(self, what: str, node: str) -> str | None:
        reason = super().order_refusal(what, node)
        early = reason is not None and "its own term" in reason
        return None if early and self._config_index() <= self.commit else reason


class ChangesManyMembersAtOnce(Mistaken):
    """A second change begins while the first is not committed: majorities need not overlap."""

    breaks = "leader-completeness"

    def order_refusal(self, what: str, node: str) -> str | None:
        reason = super().order_refusal(what, node)
        return None if reason is not None and "one at a time" in reason else reason


class StaysSilentWhenRemoved(Mistaken):
    """A server that its own log no longer names never stands, though its removal is not committed (4.2.2)."""

    breaks = "progress"

    def _on_election_timeout(self, out: Effects) -> None:
        if self.me in self.config or self.role is Role.LEADER:
            super()._on_election_timeout(out)
        else:
            self._await_leader(out)


# --- reads and clients ----------------------------------------------------------------------------


class ReadsLocally(Mistaken):
    """A leader answers reads without asking whether it still leads."""

    breaks = "linearizable"

    def _begin_read(self, asker: str, request: Request, out: Effects) -> None:
        self._answer(asker, request, "ok", self.store.read(request.command.key), out)


class ReadsBeforeItsFirstCommit(Mistaken):
    """ReadIndex is taken before an entry of the leader's own term is committed (dissertation 6.4, step 1)."""

    breaks = "linearizable"

    def _read_index(self) -> int:
        return self.commit


class CountsOldRounds(Mistaken):
    """An answer to a message of an older term carries its round, which may count in the leader's next reign."""

    breaks = "linearizable"

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        super()._on_append_entries(leader, message, out)
        to, reply = out.sends.pop()
        out.send(to, msgspec.structs.replace(reply, round=message.round))


class KeepsItsLeaseAfterHandingOver(Mistaken):
    """A leader that told another server to stand still relies on its lease (dissertation 6.4.1)."""

    breaks = "linearizable"

    def _hand_over(self, out: Effects) -> None:
        super()._hand_over(out)
        self.lends = True


class ForgetsALeaseByRestarting(Mistaken):
    """A server that has just restarted votes at once, though a leader may hold a lease that it granted."""

    breaks = "linearizable"

    def _on_started(self, out: Effects) -> None:
        super()._on_started(out)
        self.owes_lease = False


class AppliesRetries(Mistaken):
    """A retried operation is applied again: no sessions (dissertation 6.3)."""

    breaks = "linearizable"

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


class SnapshotsWithoutSessions(Mistaken):
    """Snapshots hold the data but not what clients were answered, so a retry after one is applied again."""

    breaks = "linearizable"

    def _compact(self, out: Effects) -> None:
        sessions, self.store.sessions = self.store.sessions, {}
        super()._compact(out)
        self.store.sessions = sessions


# --- liveness -----------------------------------------------------------------------------------


class IgnoresOldTerms(Mistaken):
    """A message of an older term is not answered, so nobody ever learns of the newer one."""

    breaks = "progress"

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        if message.term >= self.term:
            super()._on_append_entries(leader, message, out)


class StaysLoyalForEver(Mistaken):
    """Whoever has heard a leader once counts it as heard, so nobody grants a pre-vote after it is gone (9.6, 4.2.3)."""

    breaks = "progress"

    def _hears_leader(self, out: Effects) -> bool:
        return self.role is Role.LEADER or self.heard_at > 0


def _named(bug: type[Mistaken]) -> str:
    """Return a class's name in lower case with dashes: "forgets-its-vote"."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in bug.__name__).strip("-")


BUGS: Mapping[str, type[Mistaken]] = MappingProxyType({_named(bug): bug for bug in Mistaken.__subclasses__()})
