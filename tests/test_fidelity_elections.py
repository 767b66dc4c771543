"""The Raft paper's figure 16, the dissertation's wide-area table and its split-vote formula, reproduced."""

from statistics import mean, median

import pytest

from cluster_engine.experiments import measure_many
from lessons.pages.comparing import kolmogorov_smirnov, median_of, reference_curves

# The five ranges, and the means that the paper's curves have.
MEANS = {"150-151": 1536, "150-155": 345, "150-175": 164, "150-200": 156, "150-300": 181}


def elections(span: str, runs: int) -> list[float]:
    low, high = map(float, span.split("-"))
    settings = {"situation": "paper-election", "election_low_ms": low, "election_high_ms": high}
    return measure_many("raft", settings, range(1, runs + 1), "time_without_leader_ms", for_ms=120_000)


@pytest.mark.parametrize("span", MEANS)
def test_figure_16_is_reproduced(span: str) -> None:
    curve = reference_curves("fig16_randomness")[span]
    sample = elections(span, 600)
    assert median(sample) == pytest.approx(median_of(curve), rel=0.15)
    assert mean(sample) == pytest.approx(MEANS[span], rel=0.15)
    assert kolmogorov_smirnov(sample, curve) <= 0.20


def test_without_randomness_nobody_wins_for_ten_seconds() -> None:
    settings = {"situation": "paper-election", "election_low_ms": 150, "election_high_ms": 150}
    values = measure_many("raft", settings, range(1, 6), "time_without_leader_ms", for_ms=10_000)
    assert values == [None] * 5


@pytest.mark.parametrize(("down", "published"), [(0, 431), (1, 469), (2, 632)])
def test_the_wide_area_table_is_reproduced(down: int, published: float) -> None:
    settings = {"situation": "wan-election", "down": down}
    assert mean(measure_many("raft", settings, range(1, 3001), "election_ms")) == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize(("down", "fraction", "formula"), [(1, 0.1, 0.0523), (1, 0.2, 0.1808), (2, 0.2, 0.488)])
def test_split_votes_come_as_often_as_the_formula_says(down: int, fraction: float, formula: float) -> None:
    settings = {
        "situation": "wan-election", "down": down, "election_low_ms": 2000, "election_high_ms": 3000,
        "latency_low_ms": 1000 * fraction, "latency_high_ms": 1000 * fraction,
    }  # fmt: skip
    rate = mean(measure_many("raft", settings, range(1, 3001), "first_election_split"))
    assert rate == pytest.approx(formula, abs=0.02)


def test_the_distance_notices_a_wrong_curve() -> None:
    curves = reference_curves("fig16_randomness")
    assert kolmogorov_smirnov(elections("150-155", 300), curves["150-300"]) > 0.4
