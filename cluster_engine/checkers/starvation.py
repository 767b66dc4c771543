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
        self._since: dict[str, float] = {}
        self._locks: dict[str, str] = {}  # what each has waited for meanwhile, if it was a lock
        self._told: set[str] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Changed):
            self._change(record)
            return None
        self._forget(record.node)
        for thread, since in self._since.items():
            if record.at - since > self._bound_ms and thread not in self._told:
                self._told.add(thread)
                lock = self._locks.get(thread)
                what = f"waited for `{lock}`" if lock else "been ready without a core"
                text = f"{thread} has {what} for {record.at - since:g} ms, while {record.node} goes on."
                return Violation(text, (thread, record.node))
        return None

    def _change(self, record: Changed) -> None:
        """Follow a role. Who finds a lock taken again, having been ready for a moment, goes on waiting for it."""
        role, (kind, _, name) = record.changes["role"], str(record.changes.get("waits_for", "")).partition(":")
        if role == "ready" or (role == "blocked" and kind in _LOCKS):
            self._since.setdefault(record.node, record.at)
            if role == "blocked":
                self._locks[record.node] = name
        else:
            self._forget(record.node)

    def _forget(self, thread: str) -> None:
        self._since.pop(thread, None)
        self._locks.pop(thread, None)
