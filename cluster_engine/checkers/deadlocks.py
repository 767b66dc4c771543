"""Deadlock: a cycle in the wait-for graph, or threads that wait for each other, or for nobody, and for ever.

Coffman, Elphick & Shoshani, "System Deadlocks", 1971, section 2. It is a deadlock even while threads outside it run on.
A cycle of owners is seen here; that nobody who is left can end a wait of another kind, the world tells.
"""

from typing import Any

from cluster_engine.checkers.lost_wakeups import HOPELESS, MissedWakeups
from cluster_engine.monitors import Violation
from cluster_engine.records import Blocked, Changed, Noted, Stepped, Woke


class DeadlockChecker:
    """Follows who waits for whom."""

    kinds = frozenset({Blocked, Woke, Stepped, Noted, Changed})
    fields = frozenset({"owners", "role"})

    def __init__(self) -> None:
        self._waits: dict[str, tuple[list[str], str, int]] = {}  # thread: owners, object, line
        self._since: dict[str, int] = {}  # the record with which a thread began to wait
        self._over: dict[str, str] = {}
        self._missed = MissedWakeups()
        self._told: set[str] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Noted):
            return self._hopeless(record) if record.event in HOPELESS else None
        if isinstance(record, Changed):
            return self._change(record)
        self._missed.see(record)
        if isinstance(record, Blocked):
            self._waits[record.node] = (list(record.owners), record.on, record.line)
            self._since[record.node] = record.seq
            return self._judge(record.node)
        if isinstance(record, Woke):
            self._waits.pop(record.node, None)
            self._told.discard(record.node)
        return None

    def _change(self, record: Changed) -> Violation | None:
        role = record.changes.get("role", "")
        if role in ("ended", "killed"):
            self._over[record.node] = role
            self._waits.pop(record.node, None)
            heirs = [thread for thread, (owners, _, _) in self._waits.items() if record.node in owners]
            return self._judge(heirs[0]) if heirs else None
        if record.node in self._waits and "owners" in record.changes:
            _, on, line = self._waits[record.node]
            self._waits[record.node] = (list(record.changes["owners"]), on, line)
            return self._judge(record.node)
        return None

    def _judge(self, thread: str) -> Violation | None:
        found = self._cycle(thread)
        if found and self._told.isdisjoint(found):
            self._told.update(found)
            text = "; ".join(self._words(one) for one in found) + ": a cycle of waiting."
            return Violation(text, tuple(found), self._waiting(found))
        owners, on, line = self._waits[thread]
        gone = [owner for owner in owners if owner in self._over]
        if not gone or thread in self._told:
            return None
        self._told.add(thread)
        how = "was killed" if self._over[gone[0]] == "killed" else "ended"
        text = (
            f"{thread} waits in line {line} for `{_name(on)}`, which {gone[0]} held when it {how}: "
            "nobody gives it back."
        )
        return Violation(text, (thread, gone[0]), self._waiting([thread]))

    def _cycle(self, start: str) -> list[str]:
        """Return a way from a thread over those who hold what it waits for back to itself."""
        paths = [[start]]
        while paths:
            path = paths.pop()
            for owner in self._waits.get(path[-1], ([], "", 0))[0]:
                if owner == start:
                    return path
                if owner not in path:
                    paths.append([*path, owner])
        return []

    def _words(self, thread: str) -> str:
        owners, on, line = self._waits[thread]
        verb = "hold" if len(owners) > 1 else "holds"
        return f"{thread} waits in line {line} for `{_name(on)}`, which {' and '.join(owners)} {verb}"

    def _hopeless(self, record: Noted) -> Violation | None:
        waits = {wait[0]: wait for wait in record.facts["waiting"]}
        groups = [group for group in record.facts["groups"] if self._is_news([waits[thread] for thread in group])]
        threads = [thread for group in groups for thread in group]
        if not threads:
            return None
        self._told.update(threads)
        told = [waits[thread] for thread in threads]
        text = "; ".join(f"{thread} stands in line {line}: {why}" for thread, _, line, why, _ in told)
        end = "No thread can ever move again" if record.event == "stuck" else "Nobody who is left can end that"
        return Violation(f"{text}. {end}.", tuple(threads), self._waiting(threads))

    def _is_news(self, group: list[list[Any]]) -> bool:
        """Return whether threads that wait for each other alone are a deadlock that has not been told."""
        return not self._missed.among(group) and self._told.isdisjoint(wait[0] for wait in group)

    def _waiting(self, threads: list[str]) -> tuple[int, ...]:
        return tuple(self._since[thread] for thread in threads if thread in self._since)


def _name(location: str) -> str:
    return location.partition(":")[2] or location
