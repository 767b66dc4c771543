"""Why a history is not linearizable: the operation at fault, how far an order came, and the smallest evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from cluster_engine.consistency.history import NEVER, OK, Operation, events
from cluster_engine.consistency.linearizability import NOT_LINEARIZABLE, Search
from cluster_engine.consistency.specification import Illegal, Model

MOST = 5_000  # configurations for each question that shrinking asks


@dataclass(frozen=True)
class Explanation:
    """What a learner is shown.

    Attributes:
        fault: The operation that fits nowhere: with its return, and not before, every order had failed.
        order: The longest order that is legal, with all that is known by then.
        stuck: The operation that had to follow that order and could not: mostly the fault itself.
        next: What could come next by time, each with the reason why it cannot.
        evidence: The smallest part of the history that still is not linearizable.
    """

    fault: Operation
    order: tuple[Operation, ...]
    stuck: Operation
    next: tuple[tuple[Operation, str], ...]
    evidence: tuple[Operation, ...]

    def words(self) -> str:
        """Return one sentence."""
        reasons = {one.index: why for one, why in self.next}
        if self.fault.index in reasons:
            return f"{self.fault.words()} fits nowhere: {reasons[self.fault.index]}."
        if self.stuck.index in reasons:
            why = f"where it would fit, {self.stuck.words()} does not: {reasons[self.stuck.index]}"
            return f"{self.fault.words()} fits nowhere; {why}."
        return f"{self.fault.words()} fits nowhere: every order of the others before it is ruled out."


def explain(search: Search, seconds: float = NEVER) -> Explanation:
    """Explain a search that ended without an order; after `seconds` of wall time the evidence is made no smaller."""
    deepest = search.deepest
    assert search.verdict == NOT_LINEARIZABLE, "only what failed is explained"
    assert deepest is not None, "a history that failed has a return at which it did"
    known, fault = _when_it_failed(search.model, search.history)
    kept = {one.index for one in smallest(search.model, known, seconds)}
    parts = [one for one in known if one.index in kept]  # with all that was known of each: an order is legal in time
    at = _search(search.model, parts).deepest or deepest
    done = {one.index for one in at.chain}
    open_ = [one for one in parts if one.index not in done and one.called <= at.operation.returned]
    coming = tuple((one, step.why) for one in open_ if isinstance(step := search.model.step(at.state, one), Illegal))
    evidence = tuple(one for one in search.history if one.index in kept)
    return Explanation(fault or at.operation, at.chain, at.operation, coming, evidence)


def smallest(model: Model, history: Sequence[Operation], seconds: float = NEVER) -> tuple[Operation, ...]:
    """Return a part of a history that is not linearizable either, and of which no more can be forgotten.

    A part must not fail only because a write is missing that was seen. So an operation that others may have seen is
    first made unknown, which asks for less; and it is left out only if nobody who is left can have seen it.
    """
    until = monotonic() + seconds
    kept = _fewer(model, list(history), lambda one: None if model.only_reads(one) else one.forgotten(), until)
    return tuple(_without_unseen(model, history, kept))


def _when_it_failed(model: Model, history: list[Operation]) -> tuple[list[Operation], Operation | None]:
    """Return the operation with whose return no order was left any more, and what was known then to one who watched.

    An order that is lost stays lost, so that halving finds it. None: it is too large to look through.
    """
    returns = [place for place, (returns, _) in enumerate(events(history)) if returns]
    low, high = 0, len(returns) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _fails(model, _known_at(history, returns[middle])) else (middle + 1, high)
    known = _known_at(history, returns[low])
    return (known, events(history)[returns[low]][1]) if _fails(model, known) else (history, None)


def _known_at(history: Sequence[Operation], place: int) -> list[Operation]:
    """Return what is known of a history at a place in its events: what has not returned by then is unknown."""
    seen = events(history)[: place + 1]
    ended = {one.index for returns, one in seen if returns}
    begun = {one.index for _, one in seen}
    return [one if one.index in ended else one.forgotten() for one in history if one.index in begun]


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


def _without_unseen(model: Model, history: Sequence[Operation], kept: Sequence[Operation]) -> list[Operation]:
    """Leave out what was made unknown and is seen by nobody who is shown; what is shown is so with all that it saw."""
    whole = {one.index: one for one in history}
    shown = [one for one in kept if one.outcome == OK]
    hidden = [one for one in kept if one.outcome != OK]
    looks = list(shown)
    while looks:
        seen = [one for one in hidden if any(model.sees(other, one) for other in looks)]
        hidden = [one for one in hidden if one not in seen]
        looks = [whole[one.index] for one in seen if whole[one.index].outcome == OK]
    return [one for one in kept if one not in hidden]


def _fails(model: Model, history: Sequence[Operation]) -> bool:
    return _search(model, history).verdict == NOT_LINEARIZABLE


def _search(model: Model, history: Sequence[Operation]) -> Search:
    search = Search(model, history, foresight=False)
    search.run(MOST)
    return search
