"""Promises weaker than linearizability, so that one can say which of them a history still keeps.

Sequential consistency: Lamport, "How to Make a Multiprocessor Computer …", 1979. Causal consistency, by its bad
patterns: Bouajjani, Enea, Guerraoui & Hamza, "On Verifying Causal Consistency", POPL 2017, section 5. The session
guarantees: Terry and others, "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994, section 2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cluster_engine.consistency.causality import Found, causal
from cluster_engine.consistency.history import FAILED, NEVER, OK, Operation, by_key, shown
from cluster_engine.consistency.sequential import sequential
from cluster_engine.consistency.sessions import monotonic_reads, read_your_writes
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
    happened = [one for one in history if one.outcome != FAILED]
    for part in by_key(happened).values() if promise != "causal" else [happened]:
        found = _CHECKS[promise](model, part)
        if found is not None:
            return Broken(*found)
    return None


def _causal(_: Model, history: Sequence[Operation]) -> Found | None:
    _needs_distinct(history)
    return causal(history)


def _convergent(_: Model, part: Sequence[Operation]) -> Found | None:
    """Once nothing is written any more, nor can be, all who read last read the same."""
    writes = [one for one in part if one.f not in ("read", "get")]
    quiet = max((one.returned for one in writes), default=0.0)
    last = {one.process: one for one in part if one.f in ("read", "get") and quiet < one.called and one.outcome == OK}
    values = dict.fromkeys(frozen(one.result) for one in last.values())
    if len(values) <= 1:
        return None
    told = " and ".join(shown(value) for value in values)
    return f"After the last write the processes still read {told}.", tuple(last.values())


def _needs_distinct(history: Sequence[Operation]) -> None:
    written = [(one.key, frozen(one.value)) for one in history if one.f == "write"]
    if any(one.f not in ("read", "write") for one in history) or len(set(written)) < len(written):
        raise ValueError("causal is judged for reads and writes of which no two write the same value to one key.")


_JUDGED = ("register", "cas-register", "etcd-register", "cell", "kv", "append-list")
_CHECKS: Mapping[str, Callable[[Model, Sequence[Operation]], Found | None]] = MappingProxyType(
    {
        "causal": _causal,
        "read-your-writes": read_your_writes,
        "monotonic-reads": monotonic_reads,
        "convergent": _convergent,
    }
)
PROMISES = ("sequential", *_CHECKS)
