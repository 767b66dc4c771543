"""Many runs of one lab that differ in their seed, and what was measured in them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from math import ceil, floor, inf
from typing import Any

from cluster_engine.actions import Script
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Goal
from cluster_engine.monitors import TICK_MS
from cluster_engine.player import Player
from cluster_engine.recording import Recording

FOR_MS = 60_000.0
PERCENTILES = (1, 10, 25, 50, 75, 90, 99, 99.9)

_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class _Trial:
    """What all runs of an experiment share; the recording's seed is replaced in each."""

    recording: Recording
    measure: str
    for_ms: float
    until: str | None


def measure_many(
    lab: str,
    settings: Mapping[str, Any],
    seeds: Sequence[int],
    measure: str,
    *,
    script: Script = (),
    for_ms: float = FOR_MS,
    until: str | None = None,
    executor: Executor | None = None,
    jobs: int = 1,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Any]:
    """Return the measure's value in the run of each seed, in the seeds' order; None where it had
    none.

    A run ends after `for_ms` of virtual time, when the expression `until` holds or, without one,
    when a measure that begins without a value has one. Runs are spread over `executor`, or over
    `jobs` processes; `progress` is told how many more are done. Raises SettingError, UnknownLab,
    AskError or ExpressionError.
    """
    declaration = get_lab(lab)
    declaration.measure(measure)
    if until is not None:
        declaration.compile(until)
    trial = _Trial(Recording(lab, settings, 0, script), measure, for_ms, until)
    chunks = list(_chunks(seeds, jobs if executor is None else 8))
    if executor is None and jobs == 1:
        return _in_turn(trial, chunks, progress)
    if executor is not None:
        return _spread(executor, trial, chunks, progress)
    with ProcessPoolExecutor(jobs) as pool:
        return _spread(pool, trial, chunks, progress)


def measure_one(recording: Recording, measure: str, *, for_ms: float = FOR_MS, until: str | None = None) -> Any:
    """Return a measure's value in one run, ended as in `measure_many`."""
    goals = () if until is None else (Goal(_UNTIL, _UNTIL, until),)
    player = Player.begin(recording, goals)
    run = player.run
    waits = until is None and run.measure(measure) is None
    at = 0.0
    while at < for_ms:
        at = min(at + TICK_MS, for_ms)
        player.advance(at)
        run.take_records()
        if waits and run.measure(measure) is not None:
            break
        if until is not None and run.reached[_UNTIL] is not None:
            break
    return run.measure(measure)


def sample(
    recording: Recording,
    measures: Sequence[str],
    *,
    for_ms: float,
    every_ms: float | None = None,
    until: str | None = None,
) -> list[dict[str, Any]]:
    """Return the measures of one run, each row with its moment `at` in virtual ms: every `every_ms`
    and at the end, without `every_ms` at the end only. It ends after `for_ms`, or when the expression
    `until` holds.
    """
    goals = () if until is None else (Goal(_UNTIL, _UNTIL, until),)
    player = Player.begin(recording, goals)
    run, found, at, due = player.run, [], 0.0, 0.0
    while True:
        over = at >= for_ms or (until is not None and run.reached[_UNTIL] is not None)
        if over:
            run.settle()
        if over or (every_ms is not None and at >= due):
            found.append({"at": at} | {name: run.measure(name) for name in measures})
            due += every_ms or 0.0
        if over:
            return found
        event = inf if until is None else player.next_at()  # so that the end is not missed by a tick
        at = min(at + TICK_MS, event, for_ms, inf if every_ms is None else due)
        player.advance(at)
        run.take_records()


def summary(values: Sequence[Any]) -> dict[str, Any]:
    """Return count, how many had no value, and mean, least, greatest and percentiles of numbers
    (texts: how many of each).
    """
    known = [value for value in values if value is not None]
    result: dict[str, Any] = {"count": len(values), "none": len(values) - len(known)}
    if not known:
        return result
    if not all(isinstance(value, int | float) for value in known):
        return result | {"counts": dict(sorted(Counter(str(value) for value in known).items()))}
    ordered = sorted(known)
    return result | {
        "mean": sum(ordered) / len(ordered),
        "min": ordered[0],
        "max": ordered[-1],
        "percentiles": {f"p{percent:g}": percentile(ordered, percent) for percent in PERCENTILES},
    }


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of sorted numbers, interpolated linearly between the two nearest."""
    place = (len(ordered) - 1) * percent / 100
    low, high = ordered[floor(place)], ordered[ceil(place)]
    return low + (high - low) * (place - floor(place))


def _chunks(seeds: Sequence[int], workers: int) -> Iterator[Sequence[int]]:
    size = max(1, min(50, len(seeds) // (workers * 4)))
    for first in range(0, len(seeds), size):
        yield seeds[first : first + size]


def _measure_chunk(trial: _Trial, seeds: Sequence[int]) -> list[Any]:
    return [
        measure_one(
            replace(trial.recording, seed=seed),
            trial.measure,
            for_ms=trial.for_ms,
            until=trial.until,
        )
        for seed in seeds
    ]


def _in_turn(trial: _Trial, chunks: list[Sequence[int]], progress: Callable[[int], object]) -> list[Any]:
    values = []
    for seeds in chunks:
        values += _measure_chunk(trial, seeds)
        progress(len(seeds))
    return values


def _spread(
    executor: Executor,
    trial: _Trial,
    chunks: list[Sequence[int]],
    progress: Callable[[int], object],
) -> list[Any]:
    futures = [executor.submit(_measure_chunk, trial, list(seeds)) for seeds in chunks]
    try:
        for done in as_completed(futures):
            progress(len(done.result()))
    finally:
        for future in futures:
            future.cancel()
    return [value for future in futures for value in future.result()]
