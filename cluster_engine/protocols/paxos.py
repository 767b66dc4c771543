"""Paxos: one value, chosen once, by whoever gets a quorum to listen and a quorum to agree.

Lamport, "Paxos Made Simple", 2001, sections 2.2 to 2.4. Quorums of the two phases may differ in size, as long as each
of the first meets each of the second: Howard, Malkhi & Spiegelman, "Flexible Paxos: Quorum Intersection Revisited",
OPODIS 2016, section 3. Every server is proposer, acceptor and learner at once.
"""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired, WriteSynced
from cluster_engine.protocols.planted import NO_BUG

FORGETS, IGNORES, ACCEPTS_OLD = "forgets-its-promise", "ignores-accepted-values", "accepts-below-its-promise"
INVENTS = "proposes-a-default"
DEFAULT = "nothing"  # what a server proposes that only wants to know, with that mistake

Ballot = tuple[int, str]
NO_BALLOT: Ballot = (0, "")


class PaxosConfig(msgspec.Struct, frozen=True):
    """How the group works. `first` and `second` are the sizes of the quorums of the two phases. Times in ms.

    A proposer that is refused, or has waited `round_ms` for a quorum, tries a higher ballot after up to `backoff_ms`.
    """

    servers: tuple[str, ...]
    first: int
    second: int
    round_ms: float
    backoff_ms: float
    bug: str = NO_BUG


class Prepare(msgspec.Struct, frozen=True):
    """Phase 1a: will you take nothing below this ballot any more?"""

    ballot: Ballot


class PrepareReply(msgspec.Struct, frozen=True):
    """Phase 1b: granted, and what was accepted last; or refused, for `promised` is higher."""

    ballot: Ballot
    granted: bool
    promised: Ballot
    accepted: Ballot
    value: Any


class Accept(msgspec.Struct, frozen=True):
    """Phase 2a: accept this value in this ballot."""

    ballot: Ballot
    value: Any


class AcceptReply(msgspec.Struct, frozen=True):
    """Phase 2b: accepted, or refused."""

    ballot: Ballot
    granted: bool
    promised: Ballot


class Chosen(msgspec.Struct, frozen=True):
    """A quorum has accepted this value: nothing else can be chosen any more."""

    value: Any


class PaxosWrite(msgspec.Struct, frozen=True):
    """What goes to disk."""

    promised: Ballot
    accepted: Ballot
    value: Any


class PaxosDurable:
    """What survives a crash: an acceptor's promise, and what it accepted last."""

    __slots__ = ("accepted", "promised", "value")

    def __init__(self) -> None:
        self.promised = self.accepted = NO_BALLOT
        self.value: Any = None

    def apply(self, write: PaxosWrite) -> None:
        """Take a write that became durable."""
        self.promised, self.accepted, self.value = write.promised, write.accepted, write.value


