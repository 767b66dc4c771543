"""What the runs of a search have shown, and which of them are worth going on from.

A run is kept when it has shown something that none with the same kinds of actions had: a measure at another order of
magnitude, an event, an answer. Kept runs grow by an action, those nearest to the goal more often than others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from cluster_engine.searching.choices import Do, Step, Vocabulary
from cluster_engine.searching.course import Course
from cluster_engine.searching.orders import Reordering
from cluster_engine.searching.plans import drawn
from cluster_engine.searching.trial import Plan

FRESH = 0.4  # of the plans, so many owe nothing to another run
NEAREST = 0.4  # of the others, so many go on from a run that was as near to the goal as any
ORDER = 0.3  # of the steps, so many change the order of messages
OWN = 0.7  # of the moments of other steps, so many are those of the run itself
AGAIN = 0.4  # of the rest, so many are of the kind of another step of the run: two crashes, two writes
PLAIN = 0.5  # of the rest, so many choose nothing but targets
SOON_MS = (0.0, 1.0, 10.0, 100.0)  # so long after another of its actions may one come
OF = 4  # so many kept runs are looked at, and the one that was gone on from least is taken
MOST_KEPT = 2_000

Orders = Callable[[int, Plan], list[Reordering]]
"""Given a seed and a plan, the reorderings of its run."""


@dataclass(slots=True)
class Kept:
    """A run that is worth going on from."""

    seed: int
    plan: Plan
    nearness: float
    moments: tuple[float, ...]  # around what it showed, and soon after its actions
    orders: list[Reordering] | None = None  # None: not looked for yet
    used: int = 0


class Guide:
    """The kept runs of a search, and the plans that follow from them."""

    def __init__(self, words: Vocabulary, times: Sequence[float], orders: Orders, most: int, chance: Random) -> None:
        self._words, self._times, self._orders, self._most, self._chance = words, times, orders, most, chance
        self._kept: list[Kept] = []
        self._nearest: list[Kept] = []
        self._seen: set[tuple[object, ...]] = set()

    def saw(self, seed: int, plan: Plan, course: Course) -> None:
        """Take notice of how a run went."""
        kinds = tuple(step.action.kind for _, step in plan)
        new = {(kinds, sight) for sight in course.sights} - self._seen
        nearer = not self._nearest or course.nearness > self._nearest[0].nearness
        if not course.possible or not (new or nearer or len(plan) == 1) or len(self._kept) >= MOST_KEPT:
            return
        self._seen |= new
        soon = [at + later for at, _ in plan for later in SOON_MS]
        kept = Kept(seed, plan, course.nearness, (*course.moments, *soon))
        self._kept.append(kept)
        if nearer:
            self._nearest = [kept]
        elif course.nearness == self._nearest[0].nearness:
            self._nearest.append(kept)

    def plans(self, seeds: Sequence[int], number: int) -> Iterator[tuple[int, Plan]]:
        """Yield so many seeds and plans."""
        for _ in range(number):
            if not self._kept or self._chance.random() < FRESH:
                yield self._chance.choice(seeds), self._fresh()
            else:
                kept = self._worth_going_on_from()
                yield kept.seed, self._grown(kept)

    def _fresh(self) -> Plan:
        draw = self._words.draw_plain if self._chance.random() < PLAIN else self._words.draw
        return drawn(draw, self._times, self._chance.randint(min(2, self._most), self._most), self._chance)

    def _worth_going_on_from(self) -> Kept:
        among = self._nearest if self._chance.random() < NEAREST else self._kept
        kept = min((self._chance.choice(among) for _ in range(OF)), key=lambda one: one.used)
        kept.used += 1
        return kept

    def _grown(self, kept: Kept) -> Plan:
        """Return the plan with one more step, in the place of another where it has as many as it may."""
        plan = list(kept.plan)
        if len(plan) >= self._most:
            del plan[self._chance.randrange(len(plan))]
        plan.append(self._another(kept))
        return tuple(sorted(plan, key=lambda one: one[0]))

    def _another(self, kept: Kept) -> tuple[float, Step]:
        if self._chance.random() < ORDER and (orders := self._orders_of(kept)):
            at, delay = self._chance.choice(orders)
            return at, Do(delay)
        moments = kept.moments if kept.moments and self._chance.random() < OWN else self._times
        return self._chance.choice(moments), self._step(kept.plan)

    def _step(self, plan: Plan) -> Step:
        if plan and self._chance.random() < AGAIN:
            return self._words.draw_like(self._chance.choice(plan)[1], self._chance)
        draw = self._words.draw_plain if self._chance.random() < PLAIN else self._words.draw
        return draw(self._chance)

    def _orders_of(self, kept: Kept) -> list[Reordering]:
        if kept.orders is None:
            kept.orders = self._orders(kept.seed, kept.plan)
        return kept.orders
