"""The order behind a run's operations: one that explains all answers, or how far the longest one comes.

Herlihy & Wing, "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990, section 2.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cluster_engine.consistency.explanations import explain
from cluster_engine.consistency.history import NEVER, UNKNOWN, Operation, by_key
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE, Search
from cluster_engine.consistency.models import MODELS
from cluster_engine.records import Invoked, Record, Returned

MOST = 20_000  # configurations for a key


def operations(records: Iterable[Record], model: str) -> list[Operation]:
    """Return what clients asked of objects of a model; what has not ended is unknown, and may have taken effect."""
    found: dict[int, Operation] = {}
    for record in records:
        if isinstance(record, Invoked) and record.f in MODELS[model].functions:
            found[record.op] = Operation(
                record.op, record.client, record.f, record.key, record.value, None, record.at, NEVER, UNKNOWN
            )
        elif isinstance(record, Returned) and record.op in found:
            returned = NEVER if record.outcome == UNKNOWN else record.at
            found[record.op] = replace(found[record.op], result=record.value, returned=returned, outcome=record.outcome)
    return list(found.values())


def orders(history: Iterable[Operation], model: str) -> list[dict[str, Any]]:
    """Return for each key, as JSON data, the `verdict`, the `order` as pairs of an operation's number and the moment
    (ms) at which it may have taken effect, and one sentence, `text`. Where no order explains all answers, `order` is
    the longest part of one, `fault` the operation that fits nowhere, and `next` what cannot follow, with the reason.
    """
    return [_ordered(key, Search(MODELS[model], part)) for key, part in by_key(history).items()]


def _ordered(key: Any, search: Search) -> dict[str, Any]:
    verdict = search.run(MOST)
    found: dict[str, Any] = {"key": key, "verdict": verdict or "undecided", "order": [], "fault": None, "next": []}
    if verdict == LINEARIZABLE:
        text = f"{key}: the line shows an order that explains every answer."
        return found | {"order": _points(search.order), "text": text}
    if verdict != NOT_LINEARIZABLE:
        return found | {"text": f"{key}: there are too many orders to try; whether one fits is not decided."}
    why = explain(search)
    coming = [{"op": one.index, "why": reason} for one, reason in why.next]
    text = f"{key}: no order explains every answer. {why.words()}"
    return found | {"order": _points(why.order), "fault": why.fault.index, "next": coming, "text": text}


def _points(order: Iterable[Operation]) -> list[tuple[int, float]]:
    """Return a moment for each operation of an order: not before its call, nor before the one that it follows."""
    now, points = 0.0, []
    for one in order:
        now = max(now, one.called)
        points.append((one.index, now))
    return points
