"""Evidence for the models: tables and curves, measured by `manage.py evidence`, drawn as plain SVG."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ORDER = (
    "raft-figure-16", "raft-figure-16-scale", "raft-wide-area", "raft-split-votes", "raft-availability",
    "payments-outcomes", "primary-backup-detection", "primary-backup-losses", "quorum-versions", "quorum-staleness",
    "gossip-rounds", "gossip-rumours",
)  # fmt: skip
FOLDER = Path(__file__).parent / "evidence"
WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 560, 260, 44, 36, 34, 14


@dataclass(frozen=True)
class Curve:
    """A line of a chart: its name and the points attribute of a polyline."""

    name: str
    points: str


@dataclass(frozen=True)
class Chart:
    """A chart of cumulative fractions over milliseconds; ticks are (place, label), grid lines places."""

    title: str
    curves: tuple[Curve, ...]
    ticks: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM
    foot: int = HEIGHT - 8


@dataclass(frozen=True)
class Evidence:
    """One comparison: what was measured here beside what the source says; `within` tells of each row whether the two
    agree as the tolerance asks.
    """

    id: str
    title: str
    source: str
    tolerance: str
    command: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    within: tuple[bool, ...]
    charts: tuple[Chart, ...] = field(default=())

    @property
    def judged(self) -> tuple[tuple[tuple[Any, ...], bool], ...]:
        """The rows, each with whether it is within its tolerance."""
        return tuple(zip(self.rows, self.within, strict=True))


@cache
def all_evidence() -> tuple[Evidence, ...]:
    """Return all evidence, in the page's order."""
    return tuple(_evidence(json.loads((FOLDER / f"{name}.json").read_text())) for name in ORDER)


def _evidence(data: dict[str, Any]) -> Evidence:
    charts = tuple(_chart(chart) for chart in data.get("charts", []))
    rows = tuple(tuple(_typeset(cell) for cell in row) for row in data["rows"])
    texts = (data["id"], *(_typeset(data[name]) for name in ("title", "source", "tolerance")), data["command"])
    return Evidence(*texts, columns=tuple(data["columns"]), rows=rows, within=tuple(data["within"]), charts=charts)


def _typeset(cell: Any) -> Any:
    """Return a text with the dash of a range and the sign of a negative number as they are printed."""
    return re.sub(r"^-(?=\d)", "−", re.sub(r"(?<=\d)-(?=\d)", "–", cell)) if isinstance(cell, str) else cell


def _chart(data: dict[str, Any]) -> Chart:
    most = data["most_ms"]
    curves = tuple(Curve(curve["name"], _points(curve["points"], most)) for curve in data["curves"])
    ticks = tuple((round(_x(most * part / 4, most), 1), f"{most * part / 4:g} ms") for part in range(5))
    levels = tuple((_y(part / 2), f"{50 * part} %") for part in range(3))
    return Chart(_typeset(data["title"]), curves, ticks, levels)


def _points(points: list[list[float]], most: float) -> str:
    return " ".join(f"{_x(min(x, most), most):.1f},{_y(y):.1f}" for x, y in points)


def _x(value: float, most: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / most


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value
