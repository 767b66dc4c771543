"""What is searched for, and whether a recording, or a plan that goes on from one, reaches it."""

from dataclasses import dataclass, replace

from cluster_engine.labs.declaration import Goal, Lab
from cluster_engine.monitors import TICK_MS
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.searching.choices import Step

_WANTED = "searched-for"

Plan = tuple[tuple[float, Step], ...]


class NotSearched(ValueError):
    """A lab whose runs are not searched; the message says what does it instead."""


def target(lab: Lab, text: str) -> Goal:
    """Return what the name of a goal, an invariant or a liveness, or an expression over measures, stands for.

    Raises:
        NotSearched: The lab plays a program.
        ExpressionError: The text is none of these.
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
    lab.compile(text)
    return Goal(text, text, text)


@dataclass(frozen=True, slots=True)
class Reached:
    """A recording that reaches the goal, and when (virtual ms)."""

    recording: Recording
    at: float


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
        self._go(player, 0.0, self.for_ms)
        return None if player.run.refused else player.run.reached[_WANTED]

    def follow(self, start: Start, plan: Plan) -> Reached | None:
        """Return the recording that a plan becomes, as far as it was needed; None where it does not reach the goal, or
        a step is impossible at its time.
        """
        player, recording, now = start.player(), start.recording, start.from_ms
        for at, step in plan:
            now = self._go(player, now, at)
            action = step.on(player.run.world)
            if not _is_open(player) or action is None or player.run.refusal(action):
                break
            recording = recording.plus(at, action)
            player.script = recording.script()
            player.advance(at)
        else:
            self._go(player, now, self.for_ms)
        at_last = player.run.reached[_WANTED]
        return None if player.run.refused or at_last is None else Reached(recording, at_last)

    def _go(self, player: Player, now: float, to_ms: float) -> float:
        """Go on to a moment, or until it is decided; return where that is."""
        while _is_open(player) and now < to_ms:
            now = min((now // TICK_MS + 1) * TICK_MS, to_ms)
            player.advance(now)
            player.run.take_records()
        return now


def _watching(recording: Recording, goal: Goal) -> Player:
    return Player.begin(recording, (replace(goal, name=_WANTED),))


def _is_open(player: Player) -> bool:
    return not player.run.refused and _WANTED in player.run.open
