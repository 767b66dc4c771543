"""The detectors of threads themselves: what each says of records written by hand, and what it must not say."""

import pickle
from typing import Any

import pytest

from cluster_engine import happens_before
from cluster_engine.checkers import lock_order
from cluster_engine.checkers.assertions import AssertionChecker
from cluster_engine.checkers.deadlocks import DeadlockChecker
from cluster_engine.checkers.livelocks import LivelockChecker
from cluster_engine.checkers.lock_order import LockOrderChecker
from cluster_engine.checkers.lost_wakeups import LostWakeupChecker, MissedWakeups
from cluster_engine.checkers.priority_inversion import PriorityInversionChecker
from cluster_engine.checkers.races import RaceChecker
from cluster_engine.checkers.starvation import StarvationChecker
from cluster_engine.labs.program import INVARIANTS, PROGRAMS
from cluster_engine.missed_notifications import Missed
from cluster_engine.records import Blocked, Changed, Noted, Record, Stepped, Woke
from tests.test_lab_program import played, steps


def step(
    thread: str, op: str, location: str = "", line: int = 1, value: str = "", at: float = 0.0,
    also: tuple[tuple[str, bool], ...] = (),
) -> Stepped:  # fmt: skip
    """Return the record of a step."""
    return Stepped(0, at, -1, thread, line, 1, line, op, location, value, "", also)


def change(node: str, at: float = 0.0, **changes: Any) -> Changed:
    return Changed(0, at, -1, node, changes)


def blocked(thread: str, on: str, *owners: str, line: int = 1) -> Blocked:
    return Blocked(0, 0.0, -1, thread, on, list(owners), line, f"it waits for `{on}`")


def said(checker: Any, *records: Record) -> list[str]:
    """Show a checker records as a run does; return what it said, the checker having been pickled on the way."""
    found = []
    for record in records:
        checker = pickle.loads(pickle.dumps(checker))
        if type(record) not in checker.kinds:
            continue
        if isinstance(record, Changed) and not checker.fields & record.changes.keys():
            continue
        violation = checker.see(record)
        found += [violation.text] if violation else []
    return found


# --- races ------------------------------------------------------------------------------------


def test_a_write_and_a_read_that_nothing_orders_race_once_a_pair_of_lines() -> None:
    records = [
        step("A", "write", "x", 3),
        step("B", "read", "x", 7),
        step("A", "write", "x", 3),
        step("B", "read", "x", 7),
    ]
    assert said(RaceChecker(), *records) == [
        "A writes `x` in line 3 and B reads it in line 7, and nothing orders the two."
    ]


def test_reads_do_not_race_nor_does_one_thread_with_itself() -> None:
    assert said(RaceChecker(), step("A", "read", "x"), step("B", "read", "x")) == []
    assert said(RaceChecker(), step("A", "write", "x"), step("A", "read", "x")) == []


@pytest.mark.parametrize(
    ("gives", "takes"),
    [("unlock", "lock"), ("release", "acquire"), ("notify", "wake"), ("set", "wait"), ("put", "get")],
)
def test_what_orders_two_accesses(gives: str, takes: str) -> None:
    records = [
        step("A", "write", "x"),
        step("A", gives, "thing:t"),
        step("B", takes, "thing:t"),
        step("B", "read", "x"),
    ]
    assert said(RaceChecker(), *records) == []


def test_locking_another_lock_orders_nothing_and_neither_does_taking_before_taking() -> None:
    other = [
        step("A", "write", "x"),
        step("A", "unlock", "lock:a"),
        step("B", "lock", "lock:b"),
        step("B", "read", "x"),
    ]
    assert len(said(RaceChecker(), *other)) == 1
    both = [step("A", "write", "x"), step("A", "acquire", "s:s"), step("B", "acquire", "s:s"), step("B", "read", "x")]
    assert len(said(RaceChecker(), *both)) == 1


def test_who_waits_on_a_condition_gives_its_lock_up_and_what_it_did_is_known_to_the_next_owner() -> None:
    waits = [step("A", "write", "x"), step("A", "wait", "condition:c", also=(("lock:m", True),))]
    assert said(RaceChecker(), *waits, step("B", "lock", "lock:m"), step("B", "write", "x")) == []
    assert len(said(RaceChecker(), *waits, step("B", "lock", "lock:n"), step("B", "write", "x"))) == 1


def test_who_reads_a_whole_list_races_with_who_writes_an_element() -> None:
    whole = step("B", "read", "l", 7, also=(("l[0]", False), ("l[1]", False)))
    [text] = said(RaceChecker(), step("A", "write", "l[1]", 3), whole)
    assert text == "A writes `l[1]` in line 3 and B reads it in line 7, and nothing orders the two."


