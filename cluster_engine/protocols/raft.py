"""Raft, to be read beside its paper.

Sources: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)",
here "section N"; Ongaro, "Consensus: Bridging Theory and Practice", here "dissertation N". What is beyond
figure 2: pre-vote (dissertation 9.6), leader stickiness and check-quorum (4.2.3, 6.2), membership change one
server at a time with the fix of 2015 (4.1: a leader first commits an entry of its own term), leadership
transfer (3.10), log compaction (5), ReadIndex and lease reads (6.4), client sessions (6.3).
"""

from collections import deque
from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Command, Request, RequestReply
from cluster_engine.cluster.process import (
    Effects,
    Ordered,
    Received,
    Started,
    TimerFired,
    WriteSynced,
)
from cluster_engine.protocols.kv_store import Store
from cluster_engine.protocols.raft_log import (
    Entry,
    Membership,
    Noop,
    RaftDurable,
    RaftLog,
    RaftWrite,
    Snapshot,
    label,
)
from cluster_engine.protocols.raft_messages import (
    AppendEntries,
    AppendEntriesReply,
    InstallSnapshot,
    InstallSnapshotReply,
    PreVote,
    PreVoteReply,
    RequestVote,
    RequestVoteReply,
    TimeoutNow,
)

MOST_ENTRIES = 64  # in one AppendEntries
MOST_WAITING_READS = 1_000


class Role(StrEnum):
    """What a server is at the moment (section 5.1), with dissertation 9.6's candidate that only asks."""

    FOLLOWER = "follower"
    PRE_CANDIDATE = "pre-candidate"
    CANDIDATE = "candidate"
    LEADER = "leader"


class RaftConfig(msgspec.Struct, frozen=True):
    """Settings of a server. Times in ms. `servers` is the configuration a new cluster starts with."""

    servers: tuple[str, ...]
    election_ms: tuple[float, float] = (150.0, 300.0)
    heartbeat_ms: float = 50.0
    pre_vote: bool = True
    check_quorum: bool = True
    reads: str = "read-index"  # read-index, lease, log or local
    snapshot_every: int = 50  # entries; 0 never compacts
    leads_at_start: str = ""  # a staged situation begins in mid-reign of this server


class WaitingRead(msgspec.Struct):
    """A read that waits until its leader has proved itself in `round` and applied `index`."""

    asker: str
    request: Request
    index: int
    round: int


