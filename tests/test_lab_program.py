"""The lab `program`: threads by hand and under schedulers, and the detectors on the learner's own run."""

import pickle
from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.exploration.explore import explore
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import SettingError
from cluster_engine.labs.program import PROGRAMS
from cluster_engine.machine import Program, compile_program
from cluster_engine.recording import Recording
from cluster_engine.records import Ran, Record, Stepped
from cluster_engine.run import Run
from cluster_engine.schedules import recording_of
from cluster_engine.timeline import Timeline

LAB = get_lab("program")

PATHFINDER = """
bus = Lock()
def low():
    with bus:
        work(4000)
def middle():
    sleep(1000)
    work(10000)
def high():
    sleep(1000)
    with bus:
        pass
Thread(low, name="low", priority=1)
Thread(middle, name="middle", priority=5)
Thread(high, name="high", priority=9)
"""

WORKERS = """
def worker():
    work(1000)
Thread(worker)
Thread(worker)
"""


def played(program: str, script: str = "", for_ms: float = 1_000, **settings: Any) -> Run:
    """Return a run after some time."""
    checked = LAB.check_settings({"program": program, **settings})
    recording = Recording("program", checked, 1, tuple(parse_script(script, LAB)))
    run = Run(recording)
    for at, action in recording.script():
        run.advance(at)
        run.replay(action)
    run.advance(for_ms)
    return run


def steps(*threads: str) -> str:
    """Return the script of these steps, 10 ms apart."""
    return "\n".join(f"{10 * (place + 1)}ms step {thread}" for place, thread in enumerate(threads))


def of_kind(run: Run, kind: type[Record]) -> list[Any]:
    return [record for record in run.world.records if isinstance(record, kind)]


def node(run: Run, name: str) -> dict[str, Any]:
    found: dict[str, Any] = run.view()["nodes"][name]
    return found


# --- by hand --------------------------------------------------------------------------------


def test_the_learner_loses_an_update() -> None:
    run = played(PROGRAMS["lost-update"], steps("A", "B", "A", "B"))
    assert run.measure("outcome") == "c = 1"
    assert run.reached["break-assertion"] == 40.0
    assert "line 10" in run.violated["assertions"][1]
    assert [(step.node, step.op, step.value) for step in of_kind(run, Stepped)] == [
        ("A", "read", "0"), ("B", "read", "0"), ("A", "write", "1"), ("B", "write", "1"),
    ]  # fmt: skip


def test_in_turn_the_same_program_is_right() -> None:
    run = played(PROGRAMS["lost-update"], steps("A", "A", "B", "B"))
    assert run.measure("outcome") == "c = 2"
    assert run.violated["assertions"] is None
    assert run.measure("preemptions") == 0


def test_a_read_is_caused_by_the_write_that_it_reads() -> None:
    first, second, third, _ = of_kind(played(PROGRAMS["lost-update"], steps("A", "A", "B", "B")), Stepped)
    assert (second.cause, third.cause) == (first.seq, second.seq)


def test_nothing_moves_by_itself_by_hand() -> None:
    assert played(PROGRAMS["lost-update"], for_ms=10_000).measure("steps") == 0


def test_who_is_blocked_says_by_whom() -> None:
    run = played(PROGRAMS["two-locks"], steps("A", "B"))
    assert node(run, "B")["reason"] == "B is blocked for ever: it waits for `a`, which A holds"
    assert (node(run, "B")["role"], node(run, "B")["waits_for"], node(run, "B")["owners"]) == (
        "blocked",
        "lock:a",
        ["A"],
    )
    assert node(run, "lock:a") | {"holders": ["A"], "queue": ["B"]} == node(run, "lock:a")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (steps("A", "B", "B"), "B is blocked for ever: it waits for `a`, which A holds"),
        ("10ms step C", "there is no thread"),
        ("10ms preempt A", "you are the scheduler"),
        ("10ms wake A", "A does not wait for a condition"),
        ("10ms kill A\n20ms step A", "A was killed"),
        ("10ms delay A for_ms=50ms\n20ms step A", "A sleeps until 60 ms"),
    ],
)
def test_what_is_impossible_is_refused_with_its_reason(script: str, says: str) -> None:
    [(_, text)] = played(PROGRAMS["two-locks"], script).refused
    assert says in text


def test_under_a_scheduler_nobody_steps_by_hand() -> None:
    [(_, text)] = played(PROGRAMS["two-locks"], "1ms step A", scheduler="round-robin").refused
    assert "the scheduler here is round-robin" in text


def test_a_program_with_an_error_is_refused_with_line_and_column() -> None:
    with pytest.raises(SettingError, match="Line 2, column 1"):
        LAB.check_settings({"program": "x = 1\nimport os"})


