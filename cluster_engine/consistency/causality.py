"""Causal consistency of reads and writes of distinct values, by the patterns that break it.

Bouajjani, Enea, Guerraoui & Hamza, "On Verifying Causal Consistency", POPL 2017, section 5: the causal order is the
closure of each process's own order and of "reads from"; a history is causally consistent exactly if none of four bad
patterns is in it (a cycle; a read out of thin air; an initial read after a write; a read of what was overwritten).
"""

from collections.abc import Callable, Sequence

from cluster_engine.consistency.history import FAILED, OK, Operation, shown
from cluster_engine.consistency.specification import frozen

Found = tuple[str, tuple[Operation, ...]]


def causal(history: Sequence[Operation]) -> Found | None:
    """Return the first bad pattern in words, with its operations; None if there is none."""
    known = sorted((one for one in history if one.outcome != FAILED), key=lambda one: one.called)
    known = [one for one in known if one.f == "write" or one.outcome == OK]
    place = {one.index: number for number, one in enumerate(known)}
    writes = {(one.key, frozen(one.value)): one for one in known if one.f == "write"}
    reads = [one for one in known if one.f == "read"]
    for read in reads:
        if read.result is not None and (read.key, frozen(read.result)) not in writes:
            return f"{read.words()}: nobody wrote that.", (read,)
    before = pasts(known, lambda read: writes.get((read.key, frozen(read.result))))
    for one in known:
        if before[place[one.index]] >> place[one.index] & 1:
            return f"{one.words()} comes before itself in the causal order.", (one,)
    for read in reads:
        past = [
            one for one in writes.values() if one.key == read.key and before[place[read.index]] >> place[one.index] & 1
        ]
        source = writes.get((read.key, frozen(read.result)))
        for other in past:
            if source is None:
                return f"{read.words()}, though it knows of {other.words()}.", (other, read)
            if other is not source and before[place[other.index]] >> place[source.index] & 1:
                why = f"{read.words()}, though it knows of {other.words()}, which came after {shown(source.value)}."
                return why, (source, other, read)
    return None


def pasts(known: Sequence[Operation], source: Callable[[Operation], Operation | None]) -> list[int]:
    """Return for each operation, as bits by place, those that come before it in the causal order.

    `known` is in the order of the calls; `source` tells which write a read has read from.
    """
    place = {one.index: number for number, one in enumerate(known)}
    direct: list[set[int]] = [set() for _ in known]
    last: dict[str, int] = {}
    for number, one in enumerate(known):
        if one.process in last:
            direct[number].add(last[one.process])
        last[one.process] = number
        read = source(one) if one.f in ("read", "get") else None
        if read is not None:
            direct[number].add(place[read.index])
    before = [0] * len(known)
    changed = True
    while changed:
        changed = False
        for number, edges in enumerate(direct):
            bits = before[number]
            for edge in edges:
                bits |= before[edge] | 1 << edge
            if bits != before[number]:
                before[number], changed = bits, True
    return before
