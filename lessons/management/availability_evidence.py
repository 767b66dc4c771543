"""Evidence for majorities: how often a group of servers can work whose members are up with a certain probability."""

from functools import cache
from itertools import combinations
from typing import Any

from cluster_engine.cluster.node_faults import Crash
from cluster_engine.cluster.requests import Write
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from lessons.pages.tolerance import Tolerance

# How likely a server is up -> how likely a majority of three and of five is: the binomial distribution.
PUBLISHED = {0.9: {3: 0.972, 5: 0.99144}, 0.99: {3: 0.999702, 5: 0.99999}, 0.999: {3: 0.999997, 5: 1.0}}
ROUNDED = Tolerance(distance=0.000001)


def works_without(down: tuple[str, ...], size: int, **settings: Any) -> bool:
    """Say whether a Raft group takes a write while these servers are down."""
    script = [(100.0, Crash(node=name)) for name in down] + [(2_000.0, Write())]
    player = Player.begin(Recording("raft", {"nodes": size, "client_timeout_ms": 3_000} | settings, 1, tuple(script)))
    player.advance(6_000)
    return bool(player.run.measure("acked_writes"))


@cache
def working_sets(size: int) -> tuple[int, ...]:
    """Return by the number of servers that are down in how many of all such cases the group works."""
    names = [f"n{number}" for number in range(1, size + 1)]
    return tuple(sum(works_without(down, size) for down in combinations(names, count)) for count in range(size + 1))


def availability(size: int, up: float) -> float:
    """Return how likely the group works, over all sets of servers that may be down."""
    cases = enumerate(working_sets(size))
    return sum(works * (1 - up) ** down * up ** (size - down) for down, works in cases)


def majorities() -> dict[str, Any]:
    """Return the evidence on majorities."""
    rows, within = [], []
    for up, published in PUBLISHED.items():
        here = {size: availability(size, up) for size in published}
        rows.append([up, *(text for size in published for text in (f"{published[size]:.6f}", f"{here[size]:.6f}"))])
        within.append(all(ROUNDED.holds(published[size], here[size]) for size in published))
    return {
        "id": "raft-availability",
        "title": "How often a majority is there",
        "source": "the binomial distribution",
        "tolerance": "exact to the six places shown: for each set of servers that may be down, a Raft group without "
        "them is asked to take a write, and the sets are weighed by how likely they are",
        "command": "python manage.py evidence --only raft-availability",
        "columns": ["A server is up", "Three servers", "Here", "Five servers", "Here"],
        "rows": rows,
        "within": within,
    }