class Raft:
    """A Raft server."""

    OBSERVED: ClassVar[tuple[str, ...]] = (
        "role", "term", "voted_for", "leader", "commit", "applied", "votes", "config", "last_index", "last_term",
        "snapshot_index", "snapshot_term", "match", "next", "store",
    )  # fmt: skip

    def __init__(self, me: str, config: RaftConfig, durable: RaftDurable) -> None:
        self.me = me
        self.settings = config
        # Persistent state (figure 2): a working copy of what the disk holds.
        self.term = durable.term
        self.voted_for = durable.voted_for
        self.log = RaftLog(durable.log.snapshot, durable.log.entries)
        # Volatile state on all servers.
        self.role = Role.FOLLOWER
        self.leader = ""
        self.heard_at = 0.0  # when a leader was last heard, on our clock
        self.owes_lease = False  # we have restarted, and a leader that we don't remember may rely on us
        self.store = Store()
        self.store.restore(self.log.snapshot.state)
        self.commit = self.applied = self.log.snapshot.index
        # Volatile state on candidates: who granted a vote, sorted; names, not a count, for the network may
        # deliver one vote twice.
        self.votes: tuple[str, ...] = ()
        # Volatile state on leaders, empty on everyone else; replaced, never changed in place.
        self.next: dict[str, int] = {}
        self.match: dict[str, int] = {}
        self.heard: dict[str, float] = {}  # when each peer was last heard, on our clock
        self.leads_since = 0.0
        self.round = 0
        self.rounds: dict[str, int] = {}  # the highest round each peer answered
        self.agreed: dict[str, int] = {}  # the latest round in which each peer's log agreed with ours
        self.round_sent: dict[int, float] = {}  # when the latest rounds were sent, for the lease
        self.lends = True  # whether this reign may still serve reads under a lease
        self.reads: deque[WaitingRead] = deque()
        self.proposals: dict[int, tuple[str, Request]] = {}  # log index -> whom to answer, and what
        self.transfer_to = ""
        # Writes handed to the disk and not synced yet: (term, last index) each.
        self.unsynced: deque[tuple[int, int]] = deque()
        self._save_hard_state = False
        self._save_from = 0
        self._save_snapshot = False
        self._log_seen = 0  # first index that changed since panels last asked; 0: none
        self.config = self._latest_config()

    # --- one event in, effects out ---------------------------------------------------------

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received():
                self._receive(event.sender, event.message, out)
            case TimerFired():
                self._on_timer(event.timer, out)
            case WriteSynced():
                self._on_synced(event.count, out)
            case Ordered():
                self._on_order(event.what, event.node, out)
            case Started():
                self._on_started(out)
        if self._save_hard_state or self._save_from or self._save_snapshot:
            self._persist(out)

    def _receive(self, sender: str, message: Any, out: Effects) -> None:
        if isinstance(message, Request):
            self._on_request(sender, message, out)
            return
        if isinstance(message, PreVote):
            self._on_pre_vote(sender, message, out)
            return
        if isinstance(message, RequestVote) and self._is_loyal(message, out):
            return
        # "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower"
        # (figure 2). A granted pre-vote speaks of a term that nobody has entered.
        if message.term > self.term and not (isinstance(message, PreVoteReply) and message.granted):
            self._enter_term(message.term, sender, out)
        match message:
            case AppendEntries():
                self._on_append_entries(sender, message, out)
            case AppendEntriesReply():
                self._on_append_entries_reply(sender, message, out)
            case RequestVote():
                self._on_request_vote(sender, message, out)
            case RequestVoteReply():
                self._on_request_vote_reply(sender, message, out)
            case PreVoteReply():
                self._on_pre_vote_reply(sender, message, out)
            case InstallSnapshot():
                self._on_install_snapshot(sender, message, out)
            case InstallSnapshotReply():
                self._on_install_snapshot_reply(sender, message, out)
            case TimeoutNow():
                self._on_timeout_now(message, out)

    def _on_timer(self, timer: str, out: Effects) -> None:
        if timer == "election":
            self._on_election_timeout(out)
        elif timer == "heartbeat" and self.role is Role.LEADER:
            self._broadcast(out)
        elif timer == "quorum":
            self._check_quorum(out)
        elif timer == "transfer":
            self.transfer_to = ""  # "if leadership transfer does not complete after about an election timeout"

    def _on_started(self, out: Effects) -> None:
        self.heard_at = out.now
        self.owes_lease = self.settings.reads == "lease"
        if self.settings.leads_at_start == self.me and out.now == 0.0:
            self.leader, self.role = self.me, Role.LEADER
            self._reset_leader_state(out.now)
            out.set_timer("heartbeat", self.settings.heartbeat_ms)
            return
        self._await_leader(out)

    # --- elections (section 5.2, dissertation 9.6) -------------------------------------------

    def _on_election_timeout(self, out: Effects) -> None:
        if self.role is Role.LEADER:
            return
        if self.me not in self.config and self._config_index() <= self.commit:
            self._await_leader(out)  # no member, or no longer one; until a removal is committed we may be needed
        elif self.settings.pre_vote:
            self._ask_for_pre_votes(out)
        else:
            self._stand_for_election(out)

    def _ask_for_pre_votes(self, out: Effects) -> None:
        self.role, self.leader = Role.PRE_CANDIDATE, ""
        self.votes = (self.me,)
        self._await_leader(out)
        out.note("asks", term=self.term + 1, waited=round(out.now - self.heard_at))
        for peer in self._peers():
            out.send(peer, PreVote(self.term + 1, self.log.last_index, self.log.last_term))
        if self._is_majority(self.votes):
            self._stand_for_election(out)

    def _on_pre_vote(self, sender: str, message: PreVote, out: Effects) -> None:
        granted = (
            message.term > self.term
            and not self._hears_leader(out)
            and self._is_up_to_date(message.last_log_index, message.last_log_term)
        )
        out.send(sender, PreVoteReply(message.term if granted else self.term, granted))

    def _on_pre_vote_reply(self, sender: str, message: PreVoteReply, out: Effects) -> None:
        if self.role is Role.PRE_CANDIDATE and message.granted and message.term == self.term + 1:
            self._add_vote(sender)
            if self._is_majority(self.votes):
                self._stand_for_election(out)

    def _stand_for_election(self, out: Effects, transfer: bool = False) -> None:
        """Conversion to candidate (figure 2): new term, own vote, timer, RequestVote to everyone.

        Our own vote counts once it is on disk (`_on_synced`), like everyone else's, and we can't win without it:
        after a crash we might lead that term a second time, with other entries. The requests need not wait for
        it: they speak of a log that is on disk.
        """
        self.term += 1
        self.role, self.leader, self.voted_for = Role.CANDIDATE, "", self.me
        self.votes = ()
        self._save_hard_state = True
        self._await_leader(out)
        out.note("stands", term=self.term, waited=round(out.now - self.heard_at), transfer=transfer)
        for peer in self._peers():
            out.send_early(peer, RequestVote(self.term, self.log.last_index, self.log.last_term, transfer))

    def _is_loyal(self, message: RequestVote, out: Effects) -> bool:
        """A server that still hears its leader disregards RequestVote (section 6, dissertation 4.2.3).

        Leases rest on it, whatever the settings say (6.4.1).
        """
        loyal = self.settings.check_quorum or self.settings.reads == "lease"
        return loyal and not message.transfer and self._hears_leader(out)

    def _hears_leader(self, out: Effects) -> bool:
        if self.role is Role.LEADER:
            return True
        known = bool(self.leader) or self.owes_lease
        return known and out.now - self.heard_at < self.settings.election_ms[0]

    def _on_request_vote(self, sender: str, message: RequestVote, out: Effects) -> None:
        granted = self._may_vote(sender, message)
        if granted:
            self.voted_for = sender
            self._save_hard_state = True
            self._await_leader(out)
            out.note("votes", term=self.term, candidate=sender)
        elif message.term == self.term and self.voted_for != sender:
            out.note("refuses", term=self.term, candidate=sender, voted_for=self.voted_for)
        out.send(sender, RequestVoteReply(self.term, granted))

    def _may_vote(self, candidate: str, message: RequestVote) -> bool:
        """Figure 2, RequestVote receiver, rules 1 and 2."""
        return (
            message.term == self.term
            and self.voted_for in ("", candidate)
            and self._is_up_to_date(message.last_log_index, message.last_log_term)
        )

    def _is_up_to_date(self, last_index: int, last_term: int) -> bool:
        """Section 5.4.1: the log with the later last term is more up-to-date; on a tie, the longer one."""
        return (last_term, last_index) >= (self.log.last_term, self.log.last_index)

    def _on_request_vote_reply(self, sender: str, message: RequestVoteReply, out: Effects) -> None:
        if self.role is Role.CANDIDATE and message.term == self.term and message.granted:
            self._count_vote(sender, out)

    def _count_vote(self, voter: str, out: Effects) -> None:
        self._add_vote(voter)
        if self.me in self.votes and self._is_majority(self.votes):
            self._become_leader(out)

    def _add_vote(self, voter: str) -> None:
        self.votes = tuple(sorted({*self.votes, voter}))

    def _on_timeout_now(self, message: TimeoutNow, out: Effects) -> None:
        if message.term == self.term and self.role is Role.FOLLOWER and self.me in self.config:
            self._stand_for_election(out, transfer=True)

    def _enter_term(self, term: int, sender: str, out: Effects) -> None:
        if self.role is not Role.FOLLOWER:
            out.note("steps-down", was=self.role.value, term=self.term, newer=term, sender=sender)
        self.term, self.voted_for = term, ""
        self._save_hard_state = True
        self._become_follower("", out)

    def _become_follower(self, leader: str, out: Effects) -> None:
        if self.role is Role.LEADER:
            for timer in ("heartbeat", "quorum", "transfer"):
                out.cancel_timer(timer)
            self.heard_at = out.now  # until now the leader was we
            self._await_leader(out)
        self.role, self.leader = Role.FOLLOWER, leader
        self.votes = ()
        self.next, self.match = {}, {}
        self.transfer_to = ""
        self.reads.clear()
        self.proposals.clear()

    def _await_leader(self, out: Effects) -> None:
        out.set_timer("election", *self.settings.election_ms)

    # --- leading (section 5.3) ---------------------------------------------------------------

    def _become_leader(self, out: Effects) -> None:
        self.role, self.leader = Role.LEADER, self.me
        out.note("elected", term=self.term, votes=list(self.votes))
        out.cancel_timer("election")
        self._reset_leader_state(out.now)
        if self.settings.check_quorum:
            out.set_timer("quorum", self.settings.election_ms[1])
        # "Each leader commits a blank no-op entry at the start of its term" (section 8).
        self._append(Entry(self.term, Noop()))
        self._broadcast(out)

    def _reset_leader_state(self, now: float) -> None:
        self.votes = ()
        self.next = dict.fromkeys(self._peers(), self.log.last_index + 1)
        self.match = dict.fromkeys(self._peers(), 0) | {self.me: 0}
        self.heard = {}
        self.leads_since = now
        self.round, self.rounds, self.agreed, self.round_sent = 0, {}, {}, {}
        self.lends = True

    def _append(self, entry: Entry) -> int:
        index = self.log.last_index + 1
        self._replace_log_from(index, (entry,))
        return index

    def _broadcast(self, out: Effects) -> None:
        """Send every peer what it lacks, or a heartbeat; begin a new round.

        A leader writes its own disk in parallel (dissertation 10.2.1): its entries may be on a majority of
        other disks first, and it counts itself only when its own write is done.
        """
        self.round += 1
        self.round_sent[self.round] = out.now
        if len(self.round_sent) > 64:
            del self.round_sent[next(iter(self.round_sent))]
        for peer in self._peers():
            self._replicate_to(peer, out)
        out.set_timer("heartbeat", self.settings.heartbeat_ms)
        if len(self.config) == 1:
            self._serve_reads(out)

    def _replicate_to(self, peer: str, out: Effects) -> None:
        following = self.next.get(peer, self.log.last_index + 1)
        if following < self.log.first_index:
            out.send_early(peer, InstallSnapshot(self.term, self.log.snapshot, self.round))
            self.next = self.next | {peer: self.log.snapshot.index + 1}
            return
        last = self.log.last_index
        entries = self.log.since(following, MOST_ENTRIES) if following <= last else ()
        term_before = self.log.term_at(following - 1)
        assert term_before is not None, f"{self.me} has no entry {following - 1} to follow for {peer}"
        out.send_early(
            peer,
            AppendEntries(self.term, following - 1, term_before, entries, self.commit, self.round),
        )
        if entries:
            self.next = self.next | {peer: following + len(entries)}  # pipelining: hope, and repair on refusal

    def _on_append_entries_reply(self, sender: str, message: AppendEntriesReply, out: Effects) -> None:
        if self.role is not Role.LEADER or message.term != self.term or sender not in self.next:
            return
        self._hear(sender, message.round, out)
        if message.success:
            self.agreed[sender] = max(message.round, self.agreed.get(sender, 0))
            self._note_match(sender, message.match_index, out)
        elif message.rejected < self.next[sender] and self._is_news(sender, message):
            # "The leader decrements nextIndex and retries" (section 5.3), guided by the follower's hint.
            self.next = self.next | {sender: min(message.match_index, message.rejected - 1) + 1}
            self._replicate_to(sender, out)

    def _is_news(self, peer: str, refusal: AppendEntriesReply) -> bool:
        """Whether a refusal is more than an echo from before the logs agreed.

        A refusal below what is known to match can still be news: the follower may have lost its disk.
        """
        return refusal.rejected > self.match[peer] or refusal.round > self.agreed.get(peer, 0)

    def _note_match(self, peer: str, index: int, out: Effects) -> None:
        if index <= self.match.get(peer, 0):
            return
        self.match = self.match | {peer: index}
        if self.next.get(peer, index + 1) <= index:
            self.next = self.next | {peer: index + 1}
        self._advance_commit(out)
        if self.role is Role.LEADER and peer in self.next and self.next[peer] <= self.log.last_index:
            self._replicate_to(peer, out)
        if peer == self.transfer_to and self.match[peer] == self.log.last_index:
            self._hand_over(out)

    def _advance_commit(self, out: Effects) -> None:
        """Figure 2, leaders, last rule: "a majority of matchIndex[i] ≥ N, and log[N].term == currentTerm"."""
        index = self._majority_match()
        if index > self.commit and self._may_commit(index):
            have = [peer for peer in self.config if self.match.get(peer, 0) >= index]
            what = label(self.log.entry(index).command)
            out.note("commits", term=self.term, index=index, what=what, on=have, of=len(self.config))
            self._commit_to(index, out)

    def _may_commit(self, index: int) -> bool:
        """Entries of earlier terms are committed with one of our own, never by counting (section 5.4.2)."""
        return self.log.term_at(index) == self.term

    def _majority_match(self) -> int:
        matched = sorted((self.match.get(server, 0) for server in self.config), reverse=True)
        return matched[len(self.config) // 2]

    def _check_quorum(self, out: Effects) -> None:
        """A leader that hears no majority for an election timeout steps down (dissertation 6.2)."""
        if self.role is not Role.LEADER:
            return
        lapses = self._majority_heard_at(out.now) + self.settings.election_ms[1]
        if out.now < lapses:
            out.set_timer("quorum", max(1.0, lapses - out.now))
            return
        recently = [peer for peer, at in sorted(self.heard.items()) if out.now - at < self.settings.election_ms[1]]
        out.note("loses-quorum", term=self.term, heard=recently, of=len(self.config))
        self._become_follower("", out)

    def _majority_heard_at(self, now: float) -> float:
        """The latest moment since which a majority, ourselves included, has been heard."""
        heard = [now if server == self.me else self.heard.get(server, self.leads_since) for server in self.config]
        return sorted(heard, reverse=True)[len(self.config) // 2]

    def _hear(self, peer: str, round_: int, out: Effects) -> None:
        self.heard[peer] = out.now
        if round_ > self.rounds.get(peer, 0):
            self.rounds[peer] = round_
            if self.reads:
                self._serve_reads(out)

    # --- following (section 5.3) -------------------------------------------------------------

    def _on_append_entries(self, leader: str, message: AppendEntries, out: Effects) -> None:
        if message.term < self.term:
            # Round 0: the rounds of a leader's later reign begin anew, and this answer must not count in them.
            out.send(leader, AppendEntriesReply(self.term, False, 0, 0, 0))
            return
        if self.role is Role.LEADER:
            return  # Two leaders of one term take a voter that lost its disk (5.2): as in etcd, neither gives way.
        self._follow(leader, out)
        previous = message.prev_log_index
        if not self._agrees_at(previous, message.prev_log_term):
            hint = self._agreement_hint(previous, message.prev_log_term)
            out.send(leader, AppendEntriesReply(self.term, False, hint, previous, message.round))
            return
        if message.entries:
            self._take_entries(leader, previous + 1, message.entries, out)
        verified = previous + len(message.entries)
        self._learn_commit(message.leader_commit, verified, out)
        out.send(leader, AppendEntriesReply(self.term, True, verified, 0, message.round))

    def _learn_commit(self, leader_commit: int, verified: int, out: Effects) -> None:
        """ "set commitIndex = min(leaderCommit, index of last new entry)" (figure 2, rule 5)."""
        index = min(leader_commit, verified)
        if index > self.commit:
            self._commit_to(index, out)

    def _follow(self, leader: str, out: Effects) -> None:
        if self.role is not Role.FOLLOWER:
            self._become_follower(leader, out)
        if self.leader != leader:
            self.leader = leader
            out.note("follows", leader=leader, term=self.term)
        self.heard_at, self.owes_lease = out.now, False
        self._await_leader(out)

    def _agrees_at(self, index: int, term: int) -> bool:
        # What lies before our snapshot is committed, so the leader's log agrees with it.
        return index < self.log.snapshot.index or self.log.term_at(index) == term

    def _agreement_hint(self, index: int, term: int) -> int:
        """Skip our entries of later terms than the leader's at `index` (section 5.3, end)."""
        hint = min(index - 1, self.log.last_index)
        while hint > self.commit and (self.log.term_at(hint) or 0) > term:
            hint -= 1
        return hint

    def _take_entries(self, leader: str, start: int, entries: tuple[Entry, ...], out: Effects) -> None:
        """Figure 2, AppendEntries receiver, rules 3 and 4: cut at the first conflict only, append what is new."""
        for offset, entry in enumerate(entries):
            index = start + offset
            if index <= self.log.snapshot.index or self.log.term_at(index) == entry.term:
                continue
            if index <= self.log.last_index:
                lost = self.log.last_index - index + 1
                known = index <= self.commit  # never, without a mistake
                out.note("truncates", start=index, count=lost, leader=leader, term=self.term, committed=known)
            self._replace_log_from(index, entries[offset:])
            return

    def _on_install_snapshot(self, leader: str, message: InstallSnapshot, out: Effects) -> None:
        if message.term < self.term:
            out.send(leader, InstallSnapshotReply(self.term, 0, 0))
            return
        if self.role is Role.LEADER:
            return  # Two leaders of one term take a voter that lost its disk (5.2): as in etcd, neither gives way.
        self._follow(leader, out)
        snapshot = message.snapshot
        if snapshot.index > self.commit:
            self._install(snapshot)
            out.note("installs", index=snapshot.index, leader=leader)
        out.send(leader, InstallSnapshotReply(self.term, snapshot.index, message.round))

    def _install(self, snapshot: Snapshot) -> None:
        self.log.compact(snapshot)
        self.store.restore(snapshot.state)
        self.commit = self.applied = snapshot.index
        self._save_snapshot = True
        self._see_log_from(snapshot.index + 1)
        self.config = self._latest_config()

    def _on_install_snapshot_reply(self, sender: str, message: InstallSnapshotReply, out: Effects) -> None:
        if self.role is Role.LEADER and message.term == self.term and sender in self.next:
            self._hear(sender, message.round, out)
            self._note_match(sender, message.match_index, out)

    # --- commit, apply, compact (sections 5.3 and 7) -------------------------------------------

    def _commit_to(self, index: int, out: Effects) -> None:
        self.commit = index
        while self.applied < self.commit:
            self.applied += 1
            self._apply(self.applied, self.log.entry(self.applied), out)
        if self.reads:
            self._serve_reads(out)
        every = self.settings.snapshot_every
        if every and self.applied - self.log.snapshot.index >= every:
            self._compact(out)

    def _apply(self, index: int, entry: Entry, out: Effects) -> None:
        match entry.command:
            case Command():
                status, value = self.store.apply(entry.command, entry.session, entry.number)
                if index in self.proposals:
                    asker, request = self.proposals.pop(index)
                    self._answer(asker, request, status, value, out)
            case Membership(servers=servers) if self.role is Role.LEADER and self.me not in servers:
                out.note("leaves", term=self.term)
                self._become_follower("", out)

    def _compact(self, out: Effects) -> None:
        term = self.log.term_at(self.applied)
        assert term is not None, f"{self.me} applied entry {self.applied}, which its log does not hold"
        servers = self._config_at(self.applied)
        snapshot = Snapshot(self.applied, term, servers, self.store.state())
        self.log.compact(snapshot)
        self._save_snapshot = True
        self._see_log_from(self.log.last_index + 1)
        out.note("compacts", index=self.applied)

    # --- clients (section 8, dissertation 6) ---------------------------------------------------

    def _on_request(self, asker: str, request: Request, out: Effects) -> None:
        command = request.command
        if command.f == "read" and self.settings.reads == "local":
            self._answer(asker, request, "ok", self.store.read(command.key), out)
        elif self.role is not Role.LEADER or self.transfer_to:
            hint = "" if self.leader == self.me else self.leader
            out.send(asker, RequestReply(request.session, request.number, "elsewhere", None, hint))
        elif answer := self.store.answered(request.session, request.number):
            self._answer(asker, request, *answer, out)
        elif command.f == "read" and self.settings.reads != "log":
            self._begin_read(asker, request, out)
        elif (asker, request) not in self.proposals.values():
            index = self._append(Entry(self.term, command, request.session, request.number))
            self.proposals[index] = (asker, request)
            self._broadcast(out)

    def _answer(self, asker: str, request: Request, status: str, value: Any, out: Effects) -> None:
        out.send(asker, RequestReply(request.session, request.number, status, value))

    def _begin_read(self, asker: str, request: Request, out: Effects) -> None:
        """Dissertation 6.4: remember the commit index, prove leadership with a round, then answer."""
        if len(self.reads) >= MOST_WAITING_READS:
            self._answer(asker, request, "failed", "too many reads are waiting", out)
            return
        index = self._read_index()
        leased = self.settings.reads == "lease" and self.lends and out.now < self._lease_until()
        round_ = 0 if leased else self.round + 1
        self.reads.append(WaitingRead(asker, request, index, round_))
        if leased:
            self._serve_reads(out)
        else:
            self._broadcast(out)

    def _read_index(self) -> int:
        """Return how far the log must be applied before a read that begins now.

        Before an entry of its own term is committed a leader does not know how far the log is committed:
        the read then waits for its no-op, the first entry it appended.
        """
        return self.commit if self._committed_in_term() else self.log.last_index

    def _serve_reads(self, out: Effects) -> None:
        confirmed = self._confirmed_round()
        waiting: deque[WaitingRead] = deque()
        for read in self.reads:
            if read.round <= confirmed and read.index <= self.applied:
                self._answer(read.asker, read.request, "ok", self.store.read(read.request.command.key), out)
            else:
                waiting.append(read)
        self.reads = waiting

    def _confirmed_round(self) -> int:
        """The latest round that a majority, ourselves included, answered."""
        answered = (self.round if server == self.me else self.rounds.get(server, 0) for server in self.config)
        return sorted(answered, reverse=True)[len(self.config) // 2]

    def _lease_until(self) -> float:
        """Dissertation 6.4.1: start of the last confirmed round plus the least election timeout.

        It assumes clocks that do not drift; a drifting clock breaks it, which the lab lets one see.
        """
        sent = self.round_sent.get(self._confirmed_round())
        return float("-inf") if sent is None else sent + self.settings.election_ms[0]

    def _committed_in_term(self) -> bool:
        return self.log.term_at(self.commit) == self.term

    # --- membership and transfer (dissertation 4.1, 3.10) ----------------------------------------

    def order_refusal(self, what: str, node: str) -> str | None:
        """Say why this leader cannot carry out an order now, or None."""
        if what == "transfer":
            if node == self.me:
                return f"{node} leads already"
            return None if node in self.config else f"{node} is no member of the cluster"
        if what == "add" and node in self.config:
            return f"{node} is a member already"
        if what == "remove" and node not in self.config:
            return f"{node} is no member of the cluster"
        if self.transfer_to:
            return f"{self.me} is handing its leadership over to {self.transfer_to}"
        if not self._committed_in_term():
            return f"{self.me} has not committed an entry of its own term {self.term} yet"
        if self._config_index() > self.commit:
            return "the last change of membership is not committed yet; one at a time"
        return "the last member cannot be removed" if what == "remove" and len(self.config) == 1 else None

    def _on_order(self, what: str, node: str, out: Effects) -> None:
        if self.role is not Role.LEADER or self.order_refusal(what, node):
            return
        if what == "transfer":
            self.transfer_to = node
            out.set_timer("transfer", self.settings.election_ms[1])
            out.note("transfers", term=self.term, to=node)
            if self.match[node] == self.log.last_index:
                self._hand_over(out)
            return
        members = (*self.config, node) if what == "add" else tuple(s for s in self.config if s != node)
        self._append(Entry(self.term, Membership(members)))
        out.note("reconfigures", what=what, server=node, members=list(members))
        self._broadcast(out)
        self._advance_commit(out)

    def _hand_over(self, out: Effects) -> None:
        """Tell the chosen one to stand.

        Until that term begins, or the transfer's time is up, we take no requests: new entries would make other
        logs more up to date than its own. It may win within our lease, so we never rely on that again (6.4.1).
        """
        self.lends = False
        out.send(self.transfer_to, TimeoutNow(self.term))

    def _latest_config(self) -> tuple[str, ...]:
        """ "A server always uses the latest configuration in its log, regardless of whether it is committed"."""
        return self._config_at(self.log.last_index)

    def _config_at(self, last: int) -> tuple[str, ...]:
        index = self._config_index(last)
        if index > self.log.snapshot.index:
            command = self.log.entry(index).command
            assert isinstance(command, Membership), f"entry {index} of {self.me} is no configuration"
            return command.servers
        if self.log.snapshot.servers:
            return self.log.snapshot.servers
        return self.settings.servers if self.me in self.settings.servers else ()

    def _config_index(self, last: int | None = None) -> int:
        """Return the index of the latest configuration up to `last`; that of the snapshot if none follows it."""
        start = self.log.last_index if last is None else last
        for index in range(start, self.log.snapshot.index, -1):
            if isinstance(self.log.entry(index).command, Membership):
                return index
        return self.log.snapshot.index

    def _adopt_config(self) -> None:
        self.config = self._latest_config()
        if self.role is Role.LEADER:
            new = [server for server in self._peers() if server not in self.next]
            self.next = {peer: self.next.get(peer, self.log.last_index) for peer in self._peers()}
            self.match = {s: self.match.get(s, 0) for s in (*self.next, self.me)} | dict.fromkeys(new, 0)

    # --- the disk ------------------------------------------------------------------------------

    def _replace_log_from(self, index: int, entries: tuple[Entry, ...]) -> None:
        changed = self.log.since(index) + entries
        self.log.replace_from(index, entries)
        self._save_from = min(self._save_from or index, index)
        self._see_log_from(index)
        if any(isinstance(entry.command, Membership) for entry in changed):
            self._adopt_config()

    def _persist(self, out: Effects) -> None:
        start = max(self._save_from, self.log.first_index) if self._save_from else 0
        entries = self.log.since(start) if start else ()
        snapshot = self.log.snapshot if self._save_snapshot else None
        out.persist(RaftWrite(self.term, self.voted_for, start, entries, snapshot))
        self.unsynced.append((self.term, self.log.last_index))
        self._save_hard_state, self._save_from, self._save_snapshot = False, 0, False

    def _on_synced(self, count: int, out: Effects) -> None:
        """Count ourselves only for what is on our own disk: our vote, our entries."""
        for _ in range(count):
            term, last_index = self.unsynced.popleft()
        if term != self.term:
            return
        if self.role is Role.CANDIDATE and self.me not in self.votes:
            self._count_vote(self.me, out)
        elif self.role is Role.LEADER:
            self._note_match(self.me, last_index, out)

    # --- who counts ----------------------------------------------------------------------------

    def _peers(self) -> list[str]:
        return [server for server in self.config if server != self.me]

    def _is_majority(self, servers: tuple[str, ...]) -> bool:
        """More than half of the configuration, of all its members, alive or not."""
        return 2 * sum(server in self.config for server in servers) > len(self.config)

    # --- for those who watch -------------------------------------------------------------------

    def observe(self) -> tuple[Any, ...]:
        """Return the values named in `OBSERVED`."""
        log = self.log
        return (
            self.role, self.term, self.voted_for, self.leader, self.commit, self.applied, self.votes, self.config,
            log.last_index, log.last_term, log.snapshot.index, log.snapshot.term, self.match, self.next,
            self.store.data,
        )  # fmt: skip

    def _see_log_from(self, index: int) -> None:
        self._log_seen = min(self._log_seen or index, index)

    def log_delta(self) -> dict[str, Any] | None:
        """Return the log's change since the last call: where it was cut, what follows, where it starts."""
        if not self._log_seen:
            return None
        start = max(self._log_seen, self.log.first_index)
        self._log_seen = 0
        return {"from": start, "entries": self._labels(start), "start": self.log.first_index}

    def log_view(self) -> dict[str, Any]:
        """Return the log as panels draw it."""
        return {"start": self.log.first_index, "entries": self._labels(self.log.first_index)}

    def _labels(self, start: int) -> list[tuple[int, str]]:
        return [(entry.term, label(entry.command)) for entry in self.log.since(start)]
