"""Primary and backups: one server takes the payments and hands them on; if it is missed, a backup takes its place.

Alsberg & Day, "A Principle for Resilient Sharing of Distributed Resources", ICSE 1976; Budhiraja, Marzullo, Schneider &
Toueg, "The Primary-Backup Approach", 1993. The primary numbers its reign by an epoch. It answers a client at once
(asynchronous), once `copies` backups have the payment or their patience ends (semi-synchronous), or once a majority
has it (synchronous; a look at the balance is then a payment of nothing, for a primary that was deposed and has not
heard so must not answer it either). A backup that has not heard the primary for the timeout takes over, by itself or
after a majority of servers and witnesses has agreed. With fencing, whoever has seen a higher epoch refuses what carries
a lower one.
"""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Ordered, Received, Started, TimerFired
from cluster_engine.protocols.account import (
    Payment,
    amount_of,
    answered,
    balance_after,
    number,
    objection,
    taken,
)
from cluster_engine.protocols.planted import NO_BUG

ASYNCHRONOUS, SEMI, SYNCHRONOUS = "asynchronous", "semi-synchronous", "synchronous"
ANSWERS_EARLY, FORGETS_KEYS, CHECKS_SETTLED = "answers-early", "forgets-keys", "checks-what-is-settled"
BACKUPS_ANSWER, VOTES_TWICE = "backups-answer", "votes-twice"


class PrimaryBackupConfig(msgspec.Struct, frozen=True):
    """How the group works. Times in ms; `timeout_ms` of 0: nobody takes over by itself.

    `voters` are all whose majority decides a failover with `quorum`: servers and witnesses.
    """

    servers: tuple[str, ...]
    voters: tuple[str, ...]
    replication: str
    copies: int
    patience_ms: float
    heartbeat_ms: float
    timeout_ms: float
    quorum: bool
    fencing: bool
    keys: bool
    bug: str = NO_BUG


class Replicate(msgspec.Struct, frozen=True):
    """The primary's payments from place `start` on; without any, a heartbeat."""

    epoch: int
    start: int
    payments: tuple[Payment, ...]


class ReplicateReply(msgspec.Struct, frozen=True):
    """How many payments the backup has, of those that the primary has; `epoch` is the highest that it has seen."""

    epoch: int
    length: int


class TakeOver(msgspec.Struct, frozen=True):
    """A backup asks whether it may lead this epoch; it has `length` payments of the primary of epoch `source`."""

    epoch: int
    source: int
    length: int


class TakeOverReply(msgspec.Struct, frozen=True):
    """It may, or not."""

    epoch: int
    granted: bool


class PrimaryBackupWrite(msgspec.Struct, frozen=True):
    """What goes to disk."""

    epoch: int
    promised: int
    payments: tuple[Payment, ...]
    source: int


class PrimaryBackupDurable:
    """What survives a crash: the epoch, the epoch for which the vote is given away, the payments, and the epoch whose
    primary they were taken over from.
    """

    __slots__ = ("epoch", "payments", "promised", "source")

    def __init__(self) -> None:
        self.epoch = self.promised = self.source = 0
        self.payments: tuple[Payment, ...] = ()

    def apply(self, write: PrimaryBackupWrite) -> None:
        """Take a write that became durable."""
        self.epoch, self.promised = write.epoch, write.promised
        self.payments, self.source = write.payments, write.source


class Waiting(msgspec.Struct):
    """A payment that is not answered yet: it stands at `place`; `asked` is when."""

    client: str
    request: Request
    place: int
    asked: float


