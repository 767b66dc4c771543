"""Experiments: the same values however they are spread, and statistics that can be checked by hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from cluster_engine.experiments import measure_many, measure_one, percentile, summary
from cluster_engine.expressions import ExpressionError
from cluster_engine.labs.declaration import AskError
from cluster_engine.recording import Recording
from tests.toy_lab import toy

__all__ = ["toy"]

SEEDS = range(1, 31)


def test_one_process_many_processes_and_threads_agree() -> None:
    alone = measure_many("raft", {}, SEEDS, "election_ms")
    done: list[int] = []
    assert measure_many("raft", {}, SEEDS, "election_ms", jobs=2, progress=done.append) == alone
    assert sum(done) == len(SEEDS)
    with ThreadPoolExecutor(2) as pool:
        assert measure_many("raft", {}, SEEDS, "election_ms", executor=pool) == alone
    assert len(set(alone)) > 25, "each seed has a run of its own"


@pytest.mark.usefixtures("toy")
def test_when_a_run_ends() -> None:
    assert measure_one(Recording("toy", {}, 3), "parity") in ("odd", "even")
    late = measure_one(Recording("toy", {}, 3), "count", for_ms=1_000)
    early = measure_one(Recording("toy", {}, 3), "count", for_ms=1_000, until="count >= 7")
    assert 7 <= early < late


@pytest.mark.usefixtures("toy")
def test_a_measure_may_have_no_value() -> None:
    halted = Recording("toy", {"every_ms": 1_000.0}, 3)
    assert measure_one(halted, "parity", for_ms=100) is None
    assert summary([None, None]) == {"count": 2, "none": 2}


def test_mistakes_are_found_before_anything_runs() -> None:
    with pytest.raises(AskError, match="Did you mean term"):
        measure_many("raft", {}, SEEDS, "tirm")
    with pytest.raises(ExpressionError):
        measure_many("raft", {}, SEEDS, "term", until="tirm > 1")


def test_statistics() -> None:
    values = [float(n) for n in range(1, 102)]
    result = summary([*values, None])
    assert (result["count"], result["none"]) == (102, 1)
    assert (result["mean"], result["min"], result["max"]) == (51, 1, 101)
    assert result["percentiles"] == {
        "p1": 2, "p10": 11, "p25": 26, "p50": 51, "p75": 76, "p90": 91, "p99": 100,
        "p99.9": pytest.approx(100.9),
    }  # fmt: skip
    assert percentile([1.0, 2.0], 50) == 1.5
    assert summary(["a", "b", "a"])["counts"] == {"a": 2, "b": 1}
