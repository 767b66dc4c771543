"""The replicated state machine: keys, values and client sessions (Raft dissertation, section 6.3)."""

from typing import Any

from cluster_engine.cluster.client import Command


class Store:
    """A key-value store that applies each session's operation once, however often it is retried.

    `data` and `sessions` are replaced, never changed in place, so that whoever looked at them keeps a picture
    of that moment.
    """

    __slots__ = ("data", "sessions")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.sessions: dict[str, tuple[int, str, Any]] = {}  # session -> (number, status, value) answered last

    def answered(self, session: str, number: int) -> tuple[str, Any] | None:
        """Return the answer that an operation got already, or None."""
        last = self.sessions.get(session)
        return (last[1], last[2]) if last and last[0] >= number else None

    def apply(self, command: Command, session: str, number: int) -> tuple[str, Any]:
        """Apply an operation once; return status (ok or failed) and value."""
        if session and (answer := self.answered(session, number)):
            return answer
        status, value = self._perform(command)
        if session:
            self.sessions = self.sessions | {session: (number, status, value)}
        return status, value

    def read(self, key: str) -> Any:
        """Return the value of a key; None where it was never written."""
        return self.data.get(key)

    def state(self) -> dict[str, Any]:
        """Return what a snapshot holds."""
        return {"data": self.data, "sessions": self.sessions}

    def restore(self, state: dict[str, Any]) -> None:
        """Go to a snapshot's state."""
        self.data, self.sessions = state.get("data", {}), state.get("sessions", {})

    def _perform(self, command: Command) -> tuple[str, Any]:
        if command.f == "read":
            return "ok", self.read(command.key)
        if command.f == "add":
            return self._add(command.key, command.value)
        self.data = self.data | {command.key: command.value}
        return "ok", command.value

    def _add(self, key: str, amount: Any) -> tuple[str, Any]:
        present = self.data.get(key, 0)
        try:
            total = float(present) + float(amount)
        except (TypeError, ValueError):
            return "failed", f"{key} holds {present!r}, to which nothing can be added"
        value = int(total) if total.is_integer() else total
        self.data = self.data | {key: value}
        return "ok", value
