"""Evidence for Raft: how long a cluster is without a leader, over a wide area too, and how often votes are split.

Published numbers: Ongaro's dissertation and the Raft paper (figure 16), read off the authors' vector figures.
"""

from statistics import mean, median
from typing import Any

from cluster_engine.experiments import measure_many
from lessons.pages.comparing import cumulative, kolmogorov_smirnov, median_of, reference_curves
from lessons.pages.tolerance import Tolerance

PUBLISHED_MEANS = {"150-151": 1536, "150-155": 345, "150-175": 164, "150-200": 156, "150-300": 181}
PUBLISHED_WAN = {0: (431, 409), 1: (469, 423), 2: (632, 468)}  # servers down -> mean, median (ms)
PUBLISHED_SPLITS = {  # servers, down, latency over range -> rate, by the dissertation's formula (9.2)
    (5, 1, 0.1): 0.0523,
    (5, 1, 0.2): 0.1808,
    (5, 2, 0.2): 0.488,
    (9, 2, 0.2): 0.148,
    (9, 4, 0.1): 0.4095,
    (9, 4, 0.2): 0.6723,
}
FARTHEST = 0.20  # Kolmogorov–Smirnov distance
EXPERIMENT = "python -m cluster_engine experiment raft --measure"
SOURCE = "Ongaro and Ousterhout 2014, figure 16"


def _measure(measure: str, runs: int, jobs: int, **settings: Any) -> list[Any]:
    return measure_many("raft", settings, range(1, runs + 1), measure, jobs=jobs, for_ms=120_000)


def _election(span: str, runs: int, jobs: int) -> list[float]:
    low, high = span.split("-")
    return _measure(
        "time_without_leader_ms",
        runs,
        jobs,
        situation="paper-election",
        election_low_ms=float(low),
        election_high_ms=float(high),
    )


def elections(runs: int, jobs: int) -> dict[str, Any]:
    """Return the evidence on elections with the timeouts of figure 16."""
    rows, charts, within = [], [], []
    curves, near = reference_curves("fig16_randomness"), Tolerance(share=0.15)
    for span, published in PUBLISHED_MEANS.items():
        sample, curve = _election(span, runs, jobs), curves[span]
        rows.append(
            [
                f"{span} ms",
                median_of(curve),
                round(median(sample), 1),
                _change(median(sample), median_of(curve)),
                published,
                round(mean(sample), 1),
                round(kolmogorov_smirnov(sample, curve), 3),
            ]
        )
        charts.append(_chart(f"Election timeout {span} ms", sample, curve))
        close = near.holds(median_of(curve), median(sample)) and near.holds(published, mean(sample))
        within.append(close and kolmogorov_smirnov(sample, curve) <= FARTHEST)
    return {
        "id": "raft-figure-16",
        "title": "How long a cluster is without a leader",
        "source": SOURCE,
        "tolerance": "medians and means within 15 %, Kolmogorov–Smirnov distance at most 0.20",
        "command": f"{EXPERIMENT} time_without_leader_ms --set situation=paper-election "
        f"--set election_low_ms=150 --set election_high_ms=155 --seeds 1..{runs}",
        "columns": [
            "Timeout",
            "Paper, median (ms)",
            "Here",
            "Difference",
            "Paper, mean (ms)",
            "Here",
            "KS distance",
        ],
        "rows": rows,
        "within": within,
        "charts": charts,
    }


