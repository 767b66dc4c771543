"""The first state of a lab, drawn by the server: what a page shows before and without JavaScript."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from typing import Any

from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline

WIDTH, HEIGHT, RADIUS = 560, 320, 24


@dataclass(frozen=True)
class Dot:
    """A node of the still picture."""

    name: str
    kind: str
    role: str
    status: str
    epoch: Any
    x: float
    y: float

    @property
    def left(self) -> float:
        """The left edge of a box around it."""
        return self.x - 22

    @property
    def top(self) -> float:
        """The upper edge of a box around it."""
        return self.y - 15


@dataclass(frozen=True)
class Still:
    """A lab at time 0."""

    title: str
    dots: tuple[Dot, ...]
    width: int = WIDTH
    height: int = HEIGHT
    radius: int = RADIUS

    def words(self) -> str:
        """Return what the picture shows, in words."""
        return f"{self.title}: " + ", ".join(f"{dot.name}, {dot.role}" for dot in self.dots)


def still_of(recording: Recording) -> Still:
    """Return the still picture of a recording's first moment."""
    return _still(Recording(recording.lab, recording.settings, recording.seed).to_text())


@lru_cache(maxsize=256)
def _still(text: str) -> Still:
    recording = Recording.from_text(text)
    lab = recording.declaration
    nodes = {name: node for name, node in Timeline(recording).view(0.0)["nodes"].items() if ":" not in name}
    servers = [name for name, node in nodes.items() if node["kind"] == "server"]
    others = [name for name in nodes if name not in servers]
    places = _ring(servers) | _row(others)
    dots = tuple(
        Dot(name, node["kind"], str(node.get("role", node["kind"])), node["status"], node.get(lab.epoch), *places[name])
        for name, node in nodes.items()
    )
    return Still(lab.title, dots)


def _ring(names: list[str]) -> dict[str, tuple[float, float]]:
    middle, reach = (WIDTH / 2, HEIGHT / 2 - 20), HEIGHT / 2 - 56
    angles = [2 * pi * place / max(len(names), 1) - pi / 2 for place in range(len(names))]
    return {
        name: (round(middle[0] + reach * 1.4 * cos(angle), 1), round(middle[1] + reach * sin(angle), 1))
        for name, angle in zip(names, angles, strict=True)
    }


def _row(names: list[str]) -> dict[str, tuple[float, float]]:
    step = WIDTH / (len(names) + 1)
    return {name: (round(step * place, 1), HEIGHT - 30.0) for place, name in enumerate(names, 1)}
