"""What one process may count on, whichever replica it asks: its own writes are there, and nothing it saw is undone.

Terry and others, "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994, section 2. A write is older
than another one where that is so in the causal order: no clock is asked, so that sequential consistency implies both.
Nobody is accused where it is not certain from which write a read has read.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from cluster_engine.consistency.causality import Found, pasts
from cluster_engine.consistency.history import OK, Operation, shown
from cluster_engine.consistency.specification import Model, frozen

_READS = ("read", "get")
_NOTHING = object()


def read_your_writes(model: Model, part: Sequence[Operation]) -> Found | None:
    """After a write, its process reads it or something that is not older."""
    sources = _Sources(model, part)
    for process in _processes(part):
        written: list[Operation] = []
        for one in process:
            if one.f not in _READS:
                written.append(one)
            elif written and (missing := _missed(sources, one, written)):
                wrote = missing.value if missing.f == "append" else sources.left(missing)
                why = f"{one.words()}, though {missing.process} had written {shown(wrote)} itself before."
                return why, (missing, one)
    return None


def monotonic_reads(model: Model, part: Sequence[Operation]) -> Found | None:
    """What a process has seen, it does not see undone."""
    sources = _Sources(model, part)
    for process in _processes(part):
        reads = [one for one in process if one.f in _READS]
        for place, later in enumerate(reads):
            for earlier in reads[:place]:
                if _goes_back(sources, earlier, later):
                    why = f"{later.words()}, after {earlier.process} had read {shown(earlier.result)}, which is newer."
                    return why, (earlier, later)
    return None


def _missed(sources: "_Sources", read: Operation, written: list[Operation]) -> Operation | None:
    """Return a write that a read should show, or something newer, and does not."""
    if any(one.f == "append" for one in written):
        if sources.overwrites:
            return None  # what was appended may be gone by right
        return next((one for one in written if not _shows(read, one)), None)
    last = written[-1]
    left = sources.left(last)
    if left is _NOTHING or frozen(read.result) == left:
        return None
    return last if sources.is_initial(read) or sources.is_older(read, last) else None


def _shows(read: Operation, append: Operation) -> bool:
    """Say whether what was read, a list or a text, holds what was appended."""
    if read.f == "get":
        return str(append.value) in str(read.result or "")
    return frozen(append.value) in (frozen(read.result) or ())


def _goes_back(sources: "_Sources", earlier: Operation, later: Operation) -> bool:
    before, after = frozen(earlier.result), frozen(later.result)
    if isinstance(before, tuple) or isinstance(after, tuple):
        return not set(before or ()) <= set(after or ())
    newer = sources.of(earlier)
    if before == after or newer is None:
        return False
    return sources.is_initial(later) or sources.is_older(later, newer)


class _Sources:
    """From which write each read of a key has read, and which writes came before others."""

    def __init__(self, model: Model, part: Sequence[Operation]) -> None:
        self._initial = model.initial
        self.overwrites = any(one.f == "put" for one in part)
        known = sorted(part, key=lambda one: one.called)
        self._wrote: dict[Any, list[Operation]] = {}
        for one in known:
            if one.f not in _READS and (left := self.left(one)) is not _NOTHING:
                self._wrote.setdefault(left, []).append(one)
        self._place = {one.index: number for number, one in enumerate(known)}
        self._before = pasts(known, lambda one: self.of(one) if one.outcome == OK else None)

    def left(self, write: Operation) -> Any:
        """Return which value a change leaves, where that is known."""
        if write.f in ("write", "put"):
            return str(write.value) if write.f == "put" else frozen(write.value)
        if write.f == "cas":
            return _NOTHING if write.result is False else frozen(write.value[1])
        return frozen(write.result) if write.f == "add" and write.result is not None else _NOTHING

    def of(self, read: Operation) -> Operation | None:
        """Return the one write whose value was read; None if there is none, or more than one."""
        wrote = self._wrote.get(frozen(read.result), ())
        return wrote[0] if len(wrote) == 1 else None

    def is_initial(self, read: Operation) -> bool:
        """Say whether a read saw what was there at first, which nobody wrote."""
        return frozen(read.result) in (None, self._initial) and frozen(read.result) not in self._wrote

    def is_older(self, read: Operation, write: Operation) -> bool:
        """Say whether what was read was written before a write."""
        source = self.of(read)
        return source is not None and bool(self._before[self._place[write.index]] >> self._place[source.index] & 1)


def _processes(part: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Yield for each process what it was told the end of, in its order."""
    found: dict[str, list[Operation]] = {}
    for one in sorted(part, key=lambda operation: operation.called):
        if one.outcome == OK:
            found.setdefault(one.process, []).append(one)
    yield from found.values()
