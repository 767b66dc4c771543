"""Two-phase commit with presumed abort: one coordinator, participants that hold their locks until they know.

Gray 1978, section 5.8.3.3; Bernstein, Hadzilacos and Goodman 1987, section 7.4 (the protocol and its cooperative
termination); Mohan, Lindsay and Obermarck 1986 (presumed abort: what the coordinator has no record of, is aborted).
"""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Ordered, Received, Started, TimerFired, WriteSynced
from cluster_engine.protocols.commit_messages import (
    FIRST_VOTE,
    HASTY,
    IMPATIENT,
    UNLOGGED,
    CanCommit,
    CanCommitReply,
    CommitConfig,
    Decide,
    DecideReply,
    Inquire,
)


class Begun(msgspec.Struct, frozen=True):
    """The coordinator has started once more; no transaction of an earlier life bears a name of this one."""


class Committed(msgspec.Struct, frozen=True):
    """The coordinator's commit record: with it the transaction is committed."""

    transaction: str
    session: str
    number: int


class CoordinatorDisk:
    """What the coordinator remembers: its commits, and how often it has started."""

    def __init__(self) -> None:
        self.lives = 0
        self.committed: dict[str, None] = {}
        self.sessions: dict[str, int] = {}  # the last number of each session that was committed

    def apply(self, write: Any) -> None:
        """Take a write."""
        if isinstance(write, Begun):
            self.lives += 1
        else:
            self.committed[write.transaction] = None
            self.sessions[write.session] = write.number


class Ballot(msgspec.Struct):
    """A transaction whose votes are being collected."""

    transaction: str
    asker: str
    request: Request
    yes: dict[str, None]
    due: float