def fast_elections(runs: int, jobs: int) -> dict[str, Any]:
    """Return the evidence on elections with ever shorter timeouts."""
    rows, within = [], []
    for span, curve in reference_curves("fig16_scale").items():
        sample = _election(span, runs, jobs)
        row = [f"{span} ms", median_of(curve), round(median(sample), 1), _change(median(sample), median_of(curve))]
        distance = kolmogorov_smirnov(sample, curve)
        rows.append([*row, round(distance, 3)])
        within.append(Tolerance(share=0.1).holds(median_of(curve), median(sample)) and distance <= FARTHEST / 2)
    return {
        "id": "raft-figure-16-scale",
        "title": "The same with ever shorter timeouts",
        "source": SOURCE,
        "tolerance": "medians within 10 %, Kolmogorov–Smirnov distance at most 0.10; how long a write took is not "
        "published: 5 to 7 ms, with the network's 0.5 to 4 ms a way, give the broadcast of about 15 ms and fit all "
        "curves, while with 8 to 10 ms the shortest range would have 45 ms",
        "command": f"{EXPERIMENT} time_without_leader_ms --set situation=paper-election "
        f"--set election_low_ms=12 --set election_high_ms=24 --seeds 1..{runs}",
        "columns": ["Timeout", "Paper, median (ms)", "Here", "Difference", "KS distance"],
        "rows": rows,
        "within": within,
    }


def wide_area(runs: int, jobs: int) -> dict[str, Any]:
    """Return the evidence on elections over a wide area."""
    rows, within = [], []
    for down, (published_mean, published_median) in PUBLISHED_WAN.items():
        sample = _measure("election_ms", runs, jobs, situation="wan-election", down=down)
        rows.append(
            [
                down,
                published_mean,
                round(mean(sample), 1),
                _change(mean(sample), published_mean),
                published_median,
                round(median(sample), 1),
            ]
        )
        within.append(Tolerance(share=0.03).holds(published_mean, mean(sample)))
    return {
        "id": "raft-wide-area",
        "title": "An election over a wide area",
        "source": "Ongaro's dissertation, chapter 9: five servers, latency 30–40 ms, timeouts 300–600 ms",
        "tolerance": "means within 3 %",
        "command": f"{EXPERIMENT} election_ms --set situation=wan-election --set down=1 --seeds 1..{runs}",
        "columns": [
            "Servers down",
            "Dissertation, mean (ms)",
            "Here",
            "Difference",
            "Dissertation, median (ms)",
            "Here",
        ],
        "rows": rows,
        "within": within,
    }


def splits(runs: int, jobs: int) -> dict[str, Any]:
    """Return the evidence on first elections that are split."""
    rows, within = [], []
    for (nodes, down, fraction), published in PUBLISHED_SPLITS.items():
        latency = 1000 * fraction
        sample = _measure(
            "first_election_split",
            runs,
            jobs,
            situation="wan-election",
            nodes=nodes,
            down=down,
            latency_low_ms=latency,
            latency_high_ms=latency,
            election_low_ms=2000,
            election_high_ms=3000,
        )
        rows.append([nodes, down, fraction, f"{100 * published:.1f} %", f"{100 * mean(sample):.1f} %"])
        within.append(Tolerance(distance=0.02).holds(published, mean(sample)))
    return {
        "id": "raft-split-votes",
        "title": "How often the first election is split",
        "source": "Ongaro's dissertation, 9.2: fixed latency, as a fraction of the range of timeouts",
        "tolerance": "within 2 percentage points",
        "command": f"{EXPERIMENT} first_election_split --set situation=wan-election --set down=1 "
        "--set latency_low_ms=100 --set latency_high_ms=100 "
        "--set election_low_ms=2000 --set election_high_ms=3000 "
        f"--seeds 1..{runs}",
        "columns": ["Servers", "Down", "Latency / range", "Formula", "Here"],
        "rows": rows,
        "within": within,
    }


def _change(here: float, there: float) -> str:
    return f"{100 * (here / there - 1):+.1f} %"


def _chart(title: str, sample: list[float], curve: list[tuple[float, float]]) -> dict[str, Any]:
    ordered = sorted(sample)
    return {
        "title": title,
        "most_ms": float(f"{1.1 * ordered[int(0.97 * len(ordered))]:.1g}") or 1.0,
        "curves": [
            {"name": "here", "points": cumulative(sample)},
            {"name": "Raft paper", "points": [list(step) for step in curve]},
        ],
    }
