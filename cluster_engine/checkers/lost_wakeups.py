"""Lost wake-ups: a notification that reached nobody, and a thread that went to sleep for ever without knowing of it.

What makes a wake-up a lost one, and not a deadlock, is said in `missed_notifications`.
"""

from typing import Any

from cluster_engine.happens_before import places
from cluster_engine.missed_notifications import Missed
from cluster_engine.monitors import Violation
from cluster_engine.records import Blocked, Noted, Stepped, Woke

HOPELESS = ("hopeless", "stuck")  # the events that tell who waits for ever: some threads, or all that are left


class MissedWakeups:
    """Follows who sleeps, who notifies in vain, by whom and in which line, and who has looked since."""

    def __init__(self) -> None:
        self._asleep: dict[str, str] = {}
        self._missed: Missed[str] = Missed({})
        self.by: dict[str, tuple[str, int]] = {}

    def see(self, record: Any) -> None:
        """Read what a thread did, or that it sleeps or wakes."""
        if isinstance(record, Blocked):
            self._asleep[record.node] = record.on
        elif isinstance(record, Woke):
            self._asleep.pop(record.node, None)
        elif isinstance(record, Stepped):
            self._step(record)

    def _step(self, record: Stepped) -> None:
        # An event lets those who stand there go on when they come, unless it is cleared: so setting it finds nobody.
        in_vain = record.op == "set" or (record.op == "notify" and record.location not in self._asleep.values())
        if in_vain:
            self.by[record.location] = record.node, record.line
        missed = record.location if in_vain else ""
        self._missed = self._missed.then(record.node, record.op, places(record), missed, record.instruction)

    def among(self, waiting: list[list[Any]]) -> list[Any] | None:
        """Return the first of these waits whose notification was missed."""
        return next((wait for wait in waiting if self._missed.by(wait[0], wait[1], wait[4])), None)


class LostWakeupChecker:
    """Finds the thread that waits for a notification which came too early."""

    kinds = frozenset({Blocked, Woke, Stepped, Noted})

    def __init__(self) -> None:
        self._missed = MissedWakeups()
        self._told: set[str] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Noted):
            return self._judge(record.facts["waiting"]) if record.event in HOPELESS else None
        self._missed.see(record)
        if isinstance(record, Woke):
            self._told.discard(record.node)
        return None

    def _judge(self, waiting: list[list[Any]]) -> Violation | None:
        wait = self._missed.among([wait for wait in waiting if wait[0] not in self._told])
        if wait is None:
            return None
        thread, on, line, *_ = wait
        self._told.add(thread)
        return Violation(self._words(thread, on, line), (thread, self._missed.by[on][0]))

    def _words(self, thread: str, on: str, line: int) -> str:
        kind, _, name = on.partition(":")
        by, at = self._missed.by[on]
        if kind == "event":
            return (
                f"{thread} waits for `{name}` in line {line} for ever: {by} set it in line {at}, but it was cleared "
                f"again before {thread} came by, and nothing by which {thread} came there can have told it."
            )
        return (
            f"{thread} sleeps on `{name}` in line {line} for ever: {by} notified in line {at}, before anybody slept "
            f"there. A condition remembers nothing, and nothing by which {thread} came there can have told it."
        )
