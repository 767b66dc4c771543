"""Who acted without knowing what had happened, and which message would have told it."""

from collections.abc import Sequence
from typing import NamedTuple

from cluster_engine.records import Delivered, Dropped, Record, Sent
from cluster_engine.why.past import Past, place, places

MOST = 2  # processes that are told about


class Unheard(NamedTuple):
    """A process that did not hear, and the first message that would have told it: lost, or still under way."""

    node: str
    message: Dropped | Sent


def unheard(past: Past, happened: Sequence[Record], deciding: Sequence[Record]) -> list[Unheard]:
    """Return who in the deciding spine had heard of what had happened from none of those at whom it had.

    Clients neither tell a server nor are told about: what they know is not in the servers' hands.
    """
    sources = {where: seq for where, seq in _begun(happened).items() if where not in past.clients}
    targets = {where: seq for where, seq in places(deciding).items() if where not in {*past.clients, *sources}}
    if not sources or not targets:
        return []
    under_way: dict[int, Sent] = {}
    heard: set[str] = set()
    missed: dict[str, Dropped | Sent] = {}
    for record in past.records:
        if isinstance(record, Sent) and record.to in targets and sources.get(record.node, record.seq) < record.seq:
            if record.seq < targets[record.to]:
                under_way[record.msg] = record
        elif isinstance(record, Delivered) and record.msg in under_way:
            del under_way[record.msg]
            if record.seq <= targets[record.node]:
                heard.add(record.node)
        elif isinstance(record, Dropped) and record.msg in under_way:
            del under_way[record.msg]
            missed.setdefault(record.to, record)
    for sent in under_way.values():
        missed.setdefault(sent.to, sent)
    return [Unheard(where, missed[where]) for where in targets if where in missed and where not in heard][:MOST]


def _begun(spine: Sequence[Record]) -> dict[str, int]:
    """Return the processes of a spine, each with the number of its first record there."""
    return {place(record): record.seq for record in spine if place(record)}
