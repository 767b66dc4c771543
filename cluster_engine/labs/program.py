"""The lab `program`: a small concurrent program, step by step, under the learner's hand or a scheduler."""

from functools import lru_cache
from importlib.resources import files

from cluster_engine.checkers.assertions import AssertionChecker
from cluster_engine.checkers.deadlocks import DeadlockChecker
from cluster_engine.checkers.livelocks import LivelockChecker
from cluster_engine.checkers.lock_order import LockOrderChecker
from cluster_engine.checkers.lost_wakeups import LostWakeupChecker
from cluster_engine.checkers.priority_inversion import PriorityInversionChecker
from cluster_engine.checkers.races import RaceChecker
from cluster_engine.checkers.starvation import BOUND_MS, StarvationChecker
from cluster_engine.labs.declaration import (
    Button,
    Goal,
    Invariant,
    Lab,
    Measure,
    RoleLook,
    Setting,
    SettingError,
    Settings,
    Situation,
)
from cluster_engine.machine.actions import THREAD_ACTIONS
from cluster_engine.machine.cores import MachineConfig
from cluster_engine.machine.language.compile import compile_program
from cluster_engine.machine.language.errors import ProgramError
from cluster_engine.machine.world import MachineWorld
from cluster_engine.records import Noted
from cluster_engine.telemetry import threads as meters
from cluster_engine.telemetry.meters import FaultCount, NotedCount

STEP_MS = 10.0


def _programs() -> dict[str, str]:
    """Return the classic programs by name."""
    folder = files("cluster_engine.labs") / "programs"
    found = {path.name.removesuffix(".txt"): path for path in folder.iterdir() if path.name.endswith(".txt")}
    return {name: found[name].read_text(encoding="utf-8").rstrip() for name in sorted(found)}


PROGRAMS = _programs()


def build(settings: Settings, seed: int) -> MachineWorld:
    """Return the world for these settings."""
    names = ("scheduler", "cores", "step_ms", "quantum_ms", "switch_ms", "cold_steps", "cold_factor", "ageing_ms")
    config = MachineConfig(**{name: settings[name] for name in names}, inheritance=settings["inheritance"])
    return MachineWorld(seed, config, settings["program"])


def objection(settings: Settings) -> SettingError | None:
    """Say where the program is wrong, or None."""
    wrong = _wrong(settings["program"])
    return SettingError("program", f"The program cannot be run. {wrong}") if wrong else None


@lru_cache(maxsize=500)
def _wrong(program: str) -> str:
    """Say where a program is wrong. It is asked of every recording, and again for each of its settings."""
    try:
        compile_program(program)
    except ProgramError as error:
        return str(error)
    return ""


def _finished(record: Noted) -> str:
    outcome = record.facts["outcome"]
    return f"All threads have ended: {outcome}." if outcome else "All threads have ended."


def _killed(record: Noted) -> str:
    held = record.facts["held"]
    keeps = f" holding {' and '.join(f'`{name}`' for name in held)}, which stays taken" if held else ""
    return f"{record.node} is killed{keeps}."


def _hopeless(record: Noted) -> str:
    news = record.facts["news"]
    who = f"{', '.join(news[:-1])} and {news[-1]}" if len(news) > 1 else news[0]
    return f"{who} can never go on, whatever the others do."


def _situation(name: str, text: str) -> Situation:
    first, *_ = text.split("\n")
    title = name.replace("-", " ").capitalize()
    return Situation(name, title, first.removeprefix("# "), settings={"program": text})


SETTINGS = (
    Setting(
        "program", "code", PROGRAMS["lost-update"], label="Program",
        help="Shared variables, functions, and the threads that run them, in a small subset of Python.",
    ),
    Setting(
        "scheduler", "choice", "hand", choices=("hand", "round-robin", "priority", "random"), label="Scheduler",
        help="Who decides which thread goes next: you, step by step, or an algorithm.",
    ),
    Setting("cores", "int", 1, low=1, high=8, label="Cores", help="How many threads can run at once."),
    Setting(
        "step_ms", "float", STEP_MS, low=0.001, high=1_000, unit="ms", label="A step lasts",
        help="How long one atomic step keeps a core that is warm.",
    ),
    Setting(
        "quantum_ms", "float", 100.0, low=0.001, high=60_000, unit="ms", label="Quantum",
        help="How long a thread keeps its core while others want it.",
    ),
    Setting(
        "switch_ms", "float", 0.0, low=0, high=10_000, unit="ms", label="A switch costs",
        help="What a core spends on changing threads, doing nothing else.",
    ),
    Setting(
        "cold_steps", "int", 0, low=0, high=1_000, label="Cold steps",
        help="How many steps after a switch are slow, for the caches hold the other thread's data.",
    ),
    Setting(
        "cold_factor", "float", 3.0, low=1, high=100, unit="×", label="A cold step lasts",
        help="How many times longer than a warm one.",
    ),
    Setting(
        "ageing_ms", "float", 0.0, low=0, high=60_000, unit="ms", label="Ageing",
        help="A thread that is ready gains one priority for each such wait; 0 switches ageing off.",
    ),
    Setting(
        "inheritance", "bool", False, label="Priority inheritance",
        help="Who holds a lock runs at the priority of the most urgent thread that waits for it.",
    ),
    Setting(
        "starvation_ms", "float", BOUND_MS, low=1, high=600_000, unit="ms", label="Bound for starvation",
        help="Who waits longer, while others go on, starves.",
    ),
)  # fmt: skip

