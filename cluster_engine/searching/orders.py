"""Other orders in which the messages of a run could arrive, each a single message's delay.

A message is delayed until just after something that happens to its receiver later: the arrival of another message, or
a timer that runs out. Only what the message did not cause itself can overtake it, so each is a race that goes the
other way (Flanagan and Godefroid, "Dynamic Partial-Order Reduction for Model Checking Software", 2005, section 3),
and the number of delays bounds how far a run is from the usual one (Emmi, Qadeer and Rakamaric, "Delay-Bounded
Scheduling", 2011).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cluster_engine.cluster.message_faults import Delay
from cluster_engine.records import Delivered, Fired, Record, Sent

OVERTAKEN_BY = 6  # of what comes next to the receiver, a message is held back past so many at most
BACK = 12  # steps from effect to cause that are followed
JUST_AFTER_MS = 0.001

Reordering = tuple[float, Delay]
"""When (virtual ms) which message is delayed."""


def reorderings(records: Sequence[Record], from_ms: float) -> list[Reordering]:
    """Return the delays, from `from_ms` on (virtual ms), that turn a race of this run round, by the time of the delay
    and then the smallest change first.
    """
    sent = {record.msg: record for record in records if isinstance(record, Sent)}
    causes = {record.seq: record.cause for record in records}
    coming: dict[str, list[Delivered | Fired]] = defaultdict(list)
    for record in records:
        if isinstance(record, Delivered | Fired):
            coming[record.node].append(record)
    found = [
        (max(sent[first.msg].at, from_ms), Delay(message=first.msg, extra_ms=_extra(first, later)))
        for events in coming.values()
        for place, first in enumerate(events)
        if isinstance(first, Delivered) and first.msg in sent and first.at > from_ms
        for later in _overtaking(first, events[place + 1 : place + 1 + OVERTAKEN_BY], sent, causes)
    ]
    return sorted(found, key=lambda one: (one[0], one[1].extra_ms, one[1].message))


def _overtaking(
    first: Delivered, events: Sequence[Delivered | Fired], sent: dict[int, Sent], causes: dict[int, int]
) -> Iterator[Delivered | Fired]:
    for later in events:
        begins = sent.get(later.msg) if isinstance(later, Delivered) else later
        if begins is not None and not _is_caused(begins.seq, first.seq, causes):
            yield later


def _is_caused(effect: int, cause: int, causes: dict[int, int]) -> bool:
    for _ in range(BACK):
        effect = causes.get(effect, -1)
        if effect <= cause:
            return effect == cause
    return False


def _extra(first: Delivered, later: Delivered | Fired) -> float:
    return round(later.at - first.at + JUST_AFTER_MS, 3)
