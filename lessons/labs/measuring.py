"""What a plot shows: its runs, played in a process of their own, and what was measured in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from cluster_engine.experiments import percentile
from cluster_engine.labs.declaration import Measure
from lessons.content.blocks import Plot
from lessons.content.plots import SAMPLES
from lessons.work.workshop import PAGES, Job

SECONDS = 60.0
LOW, HIGH = 10, 90  # percentiles between which a band is drawn
SHARES = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)  # of a distribution, in the table


@dataclass(frozen=True)
class Column:
    """A column of numbers: which measure (by its place), and whether it is drawn as the line or bounds its band."""

    title: str
    measure: int
    part: str  # mid, low or high


class Cell(NamedTuple):
    """A number as a chart takes it ("" where a run had none), and as people read it."""

    raw: str
    text: str


@dataclass(frozen=True)
class Measured:
    """The table behind a plot: `x` names what stands in each row's head.

    `kind` says how it is drawn: a "line" over x, or a "distribution" with the heads, in percent, upwards.
    """

    kind: str
    x: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, tuple[Cell, ...]], ...]


def measured(plot: Plot) -> Measured:
    """Return a plot's table; the first who asks waits for it, and it is kept.

    Raises:
        NotDone: Too many are waiting, or this one takes too long.
    """
    names = [measure.name for measure in plot.measures]
    over_time = plot.sweep is None and plot.seeds == 1
    ask: dict[str, Any] = {"measures": names, "for_ms": plot.window_ms, "until": plot.until}
    if over_time:
        ask["every_ms"] = plot.window_ms / SAMPLES
    lines = [json.dumps({"recording": recording.to_json(), **ask}) for recording in plot.recordings()]
    runs = _play(tuple(lines))
    if over_time:
        return _over_time(plot.measures, runs[0])
    ends = [run[-1] for run in runs]
    return _over_values(plot, ends) if plot.sweep else _over_seeds(plot.measures, ends)


@lru_cache(maxsize=200)
def _play(lines: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """Return the rows of each run; what is measured is a function of what is asked."""
    late = f"These runs take more than {SECONDS:g} s. Its author can ask for fewer of them, or for shorter ones."
    return PAGES.do_now(Job(("measure",), "\n".join(lines), SECONDS, late))


def _over_time(measures: Sequence[Measure], rows: list[dict[str, Any]]) -> Measured:
    columns = tuple(Column(_titled(measure), place, "mid") for place, measure in enumerate(measures))
    return _table("line", "ms", columns, [(row["at"], [row[measure.name] for measure in measures]) for row in rows])


def _over_values(plot: Plot, ends: list[dict[str, Any]]) -> Measured:
    assert plot.sweep is not None, f"{plot.id} has no sweep"
    columns: list[Column] = []
    for place, measure in enumerate(plot.measures):
        columns.append(Column(_titled(measure), place, "mid"))
        if plot.seeds > 1:
            columns += [Column(f"p{LOW}", place, "low"), Column(f"p{HIGH}", place, "high")]
    rows = []
    for number, value in enumerate(plot.sweep.values):
        of_value = ends[number * plot.seeds : (number + 1) * plot.seeds]
        rows.append((value, [one for measure in plot.measures for one in _spread(of_value, measure.name)]))
    unit = f" ({plot.sweep.unit})" if plot.sweep.unit else ""
    return _table("line", f"{plot.sweep.label}{unit}", columns, rows)


def _spread(ends: list[dict[str, Any]], name: str) -> list[float | None]:
    """Return the median and, of several runs, the ends of the band."""
    wanted = (50, LOW, HIGH) if len(ends) > 1 else (50,)
    known = sorted(end[name] for end in ends if end[name] is not None)
    return [percentile(known, percent) if known else None for percent in wanted]


def _over_seeds(measures: Sequence[Measure], ends: list[dict[str, Any]]) -> Measured:
    columns = tuple(Column(_titled(measure), place, "mid") for place, measure in enumerate(measures))
    ordered = [sorted(end[measure.name] for end in ends if end[measure.name] is not None) for measure in measures]
    rows = [(share, [percentile(one, share) if one else None for one in ordered]) for share in SHARES]
    return _table("distribution", "% of the runs have at most", columns, rows)


def _table(kind: str, x: str, columns: Sequence[Column], rows: Sequence[tuple[Any, list[float | None]]]) -> Measured:
    return Measured(
        kind, x, tuple(columns), tuple((_cell(head), tuple(_cell(one) for one in row)) for head, row in rows)
    )


def _cell(value: Any) -> Cell:
    return Cell("" if value is None else str(value), _written(value))


def _written(value: Any) -> str:
    """Return a number as people read it: 8,015, 402, 0.499."""
    if value is None:
        return "–"
    if isinstance(value, int) or not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 1_000 or value == int(value) else f"{value:.3g}"


def _titled(measure: Measure) -> str:
    return f"{measure.title} ({measure.unit})" if measure.unit else measure.title