class PrimaryBackup:
    """A server, or a witness: one that only votes."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "term", "balance", "payments")

    def __init__(self, name: str, config: PrimaryBackupConfig, durable: PrimaryBackupDurable) -> None:
        self.name, self.config = name, config
        self.term, self.promised = durable.epoch, durable.promised
        self.payments, self.source = durable.payments, durable.source
        self.role = "witness" if name not in config.servers else "follower"
        self.primary = ""
        self.heard = 0.0  # of the primary, by a backup; of each backup, by the primary: `answers`
        self.answers: dict[str, float] = {}
        self.match: dict[str, int] = {}
        self.waiting: list[Waiting] = []
        self.votes: tuple[str, ...] = ()
        self.asked = 0  # the highest epoch for which anybody asked for a vote
        self.started = False  # until then nothing is told of its balance
        self.dirty = False  # something is to be written to disk before anything leaves

    # --- the process ------------------------------------------------------------------------

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        self._take_in(event, out)
        if self.dirty:
            out.persist(PrimaryBackupWrite(self.term, self.promised, self.payments, self.source))
            self.dirty = False

    def _take_in(self, event: Any, out: Effects) -> None:
        match event:
            case Started():
                self._on_started(out)
            case Received(sender=sender, message=message):
                self._on_message(sender, message, out)
            case TimerFired(timer="beat") if self.role == "leader":
                self._replicate(out)
            case TimerFired(timer="patience"):
                self._answer_waiting(out)
            case TimerFired(timer="watch"):
                self._on_silence(out)
            case Ordered(what="promote"):
                self._lead(max(self.term, self.promised) + 1, "", out)

    def observe(self) -> tuple[Any, ...]:
        """Return its role, its epoch, the balance and how many payments it has."""
        known = self.started and self.role != "witness"
        return (self.role, self.term, number(balance_after(self.payments)) if known else None, len(self.payments))

    def log_delta(self) -> None:
        """Its payments are told in numbers only."""

    def log_view(self) -> None:
        """Its payments are told in numbers only."""

    def _on_started(self, out: Effects) -> None:
        self.started = True
        if self.name == self.config.servers[0] and self.term == 0:
            self._lead(1, "at the start", out)
        else:
            self._await(out)

    def _on_message(self, sender: str, message: Any, out: Effects) -> None:
        match message:
            case Request():
                self._on_request(sender, message, out)
            case Replicate():
                self._on_replicate(sender, message, out)
            case ReplicateReply():
                self._on_replicate_reply(sender, message, out)
            case TakeOver():
                self._on_take_over(sender, message, out)
            case TakeOverReply(epoch=epoch, granted=True) if epoch == self.promised and self.role == "candidate":
                self.votes = (*self.votes, sender)
                self._count(out)

    # --- clients ----------------------------------------------------------------------------

    def _on_request(self, client: str, request: Request, out: Effects) -> None:
        amount = amount_of(request.command)
        if self.role == "follower" and not amount and self.config.bug == BACKUPS_ANSWER:
            self._answer(client, request, len(self.payments), out)
            return
        if self.role != "leader":
            out.send(client, RequestReply(request.session, request.number, "elsewhere", hint=self.primary))
            return
        place = answered(self._known(), request) if self.config.keys else None
        if not amount and self.config.replication != SYNCHRONOUS:
            self._answer(client, request, len(self.payments), out)
        elif place is not None:
            self._wait(client, request, place + 1, out)
        elif why := self._objection(amount, out.now):
            out.send(client, RequestReply(request.session, request.number, "failed", why))
        else:
            again = answered(self.payments, request) is not None
            self.payments = (*self.payments, Payment(self.term, request.session, request.number, amount))
            if amount:
                out.note("takes", **taken(request, amount, again), balance=number(balance_after(self.payments)))
            self.dirty = True
            self._replicate(out)
            self._wait(client, request, len(self.payments), out)

    def _known(self) -> tuple[Payment, ...]:
        """Return the payments of which a retry is recognised: all of them."""
        forgotten = self.config.bug == FORGETS_KEYS  # all but those of this reign
        return tuple(one for one in self.payments if one.epoch == self.term) if forgotten else self.payments

    def _objection(self, amount: float, now: float) -> str:
        if self.config.replication == SYNCHRONOUS and not self._hears_majority(now):
            return "the primary has not heard from a majority for too long"
        settled = min((one.place - 1 for one in self.waiting), default=len(self.payments))
        counted = settled if self.config.bug == CHECKS_SETTLED else len(self.payments)
        return objection(balance_after(self.payments[:counted]), amount)

    def _hears_majority(self, now: float) -> bool:
        limit = 4 * self.config.heartbeat_ms
        heard = 1 + sum(now - self.answers.get(other, 0.0) <= limit for other in self._others())
        return 2 * heard > len(self.config.servers)

    def _wait(self, client: str, request: Request, length: int, out: Effects) -> None:
        """Answer once enough servers have so many payments."""
        self.waiting.append(Waiting(client, request, length, out.now))
        if self.config.replication == SEMI:
            out.set_timer("patience", self.config.patience_ms)
        self._answer_waiting(out)

    def _answer_waiting(self, out: Effects) -> None:
        ready = [one for one in self.waiting if self._is_safe(one, out.now)]
        self.waiting = [one for one in self.waiting if one not in ready]
        for one in ready:
            self._answer(one.client, one.request, one.place, out)

    def _is_safe(self, one: Waiting, now: float) -> bool:
        copies = sum(self.match.get(other, 0) >= one.place for other in self._others())
        if self.config.bug == ANSWERS_EARLY:
            return True
        match self.config.replication:
            case "asynchronous":
                return True
            case "semi-synchronous":
                enough = min(self.config.copies, len(self._others()))
                return copies >= enough or now - one.asked >= self.config.patience_ms
        return 2 * (1 + copies) > len(self.config.servers)

    def _answer(self, client: str, request: Request, length: int, out: Effects) -> None:
        balance = balance_after(self.payments[:length])
        out.send(client, RequestReply(request.session, request.number, "ok", number(balance)))

    # --- replication ------------------------------------------------------------------------

    def _others(self) -> list[str]:
        return [name for name in self.config.servers if name != self.name]

    def _replicate(self, out: Effects) -> None:
        for other in self._others():
            start = min(self.match.get(other, 0), len(self.payments))
            out.send(other, Replicate(self.term, start, self.payments[start:]))
        for witness in self.config.voters:
            if witness not in self.config.servers:
                out.send(witness, Replicate(self.term, 0, ()))
        out.set_timer("beat", self.config.heartbeat_ms)
        self._answer_waiting(out)

    def _on_replicate(self, sender: str, message: Replicate, out: Effects) -> None:
        if message.epoch < self.term:
            if self.config.fencing:
                out.send(sender, ReplicateReply(self.term, 0))
            return
        if self.role == "leader" and (message.epoch == self.term or not self.config.fencing):
            return  # neither gives way
        if message.epoch > self.term or self.role in ("leader", "candidate"):
            self._follow(sender, message.epoch, out)
        self.primary, self.heard = sender, out.now
        if self.role == "follower":
            out.send(sender, ReplicateReply(self.term, self._take(message, out)))
        self._await(out)

    def _take(self, message: Replicate, out: Effects) -> int:
        """Take the primary's payments over; return how many of them are here.

        The first list of an epoch replaces what is here, and what the primary does not know is dropped. After it an
        epoch's list only grows: what arrives late is shorter, and changes nothing.
        """
        if self.source != message.epoch and message.start:
            return 0  # the reply asks for the whole list
        whole = self.payments[: message.start] + message.payments
        if self.source == message.epoch and len(whole) <= max(len(self.payments), message.start):
            return len(self.payments)
        known = {one.click for one in whole}  # a retry may have been taken there, in a later epoch
        lost = [one for one in self.payments if one.amount and one.click not in known]
        if lost:
            clicks = [[one.session, one.number] for one in lost]
            out.note("drops", amount=number(sum(one.amount for one in lost)), count=len(lost), clicks=clicks)
        self.payments, self.source = whole, message.epoch
        self.dirty = True
        return len(whole)

    def _on_replicate_reply(self, sender: str, message: ReplicateReply, out: Effects) -> None:
        if message.epoch > self.term and self.config.fencing:
            self._follow("", message.epoch, out)
        elif self.role == "leader" and message.epoch == self.term:
            self.answers[sender] = out.now
            late = 0 < message.length < self.match.get(sender, 0)  # an answer that was overtaken; 0 asks for all
            self.match[sender] = self.match[sender] if late else message.length
            self._answer_waiting(out)

    def _follow(self, primary: str, epoch: int, out: Effects) -> None:
        if self.role == "leader":
            out.note("steps-down", epoch=epoch)
        if self.role != "witness":
            self.role = "follower"
        self.primary, self.term, self.waiting, self.heard = primary, epoch, [], out.now
        self.promised = max(self.promised, epoch)
        self.dirty = True
        self._await(out)

    # --- failover ---------------------------------------------------------------------------

    def _await(self, out: Effects) -> None:
        """Wait for the primary; each backup a little longer than the one before it, so that they do not collide."""
        if self.config.timeout_ms and self.role != "witness":
            place = (self.config.servers.index(self.name) - 1) % len(self.config.servers)  # the second server is first
            out.set_timer("watch", self.config.timeout_ms * (1 + place / 4))

    def _on_silence(self, out: Effects) -> None:
        if self.role == "leader":
            return
        epoch = max(self.term, self.promised, self.asked) + 1
        out.note("misses", primary=self.primary or "the primary", after=round(self.config.timeout_ms))
        if not self.config.quorum:
            self._lead(epoch, "by its timeout", out)
            return
        self.role, self.promised, self.votes = "candidate", epoch, (self.name,)
        self.dirty = True
        for voter in self.config.voters:
            if voter != self.name:
                out.send(voter, TakeOver(epoch, self.source, len(self.payments)))
        self._await(out)
        self._count(out)

    def _on_take_over(self, sender: str, message: TakeOver, out: Effects) -> None:
        self.asked = max(self.asked, message.epoch)
        silent = self.role != "leader" and out.now - self.heard >= self.config.timeout_ms / 2
        mine, theirs = (self.source, len(self.payments)), (message.source, message.length)
        knows_more = self.role != "witness" and mine > theirs
        is_new = message.epoch > max(self.promised, self.term) or (
            self.config.bug == VOTES_TWICE and message.epoch > self.term
        )
        granted = is_new and silent and not knows_more
        if granted:
            self.promised = message.epoch
            self.dirty = True
        out.send(sender, TakeOverReply(message.epoch, granted))

    def _count(self, out: Effects) -> None:
        """Lead with a majority of the voters, and so many servers that each majority of them has one among the votes:
        witnesses know nothing of payments, and must not outvote those who do.
        """
        votes, servers = set(self.votes), self.config.servers
        enough = len(servers) - len(servers) // 2
        if 2 * len(votes) > len(self.config.voters) and len(votes & set(servers)) >= enough:
            self._lead(self.promised, f"with the votes of {', '.join(sorted(set(self.votes)))}", out)

    def _lead(self, epoch: int, how: str, out: Effects) -> None:
        self.role, self.term, self.promised, self.primary = "leader", epoch, max(self.promised, epoch), self.name
        self.match, self.waiting, self.source = {}, [], epoch
        self.answers = dict.fromkeys(self._others(), out.now)
        has = [[one.session, one.number] for one in self.payments]
        out.note("promoted", epoch=epoch, how=how, balance=number(balance_after(self.payments)), has=has)
        out.cancel_timer("watch")
        self.dirty = True
        self._replicate(out)
