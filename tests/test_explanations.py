"""What is shown of a bad history: nothing can be left out, the fault is the right one, and is told at that moment."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest

from cluster_engine.checkers.linearizable import LinearizabilityChecker
from cluster_engine.checkers.ordering import operations
from cluster_engine.consistency.explanations import explain, smallest
from cluster_engine.consistency.history import OK, UNKNOWN, Operation, events
from cluster_engine.consistency.linearizability import check
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.specification import Model
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Lab
from cluster_engine.records import Invoked, Record, Returned
from cluster_engine.run import Run
from tests.solutions import Solution, of_labs
from tests.test_consistency_search import brute, randomly, told_for

CHECKED = 60  # bad histories of each model


def bad_histories(name: str, seed: int) -> Iterator[list[Operation]]:
    chance, found = Random(seed), 0
    while found < CHECKED:
        history = [told_for(name, one, chance) for one in randomly(name, chance)]
        if check(MODELS[name], history).verdict == "not linearizable":
            found += 1
            yield history


def fails(model: Model, history: Sequence[Operation]) -> bool:
    return not brute(model, list(history))


@pytest.mark.parametrize("name", MODELS)
def test_nothing_can_be_left_out_of_the_smallest_evidence(name: str) -> None:
    """A read can't be left out, nor the end of a change be forgotten; what nobody is left to have seen is not there."""
    model = MODELS[name]
    for history in bad_histories(name, seed=3):
        kept = smallest(model, history)
        shown = [one for one in history if one.index in {each.index for each in kept}]
        assert fails(model, kept)
        for one in kept:
            others = [other for other in kept if other is not one]
            if one.outcome == UNKNOWN:
                assert any(model.sees(other, one) for other in shown if other.outcome == OK)
            elif model.only_reads(one):
                assert not fails(model, others), [each.words() for each in kept]
            else:
                weaker = [one.forgotten() if other is one else other for other in kept]
                assert not fails(model, weaker), [each.words() for each in kept]


@pytest.mark.parametrize("name", MODELS)
def test_the_fault_is_the_first_return_before_which_an_order_was_left(name: str) -> None:
    model = MODELS[name]
    for history in bad_histories(name, seed=4):
        search = check(model, history).failing
        assert search is not None
        told = explain(search)
        assert fails(model, told.evidence)
        last = events(told.evidence).index((True, told.fault))
        ended = {one.index for returns, one in events(told.evidence)[:last] if returns}
        begun = [one for one in told.evidence if one.called <= told.fault.returned]
        before = [one if one.index in ended else one.forgotten() for one in begun]
        assert not fails(model, before)
        assert fails(model, [told.fault if one.index == told.fault.index else one for one in before])


# --- at every moment of a run -------------------------------------------------------------------


def asked_in(solution: Solution) -> list[Record]:
    """Return what clients ask and are told."""
    run = Run(solution.recording)
    for at, action in solution.recording.script():
        run.advance(at)
        run.replay(action)
    run.advance(max(run.now, solution.for_ms))
    return [one for one in run.take_records() if isinstance(one, Invoked | Returned)]


def model_of(lab: Lab) -> str | None:
    """Return of which model the clients of a lab ask, where it judges whether that is linearizable."""
    made = (one.checker() for one in lab.invariants if one.name == "linearizable")
    return next((one.model for one in made if isinstance(one, LinearizabilityChecker)), None)


JUDGED = [one for one in of_labs() if model_of(get_lab(one.recording.lab))]


def first_breach(records: list[Record], model: str) -> dict[Any, int]:
    """Return for each key the place of the first answer after which no order explains what is known by then."""
    found: dict[Any, int] = {}
    keys: dict[int, Any] = {}
    for place, record in enumerate(records):
        if isinstance(record, Invoked):
            keys[record.op] = record.key
        elif (key := keys.get(record.op)) not in found:
            known = [one for one in operations(records[: place + 1], model) if one.key == key]
            if check(MODELS[model], known).verdict == "not linearizable":
                found[key] = place
    return found


@pytest.mark.parametrize("solution", JUDGED, ids=lambda one: one.name)
def test_the_verdict_beside_a_run_is_that_of_the_search_at_every_answer(solution: Solution) -> None:
    model = model_of(get_lab(solution.recording.lab))
    assert model is not None
    records = asked_in(solution)
    checker, said = LinearizabilityChecker(model), dict[Any, int]()
    asked = {one.op: one.key for one in records if isinstance(one, Invoked)}
    for place, record in enumerate(records):
        if checker.see(record):
            said.setdefault(asked[record.op], place)
    assert said == first_breach(records, model)


def test_these_are_runs_of_many_labs_and_some_are_broken() -> None:
    assert {one.recording.lab for one in JUDGED} >= {"cap", "payments", "primary-backup", "quorum", "raft"}
    stale = next(one for one in JUDGED if "stale_reads" in one.goal.expression)
    assert first_breach(asked_in(stale), "cell")
