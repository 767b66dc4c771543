"""Promises weaker than linearizability, so that one can say which of them a history still keeps.

Sequential consistency: Lamport, "How to Make a Multiprocessor Computer …", 1979. Causal consistency, by its bad
patterns: Bouajjani, Enea, Guerraoui & Hamza, "On Verifying Causal Consistency", POPL 2017, section 5. The session
guarantees: Terry and others, "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994, section 2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cluster_engine.consistency.causality import causal
from cluster_engine.consistency.history import NEVER, OK, Operation, by_key, shown
from cluster_engine.consistency.sequential import sequential
from cluster_engine.consistency.specification import Model, frozen


@dataclass(frozen=True)
class Broken:
    """A promise that is not kept: why, in a sentence, and the operations that show it."""

    why: str
    evidence: tuple[Operation, ...] = ()
    undecided: bool = False


def broken(promise: str, model: Model, history: Sequence[Operation], *, seconds: float = NEVER) -> Broken | None:
    """Say how a promise is broken, or None; raise ValueError where the model has no such promise."""
    if promise == "sequential":
        kept = sequential(model, history, seconds)
        if kept is None:
            return Broken("", undecided=True)
        return None if kept else Broken("No one order of all operations agrees with what each process did and saw.")
    if model.name not in _JUDGED:
        raise ValueError(f"{promise} is judged for {', '.join(_JUDGED)}, not for the model {model.name}.")
    for part in by_key(one for one in history if one.outcome == OK).values() if promise != "causal" else [history]:
        found = _CHECKS[promise](list(part))
        if found is not None:
            return found
    return None


def _causal(history: list[Operation]) -> Broken | None:
    _needs_distinct(history)
    found = causal(history)
    return None if found is None else Broken(*found)


def _read_your_writes(part: list[Operation]) -> Broken | None:
    """After a write, its process reads it or something newer."""
    for process in _processes(part):
        written: list[Operation] = []
        for one in process:
            if one.f in ("write", "append", "put"):
                written.append(one)
            elif written and (missing := _missed(part, one, written)):
                why = f"{one.words()}, though {missing.process} had written {shown(missing.value)} itself before."
                return Broken(why, (missing, one))
    return None


def _missed(part: list[Operation], read: Operation, written: list[Operation]) -> Operation | None:
    """Return a write that a read should show, or something newer, and does not."""
    if any(one.f == "append" for one in written):
        return next((one for one in written if frozen(one.value) not in (frozen(read.result) or ())), None)
    last = written[-1]
    if frozen(read.result) == frozen(last.value):
        return None
    source = _source(part, read)
    return last if source is None or _is_older(source, last) else None


def _monotonic_reads(part: list[Operation]) -> Broken | None:
    """What a process has seen, it does not see undone."""
    for process in _processes(part):
        reads = [one for one in process if one.f in ("read", "get")]
        for place, later in enumerate(reads):
            for earlier in reads[:place]:
                if _goes_back(part, earlier, later):
                    why = f"{later.words()}, after {earlier.process} had read {shown(earlier.result)}, which is newer."
                    return Broken(why, (earlier, later))
    return None


def _goes_back(part: list[Operation], earlier: Operation, later: Operation) -> bool:
    before, after = frozen(earlier.result), frozen(later.result)
    if isinstance(before, tuple) or isinstance(after, tuple):
        return not set(before or ()) <= set(after or ())
    if before == after:
        return False
    first, second = _source(part, earlier), _source(part, later)
    if first is None:
        return False
    return second is None or _is_older(second, first)


def _convergent(part: list[Operation]) -> Broken | None:
    """Once nothing is written any more, all who read last read the same."""
    writes = [one for one in part if one.f not in ("read", "get")]
    quiet = max((one.returned for one in writes), default=0.0)
    last = {one.process: one for one in part if one.f in ("read", "get") and one.called > quiet}
    values = {frozen(one.result) for one in last.values()}
    if len(values) <= 1:
        return None
    told = " and ".join(shown(value) for value in values)
    return Broken(f"After the last write the processes still read {told}.", tuple(last.values()))


def _source(part: list[Operation], read: Operation) -> Operation | None:
    """Return the latest write of a read's value that had begun when it ended; None: it read what was there at first."""
    wrote = [one for one in part if one.f in ("write", "put") and frozen(one.value) == frozen(read.result)]
    return next((one for one in reversed(wrote) if one.called < read.returned), None)


def _is_older(one: Operation, other: Operation) -> bool:
    return one.returned < other.called


def _processes(part: list[Operation]) -> list[list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for one in sorted(part, key=lambda operation: operation.called):
        found.setdefault(one.process, []).append(one)
    return list(found.values())


def _needs_distinct(history: Sequence[Operation]) -> None:
    written = [(one.key, frozen(one.value)) for one in history if one.f == "write"]
    if any(one.f not in ("read", "write") for one in history) or len(set(written)) < len(written):
        raise ValueError("causal is judged for reads and writes of which no two write the same value to one key.")


_JUDGED = ("register", "cas-register", "etcd-register", "cell", "kv", "append-list")
_CHECKS: Mapping[str, Callable[[list[Operation]], Broken | None]] = MappingProxyType(
    {
        "causal": _causal,
        "read-your-writes": _read_your_writes,
        "monotonic-reads": _monotonic_reads,
        "convergent": _convergent,
    }
)
PROMISES = ("sequential", *_CHECKS)
