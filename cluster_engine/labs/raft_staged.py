"""Situations of the lab `raft` that begin with something on the disks."""

from typing import Any

from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.node_faults import Crash
from cluster_engine.protocols.raft import Raft
from cluster_engine.protocols.raft_log import RaftStaged, noops
from cluster_engine.systems.raft_group import clients, cluster_config, raft_config, servers

PAPER_ELECTION = "paper-election"
FIGURE_8 = "figure-8"


def paper_election(settings: dict[str, Any], seed: int, names: tuple[str, ...]) -> Cluster:
    """Stage figure 16 of the Raft paper: the worst case by construction.

    All timers start together at the leader's last heartbeat, two of four voters lack an entry and can't win,
    and the leader crashes at a random moment before its next heartbeat.
    """
    leader, ineligible = names[0], names[-2:]
    interval = settings["election_low_ms"] / 2
    config = raft_config(settings | {"heartbeat_ms": interval}, names, leads_at_start=leader)
    disks = {name: RaftStaged(1, noops(1) if name in ineligible else noops(1, 1)) for name in names}
    world = Cluster(seed, cluster_config(settings), servers(config, disks=disks))
    world.schedule(world.simulation.stream("situation").uniform(0, interval), Crash(node=leader))
    return world


def figure_8(settings: dict[str, Any], seed: int, names: tuple[str, ...], protocol: type[Raft]) -> Cluster:
    """Stage figure 8 of the Raft paper, just before (c).

    The first server led term 2 and brought its entry 2 to the second one only; the last led term 3, wrote another
    entry 2 to its own disk and crashed; the first leads again, in term 4, and has not written anything in it yet.
    """
    first, last = names[0], names[-1]
    disks = {name: RaftStaged(4, noops(1, 2) if name in names[:2] else noops(1), first) for name in names}
    disks[last] = RaftStaged(3, noops(1, 3), last)
    config = raft_config(settings, names, leads_at_start=first)
    world = Cluster(
        seed, cluster_config(settings), servers(config, disks=disks, protocol=protocol) + clients(settings, names)
    )
    world.schedule(0.0, Crash(node=last))
    return world
