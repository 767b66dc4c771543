"""What is measured of an account: its balances, reads that came too late, and how long a failover took."""

from typing import Any

from cluster_engine.records import Changed, Invoked, Noted, Returned
from cluster_engine.telemetry.meters import NodeWatch


class Balances(NodeWatch):
    """The balances of running servers: how far apart they are, the least and the most."""

    fields = frozenset({"status", "balance"})

    def __init__(self) -> None:
        super().__init__()
        self.apart = self.least = self.most = 0

    def judge(self, record: Changed) -> None:
        running = [node for node in self.nodes.values() if node.get("status") != "down"]
        up = [node["balance"] for node in running if node.get("balance") is not None]
        self.least, self.most = min(up, default=self.least), max(up, default=self.most)
        self.apart = self.most - self.least


class StaleBalances:
    """How many looks at the balance told of neither the payments acknowledged before nor of any later one.

    With payments under way at the same time more than one balance is right; such looks are not counted.
    """

    kinds = frozenset({Invoked, Returned})

    def __init__(self, opening: float = 100.0) -> None:
        self.value = 0
        self._balance = opening
        self._paying: dict[int, float] = {}  # amounts of payments whose end is not known
        self._looks: dict[int, float | None] = {}  # the balance at its call; None: payments came between

    def see(self, record: Any) -> None:
        """Follow an operation."""
        if isinstance(record, Invoked):
            if record.f == "read":
                self._looks[record.op] = None if self._paying else self._balance
            else:
                self._paying[record.op] = record.value
                self._looks = dict.fromkeys(self._looks)
        elif record.op in self._looks:
            expected = self._looks.pop(record.op)
            self.value += record.outcome == "ok" and expected is not None and record.value != expected
        elif record.outcome != "unknown":
            amount = self._paying.pop(record.op, 0.0)
            self._balance += amount if record.outcome == "ok" else 0.0


class TimeToTakeOver:
    """Milliseconds from the crash of a primary to the next promotion."""

    kinds = frozenset({Changed, Noted})
    fields = frozenset({"status", "role"})

    def __init__(self) -> None:
        self.value: float | None = None
        self._roles: dict[str, str] = {}
        self._crashed: float | None = None

    def see(self, record: Any) -> None:
        """Read a record."""
        if isinstance(record, Noted):
            if record.event == "promoted" and self._crashed is not None:
                self.value, self._crashed = record.at - self._crashed, None
            return
        if record.changes.get("status") == "down" and self._roles.get(record.node) == "leader":
            self._crashed = record.at
        self._roles[record.node] = record.changes.get("role", self._roles.get(record.node, ""))
