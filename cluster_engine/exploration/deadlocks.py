"""Threads that wait for each other in a circle."""

from collections.abc import Sequence

from cluster_engine.exploration.explorable import Waiting


def circle(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Return a cycle of the wait-for graph, as short as there is through its first thread, or nothing."""
    by_thread = {one.thread: one for one in waiting}
    for start in waiting:
        found = _round(start, by_thread)
        if found:
            return found
    return []


def _round(start: Waiting, by_thread: dict[int, Waiting]) -> list[Waiting]:
    """Return the shortest way from a thread over those it waits for back to itself."""
    ways = [[start]]
    met: set[int] = set()
    for way in ways:  # grows as the search goes on, nearest first
        for owner in way[-1].owners:
            if owner == start.thread:
                return way
            if owner in by_thread and owner not in met:
                met.add(owner)
                ways.append([*way, by_thread[owner]])
    return []
