"""What must go on in a lab, as data beside its invariants: who must be able to talk, and how long is too long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cluster_engine.monitors import Stall, Watchdog


@dataclass(frozen=True, slots=True)
class Liveness:
    """Something that must go on; `source` names where it is promised, and under what.

    `watchdog` makes its monitor from the run's settings. In an expression, `stalled` is 1 while it does not go on:
    `stalled_progress` for “progress”.
    """

    name: str
    title: str
    source: str
    help: str
    watchdog: Callable[[Mapping[str, Any]], Watchdog]

    @property
    def stalled(self) -> str:
        """The name by which an expression asks whether it stands still."""
        return f"stalled_{self.name.replace('-', '_')}"

    def told(self, stall: Stall, since: float) -> Stall:
        """Return a standstill that began at a moment (ms), with its whole sentence."""
        text = f"{self.title} stands still since {round(since / 1000, 3):g} s: {stall.text}"
        return Stall(since, text, stall.nodes)

    def to_json(self) -> dict[str, str]:
        """Return the declaration's JSON of this promise."""
        return {"name": self.name, "title": self.title, "source": self.source, "help": self.help}
