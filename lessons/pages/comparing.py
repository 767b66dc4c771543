"""Holding measured samples against published curves."""

import csv
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "evidence" / "reference"

Steps = list[tuple[float, float]]  # value in ms, cumulative fraction up to it


def reference_curves(name: str) -> dict[str, Steps]:
    """Return the published cumulative curves of a figure, by timeout range ("150-155")."""
    curves: dict[str, Steps] = {}
    with (FOLDER / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            step = (float(row["time_without_leader_ms"]), float(row["cumulative_fraction"]))
            curves.setdefault(row["range_ms"], []).append(step)
    return curves


def kolmogorov_smirnov(sample: Sequence[float], curve: Steps) -> float:
    """Return the greatest distance between a sample's cumulative curve and a published one.

    The published curve is known at its steps only, so the distance is taken there.
    """
    ordered = sorted(sample)
    return max(abs(bisect_right(ordered, value) / len(ordered) - fraction) for value, fraction in curve)


def median_of(curve: Steps) -> float:
    """Return the value at which a cumulative curve passes one half."""
    return next(value for value, fraction in curve if fraction >= 0.5)


def cumulative(sample: Sequence[float], points: int = 120) -> list[list[float]]:
    """Return a sample's cumulative curve, thinned to so many points."""
    ordered = sorted(sample)
    places = sorted({round(part * (len(ordered) - 1) / (points - 1)) for part in range(points)})
    return [[round(ordered[place], 1), round((place + 1) / len(ordered), 4)] for place in places]
