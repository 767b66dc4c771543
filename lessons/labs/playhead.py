"""Where a run's viewers are in its time: one playhead for all of them, moving with the loop's clock."""

from dataclasses import dataclass
from typing import Any

SLOWEST, FASTEST = 0.0001, 100.0


@dataclass
class Playhead:
    """Virtual ms `at` the anchor; `speed` is virtual seconds a wall second."""

    at: float
    speed: float
    anchor: float  # the loop's clock, in seconds
    playing: bool = False

    def now(self, clock: float) -> float:
        """Return the playhead's virtual time at a reading of the loop's clock."""
        return self.at + (clock - self.anchor) * 1000 * self.speed if self.playing else self.at

    def move(self, clock: float, at: float | None = None, **changes: Any) -> None:
        """Anchor anew: go to `at` (stay where it is now, if None), with changes of `playing` or `speed`."""
        self.at = round(self.now(clock) if at is None else at, 3)
        self.anchor = clock
        for name, value in changes.items():
            setattr(self, name, value)

    def message(self, clock: float) -> dict[str, Any]:
        """Return what viewers are told."""
        return {"type": "playback", "playing": self.playing, "at": round(self.now(clock), 3), "speed": self.speed}
