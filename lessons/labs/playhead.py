"""Where a run's viewers are in its time: one playhead for all of them, moving with the loop's clock."""

from dataclasses import dataclass
from typing import Any

SLOWEST, FASTEST = 0.0001, 10.0  # virtual seconds a wall second


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

    def move(self, clock: float, at: float, **changes: Any) -> None:
        """Anchor anew: go to `at`, with changes of `playing` or `speed`."""
        self.at, self.anchor = round(at, 3), clock
        for name, value in changes.items():
            setattr(self, name, value)