@pytest.mark.parametrize("name", ["lost-update", "two-locks", "if-wait", "lost-wakeup", "two-preemptions", "aba-stack"])
def test_the_shortest_failing_schedule_fails_in_the_lab(name: str) -> None:
    found = explore(compiled(name)).failures
    run = Run(recording_of(PROGRAMS[name], found[0].schedule))
    for at, action in recording_of(PROGRAMS[name], found[0].schedule).script():
        run.advance(at)
        run.apply(action)
    run.advance(10_000)
    kinds = {
        "assertion": "assertions",
        "error": "assertions",
        "deadlock": "no-deadlock",
        "lost-wakeup": "no-lost-wakeup",
    }
    assert run.violated[kinds[found[0].kind]] is not None


def compiled(name: str) -> Program:
    return compile_program(PROGRAMS[name])


# --- detectors ------------------------------------------------------------------------------


def test_a_cycle_of_waiting_is_told_at_once() -> None:
    run = played(PROGRAMS["two-locks"], steps("A", "B"))
    at, text = run.violated["no-deadlock"]
    assert at == 20.0
    assert "B waits in line 12 for `a`, which A holds" in text
    assert "a cycle of waiting" in text
    assert run.reached["freeze"] == 20.0


def test_a_partial_deadlock_is_found_while_others_run_on() -> None:
    found = [failure for failure in explore(compiled("partial-deadlock")).failures if failure.kind == "deadlock"]
    run = played(PROGRAMS["partial-deadlock"], steps(*found[0].schedule), for_ms=10_000)
    assert run.violated["no-deadlock"] is not None


def test_a_lock_of_a_killed_thread_never_comes_back() -> None:
    run = played(PROGRAMS["two-locks-ordered"], "10ms step A\n20ms kill A")
    assert "which A held when it was killed" in run.violated["no-deadlock"][1]
    assert node(run, "lock:a")["holders"] == ["A"]


def test_orders_of_locks_that_did_not_deadlock_are_told() -> None:
    run = played(PROGRAMS["two-locks"], steps("A", "A", "A", "A", "B", "B"))
    assert run.violated["no-deadlock"] is None
    assert "under another schedule they deadlock" in run.violated["lock-order"][1]
    assert played(PROGRAMS["two-locks-ordered"], steps(*"AAAABBBB")).violated["lock-order"] is None


def test_a_race_names_both_accesses_and_locks_end_it() -> None:
    run = played(PROGRAMS["lost-update"], steps("A", "A", "B"))
    assert run.violated["no-race"][1] == (
        "A writes `c` in line 6 and B reads it in line 5, and nothing orders the two."
    )
    locked = played(PROGRAMS["lost-update-locked"], scheduler="random", for_ms=10_000)
    assert locked.measure("ended_threads") == 2
    assert locked.violated["no-race"] is None


def test_a_notification_that_came_too_early_is_told() -> None:
    found = [one for one in explore(compiled("lost-wakeup")).failures if one.kind == "lost-wakeup"]
    run = played(PROGRAMS["lost-wakeup"], steps(*found[0].schedule))
    assert "A condition remembers nothing" in run.violated["no-lost-wakeup"][1]
    assert run.violated["no-deadlock"] is None


def test_who_never_gets_the_core_starves_and_ageing_helps() -> None:
    greedy = (
        "def busy():\n    while True:\n        work(10)\n"
        "def meek():\n    work(10)\n"
        'Thread(busy, name="high", priority=9)\nThread(meek, name="low", priority=1)\n'
    )
    starved = played(greedy, scheduler="priority", for_ms=5_000)
    assert "low has been ready without a core" in starved.violated["no-starvation"][1]
    aged = played(greedy, scheduler="priority", ageing_ms=100, for_ms=5_000)
    assert aged.violated["no-starvation"] is None
    assert node(aged, "low")["role"] == "ended"


# --- time -----------------------------------------------------------------------------------


def high_waited(**settings: Any) -> Run:
    return played(PATHFINDER, scheduler="priority", step_ms=0.001, for_ms=40_000, quantum_ms=100, **settings)


def test_priority_inversion_as_on_mars() -> None:
    """A critical section of 4 s begun 1 s before, and 10 s of work in the middle: 13 s, with inheritance 3 s."""
    run = high_waited()
    assert node(run, "high")["blocked_ms"] == pytest.approx(13_000, abs=1)
    assert "low (1) does not" not in run.violated["no-priority-inversion"][1]
    assert "middle (5) does" in run.violated["no-priority-inversion"][1]


def test_inheritance_ends_it() -> None:
    run = high_waited(inheritance=True)
    assert node(run, "high")["blocked_ms"] == pytest.approx(3_000, abs=1)
    assert run.violated["no-priority-inversion"] is None


