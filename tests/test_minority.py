"""A minority never commits: every cluster size up to seven, every way to cut it in two."""

from functools import partial
from itertools import combinations

import pytest

from cluster_engine.records import Invoked, Returned
from tests.watched import Watched, agreed

CUT_MS = 900.0  # three election timeouts


def cuts(nodes: int, letter: str = "n") -> list[tuple[str, ...]]:
    """One side of each way to cut a cluster in two: the side without n1 (or r1, or whatever names begin with)."""
    others = [f"{letter}{number}" for number in range(2, nodes + 1)]
    return [side for size in range(1, nodes) for side in combinations(others, size)]


def cut_in_two(nodes: int, there: tuple[str, ...], leader: str) -> Watched:
    """Cut a cluster under load, with a client on each side; return it as it is before the heal."""
    watched = Watched(nodes=nodes, clients=2, client_every_ms=25, client_timeout_ms=400, seed=len(there))
    watched.elect()
    if watched.leader() != leader:
        watched.act(f"transfer {leader}").run_until(lambda: watched.leaders()[:1] == [leader], 5_000)
    watched.run(100)
    here = [name for name in watched.world.servers() if name not in there]
    watched.act(f"cut {','.join((*here, 'c1'))} | {','.join((*there, 'c2'))}")
    return watched


@pytest.mark.parametrize("nodes", range(2, 8))
def test_a_minority_never_commits(nodes: int) -> None:
    for there in cuts(nodes):
        for leader in ("n1", there[0]):  # on either side
            judge(cut_in_two(nodes, there, leader), there)


def judge(watched: Watched, there: tuple[str, ...]) -> None:
    """Look at both sides of a cut, then heal it."""
    cut_at, appended = watched.now, watched.raft(watched.leader()).log.last_index
    here = tuple(name for name in watched.world.servers() if name not in there)
    watched.run(CUT_MS)
    for client, side in (("c1", here), ("c2", there)):
        if 2 * len(side) > len(here + there):
            watched.run_until(partial(_commits, watched, side, cut_at), 5_000)
        else:
            assert _answered(watched, client, cut_at) == []
            # What a majority had acknowledged before the cut may still be committed, nothing else.
            assert max((watched.raft(name).commit for name in side), default=0) <= appended
    watched.act("heal").run_until(lambda: agreed(watched.rafts()), 10_000)


def _commits(watched: Watched, side: tuple[str, ...], since_ms: float) -> bool:
    return any(note.node in side for note in watched.notes("commits", since_ms))


def _answered(watched: Watched, client: str, since_ms: float) -> list[Returned]:
    """The client's operations that began after a moment and were answered."""
    begun = {r.op for r in watched.history if isinstance(r, Invoked) and r.at > since_ms}
    return [r for r in watched.returned() if r.client == client and r.op in begun and r.outcome == "ok"]