class PaxosServer:
    """A server."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "ballot", "accepted", "accepted_by", "value", "chosen", "kept")

    def __init__(self, name: str, config: PaxosConfig, durable: PaxosDurable) -> None:
        self.name, self.config = name, config
        self.promised, self.accepted, self.value = durable.promised, durable.accepted, durable.value
        if config.bug == FORGETS:
            self.promised, self.accepted, self.value = NO_BALLOT, NO_BALLOT, None
        self.chosen: Any = None
        self.waiting: list[tuple[str, Request]] = []  # clients that proposed here
        self.phase = ""
        self.ballot = NO_BALLOT
        self.proposed: Any = None
        self.promises: dict[str, tuple[Ballot, Any]] = {}
        self.agreed: tuple[str, ...] = ()
        self.highest = 0  # round that was ever heard of
        self.kept: tuple[tuple[int, Ballot, Any], ...] = ()  # what is accepted on its disk, if anything is
        self.unsynced: list[PaxosWrite] = []

    # --- the process ------------------------------------------------------------------------

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        before = self.promised, self.accepted, self.value
        match event:
            case Received(sender=sender, message=message):
                self._on_message(sender, message, out)
            case TimerFired() if self.waiting and self.chosen is None:
                self._prepare(out)
            case WriteSynced(count=count):
                self._on_synced(count)
            case Started():
                self.highest = self.promised[0]
                if self.config.bug == INVENTS:
                    self._prepare(out)
        if (self.promised, self.accepted, self.value) != before:
            self.unsynced.append(PaxosWrite(self.promised, self.accepted, self.value))
            out.persist(self.unsynced[-1])

    def observe(self) -> tuple[Any, ...]:
        """Return its role, the round it promised, what it accepted (round, proposer, value), what was chosen, and
        what is accepted on its disk.
        """
        role = "learner" if self.chosen is not None else "proposer" if self.phase else "acceptor"
        return (role, self.promised[0], self.accepted[0], self.accepted[1], self.value, self.chosen, self.kept)

    def log_delta(self) -> None:
        """There is one value and no log."""

    def log_view(self) -> None:
        """There is one value and no log."""

    def _on_message(self, sender: str, message: Any, out: Effects) -> None:
        match message:
            case Request():
                self._on_request(sender, message, out)
            case Prepare(ballot=ballot):
                self._on_prepare(sender, ballot, out)
            case PrepareReply() if message.ballot == self.ballot and self.phase == "prepare":
                self._on_promise(sender, message, out)
            case Accept(ballot=ballot, value=value):
                self._on_accept(sender, ballot, value, out)
            case AcceptReply() if message.ballot == self.ballot and self.phase == "accept":
                self._on_accepted(sender, message, out)
            case Chosen(value=value):
                self._learn(value, out)

    def _on_synced(self, count: int) -> None:
        """An acceptor has accepted what is on its disk: whatever it had in mind besides, a crash may undo."""
        self.kept = tuple((1, w.accepted, w.value) for w in self.unsynced[:count] if w.accepted != NO_BALLOT)
        del self.unsynced[:count]

    def _send(self, to: str, message: Any, out: Effects) -> None:
        if to == self.name:
            self._on_message(self.name, message, out)
        else:
            out.send(to, message)

    # --- proposer ---------------------------------------------------------------------------

    def _on_request(self, client: str, request: Request, out: Effects) -> None:
        if self.chosen is not None:
            self._answer(client, request, out)
        elif request not in [known for _, known in self.waiting]:
            self.waiting.append((client, request))
            if not self.phase:
                self._prepare(out)

    def _prepare(self, out: Effects) -> None:
        self.highest += 1
        self.ballot, self.phase = (self.highest, self.name), "prepare"
        self.promises, self.agreed = {}, ()
        out.note("prepares", ballot=self.highest)
        out.set_timer("round", self.config.round_ms)
        for server in self.config.servers:
            self._send(server, Prepare(self.ballot), out)

    def _on_promise(self, sender: str, message: PrepareReply, out: Effects) -> None:
        if not message.granted:
            self._lose(message.promised, out)
            return
        self.promises[sender] = (message.accepted, message.value)
        if len(self.promises) < self.config.first:
            return
        accepted, value = max(self.promises.values(), key=lambda one: one[0])
        own = self.waiting[0][1].command.value if self.waiting else DEFAULT
        free = accepted == NO_BALLOT or self.config.bug == IGNORES
        self.proposed, self.phase = (own if free else value), "accept"
        out.note("proposes", ballot=self.ballot[0], value=self.proposed, free=free)
        for server in self.config.servers:
            self._send(server, Accept(self.ballot, self.proposed), out)

    def _on_accepted(self, sender: str, message: AcceptReply, out: Effects) -> None:
        if not message.granted:
            self._lose(message.promised, out)
            return
        self.agreed = (*self.agreed, sender)
        if len(set(self.agreed)) >= self.config.second:
            self._learn(self.proposed, out)
            for server in self.config.servers:
                if server != self.name:
                    out.send(server, Chosen(self.proposed))

    def _lose(self, promised: Ballot, out: Effects) -> None:
        """Somebody has promised a higher ballot: try a higher one still, now or a little later."""
        self.highest, self.phase = max(self.highest, promised[0]), ""
        out.note("loses", ballot=self.ballot[0], to=promised[1], higher=promised[0])
        out.cancel_timer("round")
        out.set_timer("again", 0.0, self.config.backoff_ms)

    # --- acceptor ---------------------------------------------------------------------------

    def _on_prepare(self, sender: str, ballot: Ballot, out: Effects) -> None:
        granted = ballot >= self.promised  # the same question may come twice
        self.highest = max(self.highest, ballot[0])
        if granted:
            self.promised = ballot
        self._send(sender, PrepareReply(ballot, granted, self.promised, self.accepted, self.value), out)

    def _on_accept(self, sender: str, ballot: Ballot, value: Any, out: Effects) -> None:
        granted = ballot >= self.promised or self.config.bug == ACCEPTS_OLD
        if granted:
            self.promised = max(self.promised, ballot)
            self.accepted, self.value = ballot, value
        self._send(sender, AcceptReply(ballot, granted, self.promised), out)

    # --- learner ----------------------------------------------------------------------------

    def _learn(self, value: Any, out: Effects) -> None:
        if self.chosen is None:
            self.chosen = value
            out.note("learns", value=value)
        self.phase = ""
        for timer in ("round", "again"):
            out.cancel_timer(timer)
        for client, request in self.waiting:
            self._answer(client, request, out)
        self.waiting = []

    def _answer(self, client: str, request: Request, out: Effects) -> None:
        """Say ok to whose value was chosen, and failed to everybody else: theirs never will be."""
        ours = request.command.value == self.chosen
        value = self.chosen if ours else f"{self.chosen} was chosen"
        out.send(client, RequestReply(request.session, request.number, "ok" if ours else "failed", value))
