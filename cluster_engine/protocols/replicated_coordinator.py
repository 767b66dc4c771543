"""Two-phase commit whose coordinator is a group: the decision is a decree, so no single crash can hide it.

Instead of on one disk the decision stands in the log of a group that agrees by Multi-Paxos; its leader coordinates.
That Paxos may choose the decision of a commit protocol, and what it costs, is in Gray & Lamport, "Consensus on
Transaction Commit", ACM TODS 31(1), 2006; their Paxos Commit goes on and saves a message delay by making
each participant's vote an instance of its own. Participants are those of two-phase commit, and know no difference.

A leader that has no decision of a transaction may not presume an abort: a decree of its predecessor's may still be on
its way into the log. It decides by putting the abort into the log, where the first decision of a transaction counts.
"""

from typing import Any

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects
from cluster_engine.protocols.commit_messages import (
    FIRST_VOTE,
    HASTY,
    PRESUMES_ABORT,
    UNLOGGED,
    CanCommit,
    CanCommitReply,
    CommitConfig,
    Decide,
    DecideReply,
    Inquire,
)
from cluster_engine.protocols.multi_paxos import NOTHING, MultiPaxosServer
from cluster_engine.protocols.multi_paxos_messages import Decree, MultiPaxosConfig, MultiPaxosDurable
from cluster_engine.protocols.two_phase_commit import Ballot


class CoordinatorGroupConfig(msgspec.Struct, frozen=True):
    """What each coordinator is told: how the group agrees, and how it commits."""

    group: MultiPaxosConfig
    commit: CommitConfig


class Decision(msgspec.Struct, frozen=True):
    """The command of a decree: how a transaction ends, and why."""

    transaction: str
    commit: bool
    why: str


