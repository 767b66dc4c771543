"""Lost wake-ups: a notification that found nobody asleep, and a thread that now sleeps for ever.

A condition variable remembers nothing (Mesa semantics: Lampson & Redell, "Experience with Processes and Monitors in
Mesa", 1980, section 4). Who looks first and falls asleep later can miss the one notification that was meant for it.
"""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Blocked, Noted, Stepped, Woke


class Missed:
    """Which conditions were notified while nobody slept on them, by whom and in which line."""

    def __init__(self) -> None:
        self._asleep: dict[str, str] = {}
        self.by: dict[str, tuple[str, int]] = {}

    def see(self, record: Any) -> None:
        """Follow who sleeps and who notifies."""
        if isinstance(record, Blocked):
            self._asleep[record.node] = record.on
        elif isinstance(record, Woke):
            self._asleep.pop(record.node, None)
        elif record.op == "notify" and record.location not in self._asleep.values():
            self.by[record.location] = (record.node, record.line)

    def among(self, waiting: list[list[Any]]) -> list[Any] | None:
        """Return the first of these waits whose notification was missed."""
        return next((wait for wait in waiting if wait[1] in self.by), None)


class LostWakeupChecker:
    """Finds the thread that waits for a notification which came too early."""

    kinds = frozenset({Blocked, Woke, Stepped, Noted})

    def __init__(self) -> None:
        self._missed = Missed()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if not isinstance(record, Noted):
            self._missed.see(record)
            return None
        wait = self._missed.among(record.facts["waiting"]) if record.event == "stuck" else None
        if wait is None:
            return None
        thread, on, line, _ = wait
        name, (by, at) = on.partition(":")[2], self._missed.by[on]
        text = (
            f"{thread} sleeps on `{name}` in line {line} for ever: {by} notified in line {at}, before anybody slept "
            "there, and a condition remembers nothing."
        )
        return Violation(text, (thread, by))
