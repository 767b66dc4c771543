"""Starvation: a thread that could run, or waits for a lock, longer than a bound, while others make progress."""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Stepped

BOUND_MS = 1_000.0
_LOCKS = ("lock", "rlock", "rwlock", "semaphore")


class StarvationChecker:
    """Looks, at each step of a thread, at those who have been waiting meanwhile."""

    kinds = frozenset({Changed, Stepped})
    fields = frozenset({"role"})

    def __init__(self, bound_ms: float = BOUND_MS) -> None:
        self._bound_ms = bound_ms
        self._since: dict[str, tuple[float, str]] = {}
        self._told: set[str] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Changed):
            self._change(record)
            return None
        self._since.pop(record.node, None)
        for thread, (since, what) in self._since.items():
            if record.at - since > self._bound_ms and thread not in self._told:
                self._told.add(thread)
                text = f"{thread} has {what} for {record.at - since:g} ms, while {record.node} goes on."
                return Violation(text, (thread, record.node))
        return None

    def _change(self, record: Changed) -> None:
        role, on = record.changes["role"], str(record.changes.get("waits_for", ""))
        self._since.pop(record.node, None)
        if role == "ready":
            self._since[record.node] = (record.at, "been ready without a core")
        elif role == "blocked" and on.partition(":")[0] in _LOCKS:
            self._since[record.node] = (record.at, f"waited for `{on.partition(':')[2]}`")
