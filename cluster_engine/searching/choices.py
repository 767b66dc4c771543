"""The actions a search may take, and the moments at which it may take them."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from itertools import combinations, product
from typing import Any

from cluster_engine.actions import Action
from cluster_engine.labs.declaration import Lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Noted

GRID_MS = 1_000.0
AFTER_MS = 1.0  # so long after an event worth a mark does an action follow
MAX_MOMENTS = 16


def actions(lab: Lab, nodes: Mapping[str, Any]) -> list[Action]:
    """Return the lab's actions with each choice of targets among `nodes` (as a view shows them);
    other fields are left at their defaults, and an action with a field that has none is not offered.
    """
    return [action for button in lab.buttons for action in _filled(button.action, nodes)]


def moments(recording: Recording, from_ms: float, to_ms: float) -> list[float]:
    """Return moments from `from_ms` to `to_ms` (virtual ms), in order: a coarse grid, and just after
    the first events of each kind that the lab marks.
    """
    grid = [from_ms + number * GRID_MS for number in range(1, int((to_ms - from_ms) / GRID_MS) + 1)]
    player, seen = Player.begin(recording), dict[str, float]()
    player.advance(to_ms)
    for record in player.run.take_records():
        if isinstance(record, Noted) and record.event in recording.declaration.landmarks and record.at > from_ms:
            seen.setdefault(record.event, record.at + AFTER_MS)
    return sorted({*grid[:MAX_MOMENTS], *list(seen.values())[:MAX_MOMENTS]})


def _filled(action: type[Action], nodes: Mapping[str, Any]) -> Iterator[Action]:
    parts = [part for part in fields(action) if part.default is MISSING]
    for values in product(*(_values(part, nodes) for part in parts)):
        if len({str(value) for value in values}) == len(values):  # no link from a node to itself
            yield action(**{part.name: value for part, value in zip(parts, values, strict=True)})


def _values(part: Field[Any], nodes: Mapping[str, Any]) -> list[Any]:
    clients = [name for name, node in nodes.items() if node.get("kind") == "client"]
    others = [name for name in nodes if name not in clients]
    servers = [name for name in others if nodes[name].get("kind") == "server"]
    match part.metadata["kind"]:
        case "node":
            return others
        case "process":
            return [*others, *clients]
        case "client":
            return clients
        case "groups":
            return list(_splits(servers))
        case "choice":
            return list(part.metadata["choices"])
        case _:
            return []


def _splits(servers: list[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield each way to split the servers in two, the smaller side first."""
    for size in range(1, len(servers) // 2 + 1):
        for side in combinations(servers, size):
            rest = tuple(name for name in servers if name not in side)
            if size < len(rest) or side < rest:
                yield side, rest
