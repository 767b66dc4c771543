"""What any simulated world offers to the timeline, whatever it simulates."""

from typing import Any, Protocol

from cluster_engine.actions import Action
from cluster_engine.records import Record


class World(Protocol):
    """A deterministic world in virtual milliseconds. The whole object pickles."""

    records: list[Record]
    notable: list[Record]

    @property
    def now(self) -> float:
        """The present moment in virtual ms."""

    def next_at(self) -> float:
        """Return the time of the next event (infinity: nothing will ever happen by itself)."""

    def step(self) -> None:
        """Execute the next event, appending to `records`, and to `notable` those that judges read."""

    def refusal(self, action: Action) -> str | None:
        """Say why the action is impossible now, or None."""

    def apply(self, action: Action) -> None:
        """Do what the learner asked for, at the present moment; raise `Refused` with the reason."""

    def advance_clock(self, to_ms: float) -> None:
        """Move `now` forward to a moment before the next event."""

    def view(self) -> dict[str, Any]:
        """Return the present state, as the panels draw it."""

    def emit(self, kind: type[Record], *values: Any, cause: int = -1) -> Record:
        """Append a record of something an observer found (a goal, a violation, a measure)."""
