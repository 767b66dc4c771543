"""Why a history is not linearizable: the operation at fault, how far an order came, and the smallest evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from cluster_engine.consistency.history import NEVER, OK, UNKNOWN, Operation
from cluster_engine.consistency.linearizability import NOT_LINEARIZABLE, Search
from cluster_engine.consistency.models import Illegal, Model

MOST = 5_000  # configurations for each question that shrinking asks


@dataclass(frozen=True)
class Explanation:
    """What a learner is shown.

    Attributes:
        fault: The operation that fits nowhere: at its return every order had failed.
        order: The longest order that is legal, up to there.
        next: What could come next by time, each with the reason why it cannot.
        evidence: The smallest part of the history that still is not linearizable.
    """

    fault: Operation
    order: tuple[Operation, ...]
    next: tuple[tuple[Operation, str], ...]
    evidence: tuple[Operation, ...]

    def words(self) -> str:
        """Return one sentence."""
        reasons = {one.index: why for one, why in self.next}
        why = reasons.get(self.fault.index, "every order of the others before it is ruled out")
        return f"{self.fault.words()} fits nowhere: {why}."


def explain(search: Search, seconds: float = NEVER) -> Explanation:
    """Explain a search that ended without an order; after `seconds` of wall time the evidence is made no smaller."""
    deepest = search.deepest
    assert search.verdict == NOT_LINEARIZABLE, "only what failed is explained"
    assert deepest is not None, "a history that failed has a return at which it did"
    whole = {one.index: one for one in search.history}
    evidence = tuple(whole[one.index] for one in smallest(search.model, search.history, seconds))
    last = _search(search.model, evidence)  # with all that is known of each: an order is legal in time too
    at = last.deepest or deepest
    done = {one.index for one in at.chain}
    open_ = [one for one in evidence if one.index not in done and one.called <= at.operation.returned]
    coming = tuple((one, step.why) for one in open_ if isinstance(step := search.model.step(at.state, one), Illegal))
    return Explanation(at.operation, at.chain, coming, evidence)


def smallest(model: Model, history: Sequence[Operation], seconds: float = NEVER) -> tuple[Operation, ...]:
    """Return a part of a history that is not linearizable either, and of which nothing can be left out.

    A part must not fail only because a write is missing that was seen. So an operation that others may have seen is
    first made unknown, which asks for less; and it is left out only if nobody who is left can have seen it.
    """
    until = monotonic() + seconds
    kept = _until_it_fails(model, list(history))
    kept = _fewer(model, kept, lambda one: None if model.only_reads(one) else one.forgotten(), until)
    return tuple(_without_unseen(model, kept, until))


def _until_it_fails(model: Model, history: list[Operation]) -> list[Operation]:
    """Leave out what was called after the return at which it fails."""
    search = _search(model, history)
    if search.verdict != NOT_LINEARIZABLE or search.deepest is None:
        return history  # too large to be looked through without foresight
    return [one for one in history if one.called <= search.deepest.operation.returned]


def _fewer(
    model: Model, history: list[Operation], weaker: Callable[[Operation], Operation | None], until: float
) -> list[Operation]:
    """Weaken as many operations as possible, larger stretches first (Zeller & Hildebrandt's ddmin, 2002)."""
    kept, size = history, max(1, len(history) // 2)
    while True:
        changed = False
        for first in range(0, len(kept), size):
            chunk = [one for one in kept[first : first + size] if one.outcome == OK]
            if not chunk:
                continue
            if monotonic() > until:
                return kept
            numbers = {one.index for one in chunk}
            fewer = [after for one in kept if (after := weaker(one) if one.index in numbers else one) is not None]
            if _fails(model, fewer):
                kept, changed = fewer, True
                break
        if not changed:
            if size == 1:
                return kept
            size //= 2


def _without_unseen(model: Model, history: list[Operation], until: float) -> list[Operation]:
    kept = list(history)
    for one in history:
        if monotonic() > until:
            break
        fewer = [other for other in kept if other is not one]
        is_seen = any(model.sees(other, one) for other in fewer if other.outcome == OK)
        if one.outcome == UNKNOWN and not is_seen and _fails(model, fewer):
            kept = fewer
    return kept


def _fails(model: Model, history: Sequence[Operation]) -> bool:
    return _search(model, history).verdict == NOT_LINEARIZABLE


def _search(model: Model, history: Sequence[Operation]) -> Search:
    search = Search(model, history, foresight=False)
    search.run(MOST)
    return search
