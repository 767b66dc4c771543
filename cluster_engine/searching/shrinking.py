"""Make a recording that reaches a goal smaller: fewest actions, then earliest, then the smallest cluster.

Dropping follows delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
Input", 2002, section 3); every smaller recording is run before it is believed.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from cluster_engine.recording import Recording
from cluster_engine.searching.course import Reached
from cluster_engine.searching.effort import Stopped

STEPS_MS = (2_000.0, 1_000.0, 500.0, 200.0, 100.0)  # how much earlier an action is tried
SIZES = ("nodes", "servers", "replicas", "participants", "clients", "witnesses", "spares")  # settings of how many

ReachedAt = Callable[[Recording], float | None]
"""Runs a recording and returns when (virtual ms) it reaches the goal, or None; may raise Stopped."""


def shrink(reached: Reached, reached_at: ReachedAt, kept: int = 0, from_ms: float = 0.0) -> tuple[Recording, float]:
    """Return a smaller recording that reaches the goal too, and the moment (virtual ms) it does so.

    The first `kept` actions stay, and none of the others moves before `from_ms`. Once stopped, what was found by
    then is returned.
    """
    shrinking = _Shrinking(reached, reached_at)
    with suppress(Stopped):
        shrinking.fewest(kept)
        shrinking.earliest(kept, from_ms)
        if not kept and not from_ms:
            shrinking.smallest()
    return shrinking.best, shrinking.at


class _Shrinking:
    """The best recording so far, and when it reaches the goal."""

    def __init__(self, reached: Reached, reached_at: ReachedAt) -> None:
        self.best, self.at = reached.recording, reached.at
        self._reached_at = reached_at

    def fewest(self, kept: int) -> None:
        """Drop actions, many at a time and then one by one."""
        size = max(1, (len(self.best.actions) - kept) // 2)
        while True:
            if any(self._takes(less) for less in _without(self.best, kept, size)):
                continue
            if size == 1:
                return
            size //= 2

    def earliest(self, kept: int, from_ms: float) -> None:
        """Let actions happen earlier, as long as the goal is not reached later."""
        before = None
        while before != self.best:
            before = self.best
            for place in range(kept, len(self.best.actions)):
                while any(self._takes(other, self.at) for other in _earlier(self.best, place, from_ms)):
                    pass

    def smallest(self) -> None:
        """Make the cluster smaller, setting by setting."""
        for setting in self.best.declaration.settings:
            if setting.name in SIZES and setting.kind == "int":
                counts = range(int(setting.low or 0), int(self.best.settings[setting.name]))
                any(self._takes(other) for other in _sized(self.best, setting.name, counts))

    def _takes(self, other: Recording, latest: float | None = None) -> bool:
        """Take a recording for the best one if it reaches the goal, not later than `latest`."""
        at = self._reached_at(other)
        if at is None or (latest is not None and at > latest):
            return False
        self.best, self.at = other, at
        return True


def _without(recording: Recording, kept: int, size: int) -> Iterator[Recording]:
    actions = recording.actions
    for first in range(kept, len(actions), size):
        yield replace(recording, actions=(*actions[:first], *actions[first + size :]))


def _earlier(recording: Recording, place: int, from_ms: float) -> Iterator[Recording]:
    """Yield the recordings in which the action at a place and all after it, or it alone, happen earlier, in the same
    order.
    """
    actions = recording.actions
    first, rest = actions[place], actions[place + 1 :]
    least = max(from_ms, actions[place - 1][0] if place else 0.0)
    for step in STEPS_MS:
        if first[0] - step >= least:
            moved = [(round(at - step, 3), action) for at, action in actions[place:]]
            yield replace(recording, actions=(*actions[:place], *moved))
            if rest:
                yield replace(recording, actions=(*actions[:place], moved[0], *rest))


def _sized(recording: Recording, setting: str, counts: range) -> Iterator[Recording]:
    for count in counts:
        with suppress(ValueError):  # the lab's other settings forbid this size
            yield replace(recording, settings={**recording.settings, setting: count})
