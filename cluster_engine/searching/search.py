"""Search for a run that reaches a goal: no action first, then one, then two.

Every schedule of a length is tried where the runs allow it; otherwise schedules of that length are
drawn by chance. What is found is made smaller before it is returned.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, product
from math import comb
from random import Random
from time import monotonic
from typing import Any

from cluster_engine.actions import Action, Script, script_to_text
from cluster_engine.labs.declaration import Goal
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.searching.choices import actions, moments
from cluster_engine.searching.shrinking import shrink
from cluster_engine.searching.trial import Trial

ACTIONS = 3
RUNS = 3_000
FOR_MS = 8_000.0
WALL_S = 60.0

Progress = Callable[[int], object]
"""Told after each run how many there were."""


class Stopped(Exception):
    """The search must end here; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that reaches the goal `at` a moment (virtual ms), and how many actions were added."""

    recording: Recording
    at: float
    added: int

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return {
            "at": self.at,
            "actions": self.added,
            "seed": self.recording.seed,
            "script": script_to_text(self.recording.actions),
            "recording": self.recording.to_text(),
        }


@dataclass(frozen=True, slots=True)
class Search:
    """How a search ended: `found` is None where no run reached the goal; `complete` is the number of
    actions up to which every choice at the search's few moments was tried (-1: none), which proves
    nothing of other moments; `stopped` says why it ended early, or is empty.
    """

    goal: Goal
    found: Found | None
    runs: int
    complete: int
    stopped: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the search as JSON data."""
        found = self.found.to_json() if self.found else None
        return {
            "goal": self.goal.name,
            "found": found,
            "runs": self.runs,
            "complete": self.complete,
            "stopped": self.stopped,
        }


def search(
    recording: Recording,
    goal: Goal,
    *,
    seeds: Sequence[int] = (),
    from_ms: float = 0.0,
    most: int = ACTIONS,
    for_ms: float = FOR_MS,
    runs: int = RUNS,
    wall_s: float = WALL_S,
    chance: int = 1,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Search:
    """Search the runs that begin as `recording` does up to `from_ms` and go on with at most `most`
    actions, under each of `seeds` (none: the recording's own), each for `for_ms` of virtual time.

    The result follows from the arguments alone unless `wall_s` seconds or `cancelled` end it.
    """
    start = recording.prefix(from_ms)
    starts = [replace(start, seed=seed) for seed in seeds] or [start]
    effort = _Effort(Trial(goal, for_ms), runs, monotonic() + wall_s, progress, cancelled)
    complete, stopped, found = -1, "", None
    try:
        for length in range(most + 1):
            share = max(1, (runs - effort.runs) // (most + 1 - length))
            schedules, every = _schedules(starts, length, from_ms, for_ms, share, Random(f"{chance} {length}"))
            found = next((one for one in schedules if effort.reaches(one)), None)
            if found is not None:
                break
            complete = length if every and complete == length - 1 else complete
    except Stopped as reason:
        stopped = str(reason)
    if found is None:
        return Search(goal, None, effort.runs, complete, stopped)
    smallest, at = shrink(found, effort.trial, len(start.actions), from_ms)
    added = len(smallest.actions) - len(start.actions)
    return Search(goal, Found(smallest, at, added), effort.runs, complete, stopped)


class _Effort:
    """Runs recordings, counts them, and ends the search when it has done enough."""

    def __init__(
        self,
        trial: Trial,
        most: int,
        ends_at: float,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.trial, self.runs = trial, 0
        self._most, self._ends_at = most, ends_at
        self._progress, self._cancelled = progress, cancelled

    def reaches(self, recording: Recording) -> bool:
        """Run a recording and say whether it reaches the goal; raise Stopped."""
        if self.runs >= self._most:
            raise Stopped(f"It was stopped after {self.runs:,} runs, as many as it may take.")
        if monotonic() >= self._ends_at:
            raise Stopped(f"It was stopped after {self.runs:,} runs, because its time was over.")
        if self._cancelled is not None and self._cancelled():
            raise Stopped("It was cancelled.")
        self.runs += 1
        if self._progress is not None:
            self._progress(self.runs)
        return self.trial.reached_at(recording) is not None


def _schedules(
    starts: Sequence[Recording], length: int, from_ms: float, for_ms: float, share: int, chance: Random
) -> tuple[Iterator[Recording], bool]:
    """Return recordings with `length` actions more, and whether they are all there are."""
    if length == 0:
        return iter(starts), True
    offered = actions(starts[0].declaration, Player.begin(starts[0]).run.view().get("nodes", {}))
    times = moments(starts[0], from_ms, from_ms + (for_ms - from_ms) / 2)
    if not offered or not times:
        return iter(()), True
    size = len(starts) * len(offered) ** length * comb(len(times) + length - 1, length)
    if size <= share:
        return _every(starts, length, offered, times), True
    return _drawn(starts, length, offered, times, share, chance), False


def _every(starts: Sequence[Recording], length: int, offered: list[Action], times: list[float]) -> Iterator[Recording]:
    for at in combinations_with_replacement(times, length):
        for done in product(offered, repeat=length):
            for start in starts:
                yield _with(start, tuple(zip(at, done, strict=True)))


def _drawn(
    starts: Sequence[Recording], length: int, offered: list[Action], times: list[float], share: int, chance: Random
) -> Iterator[Recording]:
    for _ in range(share):
        at = sorted(chance.choices(times, k=length))
        kinds = sorted({action.kind for action in offered})
        drawn = chance.choices(kinds, k=length)  # so that an action with many targets is not drawn more often
        done = [chance.choice([action for action in offered if action.kind == kind]) for kind in drawn]
        yield _with(chance.choice(starts), tuple(zip(at, done, strict=True)))


def _with(start: Recording, script: Script) -> Recording:
    return replace(start, actions=(*start.actions, *script))
