"""How long an exploration may go on, and who may stop it."""

from collections.abc import Callable
from math import inf
from time import monotonic

Progress = Callable[[int, int], None]
"""Told now and then how many schedules and states there were so far."""

MAX_SCHEDULES = 100_000
MAX_STATES = 300_000
MAX_STEPS = 5_000  # a run

_EVERY = 64  # how many questions lie between two reports of progress


class Stopped(Exception):
    """The exploration must end here; the message is a sentence that says why."""


class Budget:
    """Bounds, a callable that is told of progress, and one that is asked whether to stop. `ends_at` is a moment of the
    machine's monotonic clock.
    """

    def __init__(
        self,
        schedules: int = MAX_SCHEDULES,
        states: int = MAX_STATES,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        ends_at: float = inf,
    ) -> None:
        self.schedules = schedules
        self.states = states
        self._progress = progress
        self._cancelled = cancelled
        self._ends_at = ends_at
        self._asked = 0

    def check(self, schedules: int, states: int) -> None:
        """Raise Stopped if no schedule more may be run, no state more be kept, or somebody has cancelled."""
        self._asked += 1
        if self._asked % _EVERY == 0:
            self._report(schedules, states)
        if schedules >= self.schedules:
            raise Stopped(f"It was stopped after {schedules:,} schedules, as many as it may run.")
        if states >= self.states:
            raise Stopped(f"It was stopped after {states:,} states, as many as it may keep.")

    def _report(self, schedules: int, states: int) -> None:
        if self._progress is not None:
            self._progress(schedules, states)
        if self._cancelled is not None and self._cancelled():
            raise Stopped("It was cancelled.")
        if monotonic() >= self._ends_at:
            raise Stopped("It was stopped because its time was over.")