MEASURES = (
    Measure("steps", "Steps", meter=meters.Steps, help="Atomic steps taken by all threads."),
    Measure(
        "throughput", "Throughput", unit="/s", meter=meters.Steps, attribute="rate", live=False,
        help="Steps a virtual second.",
    ),
    Measure(
        "outcome", "Final values", kind="text", meter=meters.Ending, attribute="outcome", ask="final values",
        help="The shared variables once all threads have ended, or at the failure.",
    ),
    Measure(
        "result",
        "Result",
        meter=meters.Ending,
        attribute="result",
        ask="final value of the first shared variable",
        help="The first shared variable that is a number, once all threads have ended, or at the failure.",
    ),
    Measure(
        "makespan_ms", "Time to the end", unit="ms", meter=meters.Ending, attribute="makespan_ms",
        help="When the last thread ended, or the run failed.",
    ),
    Measure(
        "failed_asserts", "Failed assertions", meter=meters.Ending, attribute="failed",
        help="1 once an assert of the program failed, or a line was an error.",
    ),
    Measure("deadlocks", "Stuck", meter=lambda: NotedCount("stuck"), help="How often no thread could move any more."),
    Measure("ended_threads", "Ended threads", meter=meters.Roles, attribute="ended", help="Threads that are through."),
    Measure(
        "blocked_threads", "Blocked threads", meter=meters.Roles, attribute="blocked",
        help="Threads that wait for an object now.",
    ),
    Measure(
        "preemptions", "Preemptions", meter=lambda: NotedCount("preempted"),
        help="How often another thread went on although the last one could have.",
    ),
    Measure("switches", "Switches", meter=meters.CoreTime, attribute="switches", help="Changes of thread on a core."),
    Measure(
        "busy_share", "Useful share", meter=meters.CoreTime, attribute="busy_share", live=False,
        help="The share of all cores' time that went into threads, not into switches or waiting.",
    ),
    Measure(
        "longest_wait_ms", "Longest wait", unit="ms", meter=meters.Waits, attribute="longest_ms",
        help="The longest time that a thread waited for an object.",
    ),
    Measure("actions", "Actions", meter=FaultCount, live=False, help="What the learner did."),
)  # fmt: skip

INVARIANTS = (
    Invariant(
        "assertions", "The program's assertions hold", "the program itself",
        "No assert fails and no line is an error.", AssertionChecker,
    ),
    Invariant(
        "no-deadlock", "No deadlock", "Coffman, Elphick & Shoshani 1971, section 2",
        "No cycle in the wait-for graph, and no wait that nobody can end: not even while other threads run on.",
        DeadlockChecker,
    ),
    Invariant(
        "no-livelock", "No livelock", "Owicki & Lamport 1982, section 5",
        "The threads do not come back, each having moved, to where they were with nothing done.", LivelockChecker,
    ),
    Invariant(
        "no-lost-wakeup", "No lost wake-up", "Lampson & Redell 1980, section 4",
        "Nobody sleeps for ever because a notification came too early.", LostWakeupChecker,
    ),
    Invariant(
        "no-race", "No data race", "Flanagan & Freund, FastTrack 2009, section 2",
        "Of two accesses to one variable, one of them a write, something orders which comes first.", RaceChecker,
    ),
    Invariant(
        "lock-order", "One order of locks", "Havelund, Goodlock 2000, section 3",
        "No two threads take the same locks in opposite orders, even if this run did not deadlock.", LockOrderChecker,
    ),
    Invariant(
        "no-starvation", "Nobody starves", "Lamport 1974, A new solution of Dijkstra's problem",
        "Nobody is ready, or waits for a lock, past the bound while others go on.", StarvationChecker,
        given=("starvation_ms",),
    ),
    Invariant(
        "no-priority-inversion", "No priority inversion", "Sha, Rajkumar & Lehoczky 1990, section 2",
        "No urgent thread waits for one that a less urgent third keeps from running.", PriorityInversionChecker,
    ),
)  # fmt: skip

GOALS = (
    Goal(
        "break-assertion", "Make an assertion fail", "failed_asserts >= 1",
        help="Choose who goes next so that what the program claims is false.",
        reference="10ms step A\n20ms step B\n30ms step A\n40ms step B", reference_for_ms=200,
    ),
    Goal(
        "freeze", "Bring every thread to a stop", "deadlocks >= 1",
        help="No thread can ever move again, and not all have ended.",
        reference="10ms step A\n20ms step B", reference_settings={"situation": "two-locks"}, reference_for_ms=200,
    ),
)  # fmt: skip

LAB = Lab(
    name="program",
    title="A concurrent program",
    summary="A few lines of code in two or more threads, and you decide who goes next.",
    settings=SETTINGS,
    buttons=tuple(Button(action) for action in THREAD_ACTIONS),
    panels=("threads", "spacetime", "cores", "events", "chart", "table"),
    goals=GOALS,
    invariants=INVARIANTS,
    measures=MEASURES,
    situations=tuple(_situation(name, text) for name, text in PROGRAMS.items()),
    messages={},
    timers={},
    roles={
        "running": RoleLook("running", "▶"),
        "ready": RoleLook("ready", ""),
        "blocked": RoleLook("blocked", "⏸"),
        "sleeping": RoleLook("sleeping", "z"),
        "ended": RoleLook("ended", "✓"),
        "killed": RoleLook("killed", "✕"),
    },
    epoch="",
    speed=0.1,
    narration={
        "finished": _finished,
        "failed": lambda record: f"Line {record.facts['line']} fails: {record.facts['text'].rstrip('.')}.",
        "stuck": "No thread can move any more, and not all have ended.",
        "hopeless": _hopeless,
        "killed": _killed,
        "spurious": "{node} wakes up though nobody has notified it.",
        "preempted": "{node} could have gone on; {by} comes first.",
        "printed": "{node} prints {text}.",
    },
    landmarks=frozenset({"finished", "failed", "stuck", "hopeless", "killed", "spurious"}),
    rule=objection,
    build=build,
)
