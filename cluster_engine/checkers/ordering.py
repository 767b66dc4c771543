"""The order behind a run's operations: one that explains all answers, or how far the longest one comes.

Herlihy & Wing, "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990, section 2.
"""

from collections.abc import Iterable
from dataclasses import replace
from time import monotonic
from typing import Any

from cluster_engine.consistency.explanations import explain
from cluster_engine.consistency.history import NEVER, UNKNOWN, Operation, by_key
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE, TURN, Search
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.specification import Illegal
from cluster_engine.records import Changed, Invoked, Record, Returned

MOST = 20_000  # configurations for a key
SECONDS = 2.0  # of wall time, for all keys


def operations(records: Iterable[Record], model: str) -> list[Operation]:
    """Return what clients asked of objects of a model; what has not ended is unknown, and may have taken effect."""
    found: dict[int, Operation] = {}
    for record in records:
        if isinstance(record, Invoked) and record.f in MODELS[model].functions:
            found[record.op] = Operation(
                record.op, record.client, record.f, record.key, record.value, None, record.at, NEVER, UNKNOWN
            )
        elif isinstance(record, Returned) and record.op in found:
            asked, ends = found[record.op], NEVER if record.outcome == UNKNOWN else record.at
            result = None if asked.value is not None and asked.value == record.value else record.value  # only an echo
            found[record.op] = replace(asked, result=result, returned=ends, outcome=record.outcome)
    return list(found.values())


def orders(
    history: Iterable[Operation], model: str, through: int | None = None, seconds: float = SECONDS
) -> list[dict[str, Any]]:
    """Return for each key, as JSON data, the `verdict`, the `order` as pairs of an operation's number and the moment
    (ms) at which it may have taken effect, and one sentence, `text`. Where no order explains all answers, `order` is
    the longest part of one, `fault` the operation that fits nowhere, and `next` what cannot follow, with the reason.

    With the number of an operation, `through` of its key tells the longest order that holds it: `op`, `order`, `text`.
    """
    until = monotonic() + seconds
    return [
        _ordered(key, Search(MODELS[model], part, through=through), through, until)
        for key, part in by_key(history).items()
    ]


def told(history: Iterable[Operation]) -> list[dict[str, Any]]:
    """Return operations as JSON data, by the names that records have for them."""
    return [
        {
            "op": one.index, "client": one.process, "f": one.f, "key": one.key, "value": one.value,
            "invoked": one.called, "returned": None if one.returned == NEVER else one.returned,
            "outcome": None if one.returned == NEVER else one.outcome, "result": one.result,
        }
        for one in history
    ]  # fmt: skip


def told_faults(changes: Iterable[Changed]) -> list[dict[str, Any]]:
    """Return changes of the network and of machines as JSON data, by the names that records have for them."""
    return [{"kind": "changed", "at": one.at, "node": one.node, "changes": dict(one.changes)} for one in changes]


def _ordered(key: Any, search: Search, through: int | None, until: float) -> dict[str, Any]:
    while search.run(TURN) is None and search.explored < MOST and monotonic() < until:
        pass
    found: dict[str, Any] = {
        "key": key, "verdict": search.verdict or "undecided", "order": [], "fault": None, "next": [], "through": None,
    }  # fmt: skip
    if search.verdict == LINEARIZABLE:
        text = f"{key}: the line shows an order that explains every answer."
        return found | {"order": _points(search.order), "text": text}
    if search.verdict != NOT_LINEARIZABLE:
        return found | {"text": f"{key}: there are too many orders to try; whether one fits is not decided."}
    why = explain(search, until - monotonic())
    coming = [{"op": one.index, "why": reason} for one, reason in why.next]
    text = f"{key}: no order explains every answer. {why.words()}"
    found |= {"order": _points(why.order), "fault": why.fault.index, "next": coming, "text": text}
    looked = next((one for one in search.history if one.index == through), None)
    return found if looked is None or looked == why.fault else found | {"through": _through(search, looked)}


def _through(search: Search, looked: Operation) -> dict[str, Any]:
    """Tell the longest order that was found to hold an operation, and what stops it."""
    reached = search.with_it
    if reached is None:
        assert search.deepest is not None, "a history that failed has a return at which it did"
        last = search.deepest.operation
        late = looked.called > last.returned
        why = f"it was called after {last.words()} had returned, before which every order had failed" if late else (
            "every order that holds it had failed before it was its turn"
        )  # fmt: skip
        return {"op": looked.index, "order": [], "text": f"No order comes as far as {looked.words()}: {why}."}
    step = search.model.step(reached.state, reached.operation)
    reason = step.why if isinstance(step, Illegal) else "what would have to come before it is ruled out"
    text = (
        f"The longest order with {looked.words()} holds {len(reached.chain)} of {len(search.history)} operations. "
        f"Then {reached.operation.words()} must follow, and cannot: {reason}."
    )
    return {"op": looked.index, "order": _points(reached.chain), "text": text}


def _points(order: Iterable[Operation]) -> list[tuple[int, float]]:
    """Return a moment for each operation of an order: not before its call, nor before the one that it follows."""
    now, points = 0.0, []
    for one in order:
        now = max(now, one.called)
        points.append((one.index, now))
    return points
