"""Linearizability beside a run: the monitor agrees with the search after the event, and says what it saw in labs."""

import pickle
import random

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.checkers.linearizable import LinearizabilityChecker
from cluster_engine.consistency.history import OK, Operation, events
from cluster_engine.consistency.linearizability import check
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.monitor import Monitor
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.records import Invoked, Record, Returned
from cluster_engine.run import Run
from tests.test_consistency_search import randomly, told_for


def watched(model: str, history: list[Operation], crashes: random.Random) -> bool:
    """Show a monitor a history as it happens; unknown operations are given up at some time. Return whether it held."""
    monitor, open_ = Monitor(MODELS[model]), []
    for returns, one in events(history):
        monitor = pickle.loads(pickle.dumps(monitor))
        if returns:
            if monitor.end(one.index, OK, one.result, one.returned):
                return False
            continue
        monitor.call(one.index, one.process, one.f, one.value, one.called)
        open_ += [one.index] if one.outcome != OK else []
        if open_ and crashes.random() < 0.5:
            monitor.end(open_.pop(), "unknown", None, 0.0)
    return True


@pytest.mark.parametrize(
    "model", ["register", "cas-register", "cell", "queue", "mutex", "kv", "append-list", "counter", "account"]
)
def test_the_monitor_agrees_with_the_search(model: str) -> None:
    chance, held = random.Random(7), 0
    for _ in range(300):
        history = [told_for(model, one, chance) for one in randomly(model, chance)]
        truth = check(MODELS[model], history).verdict == "linearizable"
        assert watched(model, history, chance) == truth, [one.words() for one in history]
        held += truth
    assert 20 < held < 290


def tell(*events_: tuple) -> list[str]:
    """Show the checker events (client, op, f or outcome, value, at); return what it says."""
    checker, said = LinearizabilityChecker(), []
    for seq, (client, op, word, value, at) in enumerate(events_):
        record: Record = (
            Returned(seq, at, -1, client, op, word, value, "")
            if word in ("ok", "failed", "unknown")
            else Invoked(seq, at, -1, client, op, "", word, "x", value)
        )
        violation = checker.see(record)
        said += [violation.text] if violation else []
    return said


def test_a_stale_read_names_the_write_that_it_should_have_shown() -> None:
    stale = [
        ("c1", 1, "write", "1", 0), ("c1", 1, "ok", "1", 1), ("c1", 2, "write", "2", 2), ("c1", 2, "ok", "2", 3),
        ("c2", 3, "read", None, 4), ("c2", 3, "ok", "1", 5),
    ]  # fmt: skip
    assert tell(*stale) == ["c2 reads x and is told 1; it can only be 2, for c1's write of 2 was acknowledged before."]


def test_a_failed_write_had_no_effect_and_an_unknown_one_may_have_one_later() -> None:
    failed = [
        ("c1", 1, "write", "1", 0),
        ("c1", 1, "failed", None, 1),
        ("c2", 2, "read", None, 2),
        ("c2", 2, "ok", "1", 3),
    ]
    assert len(tell(*failed)) == 1
    unknown = [(*event[:2], "unknown" if event[2] == "failed" else event[2], *event[3:]) for event in failed]
    assert tell(*unknown) == []


def test_a_sum_that_was_given_twice_is_impossible() -> None:
    twice = [
        ("c1", 1, "add", 5, 0), ("c1", 1, "ok", 5, 1), ("c2", 2, "add", 5, 2), ("c2", 2, "ok", 5, 3),
    ]  # fmt: skip
    assert tell(*twice) == ["c2 adds 5 to x and is told 5; before, it can only have been 5."]


# --- in labs ------------------------------------------------------------------------------------


def run(lab: str, script: str, for_ms: float, **settings: object) -> Run:
    recording = Recording(lab, settings, 1, tuple(parse_script(script, get_lab(lab))))
    found = Run(recording)
    for at, action in recording.script():
        found.advance(at)
        found.replay(action)
    found.advance(for_ms)
    return found


def test_local_reads_break_it_and_reads_through_a_majority_do_not() -> None:
    """The leader is cut off, the others go on and write; whoever then asks the old one is told the past."""
    script = "1s write x 1\n2s isolate leader\n4s write x 2\n7s read x client=c1 node=leader"
    lab = get_lab("raft")
    stale = next(goal for goal in lab.goals if "stale_reads" in goal.expression)
    local = run("raft", stale.reference, 10_000, **stale.reference_settings)
    assert local.measure("stale_reads") >= 1
    assert "and is told" in local.violated["linearizable"][1]
    safe = run("raft", stale.reference, 10_000)
    assert safe.violated["linearizable"] is None
    assert run("raft", script.split("\n7s")[0], 8_000).violated["linearizable"] is None
