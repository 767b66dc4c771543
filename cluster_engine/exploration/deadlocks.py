"""Threads that wait for each other in a circle."""

from collections.abc import Sequence

from cluster_engine.exploration.explorable import Waiting


def circle(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Return a cycle of the wait-for graph, from its first thread on, or nothing."""
    by_thread = {one.thread: one for one in waiting}
    for start in waiting:
        followed = _follow(start, by_thread)
        if followed and followed[-1].owner == start.thread:
            return followed
    return []


def _follow(start: Waiting, by_thread: dict[int, Waiting]) -> list[Waiting]:
    followed = [start]
    while (owner := followed[-1].owner) != start.thread:
        if owner not in by_thread or by_thread[owner] in followed:
            return []
        followed.append(by_thread[owner])
    return followed
