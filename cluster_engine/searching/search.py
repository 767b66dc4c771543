"""Search for a run that reaches a goal: with no action, with one, with two, in turns.

Every plan of a length is tried where these are not too many; others are drawn by chance. What is found
is made smaller before it is returned. A goal that the recording has
reached already is not searched for: a smaller recording that reaches it is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any

from cluster_engine.actions import script_to_text
from cluster_engine.labs.declaration import Goal
from cluster_engine.recording import Recording
from cluster_engine.searching.choices import Step, Vocabulary, moments
from cluster_engine.searching.effort import Bounds, Effort, Progress, Stopped
from cluster_engine.searching.plans import drawn, every, number
from cluster_engine.searching.shrinking import shrink
from cluster_engine.searching.trial import NotSearched, Plan, Reached, Start, Trial

ACTIONS = 3
RUNS = 3_000
FOR_MS = 8_000.0
WALL_S = 60.0

MANY = 2_000  # a length with no more plans than this is tried whole
TURN = 100  # so many runs of a length, then it is the next one's turn
PLAIN = 0.5  # of the plans that are drawn, so many choose nothing but targets
STARTS = 50  # kept at once, one a seed

Try = tuple[int, Plan]  # a seed, and what is done


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that reaches the goal `at` a moment (virtual ms), and how many actions were added
    to where the search began.
    """

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
    actions up to which every choice of targets at the search's few moments was tried (-1: none), which
    proves nothing of other moments; `stopped` says why it ended early, or is empty; `known` is how many
    actions (beside those kept) reached the goal already, None where they did not.
    """

    goal: Goal
    found: Found | None
    runs: int
    complete: int
    stopped: str = ""
    known: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the search as JSON data."""
        found = self.found.to_json() if self.found else None
        return {
            "goal": self.goal.name,
            "found": found,
            "runs": self.runs,
            "complete": self.complete,
            "stopped": self.stopped,
            "known": self.known,
        }


def search(
    recording: Recording,
    goal: Goal,
    *,
    seeds: Sequence[int] = (),
    from_ms: float = 0.0,
    keep: int = 0,
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
    Where the goal was reached by then, the first `keep` actions stay as they are.

    The result follows from the arguments alone unless `wall_s` seconds or `cancelled` end it.

    Raises:
        NotSearched: The recording does not get to `from_ms` as it says.
    """
    effort = Effort(Trial(goal, for_ms), Bounds(runs, wall_s, progress, cancelled))
    start = effort.trial.start(recording, from_ms)
    if start.objection:
        raise NotSearched(f"The search has no beginning: {start.objection}.")
    if start.reached_at is not None:
        return _shorter(effort, recording.prefix(start.reached_at), keep, chance)
    lengths = _Lengths(effort, start, seeds or [recording.seed], chance)
    reached = lengths.first(most)
    if reached is None:
        return Search(goal, None, effort.runs, lengths.complete, lengths.stopped)
    found = _smaller(effort, reached, len(start.recording.actions), from_ms)
    return Search(goal, found, effort.runs, lengths.complete, lengths.stopped)


def _shorter(effort: Effort, known: Recording, keep: int, chance: int) -> Search:
    """Make a recording that reaches the goal smaller, then look for one with fewer actions than are left."""
    at = effort.trial.reached_at(known)
    assert at is not None, "its start has reached the goal"
    kept = known.actions[:keep]
    from_ms = kept[-1][0] if kept else 0.0
    found = _smaller(effort, Reached(known, at), len(kept), from_ms)
    start = effort.trial.start(replace(found.recording, actions=kept), from_ms)
    lengths = _Lengths(effort, start, [known.seed], chance)
    reached = lengths.first(found.added - 1)
    if reached is not None:
        found = _smaller(effort, reached, len(kept), from_ms)
    known_to = len(known.actions) - len(kept)
    return Search(effort.trial.goal, found, effort.runs, lengths.complete, lengths.stopped, known_to)


def _smaller(effort: Effort, reached: Reached, kept: int, from_ms: float) -> Found:
    effort.allow_more()
    smallest, at = shrink(reached, effort.reached_at, kept, from_ms)
    return Found(smallest, at, len(smallest.actions) - kept)


class _Lengths:
    """The search by length, in turns, the shorter ones first. `complete` and `stopped` are those of the result."""

    def __init__(self, effort: Effort, start: Start, seeds: Sequence[int], chance: int) -> None:
        self._effort, self._seeds, self._chance = effort, seeds, chance
        self._times = moments(start.recording, start.from_ms, (start.from_ms + effort.trial.for_ms) / 2)
        self._words = Vocabulary(start.recording.declaration, start.player().run.view().get("nodes", {}))
        self._start = lru_cache(STARTS)(
            lambda seed: effort.trial.start(replace(start.recording, seed=seed), start.from_ms)
        )
        self.complete, self.stopped = -1, ""

    def first(self, most: int) -> Reached | None:
        """Return the first run that reaches the goal, with at most so many actions; None: no run did."""
        waiting = [self._tries(length) for length in range(most + 1)]
        try:
            while waiting:
                tries = waiting.pop(0)
                for number, (seed, plan) in enumerate(tries, 1):
                    if (reached := self._effort.follow(self._start(seed), plan)) is not None:
                        return reached
                    if number == TURN:
                        waiting.append(tries)
                        break
        except Stopped as reason:
            self.stopped = str(reason)
        return None

    def _tries(self, length: int) -> Iterator[Try]:
        """Yield the tries of a length: all of those with targets alone, and all with one thing more, as far as these
        are not too many; then some by chance.
        """
        chance = Random(f"{self._chance} {length}")
        if self._number(self._words.plain, length) <= MANY:
            yield from self._every(self._words.plain, length)
            self.complete = length if self.complete == length - 1 else self.complete
        if not length or not (self._times and self._words.plain):
            return
        if self._number(self._words.wide, length) <= MANY:
            yield from self._every(self._words.wide, length)
        for _ in range(MANY if length == 1 else self._effort.left):
            draw = self._words.draw_plain if chance.random() < PLAIN else self._words.draw
            yield chance.choice(self._seeds), drawn(draw, self._times, length, chance)

    def _number(self, steps: Sequence[Step], length: int) -> int:
        return len(self._seeds) * number(steps, self._times, length)

    def _every(self, steps: Sequence[Step], length: int) -> Iterator[Try]:
        for plan, seed in product(every(steps, self._times, length), self._seeds):
            yield seed, plan
