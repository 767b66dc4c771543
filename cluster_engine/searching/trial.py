"""What is searched for, and whether a recording, or a plan that goes on from one, reaches it."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from cluster_engine.expressions import ExpressionError
from cluster_engine.labs.declaration import Goal, Lab
from cluster_engine.monitors import TICK_MS
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Record
from cluster_engine.run import RunAway
from cluster_engine.searching.choices import Step
from cluster_engine.searching.course import Course, Reached
from cluster_engine.searching.orders import Reordering, reorderings
from cluster_engine.simulation import QueueFull
from cluster_engine.wording import did_you_mean, guess, quoted

_WANTED = "searched-for"
_NAME = re.compile(r"[a-z][a-z-]*")

TOO_MUCH = (RunAway, QueueFull)  # a run that ends so leads nowhere

Plan = tuple[tuple[float, Step], ...]
Look = Callable[[list[Record]], object]
"""Reads the records of one tick."""


class NotSearched(ValueError):
    """A search that cannot be; the message says why, and what can be done instead."""


def target(lab: Lab, text: str) -> Goal:
    """Return what the name of a goal, an invariant or a liveness, or an expression over measures, stands for.

    Raises:
        NotSearched: The lab plays a program, or has nothing of this name.
        ExpressionError: The text is no expression either.
    """
    if lab.name == "program":
        raise NotSearched(
            "The schedules of a program are not searched but explored, every one of them: "
            "`python -m cluster_engine explore FILE`, or the buttons under the threads."
        )
    for goal in lab.goals:
        if goal.name == text:
            return goal
    for invariant in lab.invariants:
        if invariant.name == text:
            return Goal(text, f"Break the invariant {invariant.title}", f"{invariant.breach} >= 1")
    for liveness in lab.liveness:
        if liveness.name == text:
            return Goal(text, f"Bring to a standstill: {liveness.title}", f"{liveness.stalled} >= 1")
    try:
        lab.compile(text)
    except ExpressionError as error:
        raise _unknown(lab, text) or error from None
    return Goal(text, text, text)


def _unknown(lab: Lab, text: str) -> NotSearched | None:
    """Say which name was probably meant; None where the text looks like an expression."""
    names = [goal.name for goal in lab.goals]
    names += [invariant.name for invariant in lab.invariants] + [liveness.name for liveness in lab.liveness]
    if not _NAME.fullmatch(text) or (guess(text, names) is None and "-" not in text):
        return None
    return NotSearched(f"{lab.name} has no goal or invariant {quoted(text)}.{did_you_mean(text, names)}")


@dataclass(frozen=True, slots=True)
class Start:
    """A recording up to a moment, kept there, so that what goes on from it need not repeat it."""

    recording: Recording
    from_ms: float
    state: bytes
    done: int
    reached_at: float | None
    objection: str  # why one of its actions was impossible, or empty

    @classmethod
    def of(cls, recording: Recording, from_ms: float, goal: Goal) -> "Start":
        """Return the start at a moment of a recording."""
        begins = recording.prefix(from_ms)
        player = _watching(begins, goal)
        player.advance(from_ms)
        player.run.take_records()
        refused = "; ".join(text for _, text in player.run.refused)
        return cls(begins, from_ms, player.save(), player.done, player.run.reached[_WANTED], refused)

    def player(self) -> Player:
        """Return a player that goes on from here."""
        return Player.restore(self.state, self.recording.script(), self.done)


@dataclass(frozen=True, slots=True)
class Trial:
    """A goal, and how many virtual ms a run may take to reach it."""

    goal: Goal
    for_ms: float

    def start(self, recording: Recording, from_ms: float) -> Start:
        """Return the start at a moment of a recording."""
        return Start.of(recording, from_ms, self.goal)

    def reached_at(self, recording: Recording) -> float | None:
        """Return the moment (virtual ms) at which a run reaches the goal, or None; a run with an
        action that was impossible at its time does not count.
        """
        player = _watching(recording, self.goal)
        with suppress(*TOO_MUCH):
            _go(player, 0.0, self.for_ms)
            return None if player.run.refused else player.run.reached[_WANTED]
        return None

    def follow(self, start: Start, plan: Plan) -> Course:
        """Return how the run of a plan went; its recording holds the plan as far as it was needed."""
        player, course = start.player(), Course()
        aim, marked = player.run.lab.compile(self.goal.expression), player.run.lab.landmarks

        def look(records: list[Record]) -> None:
            course.see(records, marked)
            course.measure(aim, player.run.values)

        recording = None
        with suppress(*TOO_MUCH):
            recording = self._do(player, start, plan, look)
        at = player.run.reached[_WANTED]
        course.possible = recording is not None and not player.run.refused
        if recording is not None and course.possible and at is not None:
            course.reached = Reached(recording, at)
        return course

    def orders(self, start: Start, plan: Plan) -> list[Reordering]:
        """Return the other orders that the messages of a plan's run could arrive in, one delay each."""
        records: list[Record] = []
        with suppress(*TOO_MUCH):
            self._do(start.player(), start, plan, records.extend)
        return reorderings(records, start.from_ms)

    def _do(self, player: Player, start: Start, plan: Plan, look: Look) -> Recording | None:
        """Run a plan, and return the recording that it becomes; None where a step is impossible at its time."""
        recording, now = start.recording, start.from_ms
        for at, step in plan:
            now = _go(player, now, at, look)
            if not _is_open(player):
                return recording
            action = step.on(player.run.world)
            if action is None or player.run.refusal(action):
                return None
            recording = recording.plus(at, action)
            player.script = recording.script()
            player.advance(at)
        _go(player, now, self.for_ms, look)
        return recording


def _go(player: Player, now: float, to_ms: float, look: Look = len) -> float:
    """Go on to a moment, or until it is decided; return where that is."""
    while _is_open(player) and now < to_ms:
        now = min((now // TICK_MS + 1) * TICK_MS, to_ms)
        player.advance(now)
        look(player.run.take_records())
    return now


def _watching(recording: Recording, goal: Goal) -> Player:
    return Player.begin(recording, (replace(goal, name=_WANTED),))


def _is_open(player: Player) -> bool:
    return not player.run.refused and _WANTED in player.run.open
