"""Livelock: threads that all go on, and come back to where they were, with nothing done.

A state is what decides the rest of a run: where every thread stands, its local variables, the shared ones, and who
holds what. If a state comes back, and every thread that could move in between has moved, the threads can go round so
for ever, and no scheduler, however fair, must stop them (Owicki & Lamport, "Proving Liveness Properties of Concurrent
Programs", 1982, section 5). Printing, working and sleeping are something done.
"""

from hashlib import blake2b
from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Noted, Stepped

MOST_STATES = 2_000  # that are remembered since something was last done
_DOES = frozenset({"print", "work", "sleep"})
_STATE = ("instruction", "calls", "locals", "values", "state", "holders", "status")


class LivelockChecker:
    """Looks, at each step, whether the state that it starts from was there before."""

    kinds = frozenset({Changed, Stepped, Noted})
    fields = frozenset({*_STATE, "role"})

    def __init__(self) -> None:
        self._parts: dict[tuple[str, str], int] = {}
        self._state = 0  # the parts' digests, each added by exclusive or
        self._seen: dict[int, int] = {}  # state -> steps taken when it was last there
        self._able: dict[str, bool] = {}
        self._moved: dict[str, int] = {}
        self._steps = 0

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Changed):
            self._change(record)
        elif isinstance(record, Noted):
            self._forget(record.event == "printed")
        else:
            return self._step(record)
        return None

    def _change(self, record: Changed) -> None:
        role = record.changes.get("role")
        if role is not None:
            self._able[record.node] = role in ("running", "ready")
        for field in _STATE:
            if field in record.changes:
                value = record.changes[field]
                part = _digest(record.node, field, value) if value else 0  # empty is how most begin, untold
                self._state ^= self._parts.get((record.node, field), 0) ^ part
                self._parts[record.node, field] = part

    def _step(self, record: Stepped) -> Violation | None:
        before = self._seen.get(self._state)
        moved = sorted(thread for thread, at in self._moved.items() if before is not None and at > before)
        fair = before is not None and all(thread in moved for thread, able in self._able.items() if able)
        rounds = self._steps - (before or 0)
        self._seen[self._state] = self._steps
        self._forget(len(self._seen) > MOST_STATES or record.op in _DOES)
        self._steps += 1
        self._moved[record.node] = self._steps
        if not fair or not moved:
            return None
        verb = "has" if len(moved) == 1 else "have"
        text = f"{' and '.join(moved)} {verb} come back to where they were after {rounds} steps, with nothing done."
        return Violation(text, tuple(moved))

    def _forget(self, done: bool) -> None:
        if done:
            self._seen.clear()


def _digest(*what: Any) -> int:
    return int.from_bytes(blake2b(repr(what).encode(), digest_size=8).digest(), "big")