class Coordinator:
    """Asks for votes, writes the decision down, and tells it until everyone has it."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "voting", "untold")

    def __init__(self, name: str, config: CommitConfig, durable: CoordinatorDisk) -> None:
        self.name = name
        self.config = config
        self.life = durable.lives + 1
        self.committed = dict(durable.committed)
        self.sessions = dict(durable.sessions)
        self.ballots: dict[str, Ballot] = {}
        self.refused: dict[str, tuple[int, str]] = {}  # session -> the last number aborted in this life, and why
        self.untold = {t: dict.fromkeys(config.participants) for t in self.committed}
        self.unsynced: list[str] = []  # what the writes under way commit; "" for one that commits nothing

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(message=Request() as request):
                self._on_request(request, event.sender, out)
            case Received(message=CanCommitReply() as vote):
                self._on_vote(vote, event.sender, out)
            case Received(message=DecideReply(transaction=transaction)):
                told = self.untold.get(transaction, {})
                told.pop(event.sender, None)
                if not told:
                    self.untold.pop(transaction, None)
            case Received(message=Inquire(transaction=transaction)):
                self._on_inquire(transaction, event.sender, out)
            case TimerFired():
                self._look_after(out)
            case WriteSynced(count=count):
                for transaction in filter(None, self.unsynced[:count]):
                    out.note("decides", transaction=transaction, commit=True, why="all voted yes, and that is on disk")
                del self.unsynced[:count]
            case Started():
                out.persist(Begun())
                self.unsynced.append("")
                out.set_timer("look", self.config.vote_ms / 3)

    def observe(self) -> tuple[Any, ...]:
        """Return the role, how many transactions are voted on, and how many decisions not all know."""
        return ("coordinator", len(self.ballots), len(self.untold))

    def log_delta(self) -> None:
        """Its log is no replicated one."""

    def log_view(self) -> None:
        """Its log is no replicated one."""

    def _on_request(self, request: Request, asker: str, out: Effects) -> None:
        if self.sessions.get(request.session, 0) >= request.number:
            out.send(asker, RequestReply(request.session, request.number, "ok", request.command.value))
            return
        number, why = self.refused.get(request.session, (0, ""))
        if number >= request.number:
            out.send(asker, RequestReply(request.session, request.number, "failed", why))
            return
        transaction = f"{request.session}.{request.number}/{self.life}"
        if transaction in self.ballots:
            return
        ballot = Ballot(transaction, asker, request, {}, out.now + self.config.vote_ms)
        self.ballots[transaction] = ballot
        for participant in self.config.participants:
            out.send(participant, CanCommit(transaction, request.command.key, request.command.value))

    def _on_vote(self, vote: CanCommitReply, voter: str, out: Effects) -> None:
        ballot = self.ballots.get(vote.transaction)
        if ballot is None:
            return
        if not vote.yes:
            self._abort(ballot, f"{voter} voted no", out)
            return
        ballot.yes[voter] = None
        if len(ballot.yes) == len(self.config.participants) or self.config.bug == FIRST_VOTE:
            self._commit(ballot, out)

    def _commit(self, ballot: Ballot, out: Effects) -> None:
        request, transaction = ballot.request, ballot.transaction
        del self.ballots[transaction]
        if self.config.bug != UNLOGGED:
            out.persist(Committed(transaction, request.session, request.number))
            self.unsynced.append(transaction)
        self.committed[transaction] = None
        self.sessions[request.session] = request.number
        self.untold[transaction] = dict.fromkeys(self.config.participants)
        self._tell(transaction, out)
        out.send(ballot.asker, RequestReply(request.session, request.number, "ok", request.command.value))

    def _abort(self, ballot: Ballot, why: str, out: Effects) -> None:
        del self.ballots[ballot.transaction]
        out.note("decides", transaction=ballot.transaction, commit=False, why=why)
        for participant in self.config.participants:
            out.send(participant, Decide(ballot.transaction, False))
        request = ballot.request
        self.refused[request.session] = (request.number, f"aborted: {why}")
        out.send(ballot.asker, RequestReply(request.session, request.number, "failed", f"aborted: {why}"))

    def _on_inquire(self, transaction: str, asker: str, out: Effects) -> None:
        """Presumed abort: neither being voted on nor in the log means aborted."""
        if transaction not in self.ballots:
            out.send(asker, Decide(transaction, transaction in self.committed))

    def _look_after(self, out: Effects) -> None:
        out.set_timer("look", self.config.vote_ms / 3)
        for ballot in [b for b in self.ballots.values() if b.due <= out.now or self.config.bug == HASTY]:
            self._abort(ballot, "a vote is missing", out)
        for transaction in self.untold:
            self._tell(transaction, out)

    def _tell(self, transaction: str, out: Effects) -> None:
        for participant in self.untold[transaction]:
            out.send(participant, Decide(transaction, True))


class Voted(msgspec.Struct, frozen=True):
    """A participant's prepare record."""

    transaction: str
    key: str
    value: Any


class Ended(msgspec.Struct, frozen=True):
    """A participant's record of how a transaction ended."""

    transaction: str
    commit: bool


