"""What clients asked and were told on one branch, and which faults there were, kept as far as it was read: to ask
again costs only what is new.
"""

import asyncio

from cluster_engine.records import Changed, Invoked, Record, Returned
from cluster_engine.timeline import Timeline
from lessons.labs.pace import read


class Told:
    """The beginnings and ends of operations and of faults up to a moment."""

    def __init__(self) -> None:
        self.until = -1.0
        self._records: list[Record] = []
        self._cuts = 0
        self._lock = asyncio.Lock()

    def cut(self, at: float) -> None:
        """Forget what came at a moment and after it: the branch goes on differently there."""
        self._records = [record for record in self._records if record.at < at]
        self.until = min(self.until, round(at - 0.001, 3))  # a microsecond, the shortest time there is
        self._cuts += 1

    async def up_to(self, timeline: Timeline, at: float) -> list[Record]:
        """Return the records up to a moment, or to the timeline's end."""
        async with self._lock:
            while self.until < min(at, timeline.end):
                cuts = self._cuts
                news = await read(timeline, at, (Invoked, Returned, Changed), self.until)
                if cuts == self._cuts:  # else an action came between, and what was read may not have happened
                    self._records += filter(_is_kept, news)
                    self.until = min(at, timeline.end)
        return [record for record in self._records if record.at <= at]


def _is_kept(record: Record) -> bool:
    """Of what changed, only the network and whether machines run."""
    return not isinstance(record, Changed) or not record.node or "status" in record.changes
