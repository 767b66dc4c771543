"""`experiment`: one measure over many seeds."""

import argparse
import json
import re
import sys
from typing import Any

from tqdm import tqdm

from cluster_engine.command.arguments import (
    UsageError,
    add_lab_arguments,
    duration,
    given_script,
    given_settings,
)
from cluster_engine.experiments import FOR_MS, measure_many, summary
from cluster_engine.labs import get_lab
from cluster_engine.recording import MAX_SEED
from cluster_engine.wording import quoted

MAX_SEEDS = 1_000_000
MAX_JOBS = 64

_EXAMPLES = """examples:
  python -m cluster_engine experiment raft --seeds 1..1000 --measure election_ms
  python -m cluster_engine experiment raft --measure time_without_leader_ms --jobs 2 \\
      --set situation=paper-election
  python -m cluster_engine experiment raft --seeds 1..100 --measure acked_writes --for 20s \\
      --set client_every_ms=50 --do "5s crash leader" --json

A run ends at --for, when --until holds or, without --until, when a measure that begins without a
value has one.
Percentiles are interpolated linearly.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "experiment", help="measure many runs of a lab, one for each seed",
        description="Run a lab once for each seed and say how a measure is distributed.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.add_argument("lab", metavar="LAB", help="the lab")
    parser.add_argument("--measure", metavar="NAME", required=True, help="what to measure (labs LAB lists it)")
    parser.add_argument(
        "--seeds", metavar="A..B", type=seeds, default=range(1, 101),
        help="the seeds, both ends included (default 1..100)",
    )  # fmt: skip
    add_lab_arguments(parser)
    parser.add_argument(
        "--for", dest="for_ms", metavar="DURATION", type=duration, default=FOR_MS,
        help="the longest virtual time of a run (default 60s)",
    )  # fmt: skip
    parser.add_argument("--until", metavar="EXPRESSION", help='end a run when this holds, as in "commit >= 10"')
    parser.add_argument("--jobs", metavar="N", type=jobs, default=1, help="processes to use (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--values", action="store_true", help="with --json: add each seed's value")
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
    parser.set_defaults(command=command)


def seeds(text: str) -> range:
    """Return the seeds of A..B (or of one number)."""
    match = re.fullmatch(r"(\d{1,16})(?:\.\.(\d{1,16}))?", text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not of the form A..B, such as 1..1000")
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= MAX_SEED or last - first >= MAX_SEEDS:
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} must go upwards, over at most {MAX_SEEDS:,} seeds up to {MAX_SEED}"
        )
    return range(first, last + 1)


def jobs(text: str) -> int:
    """Return how many processes to use."""
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= MAX_JOBS:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no number of processes from 1 to {MAX_JOBS}")
    return int(text)


def command(options: argparse.Namespace) -> int:
    """Measure and print; return the exit status."""
    if options.values and not options.json:
        raise UsageError("--values needs --json.")
    lab = get_lab(options.lab)
    measure = lab.measure(options.measure)
    with tqdm(total=len(options.seeds), unit="run", file=sys.stderr, disable=options.quiet) as bar:
        values = measure_many(
            lab.name,
            given_settings(options.set),
            options.seeds,
            measure.name,
            script=given_script(options.do, lab),
            for_ms=options.for_ms,
            until=options.until,
            jobs=options.jobs,
            progress=bar.update,
        )
    result = {"lab": lab.name, "measure": measure.name, "unit": measure.unit} | summary(values)
    if options.json:
        if options.values:
            result["values"] = dict(zip(options.seeds, values, strict=True))
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(measure.title, result)
    return 0


def _print(title: str, result: dict[str, Any]) -> None:
    unit = f" ({result['unit']})" if result["unit"] else ""
    rows = [("count", result["count"]), ("without a value", result["none"])]
    rows += [(name, result[name]) for name in ("mean", "min", "max") if name in result]
    rows += result.get("percentiles", {}).items()
    rows += result.get("counts", {}).items()
    print(f"{title}{unit}")
    for name, value in rows:
        print(f"  {name:<16} {value:>12.3f}" if isinstance(value, float) else f"  {name:<16} {value:>12}")
