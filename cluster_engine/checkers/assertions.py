"""The program's own claims: no assert fails, and no line is an error."""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Noted


class AssertionChecker:
    """Passes on what the program itself found wrong."""

    kinds = frozenset({Noted})

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if record.event != "failed":
            return None
        facts = record.facts
        what = "The assertion" if facts["kind"] == "assertion" else "The program"
        nodes = (record.node,) if record.node else ()
        return Violation(f"{what} in line {facts['line']} fails: {facts['text'].rstrip('.')}.", nodes)
