"""The checkers themselves: what each says of records written by hand, and what it must not say."""

import pickle
from typing import Any

import msgspec

from cluster_engine.checkers import replicated_log as checks
from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Invoked, Returned
from cluster_engine.telemetry.meters import StaleReads
from tests.linearity import Operation, register_fault

Log = dict[str, Any]


def log(start: int, *entries: tuple[int, str], first: int = 1) -> Log:
    """A log's change from index `start` on; `first` is the first index that is not compacted."""
    return {"from": start, "entries": list(entries), "start": first}


def feed(checker: checks.LogChecker, *changes: tuple[str, dict[str, Any]]) -> Violation | None:
    """Show a checker changes of servers; return what the last one broke, and assert that no other broke anything."""
    found = None
    for seq, (node, change) in enumerate(changes):
        assert found is None, f"{found} before the last change"
        found = checker.see(Changed(seq, float(seq), -1, node, change))
    return found


A, B, C = (1, "a"), (1, "b"), (2, "c")

# --- figure 3 --------------------------------------------------------------------------------


def test_election_safety() -> None:
    n1, n2 = ("n1", {"role": "leader", "term": 1}), ("n2", {"role": "leader", "term": 1})
    assert "n1 and n2 were both elected" in feed(checks.ElectionSafety(), n1, n2).text
    assert feed(checks.ElectionSafety(), n1, ("n2", {"role": "leader", "term": 2})) is None
    assert feed(checks.ElectionSafety(), n1, ("n1", {"role": "follower"}), n1) is None


def test_leader_append_only() -> None:
    leads = ("n1", {"role": "leader", "term": 1, "log": log(1, A, B)})
    assert feed(checks.LeaderAppendOnly(), leads, ("n1", {"log": log(3, C)})) is None
    assert "from entry 2 on" in feed(checks.LeaderAppendOnly(), leads, ("n1", {"log": log(2, C)})).text
    assert feed(checks.LeaderAppendOnly(), leads, ("n1", {"role": "follower", "log": log(2, C)})) is None
    compacts = ("n1", {"log": log(3, first=2), "snapshot_term": 1})
    assert feed(checks.LeaderAppendOnly(), leads, compacts) is None


def test_log_matching_of_labels_and_of_what_precedes() -> None:
    assert feed(checks.LogMatching(), ("n1", {"log": log(1, A)}), ("n2", {"log": log(1, B)})) is not None
    one, other = ("n1", {"log": log(1, A, C)}), ("n2", {"log": log(1, (2, "a"), C)})
    assert "yet their logs differ" in feed(checks.LogMatching(), one, other).text
    assert feed(checks.LogMatching(), one, ("n2", {"log": log(1, A, C)})) is None


def test_leader_completeness() -> None:
    commits = ("n1", {"role": "leader", "term": 1, "log": log(1, A, B), "commit": 2})
    lacks, holds = {"log": log(1, A), "term": 2}, {"log": log(1, A, B), "term": 2}
    assert "without entry 2" in feed(checks.LeaderCompleteness(), commits, ("n2", lacks | {"role": "leader"})).text
    assert feed(checks.LeaderCompleteness(), commits, ("n2", holds | {"role": "leader"})) is None


def test_leader_completeness_when_the_later_leader_came_first() -> None:
    leads = ("n2", {"role": "leader", "term": 2, "log": log(1, A)})
    commits = ("n1", {"role": "leader", "term": 1, "log": log(1, A, B), "commit": 2})
    assert "n2 leads term 2 without entry 2" in feed(checks.LeaderCompleteness(), leads, commits).text


def test_leader_completeness_sees_what_is_committed_and_compacted_in_one_step() -> None:
    appends = ("n1", {"role": "leader", "term": 1, "log": log(1, A, B)})
    compacts = ("n1", {"commit": 2, "applied": 2, "log": log(3, first=3), "snapshot_term": 1})
    lacks = ("n2", {"log": log(1, A), "role": "leader", "term": 2})
    assert feed(checks.LeaderCompleteness(), appends, compacts, lacks) is not None


def test_state_machine_safety() -> None:
    one = ("n1", {"log": log(1, A), "applied": 1})
    assert "n1 applied a" in feed(checks.StateMachineSafety(), one, ("n2", {"log": log(1, C), "applied": 1})).text
    assert feed(checks.StateMachineSafety(), one, ("n2", {"log": log(1, A), "applied": 1})) is None


def test_a_snapshot_says_nothing_of_the_entries_that_it_replaces() -> None:
    one = ("n1", {"log": log(1, C), "applied": 1, "snapshot_term": 0})
    old = ("n2", {"log": log(1, A, B)})
    installs = ("n2", {"log": log(2, first=2), "snapshot_term": 2, "applied": 1})
    assert feed(checks.StateMachineSafety(), one, old, installs) is None