def test_a_key_with_a_colon_is_a_variable_all_the_same() -> None:
    assert len(said(RaceChecker(), step("A", "write", "d['lock:a']"), step("B", "write", "d['lock:a']", 2))) == 1


# --- deadlock, lost wake-ups --------------------------------------------------------------------


def test_a_cycle_is_told_when_it_closes_and_told_once() -> None:
    records = [
        blocked("A", "lock:b", "B", line=4),
        blocked("B", "lock:c", "C", line=5),
        blocked("C", "lock:a", "A", line=6),
    ]
    [text] = said(DeadlockChecker(), *records, change("A", owners=["B"]))
    assert text.endswith("a cycle of waiting.")
    assert all(f"{one} waits in line" in text for one in "ABC")


def test_waiting_in_a_row_is_no_deadlock_and_waking_ends_a_wait() -> None:
    assert said(DeadlockChecker(), blocked("A", "lock:b", "B"), blocked("B", "lock:c", "C")) == []
    woken = [blocked("A", "lock:b", "B"), Woke(0, 0.0, -1, "A", "lock:b"), blocked("B", "lock:a", "A")]
    assert said(DeadlockChecker(), *woken) == []


def test_who_waits_for_the_dead_waits_for_ever() -> None:
    [text] = said(DeadlockChecker(), blocked("B", "lock:a", "A", line=9), change("A", role="killed"))
    assert text == "B waits in line 9 for `a`, which A held when it was killed: nobody gives it back."


def stuck(thread: str, on: str) -> Noted:
    return Noted(0, 0.0, -1, "", "stuck", {"waiting": [[thread, on, 8, "it sleeps", [1]]], "groups": [[thread]]}, "")


def test_a_notification_before_anybody_slept_is_lost_and_no_deadlock() -> None:
    early = [step("B", "notify", "condition:c", 4), blocked("A", "condition:c", line=8), stuck("A", "condition:c")]
    [text] = said(LostWakeupChecker(), *early)
    assert "B notified in line 4, before anybody slept there" in text
    assert said(DeadlockChecker(), *early) == []


def test_who_has_looked_since_the_notification_has_lost_nothing() -> None:
    assert said(LostWakeupChecker(), *LOOKED) == []
    [text] = said(DeadlockChecker(), *LOOKED)
    assert text.endswith("No thread can ever move again.")
    blind = [record for record in LOOKED if getattr(record, "op", "") != "read"]
    assert len(said(LostWakeupChecker(), *blind)) == 1


def test_an_event_that_was_set_and_cleared_before_anybody_came_by_is_a_lost_wakeup() -> None:
    pulse = [step("B", "set", "event:e", 4), step("B", "clear", "event:e", 5)]
    early = [blocked("A", "event:e"), *pulse, stuck("A", "event:e")]
    [text] = said(LostWakeupChecker(), *early)
    assert "B set it in line 4, but it was cleared again before A came by" in text
    looked = [*pulse, step("A", "read", "event:e"), blocked("A", "event:e"), stuck("A", "event:e")]
    assert said(LostWakeupChecker(), *looked) == []
    assert len(said(DeadlockChecker(), *looked)) == 1


def test_a_notification_that_woke_somebody_is_not_lost() -> None:
    heard = [blocked("A", "condition:c"), step("B", "notify", "condition:c"), Woke(0, 0.0, -1, "A", "condition:c")]
    again = [*heard, blocked("A", "condition:c"), stuck("A", "condition:c")]
    assert said(LostWakeupChecker(), *again) == []
    assert len(said(DeadlockChecker(), *again)) == 1


# --- livelock ----------------------------------------------------------------------------------


def go_round(*threads: str, op: str = "read") -> list[Record]:
    """Each thread goes from instruction 1 to 2 and back, one after the other, twice."""
    found: list[Record] = [change(thread, role="ready", instruction=1) for thread in ("A", "B")]
    for _ in range(2):
        for instruction in (2, 1):
            for thread in threads:
                found += [step(thread, op, "x"), change(thread, instruction=instruction)]
    return found


def test_all_have_moved_and_all_is_as_it_was() -> None:
    [first, *_] = said(LivelockChecker(), *go_round("A", "B"))
    assert first == "A and B have come back to where they were after 4 steps, with nothing done."


def test_it_takes_everybody_who_could_have_moved() -> None:
    """A scheduler that leaves B out is unfair: what B would do is unknown."""
    assert said(LivelockChecker(), *go_round("A")) == []
    alone = go_round("A")
    alone[1] = change("B", role="blocked", instruction=1)
    assert said(LivelockChecker(), *alone)[0].startswith("A has come back to where they were")


