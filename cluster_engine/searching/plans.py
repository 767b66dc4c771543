"""The plans of a length: all there are, or some by chance."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement, product
from math import comb
from random import Random

from cluster_engine.searching.choices import Step
from cluster_engine.searching.trial import Plan


def number(steps: Sequence[Step], times: Sequence[float], length: int) -> int:
    """Return how many plans of a length there are."""
    return len(steps) ** length * comb(len(times) + length - 1, length) if times else int(not length)


def every(steps: Sequence[Step], times: Sequence[float], length: int) -> Iterator[Plan]:
    """Yield all plans of a length, early ones first."""
    for at in combinations_with_replacement(times, length):
        for done in product(steps, repeat=length):
            yield tuple(zip(at, done, strict=True))


def drawn(draw: Callable[[Random], Step], times: Sequence[float], length: int, chance: Random) -> Plan:
    """Return a plan by chance, its steps drawn by `draw`."""
    at = sorted(chance.choices(times, k=length))
    return tuple((when, draw(chance)) for when in at)