@pytest.mark.parametrize("quantum", [10.0, 50.0, 100.0])
def test_the_useful_share_is_quantum_over_quantum_and_switch(quantum: float) -> None:
    run = played(WORKERS, scheduler="round-robin", quantum_ms=quantum, switch_ms=5, step_ms=0.001, for_ms=60_000)
    core = node(run, "core:1")
    assert core["busy_ms"] == pytest.approx(2_000, abs=1)
    assert core["busy_ms"] / (core["busy_ms"] + core["switching_ms"]) == pytest.approx(
        quantum / (quantum + 5), rel=0.02
    )
    assert sum(record.at - record.began for record in of_kind(run, Ran) if record.switch) == core["switching_ms"]


def test_two_cores_take_half_the_time() -> None:
    one = played(WORKERS, scheduler="round-robin", for_ms=10_000)
    two = played(WORKERS, scheduler="round-robin", cores=2, for_ms=10_000)
    assert two.measure("makespan_ms") < 0.6 * one.measure("makespan_ms")


def test_cold_steps_are_slower() -> None:
    text = PROGRAMS["lost-update-twice"]
    settings = {"scheduler": "round-robin", "quantum_ms": 20, "for_ms": 10_000}
    warm, cold = played(text, **settings), played(text, cold_steps=2, cold_factor=4, **settings)
    assert cold.measure("makespan_ms") > 2 * warm.measure("makespan_ms")


def test_slow_steps_are_stretches_of_their_own() -> None:
    run = played(
        PROGRAMS["lost-update-twice"], scheduler="round-robin", quantum_ms=50, switch_ms=5, cold_steps=1, for_ms=10_000
    )
    looks = [(record.thread, record.at - record.began, record.switch, record.cold) for record in of_kind(run, Ran)]
    assert looks == [
        ("A", 40, False, False),  # nothing was in the caches that would be in the way
        ("B", 5, True, False), ("B", 30, False, True), ("B", 30, False, False),
    ]  # fmt: skip
    core = node(run, "core:1")
    assert (core["busy_ms"], core["cold_ms"], core["switching_ms"], core["cold"]) == (100, 30, 5, False)


@pytest.mark.parametrize("scheduler", ["round-robin", "priority", "random"])
@pytest.mark.parametrize("name", ["peterson", "bounded-buffer-right", "philosophers-3-right", "readers-writers"])
def test_right_programs_end_under_every_scheduler(name: str, scheduler: str) -> None:
    run = played(PROGRAMS[name], scheduler=scheduler, cores=2, quantum_ms=20, for_ms=20_000)
    assert run.violated["assertions"] is None
    assert run.violated["no-deadlock"] is None
    if not (name == "peterson" and scheduler == "priority"):  # which spins, and never lets the other go on
        assert run.measure("ended_threads") == len(run.world.threads)


def test_one_recording_gives_one_digest_also_when_resumed_half_way() -> None:
    settings = LAB.check_settings({"situation": "bounded-buffer", "scheduler": "random", "cores": 2, "switch_ms": 3})
    whole = Run(Recording("program", settings, 7, ()))
    whole.advance(2_000)
    half = Run(Recording("program", settings, 7, ()))
    half.advance(500)
    resumed = pickle.loads(pickle.dumps(half))
    resumed.advance(2_000)
    assert resumed.world.records == whole.world.records
    assert len(whole.world.records) > 50


def test_a_timeline_goes_back_to_a_step() -> None:
    timeline = Timeline(recording_of(PROGRAMS["lost-update"], "ABAB"))
    timeline.advance(100)
    assert timeline.view(25)["nodes"]["shared:memory"]["values"] == {"c": "0"}
    assert timeline.view(35)["nodes"]["shared:memory"]["values"] == {"c": "1"}


def test_after_a_failure_nobody_gets_a_core() -> None:
    """An assertion that fails ends the run; the threads that are left must not be put on a core again and again."""
    run = played(PROGRAMS["test-then-set"], for_ms=2_000, scheduler="round-robin", quantum_ms=10)
    assert run.violated["assertions"] is not None
    assert len(run.world.records) < 500


def test_the_bound_of_starvation_is_a_setting() -> None:
    greedy = (
        "def busy():\n    while True:\n        work(10)\n"
        "def meek():\n    work(10)\n"
        'Thread(busy, name="high", priority=9)\nThread(meek, name="low", priority=1)\n'
    )
    patient = played(greedy, scheduler="priority", starvation_ms=4_000, for_ms=3_000)
    assert patient.violated["no-starvation"] is None
    assert played(greedy, scheduler="priority", starvation_ms=200, for_ms=300).violated["no-starvation"] is not None


def test_steps_by_hand_are_no_faults_and_what_is_done_to_threads_is() -> None:
    assert not LAB.is_fault("step")
    assert LAB.is_fault("kill")
    assert played(PROGRAMS["two-locks"], "10ms step A\n20ms kill A").faults == 1
