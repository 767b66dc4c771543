"""Replicas of an account without a leader: each takes what it is asked, and tells the others afterwards.

Two ways of telling. A replica that copies its *value* overwrites what the other had: the last copy wins, and what it
did not know is gone. One that copies its *operations*, as a total of deposits and one of charges for each replica,
merges: the totals only grow, so the larger of two is the later one (PN-counter: Shapiro, Preguiça, Baquero & Zawirski,
"A comprehensive study of Convergent and Commutative Replicated Data Types", INRIA 7506, 2011, section 3.1.3).
"""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired
from cluster_engine.protocols.account import OPENING, amount_of, number, objection, taken
from cluster_engine.protocols.planted import NO_BUG

ADDS_COPIES = "adds-copies-up"

Totals = tuple[tuple[str, float, float], ...]  # replica, its deposits, its charges


class CopyingConfig(msgspec.Struct, frozen=True):
    """How the replicas copy. `resend_ms`: a copy that is not acknowledged is sent again after it."""

    replicas: tuple[str, ...]
    operations: bool  # copy these, not the value
    keys: bool  # answer a retry as before, instead of taking it for another payment
    resend_ms: float = 250.0
    bug: str = NO_BUG


class Copy(msgspec.Struct, frozen=True):
    """What a replica tells another: its value, or its totals."""

    number: int
    value: float
    totals: Totals


class CopyReply(msgspec.Struct, frozen=True):
    """The copy of that number arrived."""

    number: int


class CopyingDurable(msgspec.Struct):
    """What survives a crash: the value and the totals, and what clients were answered."""

    value: float = OPENING
    totals: Totals = ()
    answers: tuple[tuple[str, int, Any], ...] = ()

    def apply(self, write: "CopyingDurable") -> None:
        """Take a write that became durable."""
        self.value, self.totals, self.answers = write.value, write.totals, write.answers


class CopyingReplica:
    """A replica that answers by itself."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "balance", "uncopied")

    def __init__(self, name: str, config: CopyingConfig, durable: CopyingDurable) -> None:
        self.name, self.config = name, config
        self.value, self.totals = durable.value, {who: (plus, minus) for who, plus, minus in durable.totals}
        self.answers = {(session, number): answer for session, number, answer in durable.answers}
        self.number = 0
        self.started = False  # until then nothing is told of it
        self.unsaid: dict[str, int] = {}  # other replica -> number of the copy that it has not acknowledged

    @property
    def balance(self) -> float:
        """What it believes the account holds."""
        if not self.config.operations:
            return self.value
        return OPENING + sum(plus - minus for plus, minus in self.totals.values())

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(message=Request() as request):
                self._on_request(event.sender, request, out)
            case Received(message=Copy() as copy):
                self._on_copy(event.sender, copy, out)
            case Received(message=CopyReply(number=number)):
                if self.unsaid.get(event.sender) == number:
                    del self.unsaid[event.sender]
            case TimerFired():
                self._tell(out)
            case Started():
                self.started = True
                self.unsaid = dict.fromkeys(self._others(), 0) if self.totals or self.value != OPENING else {}
                self._tell(out)

    def observe(self) -> tuple[Any, ...]:
        """Return its role, the balance and how many others have not acknowledged its last copy."""
        return ("replica", number(self.balance) if self.started else None, len(self.unsaid))

    def log_delta(self) -> None:
        """It keeps no log."""

    def log_view(self) -> None:
        """It keeps no log."""

    def _others(self) -> list[str]:
        return [name for name in self.config.replicas if name != self.name]

    def _on_request(self, client: str, request: Request, out: Effects) -> None:
        known = self.answers.get((request.session, request.number)) if self.config.keys else None
        amount = amount_of(request.command)
        if known is None and amount:
            why = objection(self.balance, amount)
            if why:
                out.send(client, RequestReply(request.session, request.number, "failed", why))
                return
            self._take(amount)
            again = (request.session, request.number) in self.answers
            out.note("takes", **taken(request, amount, again), balance=number(self.balance))
        answer = number(self.balance) if known is None else known
        if known is None and amount:
            self.answers[request.session, request.number] = answer
            self._persist(out)
            self.unsaid = dict.fromkeys(self._others(), self.number + 1)
            self._tell(out)
        out.send(client, RequestReply(request.session, request.number, "ok", answer))

    def _take(self, amount: float) -> None:
        self.value += amount
        plus, minus = self.totals.get(self.name, (0.0, 0.0))
        self.totals[self.name] = (plus + max(amount, 0.0), minus + max(-amount, 0.0))

    def _tell(self, out: Effects) -> None:
        """Send the copy to those who have not acknowledged it."""
        self.number += bool(self.unsaid)
        for other in self.unsaid:
            self.unsaid[other] = self.number
            out.send(other, Copy(self.number, self.value, self._pack()))
        out.set_timer("resend", self.config.resend_ms)

    def _on_copy(self, sender: str, copy: Copy, out: Effects) -> None:
        before = self.balance
        if self.config.operations:
            for who, plus, minus in copy.totals:
                mine = self.totals.get(who, (0.0, 0.0))
                if self.config.bug == ADDS_COPIES and who != self.name:
                    self.totals[who] = (mine[0] + plus, mine[1] + minus)
                else:
                    self.totals[who] = (max(mine[0], plus), max(mine[1], minus))
        else:
            self.value = copy.value
        if self.balance != before:
            out.note("copies", sender=sender, before=number(before), after=number(self.balance))
            self._persist(out)
        out.send(sender, CopyReply(copy.number))

    def _pack(self) -> Totals:
        return tuple((who, plus, minus) for who, (plus, minus) in sorted(self.totals.items()))

    def _persist(self, out: Effects) -> None:
        answers = tuple((session, number, answer) for (session, number), answer in self.answers.items())
        out.persist(CopyingDurable(self.value, self._pack(), answers))
