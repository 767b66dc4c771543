"""The plans of a length: all there are, or some by chance."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement, product
from math import comb
from random import Random

from cluster_engine.searching.choices import Step
from cluster_engine.searching.trial import Plan

RHYTHM = 0.5  # of the plans that are drawn, so many go on at a steady pace
PAUSES_MS = (0.0, 1.0, 10.0, 100.0, 500.0)


def number(steps: Sequence[Step], times: Sequence[float], length: int) -> int:
    """Return how many plans of a length there are."""
    return len(steps) ** length * comb(len(times) + length - 1, length) if times else int(not length)


def every(steps: Sequence[Step], times: Sequence[float], length: int) -> Iterator[Plan]:
    """Yield all plans of a length, early ones first."""
    for at in combinations_with_replacement(times, length):
        for done in product(steps, repeat=length):
            yield tuple(zip(at, done, strict=True))


def drawn(draw: Callable[[Random], Step], times: Sequence[float], length: int, chance: Random) -> Plan:
    """Return a plan by chance, its steps drawn by `draw`: one at each of some times, or one after another in a usual
    rhythm.
    """
    at = sorted(chance.choices(times, k=length))
    if chance.random() < RHYTHM:
        pause = chance.choice(PAUSES_MS)
        at = [at[0] + place * pause for place in range(length)]
    return tuple((when, draw(chance)) for when in at)
