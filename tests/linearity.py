"""A sharp check of single-key histories: is there an order that every client would agree with?

Exact for a register whose writes have distinct values (Gibbons and Korach, "Testing Shared Memories", 1997): each
value spans a zone from the first end to the last beginning of the operations on it, and zones tell whether the
clusters of operations can be laid one after the other. It shares nothing with the engine.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import msgspec

from cluster_engine.records import Invoked, Record, Returned

FOREVER = float("inf")


class Operation(msgspec.Struct):
    """A client's operation. `ended` is infinite while nobody knows how it ended."""

    f: str
    key: str
    asked: Any
    began: float
    ended: float = FOREVER
    outcome: str = "unknown"
    value: Any = None


def operations(history: Iterable[Record]) -> list[Operation]:
    """Return the operations of a history; those that never returned are unknown."""
    found: dict[int, Operation] = {}
    for record in history:
        if isinstance(record, Invoked):
            found[record.op] = Operation(record.f, record.key, record.value, record.at)
        elif isinstance(record, Returned):
            operation = found[record.op]
            operation.outcome, operation.value = record.outcome, record.value
            if record.outcome != "unknown":
                operation.ended = record.at
    return list(found.values())


def register_fault(history: list[Operation]) -> str | None:
    """Say why one register's history, its written values all distinct, is not linearizable, or None."""
    writes = {o.asked: o for o in history if o.f == "write" and o.outcome != "failed"}
    clusters = {value: [write] for value, write in writes.items()}
    clusters[None] = [Operation("write", "", None, -2.0, -1.0, "ok")]
    for read in (o for o in history if o.f == "read" and o.outcome == "ok"):
        if read.value not in clusters:
            return f"a read returned {read.value!r}, which nobody wrote"
        if read.ended < clusters[read.value][0].began:
            return f"a read returned {read.value!r} before it was written"
        clusters[read.value].append(read)
    zones = [
        (min(o.ended for o in cluster), max(o.began for o in cluster), value)
        for value, cluster in clusters.items()
        if len(cluster) > 1 or cluster[0].ended < FOREVER
    ]
    return _overlap([zone for zone in zones if zone[0] < zone[1]], [zone for zone in zones if zone[0] >= zone[1]])


def counter_fault(history: list[Operation]) -> str | None:
    """Say why positive additions to one key were not applied exactly once, or None."""
    adds = [o for o in history if o.f == "add"]
    sure = sum(float(o.asked) for o in adds if o.outcome == "ok")
    possible = sure + sum(float(o.asked) for o in adds if o.outcome == "unknown")
    totals = [o.value for o in adds if o.outcome == "ok"]
    if len(set(totals)) < len(totals):
        return f"two additions were both answered with one total: {sorted(totals)}"
    for seen in (o for o in history if o.outcome == "ok" and o.f in ("add", "read")):
        before = sum(float(o.asked) for o in adds if o.outcome == "ok" and o.ended < seen.began)
        begun = sum(float(o.asked) for o in adds if o.began <= seen.ended)
        if not before <= (seen.value or 0) <= min(begun, possible):
            return f"{seen.value} was seen where {before:g} were acknowledged and {begun:g} begun"
    return None


def _overlap(forward: list[tuple[float, float, Any]], backward: list[tuple[float, float, Any]]) -> str | None:
    """Values whose zones run forward hold the register throughout them: nothing else fits in."""
    forward.sort(key=lambda zone: zone[0])
    for one, other in pairwise(forward):
        if other[0] < one[1]:
            return f"both {one[2]!r} and {other[2]!r} were the value between {other[0]} and {one[1]} ms"
    for last_begin, first_end, value in ((zone[1], zone[0], zone[2]) for zone in backward):
        for start, end, other in forward:
            if start < last_begin and first_end < end:
                return f"{value!r} was written and answered while the value was {other!r} throughout"
    return None
