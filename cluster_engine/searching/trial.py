"""What is searched for, and whether one recording reaches it."""

from dataclasses import dataclass, replace

from cluster_engine.labs.declaration import Goal, Lab
from cluster_engine.monitors import TICK_MS
from cluster_engine.player import Player
from cluster_engine.recording import Recording

_WANTED = "searched-for"


def target(lab: Lab, text: str) -> Goal:
    """Return what the name of a goal, an invariant or a liveness, or an expression over measures, stands for.

    Raises:
        ExpressionError: The text is none of these.
    """
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
class Trial:
    """A goal, and how many virtual ms a run may take to reach it."""

    goal: Goal
    for_ms: float

    def reached_at(self, recording: Recording) -> float | None:
        """Return the moment (virtual ms) at which a run reaches the goal, or None; a run with an
        action that was impossible at its time does not count.
        """
        player = Player.begin(recording, (replace(self.goal, name=_WANTED),))
        run, at = player.run, 0.0
        while run.reached[_WANTED] is None and not run.refused and _WANTED in run.open and at < self.for_ms:
            at = min(at + TICK_MS, self.for_ms)
            player.advance(at)
            run.take_records()
        return None if run.refused else run.reached[_WANTED]
