"""Priority inversion: a thread waits for one of lower priority that a third, in between, keeps from running.

Sha, Rajkumar & Lehoczky, "Priority Inheritance Protocols", IEEE Transactions on Computers 39(9), 1990, section 2.
"""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed


class PriorityInversionChecker:
    """Follows roles, priorities and who waits for whom."""

    kinds = frozenset({Changed})
    fields = frozenset({"role", "owners", "base_priority"})

    def __init__(self) -> None:
        self._threads: dict[str, dict[str, Any]] = {}
        self._told: set[tuple[str, str]] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        self._threads.setdefault(record.node, {}).update(record.changes)
        for name, high in self._threads.items():
            for owner in high.get("owners", ()) if high.get("role") == "blocked" else ():
                found = self._between(name, owner)
                if found and (name, owner) not in self._told:
                    self._told.add((name, owner))
                    return self._words(name, owner, found)
        return None

    def _between(self, name: str, owner: str) -> str | None:
        """Return who runs though it is less urgent than the waiting thread and keeps the owner from running."""
        low, high = self._rank(owner), self._rank(name)
        if self._threads.get(owner, {}).get("role") != "ready":
            return None
        running = [other for other, thread in self._threads.items() if thread.get("role") == "running"]
        return next((other for other in running if low < self._rank(other) < high), None)

    def _rank(self, name: str) -> float:
        return float(self._threads.get(name, {}).get("base_priority", 0))

    def _words(self, name: str, owner: str, other: str) -> Violation:
        on = str(self._threads[name].get("waits_for", "")).partition(":")[2]
        text = (
            f"{name} (priority {self._rank(name):g}) waits for `{on}`, which {owner} ({self._rank(owner):g}) holds; "
            f"{owner} does not get to run, for {other} ({self._rank(other):g}) does."
        )
        return Violation(text, (name, owner, other))
