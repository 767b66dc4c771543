"""A read must not miss what was acknowledged before it began (the regular register of Lamport, 1986)."""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Invoked, Returned
from cluster_engine.telemetry.meters import StaleReads


class NoStaleRead:
    """Says which read returned a value that had been overwritten, and that acknowledged, before it began."""

    kinds = frozenset({Invoked, Returned})

    def __init__(self) -> None:
        self._reads = StaleReads()
        self._asked: dict[int, Invoked] = {}
        self._written: dict[str, int] = {}  # the latest acknowledgement of a write of a key

    def see(self, record: Any) -> Violation | None:
        """Read the beginning or the end of an operation."""
        before = self._reads.value
        self._reads.see(record)
        if isinstance(record, Invoked):
            self._asked[record.op] = record
            return None
        asked = self._asked.pop(record.op, None)
        if asked is None:
            return None
        if asked.f != "read" and record.outcome == "ok":
            self._written[asked.key] = record.seq
        if self._reads.value == before:
            return None
        value = "nothing" if record.value is None else record.value
        text = (
            f"{asked.client} reads {asked.key} at {asked.node} and is told {value}, which had been overwritten before."
        )
        return Violation(text, (asked.client, asked.node), (self._written[asked.key],))
