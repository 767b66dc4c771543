"""The data races of one run that was explored."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cluster_engine.exploration.runs import Taken
from cluster_engine.happens_before import HappensBefore, is_plain, places


class Race(NamedTuple):
    """Two accesses that nothing orders: places in the run, the earlier one first."""

    location: str
    first: int
    second: int


def races(run: Sequence[Taken]) -> list[Race]:
    """Return the races of a run, by their second access."""
    order: HappensBefore[int] = HappensBefore()
    return [race for place, taken in enumerate(run) for race in _see(order, place, taken)]


def _see(order: HappensBefore[int], place: int, taken: Taken) -> Iterable[Race]:
    access = taken.access
    if access is None:
        return ()
    order.step(taken.thread)
    touched = places(access)
    if is_plain(access.op, access.location):
        return [
            Race(location, other.place, place)
            for location, writes in touched.items()
            for other in order.use(taken.thread, location, writes, taken.line, place)
        ]
    for location in touched:
        order.synchronise(taken.thread, access.op, location)
    return ()
