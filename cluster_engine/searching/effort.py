"""Runs what a search wants to try, counts, and ends the search when it has done enough."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from cluster_engine.recording import Recording
from cluster_engine.searching.course import Course
from cluster_engine.searching.orders import Reordering
from cluster_engine.searching.trial import Plan, Start, Trial

Progress = Callable[[int], object]
"""Told after each run how many there were."""

MORE_RUNS, MORE_S = 400, 0.25  # what making a find smaller may take on top: runs, and a share of the time


class Stopped(Exception):
    """The search must end here; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many runs and wall seconds a search may take, who is told of each run, and who is asked whether to stop."""

    runs: int
    wall_s: float
    progress: Progress | None = None
    cancelled: Callable[[], bool] | None = None


class Effort:
    """The runs of one search; each of its methods may raise Stopped."""

    def __init__(self, trial: Trial, bounds: Bounds) -> None:
        self.trial, self.runs = trial, 0
        self._bounds = bounds
        self._most, self._ends_at = bounds.runs, monotonic() + bounds.wall_s

    @property
    def left(self) -> int:
        """How many runs it may still take."""
        return max(0, self._most - self.runs)

    def allow_more(self) -> None:
        """Let what was found be made smaller, whatever was used up by then."""
        self._most = max(self._most, self.runs) + MORE_RUNS
        self._ends_at = max(self._ends_at, monotonic()) + MORE_S * self._bounds.wall_s

    def follow(self, start: Start, plan: Plan) -> Course:
        """Run a plan."""
        self._count()
        return self.trial.follow(start, plan)

    def orders(self, start: Start, plan: Plan) -> list[Reordering]:
        """Run a plan for the other orders of its messages."""
        self._count()
        return self.trial.orders(start, plan)

    def reached_at(self, recording: Recording) -> float | None:
        """Run a recording."""
        self._count()
        return self.trial.reached_at(recording)

    def _count(self) -> None:
        if self.runs >= self._most:
            raise Stopped(f"It was stopped after {self.runs:,} runs, as many as it may take.")
        if monotonic() >= self._ends_at:
            raise Stopped(f"It was stopped after {self.runs:,} runs, because its time was over.")
        if self._bounds.cancelled is not None and self._bounds.cancelled():
            raise Stopped("It was cancelled.")
        self.runs += 1
        if self._bounds.progress is not None:
            self._bounds.progress(self.runs)
