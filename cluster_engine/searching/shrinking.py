"""Make a recording that reaches a goal smaller: fewest actions, then earliest, then the smallest cluster.

Dropping follows delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
Input", 2002, section 3); every smaller recording is run before it is believed.
"""

from collections.abc import Iterator
from dataclasses import replace

from cluster_engine.recording import Recording
from cluster_engine.searching.trial import Trial

STEPS_MS = (2_000.0, 1_000.0, 500.0, 200.0, 100.0)  # how much earlier an action is tried
SIZE = "nodes"  # the setting by which labs say how large their cluster is


def shrink(recording: Recording, trial: Trial, kept: int = 0, from_ms: float = 0.0) -> tuple[Recording, float]:
    """Return a smaller recording that reaches the goal too, and the moment (virtual ms) it does so.

    The first `kept` actions stay, and none of the others moves before `from_ms`.

    Raises:
        ValueError: The recording does not reach the goal.
    """
    at = trial.reached_at(recording)
    if at is None:
        raise ValueError("A recording that does not reach the goal cannot be made smaller.")
    recording, at = _fewest(recording, trial, kept, at)
    recording, at = _earliest(recording, trial, kept, from_ms, at)
    return (recording, at) if kept else _smallest(recording, trial, at)


def _fewest(recording: Recording, trial: Trial, kept: int, at: float) -> tuple[Recording, float]:
    size = max(1, (len(recording.actions) - kept) // 2)
    while True:
        for less in _without(recording, kept, size):
            if (reached := trial.reached_at(less)) is not None:
                recording, at = less, reached
                break
        else:
            if size == 1:
                return recording, at
            size //= 2


def _without(recording: Recording, kept: int, size: int) -> Iterator[Recording]:
    actions = recording.actions
    for first in range(kept, len(actions), size):
        yield replace(recording, actions=(*actions[:first], *actions[first + size :]))


def _earliest(recording: Recording, trial: Trial, kept: int, from_ms: float, at: float) -> tuple[Recording, float]:
    moved = True
    while moved:
        moved = False
        for earlier in _earlier(recording, kept, from_ms):
            reached = trial.reached_at(earlier)
            if reached is not None and reached <= at:
                recording, at, moved = earlier, reached, True
                break
    return recording, at


def _earlier(recording: Recording, kept: int, from_ms: float) -> Iterator[Recording]:
    """Yield the recordings in which one action happens earlier, in the same order."""
    actions = recording.actions
    for place in range(kept, len(actions)):
        least = max(from_ms, actions[place - 1][0] if place else 0.0)
        for step in STEPS_MS:
            if actions[place][0] - step >= least:
                timed = (actions[place][0] - step, actions[place][1])
                yield replace(recording, actions=(*actions[:place], timed, *actions[place + 1 :]))


def _smallest(recording: Recording, trial: Trial, at: float) -> tuple[Recording, float]:
    sizes = [setting for setting in recording.declaration.settings if setting.name == SIZE and setting.kind == "int"]
    for setting in sizes:
        for nodes in range(int(setting.low or 1), int(recording.settings[SIZE])):
            try:
                smaller = replace(recording, settings={**recording.settings, SIZE: nodes})
            except ValueError:  # the lab's other settings forbid this size
                continue
            if (reached := trial.reached_at(smaller)) is not None:
                return smaller, reached
    return recording, at
