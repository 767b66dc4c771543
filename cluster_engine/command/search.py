"""`search`: find a run of a lab that reaches a goal or breaks an invariant, and make it smaller."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cluster_engine.actions import script_to_text
from cluster_engine.command.arguments import (
    add_lab_arguments,
    budget_s,
    duration,
    given_recording,
    given_settings,
    seed,
)
from cluster_engine.command.experiment import seeds
from cluster_engine.command.progress import add_progress, progress
from cluster_engine.recording import MAX_ACTIONS
from cluster_engine.searching.search import ACTIONS, FOR_MS, RUNS, WALL_S, Search, search
from cluster_engine.searching.trial import target
from cluster_engine.wording import quoted

MOST_ACTIONS = 8
MOST_RUNS = 10_000_000

_EXAMPLES = """examples:
  python -m cluster_engine search raft --for two-leaders
  python -m cluster_engine search one-system --for service-down --actions 2
  python -m cluster_engine search raft --for "term >= 5" --seeds 1..20 --set pre_vote=no --json
  python -m cluster_engine search --recording run.json --from 4s --for linearizable

--for is a goal or an invariant of the lab, or an expression over its measures (labs LAB lists them).
A goal is searched with the settings of its reference unless --set says otherwise. With --do or --recording
the search goes on from the last of these actions, or from --from. A run that has reached the goal by then is
made smaller instead: fewest actions, then earliest, then the smallest cluster.

Exit status 0: nothing found; 1: a run found that reaches it; 2: bad input.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "search", help="find a run that reaches a goal or breaks an invariant",
        description="Search seeds and actions for a run that reaches a goal, and make it smaller.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.add_argument("lab", metavar="LAB", nargs="?", help="the lab")
    parser.add_argument("--for", dest="wanted", metavar="GOAL", required=True, help="what to search for")
    parser.add_argument(
        "--actions", metavar="N", type=_number(0, MOST_ACTIONS), default=ACTIONS,
        help=f"the most actions to take (default {ACTIONS})",
    )  # fmt: skip
    parser.add_argument("--seeds", metavar="A..B", type=seeds, help="the seeds (default: the recording's, or 1)")
    add_lab_arguments(parser)
    parser.add_argument("--recording", metavar="RECORDING", help="a recording: its text, or a file (-: standard input)")
    parser.add_argument(
        "--from", dest="from_ms", metavar="DURATION", type=duration, help="the moment from which the search goes on"
    )
    parser.add_argument(
        "--keep", metavar="N", type=_number(0, MAX_ACTIONS), default=0,
        help="where the goal is reached already: how many of the first actions stay as they are",
    )  # fmt: skip
    parser.add_argument(
        "--within", dest="for_ms", metavar="DURATION", type=duration, default=FOR_MS,
        help="the longest virtual time of a run (default 8s)",
    )  # fmt: skip
    parser.add_argument(
        "--runs", metavar="N", type=_number(1, MOST_RUNS), default=RUNS, help=f"the most runs (default {RUNS:,})"
    )
    parser.add_argument(
        "--budget", metavar="SECONDS", type=budget_s, default=WALL_S,
        help=f"the longest the search may take (default {WALL_S:g})",
    )  # fmt: skip
    parser.add_argument("--chance", metavar="N", type=seed, default=1, help="the search's own seed (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_progress(parser)
    parser.set_defaults(command=command)


def _number(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or len(text) > 12 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is no whole number from {least} to {most:,}")
        return int(text)

    return number


def command(options: argparse.Namespace) -> int:
    """Search and print; return the exit status."""
    recording = given_recording(options)
    goal = target(recording.declaration, options.wanted)
    if options.recording is None:
        recording = replace(recording, settings=dict(goal.reference_settings) | given_settings(options.set))
    if options.seeds:
        recording = replace(recording, seed=options.seeds[0])
    from_ms = max((at for at, _ in recording.actions), default=0.0) if options.from_ms is None else options.from_ms
    with progress("runs", options.runs, options.progress and options.json) as shown:
        result = search(
            recording,
            goal,
            seeds=options.seeds or (),
            from_ms=from_ms,
            keep=options.keep,
            most=options.actions,
            for_ms=options.for_ms,
            runs=options.runs,
            wall_s=options.budget,
            chance=options.chance,
            progress=lambda runs: shown.tell(runs, runs=runs),
        )
    print(json.dumps(result.to_json(), ensure_ascii=False) if options.json else "\n".join(words(result)))
    return 1 if result.found else 0


def _tried(result: Search) -> str:
    orders = f" {result.reordered:,} of them let a message be overtaken." if result.reordered else ""
    every = " Every single action was tried, at a few moments." if result.complete >= 1 else ""
    return f"{orders}{every}"


def words(result: Search) -> Iterator[str]:
    """Yield the lines that tell of a search."""
    found = result.found
    if found is None:
        yield f"No run of {result.runs:,} reaches {quoted(result.goal.name)}.{_tried(result)}"
        if result.stopped:
            yield result.stopped
        return
    many = "1 action" if found.added == 1 else f"{found.added} actions"
    known = f" instead of {result.known}" if (result.known or 0) > found.added else ""
    yield f"{result.goal.title}: reached at {found.at:g} ms with {many}{known}, seed {found.recording.seed}."
    if found.recording.actions:
        yield script_to_text(found.recording.actions)
    yield f"Recording: {found.recording.to_text()}"
