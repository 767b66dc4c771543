"""Who waits for ever, whatever the others do: threads whose wait none of those who can still move may ever end.

Each waiting thread needs a number of others to do something: all holders of a lock to give it back, one thread to
notify, as many as are missing to come to a barrier. A thread has hope if enough of them have hope and may still come to
do it; those who can move have hope (Holt, "Some Deadlock Properties of Computer Systems", 1972, reduces a graph of
waiting in this way). What a thread may come to is read off the program (`futures.py`), so hope can be vain; that there
is none is certain, and stays so: nobody who has no hope ever moves again.

A thread without hope may only stand behind others: they are to blame who wait for each other alone, or for nobody.
Where a choice of others would be enough to take a thread's hope (it needs two who read to leave), each choice counts,
so that what is told of a state is told of all that follow it.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import combinations, islice, product
from typing import NamedTuple

MAX_CHOICES = 256


class Need(NamedTuple):
    """What ends a wait: `many` of the threads that are `able` to."""

    many: int
    able: tuple[int, ...]


def hopeless(needs: Mapping[int, Need], free: Iterable[int]) -> list[int]:
    """Return who of those that wait does so for ever; `free` are the threads that can move."""
    hopeful, waiting = set(free), dict(needs)
    while saved := [thread for thread, need in waiting.items() if _has_hope(need, hopeful)]:
        hopeful.update(saved)
        for thread in saved:
            del waiting[thread]
    return list(waiting)


def _has_hope(need: Need, hopeful: Set[int]) -> bool:
    return sum(other in hopeful for other in need.able) >= need.many


def to_blame(needs: Mapping[int, Need], without_hope: Iterable[int]) -> list[tuple[int, ...]]:
    """Return the groups of threads without hope that stand behind nobody else, in order."""
    lost = list(without_hope)
    choices = [_enough(needs[thread], lost) for thread in lost]
    found: set[tuple[int, ...]] = set()
    for chosen in islice(product(*choices), MAX_CHOICES):
        found.update(_closed(dict(zip(lost, chosen, strict=True))))
    return sorted(found)


def _enough(need: Need, lost: list[int]) -> list[tuple[int, ...]]:
    """Return each smallest choice of others without hope that takes a thread's hope."""
    others = [other for other in need.able if other in lost]
    return list(combinations(others, max(0, len(need.able) - need.many + 1)))


def _closed(behind: Mapping[int, tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    reach = {thread: _reach(thread, behind) for thread in behind}
    for thread, met in reach.items():
        if all(thread in reach[other] for other in met):
            yield tuple(sorted(met))


def _reach(thread: int, behind: Mapping[int, tuple[int, ...]]) -> set[int]:
    """Return a thread and those it stands behind, however far."""
    met, pending = {thread}, [thread]
    while pending:
        others = set(behind[pending.pop()]) - met
        met |= others
        pending.extend(others)
    return met