@pytest.mark.parametrize("op", ["print", "work", "sleep"])
def test_something_done_is_no_livelock(op: str) -> None:
    assert said(LivelockChecker(), *go_round("A", "B", op=op)) == []


def test_a_value_that_grows_is_no_return() -> None:
    records = go_round("A", "B")
    counted = [one for n, record in enumerate(records) for one in (record, change("shared:memory", values={"n": n}))]
    assert said(LivelockChecker(), *counted) == []


def test_two_polite_threads_go_round_for_ever_in_the_lab() -> None:
    by_hand = played(PROGRAMS["try-lock"], steps(*"ABABABABABAB"))
    assert by_hand.violated["no-livelock"][1].startswith("A and B have come back to where they were after 6 steps")
    assert by_hand.values["broken_no_livelock"] == 1
    assert by_hand.violated["no-deadlock"] is None


@pytest.mark.parametrize("name", sorted(set(PROGRAMS) - {"try-lock"}))
def test_no_other_classic_program_is_taken_for_a_livelock(name: str) -> None:
    run = played(PROGRAMS[name], for_ms=2_000, scheduler="round-robin", quantum_ms=10)
    assert run.violated["no-livelock"] is None


# --- order of locks, starvation, inversion, assertions -------------------------------------------


def nest(thread: str, *locks: str) -> list[Record]:
    """A thread takes locks one in the other, and gives them back."""
    taken = [step(thread, "lock", f"lock:{name}", line, "True") for line, name in enumerate(locks, 1)]
    return [*taken, *(step(thread, "unlock", f"lock:{name}", 9) for name in reversed(locks))]


def test_opposite_orders_are_told_and_equal_ones_are_not() -> None:
    [text] = said(LockOrderChecker(), *nest("A", "a", "b"), *nest("B", "b", "a"))
    assert text.endswith("under another schedule they deadlock.")
    assert said(LockOrderChecker(), *nest("A", "a", "b"), *nest("B", "a", "b")) == []


def test_one_thread_alone_and_a_lock_around_both_are_no_inversion() -> None:
    assert said(LockOrderChecker(), *nest("A", "a", "b"), *nest("A", "b", "a")) == []
    assert said(LockOrderChecker(), *nest("A", "g", "a", "b"), *nest("B", "g", "b", "a")) == []


def test_three_threads_can_close_a_circle() -> None:
    assert len(said(LockOrderChecker(), *nest("A", "a", "b"), *nest("B", "b", "c"), *nest("C", "c", "a"))) == 1


def test_ready_past_the_bound_while_another_goes_on() -> None:
    waits = [change("A", role="ready"), step("B", "read", "x", at=900.0)]
    assert said(StarvationChecker(), *waits) == []
    late = [*waits, step("B", "read", "x", at=1_100.0), step("B", "read", "x", at=1_200.0)]
    assert said(StarvationChecker(), *late) == ["A has been ready without a core for 1100 ms, while B goes on."]
    served = [*waits, step("A", "read", "x", at=950.0), step("B", "read", "x", at=1_200.0)]
    assert said(StarvationChecker(), *served) == []


def test_who_finds_the_lock_taken_again_and_again_has_waited_all_the_time() -> None:
    waits = [change("B", role="ready"), change("B", role="blocked", waits_for="lock:m")]
    for at in range(100, 1_300, 100):
        role = {"role": "ready"} if at % 200 else {"role": "blocked", "waits_for": "lock:m"}
        waits += [step("A", "lock", "lock:m", at=float(at)), change("B", float(at), **role)]
    assert said(StarvationChecker(), *waits) == ["B has waited for `m` for 1100 ms, while A goes on."]
    served = [*waits[:12], step("B", "lock", "lock:m", at=550.0), change("B", 560.0, role="ready"), *waits[12:]]
    assert said(StarvationChecker(), *served) == []


def test_who_sleeps_or_waits_for_a_word_does_not_starve() -> None:
    for role in ({"role": "sleeping"}, {"role": "blocked", "waits_for": "condition:c"}, {"role": "running"}):
        waits = [change("B", role="ready"), change("B", 10.0, **role), step("A", "read", "x", at=2_000.0)]
        assert said(StarvationChecker(), *waits) == []


def test_a_middle_thread_that_keeps_the_owner_from_running() -> None:
    roles = [
        change("low", role="ready", base_priority=1),
        change("middle", role="running", base_priority=5),
        change("high", role="blocked", base_priority=9, owners=["low"], waits_for="lock:bus"),
    ]
    [text] = said(PriorityInversionChecker(), *roles)
    assert (
        text == "high (priority 9) waits for `bus`, which low (1) holds; low does not get to run, for middle (5) does."
    )
    assert said(PriorityInversionChecker(), change("low", role="running", base_priority=1), *roles[2:]) == []


