"""Linearizability on the learner's own run, key by key, at the very answer that fits nowhere.

Herlihy & Wing, "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990, section 2.
"""

from typing import Any

from cluster_engine.consistency.history import shown
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.monitor import Impossible, Monitor
from cluster_engine.monitors import Violation
from cluster_engine.records import Invoked, Returned


class LinearizabilityChecker:
    """Follows what clients ask and are told; `model` names what one key does."""

    kinds = frozenset({Invoked, Returned})

    def __init__(self, model: str = "cell") -> None:
        self.model = model
        self._keys: dict[str, Monitor] = {}
        self._asked: dict[tuple[str, int], Invoked] = {}
        self._written: dict[str, tuple[Invoked, Returned]] = {}  # the latest acknowledged write of a key
        self._answered: dict[str, int] = {}  # the latest answer about a key

    def see(self, record: Any) -> Violation | None:
        """Read the beginning or the end of an operation."""
        if isinstance(record, Invoked):
            if record.f not in MODELS[self.model].functions:
                return None
            self._asked[record.client, record.op] = record
            monitor = self._keys.setdefault(record.key, Monitor(MODELS[self.model]))
            monitor.call(record.op, record.client, record.f, record.value, record.at)
            return None
        asked = self._asked.pop((record.client, record.op), None)
        if asked is None:
            return None
        found = self._keys[asked.key].end(record.op, record.outcome, record.value, record.at)
        violation = self._words(asked, found) if found else None
        if record.outcome == "ok":
            self._answered[asked.key] = record.seq
            if asked.f == "write":
                self._written[asked.key] = asked, record
        return violation

    def _words(self, asked: Invoked, found: Impossible) -> Violation:
        told, could = _value(found.operation.result), [_value(state) for state in found.states]
        can = " or ".join(could[:3]) + (" or another" if len(could) > 3 else "")
        does = f"adds {shown(asked.value)} to {asked.key}" if asked.f == "add" else f"{asked.f}s {asked.key}"
        then = f"before, it can only have been {can}" if asked.f == "add" else f"it can only be {can}"
        text = f"{asked.client} {does} and is told {told}; {then}"
        wrote, acknowledged = self._written.get(asked.key, (None, None))
        if wrote is None or acknowledged is None or acknowledged.at >= asked.at or _value(wrote.value) not in could:
            answered = self._answered.get(asked.key)
            return Violation(f"{text}.", (asked.client,), () if answered is None else (answered,))
        text += f", for {wrote.client}'s write of {wrote.value} was acknowledged before"
        return Violation(f"{text}.", (asked.client, wrote.client), (acknowledged.seq,))


def _value(value: Any) -> str:
    return "nothing" if value is None else shown(value)
