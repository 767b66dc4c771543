"""A moment of a lab, drawn by the server: its first one before and without JavaScript, a later one on paper."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import cos, pi, sin
from typing import Any

from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline

WIDTH, HEIGHT, RADIUS = 560, 320, 24
HALF_WIDTH, HALF_HEIGHT = 22, 15  # of the box of what is no server

Place = tuple[float, float]


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
        return self.x - HALF_WIDTH

    @property
    def top(self) -> float:
        """The upper edge of a box around it."""
        return self.y - HALF_HEIGHT

    @property
    def corners(self) -> str:
        """The corners of the hexagon that stands for a leader."""
        angles = [pi / 3 * place + pi / 6 for place in range(6)]
        return " ".join(
            f"{self.x + (RADIUS + 5) * cos(angle):.1f},{self.y + (RADIUS + 5) * sin(angle):.1f}" for angle in angles
        )


@dataclass(frozen=True)
class Link:
    """The way between two servers; one that is cut in either direction is drawn so."""

    start: Place
    end: Place
    is_cut: bool


@dataclass(frozen=True)
class Still:
    """A lab at a moment (virtual ms)."""

    title: str
    dots: tuple[Dot, ...]
    links: tuple[Link, ...]
    at: float
    width: int = WIDTH
    height: int = HEIGHT
    radius: int = RADIUS

    @property
    def moment(self) -> str:
        """The moment, in words."""
        return f"at {self.at / 1000:g} s" if self.at else "at the start"

    def words(self) -> str:
        """Return what the picture shows, in words."""
        return f"{self.title}: " + ", ".join(f"{dot.name}, {dot.role}" for dot in self.dots)


def still_of(recording: Recording, at: float = 0.0) -> Still:
    """Return the still picture of a recording at a moment (virtual ms)."""
    return _still(recording.prefix(at).to_text(), at)


@lru_cache(maxsize=256)
def _still(text: str, at: float) -> Still:
    recording = Recording.from_text(text)
    lab = recording.declaration
    timeline = Timeline(recording)
    timeline.advance(at)
    view = timeline.view(at)
    nodes = {name: node for name, node in view["nodes"].items() if ":" not in name}
    servers = [name for name, node in nodes.items() if node["kind"] == "server"]
    others = [name for name in nodes if name not in servers]
    places = _ring(servers) | _row(others)
    dots = tuple(
        Dot(name, node["kind"], str(node.get("role", node["kind"])), node["status"], node.get(lab.epoch), *places[name])
        for name, node in nodes.items()
    )
    cut = {frozenset(pair) for pair in view["network"].get("cuts", ())}
    links = tuple(Link(places[a], places[b], frozenset((a, b)) in cut) for a, b in combinations(servers, 2))
    return Still(lab.title, dots, links, at)


def _ring(names: list[str]) -> dict[str, Place]:
    middle, reach = (WIDTH / 2, HEIGHT / 2 - 20), HEIGHT / 2 - 56
    angles = [2 * pi * place / max(len(names), 1) - pi / 2 for place in range(len(names))]
    return {
        name: (round(middle[0] + reach * 1.4 * cos(angle), 1), round(middle[1] + reach * sin(angle), 1))
        for name, angle in zip(names, angles, strict=True)
    }


def _row(names: list[str]) -> dict[str, Place]:
    step = WIDTH / (len(names) + 1)
    return {name: (round(step * place, 1), HEIGHT - 30.0) for place, name in enumerate(names, 1)}
