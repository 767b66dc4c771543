"""Names of machines, and names by role: `leader`, `follower` and `others` mean whoever that is at the moment.

A script that says `crash leader` works on every seed, and a recording stays a pure function of its text.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Protocol

from cluster_engine.actions import Action, Refused
from cluster_engine.cluster.node import Node

ALIASES = ("leader", "follower", "others")


class Machines(Protocol):
    """What has machines with names: a cluster."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """All machines by name."""

    def servers(self) -> list[str]:
        """Return the names of the servers, in order."""


def unknown_node(cluster: Machines, *names: str) -> str | None:
    """Say which of the names is no machine of this cluster, or None."""
    for name in names:
        if name not in cluster.nodes:
            return f"there is no node {name!r}; there are {', '.join(cluster.nodes)}"
    return None


def resolved(action: Action, cluster: Machines) -> Action:
    """Return the action with real names in it; raise `Refused` where nobody has the role."""
    changes: dict[str, Any] = {}
    for field in fields(action):
        value, kind = getattr(action, field.name), field.metadata.get("kind")
        if kind in ("node", "process") and value in ALIASES:
            changes[field.name] = _server(value, cluster, set())
        elif kind == "groups" and any(name in ALIASES for group in value for name in group):
            changes[field.name] = _groups(value, cluster)
    return replace(action, **changes) if changes else action


def leader_of(cluster: Machines) -> str | None:
    """Return the running leader of the highest term, or None."""
    leading = [
        (node.process.term, name)  # type: ignore[attr-defined]
        for name, node in cluster.nodes.items()
        if node.status != "down" and getattr(node.process, "role", "") == "leader"
    ]
    return max(leading)[1] if leading else None


def _server(alias: str, cluster: Machines, taken: set[str]) -> str:
    leader = leader_of(cluster)
    if alias == "leader":
        if leader is None:
            raise Refused("no server leads at this moment")
        return leader
    free = [
        name for name in cluster.servers()
        if name != leader and name not in taken and cluster.nodes[name].status == "up"
    ]  # fmt: skip
    if alias == "others" or not free:
        raise Refused(f"{alias!r} names no single running server here")
    return free[0]


def _groups(groups: tuple[tuple[str, ...], ...], cluster: Machines) -> tuple[tuple[str, ...], ...]:
    taken: set[str] = {name for group in groups for name in group if name not in ALIASES}
    named: list[list[str]] = []
    for group in groups:
        named.append([])
        for name in group:
            real = name if name not in ("leader", "follower") else _server(name, cluster, taken)
            taken.add(real)
            named[-1].append(real)
    rest = [name for name in cluster.servers() if name not in taken]
    return tuple(tuple(real for name in group for real in (rest if name == "others" else [name])) for group in named)
