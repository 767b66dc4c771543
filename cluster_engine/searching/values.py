"""The values that a search tries in an action's fields."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field
from itertools import combinations
from typing import Any

FACTORS = (10.0, 3.0, 0.1)  # how a number with a default is varied
ZERO_TO = 1_000.0  # what is tried where the default is 0: as a duration, a second
PERCENT = (50.0, 100.0)


def targets(part: Field[Any], nodes: Mapping[str, Any]) -> list[Any]:
    """Return the values of a field that has no default, among `nodes` as a view shows them; none where the field
    asks for more than a choice.
    """
    clients, others = _clients(nodes), _others(nodes)
    match part.metadata["kind"]:
        case "node":
            return others
        case "process":
            return [*others, *clients]
        case "client":
            return clients
        case "groups":
            return list(_splits([name for name in others if nodes[name].get("kind") == "server"]))
        case "choice":
            return list(part.metadata["choices"])
        case _:
            return []


def variations(part: Field[Any], nodes: Mapping[str, Any]) -> list[Any]:
    """Return what a field is tried with beside its default; none if it has no default."""
    if part.default is MISSING:
        return []
    metadata, usual = part.metadata, part.default
    match metadata["kind"]:
        case "number" | "integer" | "percent":
            return [value for value in _numbers(metadata["kind"], usual) if _is_within(value, metadata)]
        case "text":
            return [_other_text(usual)]
        case _:
            return [value for value in targets(part, nodes) if value != usual]


def _numbers(kind: str, usual: float) -> list[Any]:
    if kind == "percent":
        return [value for value in PERCENT if value != usual]
    if not usual:
        return [ZERO_TO if kind == "number" else 1]
    varied = [round(usual * factor, 3) for factor in FACTORS]
    return varied if kind == "number" else [round(value) for value in varied if value >= 1]


def _is_within(value: float, metadata: Mapping[str, Any]) -> bool:
    low, high = metadata["low"], metadata["high"]
    return (low is None or value >= low) and (high is None or value <= high)


def _other_text(usual: str) -> str:
    return str(int(usual) + 1) if usual.isdecimal() else f"{usual}2"


def _clients(nodes: Mapping[str, Any]) -> list[str]:
    return [name for name, node in nodes.items() if node.get("kind") == "client"]


def _others(nodes: Mapping[str, Any]) -> list[str]:
    return [name for name, node in nodes.items() if node.get("kind") != "client"]


def _splits(servers: list[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield each way to split the servers in two, the smaller side first."""
    for size in range(1, len(servers) // 2 + 1):
        for side in combinations(servers, size):
            rest = tuple(name for name in servers if name not in side)
            if size < len(rest) or side < rest:
                yield side, rest