def test_what_a_server_applied_before_it_compacted_it_still_counts() -> None:
    one = ("n1", {"log": log(1, C), "applied": 1})
    compacts = ("n2", {"log": log(2, first=2), "snapshot_term": 1, "applied": 1})
    assert feed(checks.StateMachineSafety(), one, ("n2", {"log": log(1, A)}), compacts) is not None


def test_terms_and_commits_never_go_back_not_even_over_a_pause() -> None:
    at_two = ("n1", {"role": "follower", "term": 2, "commit": 3})
    assert "term went back from 2 to 1" in feed(checks.NeverBack(), at_two, ("n1", {"term": 1})).text
    paused, resumed = ("n1", {"status": "paused"}), ("n1", {"status": "up"})
    assert feed(checks.NeverBack(), at_two, paused, resumed, ("n1", {"commit": 2})) is not None
    crashed = ("n1", {"status": "down", "role": "follower", "term": 1, "commit": 0})
    assert feed(checks.NeverBack(), at_two, crashed, ("n1", {"status": "up"}), ("n1", {"term": 1})) is None


# --- stale reads --------------------------------------------------------------------------------


def reads(*operations: tuple[str, Any, str, float, float]) -> int:
    """How many reads are stale in (f, value, outcome, began, ended); an operation that has no end stays open."""
    events: list[tuple[float, Any]] = []
    for op, (f, value, outcome, began, ended) in enumerate(operations):
        events.append((began, Invoked(0, began, -1, "c1", op, "n1", f, "x", None if f == "read" else value)))
        if outcome != "open":
            events.append((ended, Returned(0, ended, -1, "c1", op, outcome, value, "")))
    meter = StaleReads()
    for seq, (_, record) in enumerate(sorted(events, key=lambda event: event[0])):
        meter.see(msgspec.structs.replace(record, seq=seq))
        meter = pickle.loads(pickle.dumps(meter))  # as a keyframe would
    return meter.value


ONE, TWO = ("write", "1", "ok", 0.0, 1.0), ("write", "2", "ok", 2.0, 3.0)


def test_a_read_of_an_overwritten_value_is_stale() -> None:
    assert reads(ONE, TWO, ("read", "1", "ok", 4.0, 5.0)) == 1
    assert reads(ONE, TWO, ("read", None, "ok", 4.0, 5.0)) == 1


def test_a_read_that_overlaps_the_newer_write_is_not() -> None:
    assert reads(ONE, TWO, ("read", "1", "ok", 2.5, 5.0)) == 0
    assert reads(ONE, TWO, ("read", "2", "ok", 4.0, 5.0)) == 0


def test_a_write_that_is_open_or_unknown_may_have_brought_the_value_back() -> None:
    for outcome in ("open", "unknown"):
        assert reads(ONE, TWO, ("write", "1", outcome, 3.5, 4.5), ("read", "1", "ok", 6.0, 7.0)) == 0
        assert reads(ONE, TWO, ("add", 5, outcome, 3.5, 4.5), ("read", "1", "ok", 6.0, 7.0)) == 0


# --- the tests' own check of registers ------------------------------------------------------------


def operation(f: str, value: Any, began: float, ended: float, outcome: str = "ok") -> Operation:
    return Operation(f, "x", value if f == "write" else None, began, ended, outcome, value)


def test_registers_that_are_linearizable() -> None:
    one, two = operation("write", 1, 0, 10), operation("write", 2, 0, 10)
    assert register_fault([one, two, operation("read", 2, 1, 2), operation("read", 1, 3, 4)]) is None
    lost = operation("write", 3, 5, float("inf"), "unknown")
    assert register_fault([one, lost, operation("read", 1, 20, 30), operation("read", 3, 40, 50)]) is None
    assert register_fault([one, lost, operation("read", 1, 20, 30)]) is None
    assert register_fault([operation("read", None, 0, 1), operation("write", 1, 0.5, 3)]) is None


def test_registers_that_are_not() -> None:
    one, two = operation("write", 1, 0, 1), operation("write", 2, 2, 3)
    assert register_fault([one, two, operation("read", 1, 4, 5)]) is not None
    assert register_fault([one, operation("read", None, 2, 3)]) is not None
    back = [operation("read", 2, 4, 5), operation("read", 1, 6, 7)]
    assert register_fault([operation("write", 1, 0, 9), operation("write", 2, 0, 9), *back]) is None
    assert register_fault([one, operation("write", 2, 0, 9), *back]) is not None
    assert register_fault([operation("read", 7, 0, 1)]) == "a read returned 7, which nobody wrote"
    assert register_fault([operation("read", 1, 0, 1), operation("write", 1, 2, 3)]) is not None
