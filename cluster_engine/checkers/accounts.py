"""What an account promises: no acknowledged payment is lost, none is taken twice, and it is never overdrawn.

The checkers read what servers tell ("takes", "promoted" and the balance) and what clients were answered.
"""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Invoked, Noted, Returned

Click = tuple[str, int]  # a client, and its own number of a payment

MOST_DOUBTS = 8  # payments of which nobody knows whether they were taken; with more there is nothing to hold against


class Acknowledged:
    """The payments that clients know to have been taken, each by the client and its own number of it."""

    def __init__(self) -> None:
        self._open: dict[int, Invoked] = {}
        self.payments: dict[Click, tuple[float, Returned]] = {}  # amount, and its acknowledgement

    def see(self, record: Any) -> None:
        """Follow an operation."""
        if isinstance(record, Invoked):
            self._open[record.op] = record
            return
        asked = self._open.pop(record.op, None)
        if asked is not None and asked.f == "add" and record.outcome == "ok":
            self.payments[asked.client, asked.op // 100] = float(asked.value), record


class NoLostPayment:
    """Looks, whenever a server is promoted, whether it has all that clients were told is safe; and, whenever one gives
    way to the latest primary, whether it drops any of that which the primary does not have.
    """

    kinds = frozenset({Invoked, Returned, Noted})

    def __init__(self) -> None:
        self._acknowledged = Acknowledged()
        self._lost: set[Click] = set()
        self._primary, self._epoch = "", 0
        self._has: set[Click] = set()  # what the latest primary has

    @property
    def lost(self) -> int:
        """How many payments were acknowledged and lost."""
        return len(self._lost)

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if not isinstance(record, Noted):
            self._acknowledged.see(record)
            return None
        facts = record.facts
        if record.event == "promoted":
            has = {(session, number) for session, number in facts["has"]}
            if facts["epoch"] >= self._epoch:
                self._primary, self._epoch, self._has = record.node, facts["epoch"], has
            return self._judge(self._acknowledged.payments.keys() - has, record.node, "is primary now and has no")
        if record.event == "takes" and record.node == self._primary:
            self._has.add((facts["session"], facts["number"]))
        if record.event == "drops":
            dropped = {(session, number) for session, number in facts["clicks"]} & self._acknowledged.payments.keys()
            return self._judge(dropped - self._has, record.node, f"gives way to {self._primary} and drops")
        return None

    def _judge(self, missing: set[Click], node: str, does: str) -> Violation | None:
        self._lost |= missing
        if not missing:
            return None
        payments = {key: one for key, one in self._acknowledged.payments.items() if key in missing}
        (client, _), (amount, told) = next(iter(payments.items()))
        what = f"{client}'s deposit of ${amount:g}" if amount > 0 else f"{client}'s charge of ${-amount:g}"
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        text = f"{node} {does} {what}{more}, which was acknowledged at {told.at:g} ms."
        return Violation(text, (node, client), (told.seq,))


class TakenOnce:
    """Looks, at each payment that a server takes, whether that click was paid for already."""

    kinds = frozenset({Noted})

    def __init__(self) -> None:
        self._by: dict[Click, tuple[str, int]] = {}  # who took it first, and the record that says so
        self.twice = 0

    def see(self, record: Any) -> Violation | None:
        """Read what a server notes."""
        if record.event != "takes":
            return None
        key = record.facts["session"], record.facts["number"]
        first, seq = self._by.setdefault(key, (record.node, record.seq))
        if not record.facts["again"]:
            return None
        self.twice += 1
        amount = record.facts["amount"]
        what = f"deposit of ${amount:g}" if amount > 0 else f"charge of ${-amount:g}"
        text = f"{record.node} takes {key[0]}'s {what} again, which {first} had taken already: one click, two payments."
        return Violation(text, (first, record.node), (seq,))


class NotOverdrawn:
    """Looks at every balance."""

    kinds = frozenset({Changed})
    fields = frozenset({"balance"})

    def see(self, record: Any) -> Violation | None:
        """Read a balance."""
        balance = record.changes["balance"]
        if balance is None or balance >= 0:
            return None
        return Violation(f"{record.node} has ${balance:g}: more was taken out than there was.", (record.node,))


class NothingOverwritten:
    """Looks, where a replica takes over another's copy, whether a payment that it had taken is in it.

    Only where nobody is asked anything any more and all copies have arrived: each payment must be in each balance. One
    that was not answered before its replica crashed may be, or not: the disk may not have had it.
    """

    kinds = frozenset({Invoked, Returned, Noted, Changed})
    fields = frozenset({"balance", "uncopied", "status"})

    def __init__(self, opening: float = 100.0) -> None:
        self._expected = opening
        self._unanswered: dict[tuple[str, str, int], float] = {}  # replica, client and number of payments taken
        self._doubtful: list[float] = []
        self._open: set[int] = set()
        self._replicas: dict[str, dict[str, Any]] = {}
        self._taken: dict[str, int] = {}  # the latest payment that each replica took

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Noted):
            self._take(record)
            return None
        if isinstance(record, Invoked):
            self._open.add(record.op)
        elif isinstance(record, Returned):
            self._end(record)
        else:
            self._replicas.setdefault(record.node, {}).update(record.changes)
            if record.changes.get("status") == "down":
                self._doubt(record.node)
        return self._judge()

    def _take(self, record: Noted) -> None:
        if record.event == "takes":
            amount = record.facts["amount"]
            self._expected += amount
            self._taken[record.node] = record.seq
            self._unanswered[record.node, record.facts["session"], record.facts["number"]] = amount

    def _end(self, record: Returned) -> None:
        self._open.discard(record.op)
        if record.outcome == "ok":  # nothing is answered before it is on disk
            told = [key for key in self._unanswered if key[1:] == (record.client, record.op // 100)]
            for key in told:
                del self._unanswered[key]

    def _doubt(self, replica: str) -> None:
        for key in [key for key in self._unanswered if key[0] == replica]:
            amount = self._unanswered.pop(key)
            self._expected -= amount
            self._doubtful.append(amount)

    def _judge(self) -> Violation | None:
        copying = {name: one for name, one in self._replicas.items() if "balance" in one}
        if self._open or not any("uncopied" in one for one in copying.values()):
            return None
        if any(_is_behind(one) for one in copying.values()) or len(self._doubtful) > MOST_DOUBTS:
            return None
        possible = {self._expected}
        for amount in self._doubtful:
            possible |= {sum_ + amount for sum_ in possible}
        wrong = next((name for name, one in copying.items() if one["balance"] not in possible), None)
        if wrong is None:
            return None
        text = (
            f"All copies have arrived, and {wrong} has ${copying[wrong]['balance']:g}; with every payment that was "
            f"taken it would be ${self._expected:g}."
        )
        return Violation(text, (wrong,), tuple(self._taken.values()))


def _is_behind(replica: dict[str, Any]) -> bool:
    """Return whether a replica has something to tell still, or cannot be asked."""
    return bool(replica.get("uncopied")) or replica.get("status") == "down" or replica.get("balance") is None
