"""How a run went: whether it reached the goal, how near it came, and what else it showed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cluster_engine.expressions import Expression
from cluster_engine.recording import Recording
from cluster_engine.records import Measured, Noted, Record, Returned

AROUND_MS = (-1.0, 1.0)  # so long before and after something worth a mark may an action come
MOST_MOMENTS = 24


@dataclass(frozen=True, slots=True)
class Reached:
    """A recording that reaches the goal, and when (virtual ms)."""

    recording: Recording
    at: float


@dataclass(slots=True)
class Course:
    """How a run went. `nearness` is from 0 to 1, which is the goal; `sights` are what it showed, coarsely, and
    `moments` (virtual ms) those around what is worth a mark.
    """

    reached: Reached | None = None
    possible: bool = True  # False: a step was impossible at its time
    nearness: float = 0.0
    sights: set[tuple[object, ...]] = field(default_factory=set)
    moments: list[float] = field(default_factory=list)

    def see(self, records: Sequence[Record], marked: Collection[str]) -> None:
        """Read what happened."""
        for record in records:
            if isinstance(record, Measured):
                self.sights.update((name, size(value)) for name, value in record.changes.items())
            elif isinstance(record, Noted | Returned):
                self._mark(record, marked)

    def measure(self, aim: Expression, values: Mapping[str, Any]) -> None:
        """Read the measures of the goal as they are together."""
        self.nearness = max(self.nearness, aim.nearness(values))
        self.sights.add(("goal", *(size(values[name]) for name in sorted(aim.names))))

    def _mark(self, record: Noted | Returned, marked: Collection[str]) -> None:
        sight = ("event", record.event) if isinstance(record, Noted) else ("answer", record.outcome)
        if sight in self.sights:
            return
        self.sights.add(sight)
        if len(self.moments) < MOST_MOMENTS and (isinstance(record, Returned) or record.event in marked):
            self.moments += [record.at + offset for offset in AROUND_MS]


def size(value: Any) -> object:
    """Return a value coarsely: of a large number its order of magnitude, in powers of two."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) < 4:
        return value if isinstance(value, str | int | bool | None) else round(value, 1)
    return (value > 0, min(int(abs(value)), 1 << 63).bit_length())