class ReplicatedCoordinator(MultiPaxosServer):
    """A member of the group. Whoever leads asks for votes, has the decision chosen, and tells it."""

    def __init__(self, name: str, config: CoordinatorGroupConfig, durable: MultiPaxosDurable) -> None:
        super().__init__(name, config.group, durable)
        self.commit = config.commit
        # What the decrees amount to: how transactions ended, and how the last operation of each session did.
        self.ends: dict[str, bool] = {}
        self.outcomes: dict[str, tuple[int, bool, str]] = {}
        # What a leader has in mind, and forgets with its lead.
        self.ballots: dict[str, Ballot] = {}
        self.untold: dict[str, dict[str, None]] = {}

    # --- what is added to a server of the group ---------------------------------------------

    def _on_message(self, sender: str, message: Any, out: Effects) -> None:
        match message:
            case CanCommitReply() if self.role == "leader":
                self._on_vote(message, sender, out)
            case DecideReply(transaction=transaction) if transaction in self.untold:
                self.untold[transaction].pop(sender, None)
            case Inquire(transaction=transaction):
                self._on_inquire(transaction, sender, out)
            case _:
                super()._on_message(sender, message, out)

    def _on_timer(self, timer: str, out: Effects) -> None:
        if timer != "look":
            super()._on_timer(timer, out)
        elif self.role == "leader":
            self._look_after(out)

    def _lead(self, out: Effects) -> None:
        super()._lead(out)
        out.set_timer("look", self.commit.vote_ms / 3)

    def _lose(self, promised: int, out: Effects) -> None:
        super()._lose(promised, out)
        self.ballots, self.untold = {}, {}

    # --- phase one: votes -------------------------------------------------------------------

    def _on_request(self, client: str, request: Request, out: Effects) -> None:
        operation = request.session, request.number
        number, commit, why = self.outcomes.get(request.session, (0, False, ""))
        if number == request.number:
            out.send(client, RequestReply(*operation, "ok" if commit else "failed", why))
        elif self.role != "leader":
            out.send(client, RequestReply(*operation, "elsewhere", hint=self.leader))
        elif operation not in self.asking:
            self._begin(client, request, out)

    def _begin(self, client: str, request: Request, out: Effects) -> None:
        transaction = f"{request.session}.{request.number}/{self.ballot}"
        self.asking[request.session, request.number] = client, NOTHING
        due = out.now + self.commit.vote_ms
        self.ballots[transaction] = Ballot(transaction, client, request, {}, due)
        for participant in self.commit.participants:
            out.send(participant, CanCommit(transaction, request.command.key, request.command.value))

    def _on_vote(self, vote: CanCommitReply, voter: str, out: Effects) -> None:
        ballot = self.ballots.get(vote.transaction)
        if ballot is None:
            return
        if not vote.yes:
            self._decide(ballot, False, f"aborted: {voter} voted no", out)
            return
        ballot.yes[voter] = None
        if len(ballot.yes) == len(self.commit.participants) or self.commit.bug == FIRST_VOTE:
            self._decide(ballot, True, ballot.request.command.value, out)

    def _look_after(self, out: Effects) -> None:
        out.set_timer("look", self.commit.vote_ms / 3)
        for ballot in [b for b in self.ballots.values() if b.due <= out.now or self.commit.bug == HASTY]:
            self._decide(ballot, False, "aborted: a vote is missing", out)
        self.untold = {transaction: whom for transaction, whom in self.untold.items() if whom}
        for transaction in self.untold:
            self._tell(transaction, out)

    # --- phase two: the decision ------------------------------------------------------------

    def _decide(self, ballot: Ballot, commit: bool, why: str, out: Effects) -> None:
        """Have the decision chosen; until then nobody is told of it."""
        del self.ballots[ballot.transaction]
        decree = Decree(Decision(ballot.transaction, commit, why), ballot.request.session, ballot.request.number)
        self._propose(self.end + 1, decree, out)
        if self.commit.bug == UNLOGGED:
            self._announce(ballot.transaction, commit, why, out)

    def _perform(self, decree: Decree, out: Effects) -> None:
        """Take the next decision of the log; of two about one transaction or one operation the first counts."""
        decision = decree.command
        if not isinstance(decision, Decision) or decision.transaction in self.ends:
            return
        number, commit, why = self.outcomes.get(decree.session, (0, False, ""))
        is_late = bool(decree.session) and decree.number <= number
        self.ends[decision.transaction] = decision.commit and not is_late
        if decree.session and not is_late:
            number, commit, why = decree.number, decision.commit, decision.why
            self.outcomes[decree.session] = number, commit, why
        if self.role == "leader":
            self._announce(decision.transaction, self.ends[decision.transaction], decision.why, out)
        client, _ = self.asking.pop((decree.session, number), ("", NOTHING))
        if client:
            out.send(client, RequestReply(decree.session, number, "ok" if commit else "failed", why))

    def _announce(self, transaction: str, commit: bool, why: str, out: Effects) -> None:
        reason = "all voted yes, and a majority of coordinators has that on disk" if commit else why
        out.note("decides", transaction=transaction, commit=commit, why=reason.removeprefix("aborted: "))
        if commit:
            self.untold[transaction] = dict.fromkeys(self.commit.participants)
            self._tell(transaction, out)
        else:
            for participant in self.commit.participants:
                out.send(participant, Decide(transaction, False))

    def _tell(self, transaction: str, out: Effects) -> None:
        for participant in self.untold[transaction]:
            out.send(participant, Decide(transaction, True))

    def _on_inquire(self, transaction: str, asker: str, out: Effects) -> None:
        """Tell what the log says. A leader that finds nothing there, and is not at it itself, has the abort chosen."""
        if transaction in self.ends:
            out.send(asker, Decide(transaction, self.ends[transaction]))
        elif self.role == "leader" and transaction not in self.ballots and not self._is_being_decided(transaction):
            if self.commit.bug == PRESUMES_ABORT:
                out.send(asker, Decide(transaction, False))
                return
            out.note("settles", transaction=transaction, asker=asker)
            decision = Decision(transaction, False, "aborted: the coordinator that asked for votes is gone")
            self._propose(self.end + 1, Decree(decision), out)

    def _is_being_decided(self, transaction: str) -> bool:
        commands = (self.slots[instance].decree.command for instance in self.agreed)
        return any(isinstance(one, Decision) and one.transaction == transaction for one in commands)

    def _label(self, decree: Decree) -> str:
        if isinstance(decree.command, Decision):
            return f"{decree.command.transaction} {'✓' if decree.command.commit else '✗'}"
        return super()._label(decree)