class ParticipantDisk:
    """What a participant remembers: the data, what it is in doubt about, and how things ended."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.doubts: dict[str, Voted] = {}
        self.ends: dict[str, bool] = {}

    def apply(self, write: Any) -> None:
        """Take a write."""
        if isinstance(write, Voted):
            self.doubts[write.transaction] = write
            return
        self.ends[write.transaction] = write.commit
        voted = self.doubts.pop(write.transaction, None)
        if voted and write.commit and voted.value is not None:  # a read locks, and changes nothing
            self.data[voted.key] = voted.value


class Participant:
    """Votes, holds the lock of what it voted yes to, and asks when it hears no decision."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "value", "locked", "waited_ms")

    def __init__(self, name: str, config: CommitConfig, durable: ParticipantDisk) -> None:
        self.name = name
        self.config = config
        self.memory = ParticipantDisk()
        self.memory.data = dict(durable.data)
        self.memory.doubts = dict(durable.doubts)
        self.memory.ends = dict(durable.ends)
        self.unwilling = False
        self.since = dict.fromkeys(durable.doubts, 0.0)
        self.waited = 0
        self.unsynced: list[Voted | Ended] = []

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(message=CanCommit() as question):
                self._on_can_commit(question, event.sender, out)
            case Received(message=Decide() as decision):
                self._on_decide(decision, event.sender, out)
            case Received(message=Inquire(transaction=transaction)):
                self._on_inquire(transaction, event.sender, out)
            case TimerFired():
                self._ask(out)
            case WriteSynced(count=count):
                self._on_synced(count, out)
            case Ordered():
                self.unwilling = True
            case Started():
                self.since = dict.fromkeys(self.memory.doubts, out.now)
                out.set_timer("ask", self.config.ask_ms)

    def observe(self) -> tuple[Any, ...]:
        """Return role, data in words, locked keys in words, and how long the oldest doubt has lasted (ms)."""
        values = ", ".join(f"{key} = {value}" for key, value in sorted(self.memory.data.items()))
        return ("participant", values, ", ".join(d.key for d in self.memory.doubts.values()), self.waited)

    def log_delta(self) -> None:
        """Its log is no replicated one."""

    def log_view(self) -> None:
        """Its log is no replicated one."""

    def _on_can_commit(self, question: CanCommit, coordinator: str, out: Effects) -> None:
        transaction, memory = question.transaction, self.memory
        if transaction in memory.doubts or transaction in memory.ends:
            yes = transaction in memory.doubts or memory.ends[transaction]
        else:
            locked = any(doubt.key == question.key for doubt in memory.doubts.values())
            yes = not locked and not self.unwilling
            self.unwilling = False
            why = "" if yes else f"{question.key} is locked" if locked else "it was told to"
            out.note("votes", transaction=transaction, yes=yes, key=question.key, why=why)
            if locked:
                out.note("locked-out", key=question.key)
            if yes:
                self._write(Voted(transaction, question.key, question.value), out)
                self.since[transaction] = out.now
            else:
                self._end(transaction, False, out)
        out.send(coordinator, CanCommitReply(transaction, yes))

    def _on_decide(self, decision: Decide, sender: str, out: Effects) -> None:
        if decision.transaction not in self.memory.ends:
            self._end(decision.transaction, decision.commit, out)
        if decision.commit:
            for coordinator in self.config.coordinators:
                if sender == coordinator or sender in self.config.participants:
                    out.send(coordinator, DecideReply(decision.transaction))

    def _on_inquire(self, transaction: str, asker: str, out: Effects) -> None:
        """Cooperative termination: who has not voted may still abort; who is in doubt, too, can't help."""
        if transaction in self.memory.doubts:
            return
        if transaction not in self.memory.ends:
            self._end(transaction, False, out)
        out.send(asker, Decide(transaction, self.memory.ends[transaction]))

    def _ask(self, out: Effects) -> None:
        out.set_timer("ask", self.config.ask_ms)
        self.waited = round(max((out.now - since for since in self.since.values()), default=0))
        peers = [p for p in self.config.participants if p != self.name] if self.config.cooperative else []
        for transaction, since in list(self.since.items()):
            if out.now - since < self.config.ask_ms:
                continue
            out.note("in-doubt", transaction=transaction, waited=round(out.now - since))
            for node in (*self.config.coordinators, *peers):
                out.send(node, Inquire(transaction))
        if self.config.bug == IMPATIENT and self.waited >= 2 * self.config.ask_ms:
            self._end(next(iter(self.since)), False, out)

    def _on_synced(self, count: int, out: Effects) -> None:
        """A decision stands once it is on disk."""
        for write in self.unsynced[:count]:
            if isinstance(write, Ended):
                out.note("decides", transaction=write.transaction, commit=write.commit, why="")
        del self.unsynced[:count]

    def _end(self, transaction: str, commit: bool, out: Effects) -> None:
        self.since.pop(transaction, None)
        self.waited = 0 if not self.since else self.waited
        self._write(Ended(transaction, commit), out)

    def _write(self, write: Voted | Ended, out: Effects) -> None:
        self.memory.apply(write)
        out.persist(write)
        self.unsynced.append(write)
