"""Search for a run that reaches a goal: with no action, with one, with two, in turns.

Every plan of a length is tried where these are not too many. In turn with them come plans that go on from runs that
showed something new: by another action, or by another order of the messages. What is found is made smaller before it
is returned. A goal that the recording has reached already is not searched for: a smaller recording that reaches it is.
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
from cluster_engine.searching.choices import Do, Step, Vocabulary, moments
from cluster_engine.searching.course import Reached
from cluster_engine.searching.effort import Bounds, Effort, Progress, Stopped
from cluster_engine.searching.guide import Guide
from cluster_engine.searching.orders import Reordering
from cluster_engine.searching.plans import every, number
from cluster_engine.searching.shrinking import shrink
from cluster_engine.searching.trial import NotSearched, Plan, Start, Trial
from cluster_engine.wording import duration_text

ACTIONS = 3
RUNS = 10_000
FOR_MS = 8_000.0
WALL_S = 60.0

MANY = 2_000  # a length with no more plans than this is tried whole
TURN = 50  # so many runs of a length, or with a race turned round, then it is the others' turn
GUIDED = 200  # and so many of those that go on from others
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
    proves nothing of other moments; `reordered` is the number of races of messages that were turned round, each in
    a run where nothing else happened; `stopped` says why it ended early, or is empty; `known` is how many
    actions (beside those kept) reached the goal already, None where they did not.
    """

    goal: Goal
    found: Found | None
    runs: int
    complete: int
    reordered: int = 0
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
            "reordered": self.reordered,
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
        NotSearched: The recording does not get to `from_ms` as it says, or no time is left after it.
    """
    effort = Effort(Trial(goal, for_ms), Bounds(runs, wall_s, progress, cancelled))
    start = effort.trial.start(recording, from_ms)
    if start.objection:
        raise NotSearched(f"The search has no beginning: {start.objection}.")
    if start.reached_at is not None:
        return _shorter(effort, recording.prefix(start.reached_at), keep, chance)
    if from_ms >= for_ms:
        raise NotSearched(
            f"The search begins at {duration_text(from_ms)}, when its runs have ended, at {duration_text(for_ms)}: "
            "give them longer (--within), or begin earlier."
        )
    lengths = _Lengths(effort, start, seeds or [recording.seed], chance)
    reached = lengths.first(most)
    found = None if reached is None else _smaller(effort, reached, len(start.recording.actions), from_ms)
    return lengths.ended(found)


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
    return lengths.ended(found, known_to)


def _smaller(effort: Effort, reached: Reached, kept: int, from_ms: float) -> Found:
    effort.allow_more()
    smallest, at = shrink(reached, effort.reached_at, kept, from_ms)
    return Found(smallest, at, len(smallest.actions) - kept)


class _Lengths:
    """The search by length, in turns, the shorter ones first. `complete`, `reordered` and `stopped` are those of the
    result.
    """

    def __init__(self, effort: Effort, start: Start, seeds: Sequence[int], chance: int) -> None:
        self._effort, self._seeds, self._chance = effort, seeds, chance
        self._times = moments(start.recording, start.from_ms, (start.from_ms + effort.trial.for_ms) / 2)
        self._words = Vocabulary(start.recording.declaration, start.player().run.view().get("nodes", {}))
        self._start = lru_cache(STARTS)(
            lambda seed: effort.trial.start(replace(start.recording, seed=seed), start.from_ms)
        )
        self.complete, self.reordered, self.stopped = -1, 0, ""

    def first(self, most: int) -> Reached | None:
        """Return the first run that reaches the goal, with at most so many actions; None: no run did."""
        guide = Guide(self._words, self._times, self._orders, most, Random(self._chance))
        waiting = [(self._every_of(length), TURN) for length in range(most + 1)]
        if most:
            waiting += [(self._reordered(), TURN), (self._guided(guide), GUIDED)]
        try:
            while waiting:
                tries, turn = waiting.pop(0)
                for number, (seed, plan) in enumerate(tries, 1):
                    course = self._effort.follow(self._start(seed), plan)
                    if course.reached is not None:
                        return course.reached
                    guide.saw(seed, plan, course)
                    if number == turn:
                        waiting.append((tries, turn))
                        break
        except Stopped as reason:
            self.stopped = str(reason)
        return None

    def ended(self, found: Found | None, known: int | None = None) -> Search:
        """Return the result."""
        effort = self._effort
        return Search(effort.trial.goal, found, effort.runs, self.complete, self.reordered, self.stopped, known)

    def _orders(self, seed: int, plan: Plan) -> list[Reordering]:
        return self._effort.orders(self._start(seed), plan) if self._words.reorders else []

    def _every_of(self, length: int) -> Iterator[Try]:
        """Yield the tries of a length: all of those with targets alone, and all with one thing more, as far as these
        are not too many.
        """
        if self._number(self._words.plain, length) <= MANY:
            yield from self._every(self._words.plain, length)
            self.complete = length if self.complete == length - 1 else self.complete
        if length and self._number(self._words.wide, length) <= MANY:
            yield from self._every(self._words.wide, length)

    def _reordered(self) -> Iterator[Try]:
        """Yield the runs in which nothing happens but that one race of messages goes the other way."""
        for seed in self._seeds:
            for at, delay in self._orders(seed, ())[:MANY]:
                yield seed, ((at, Do(delay)),)
                self.reordered += 1

    def _guided(self, guide: Guide) -> Iterator[Try]:
        if self._words.plain and self._times:
            yield from guide.plans(self._seeds, self._effort.left)

    def _number(self, steps: Sequence[Step], length: int) -> int:
        return len(self._seeds) * number(steps, self._times, length)

    def _every(self, steps: Sequence[Step], length: int) -> Iterator[Try]:
        for plan, seed in product(every(steps, self._times, length), self._seeds):
            yield seed, plan