def test_an_assertion_is_passed_on_with_its_line() -> None:
    failed = Noted(0, 0.0, -1, "A", "failed", {"kind": "assertion", "line": 7, "text": "c == 2 is false"}, "")
    assert said(AssertionChecker(), failed) == ["The assertion in line 7 fails: c == 2 is false."]


# --- planted bugs: a detector that is wrong is noticed -------------------------------------------

BY_A = [step("A", "write", "x"), step("A", "unlock", "lock:m")]
ORDERED: list[Record] = [*BY_A, step("B", "lock", "lock:m"), step("B", "read", "x")]
CYCLE = [blocked("A", "lock:b", "B"), blocked("C", "lock:a", "A"), blocked("B", "lock:a", "A")]
EARLY = [step("B", "notify", "condition:c", 4), blocked("A", "condition:c"), stuck("A", "condition:c")]
HEARD = [blocked("A", "condition:c"), step("B", "notify", "condition:c"), Woke(0, 0.0, -1, "A", "condition:c")]
LOOKED = [
    step("B", "lock", "lock:m"), step("B", "notify", "condition:c", 4), step("B", "unlock", "lock:m"),
    step("A", "lock", "lock:m"), step("A", "read", "x"), blocked("A", "condition:c"), stuck("A", "condition:c"),
]  # fmt: skip
FAST = [change("A", role="ready"), step("A", "read", "x", at=950.0), step("B", "read", "x", at=1_200.0)]
MARS = [
    change("middle", role="running", base_priority=5), change("low", role="ready", base_priority=1),
    change("high", role="blocked", base_priority=9, owners=["low"], waits_for="lock:bus"),
]  # fmt: skip
FAILED = Noted(0, 0.0, -1, "A", "failed", {"kind": "assertion", "line": 7, "text": "c == 2"}, "")

_then = Missed.then

PLANTED: dict[str, tuple[Any, str, Any, type, list[Record]]] = {
    "races: an unlock passes nothing on": (happens_before, "sends", lambda op: False, RaceChecker, ORDERED),
    "races: any two accesses are in order": (RaceChecker, "see", lambda *_: None, RaceChecker, ORDERED[::3]),
    "deadlock: a cycle is not followed": (DeadlockChecker, "_cycle", lambda *_: [], DeadlockChecker, CYCLE),
    "deadlock: only threads that all stand": (DeadlockChecker, "_judge", lambda *_: None, DeadlockChecker, CYCLE),
    "lost wake-up: nothing is ever missed": (MissedWakeups, "among", lambda *_: None, LostWakeupChecker, EARLY),
    "lost wake-up: sleepers are not seen": (
        MissedWakeups, "see", lambda self, record: isinstance(record, Stepped) and self._step(record),
        LostWakeupChecker, [*HEARD, blocked("A", "condition:c"), stuck("A", "condition:c")],
    ),
    "lost wake-up: whoever has looked since has missed it": (
        Missed, "then", lambda self, *step: _then(self, *step) if step[3] else self, LostWakeupChecker, LOOKED,
    ),
    "livelock: a state is never known again": (
        LivelockChecker, "_forget", lambda self, done: self._seen.clear(), LivelockChecker, go_round("A", "B"),
    ),
    "livelock: what was done does not count": (
        LivelockChecker, "_forget", lambda self, done: None, LivelockChecker, go_round("A", "B", op="print"),
    ),
    "lock order: whoever takes them": (
        lock_order, "_apart", lambda one, other: True, LockOrderChecker, [*nest("A", "a", "b"), *nest("A", "b", "a")],
    ),
    "starvation: a step of one's own changes nothing": (
        StarvationChecker, "_forget", lambda *_: None, StarvationChecker, FAST,
    ),
    "inversion: anybody who runs is in the way": (
        PriorityInversionChecker, "_rank", lambda *_: 1.0, PriorityInversionChecker, MARS,
    ),
    "assertions: failures go by": (AssertionChecker, "see", lambda *_: None, AssertionChecker, [FAILED]),
}  # fmt: skip


def test_every_detector_of_the_lab_has_a_planted_bug() -> None:
    assert {planted[3] for planted in PLANTED.values()} == {invariant.checker for invariant in INVARIANTS}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_bug_in_a_detector_changes_what_it_says(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    where, name, wrong, checker, records = PLANTED[bug]
    right = said(checker(), *records)
    monkeypatch.setattr(where, name, wrong)
    assert said(checker(), *records) != right
