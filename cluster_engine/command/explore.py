"""`explore`: what a concurrent program can do under every schedule."""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Any

from cluster_engine.command.arguments import UsageError, budget_s, seed
from cluster_engine.command.progress import add_progress, progress
from cluster_engine.exploration.exploration import Exploration, Failure, Outcome, Schedule
from cluster_engine.exploration.explore import DEPTH, PREEMPTIONS, SAMPLES, STRATEGIES, explore
from cluster_engine.machine.language.compile import compile_program
from cluster_engine.machine.language.errors import ProgramError
from cluster_engine.machine.program import Program
from cluster_engine.wording import quoted

MAX_BYTES = 100_000  # far more than a program may have; the compiler says how much that is

_EXAMPLES = """examples:
  python -m cluster_engine explore transfer.txt
  python -m cluster_engine explore transfer.txt --first
  python -m cluster_engine explore transfer.txt --count
  python -m cluster_engine explore philosophers.txt --strategy bounded --preemptions 1
  python -m cluster_engine explore buffer.txt --strategy pct --depth 3 --schedules 5000 --seed 7 --json

A program is a small subset of Python: shared variables, locks, functions, and the threads that run them.

  balance = 100
  def withdraw(amount):
      balance -= amount
  Thread(withdraw, 30, name="A")
  Thread(withdraw, 50, name="B")
  assert balance == 20

Strategies: all (every schedule, one of each class of schedules that differ only in the order of steps
that do not touch each other), bounded (every schedule with at most so many preemptions), random (each
step is drawn), pct (random priorities with --depth - 1 changes).

Data races count as failures unless the program asserts what is right and no schedule fails.

Exit status 0: no failure found; 1: a failure found; 2: bad input. FILE - is standard input.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "explore", help="run a concurrent program under every schedule",
        description="Explore the schedules of a concurrent program: its outcomes, and each way to fail.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.add_argument("file", metavar="FILE", help="the program (-: standard input)")
    parser.add_argument("--strategy", choices=STRATEGIES, default="all", help="which schedules to run (default all)")
    parser.add_argument(
        "--preemptions", metavar="N", type=_number(0, 1_000), default=PREEMPTIONS,
        help=f"for bounded: the most preemptions of a schedule (default {PREEMPTIONS})",
    )  # fmt: skip
    parser.add_argument(
        "--depth", metavar="D", type=_number(1, 100), default=DEPTH,
        help=f"for pct: the depth of bugs to look for (default {DEPTH})",
    )  # fmt: skip
    parser.add_argument(
        "--schedules", metavar="N", type=_number(1, 10_000_000),
        help=f"stop after so many schedules (default for random and pct: {SAMPLES:,})",
    )  # fmt: skip
    parser.add_argument("--seed", metavar="N", type=seed, default=1, help="for random and pct (default 1)")
    parser.add_argument(
        "--count", action="store_true", help="with all: count the schedules of the unreduced tree, and those that fail"
    )
    parser.add_argument(
        "--first", action="store_true",
        help="with all and bounded: end with the first failure, by fewest preemptions, then fewest steps",
    )  # fmt: skip
    parser.add_argument("--budget", metavar="SECONDS", type=budget_s, help="stop after so long (default: never)")
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
    """Explore and print; return the exit status."""
    if options.count and options.strategy != "all":
        raise UsageError("--count counts every schedule and goes with --strategy all.")
    if options.first and (options.count or options.strategy not in ("all", "bounded")):
        raise UsageError(
            "--first ends with the first failure and goes with --strategy all or bounded, without --count."
        )
    program = _program(options.file)
    with progress("states", None, options.progress and options.json) as shown:
        exploration = explore(
            program,
            options.strategy,
            preemptions=options.preemptions,
            depth=options.depth,
            schedules=options.schedules,
            seed=options.seed,
            count=options.count,
            first=options.first,
            wall_s=inf if options.budget is None else options.budget,
            progress=lambda schedules, states: shown.tell(states, schedules=schedules, states=states),
        )
    if options.json:
        print(json.dumps(exploration.to_json(), ensure_ascii=False))
    else:
        print("\n".join(words(exploration)))
    return 1 if exploration.failures else 0


def _program(file: str) -> Program:
    try:
        return compile_program(_text(file))
    except ProgramError as error:
        raise UsageError(f"{file}:{error.line}:{error.column}: {error.message}") from error


def _text(file: str) -> str:
    if file == "-":
        return sys.stdin.read(MAX_BYTES)
    path = Path(file)
    if not path.is_file():
        raise UsageError(f"There is no file {quoted(file, 200)}.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{file} is too large for a program.")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is no text in UTF-8: byte {error.start + 1} is none of a text.") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def words(exploration: Exploration) -> Iterator[str]:
    """Yield the lines that tell of an exploration."""
    yield _summary(exploration)
    if exploration.stopped:
        yield exploration.stopped
    yield from _section("Outcomes", [line for one in exploration.outcomes for line in _outcome(one)])
    yield from _section("Failures", [line for one in exploration.failures for line in _failure(one)])
    yield from _section("Data races that do no harm", [line for one in exploration.races for line in _failure(one)])


def _summary(exploration: Exploration) -> str:
    number = exploration.schedules
    schedules = "Endlessly many schedules" if number is None else _many(number, "schedule")
    how = {
        "reduction": "one of each class that differs in more than the order of independent steps",
        "states": "every state visited once",
        "preemptions": "by fewest preemptions, every state visited once",
        "sampling": "drawn by chance",
        "counting": f"all there are, {exploration.failing:,} of them failing"
        if exploration.failing
        else "all there are",
    }[exploration.method]
    verdict = "complete" if exploration.complete else "not complete"
    found = "no failure" if not exploration.failures else _many(len(exploration.failures), "way") + " to fail"
    return f"{schedules} ({how}), {_many(exploration.states, 'state')}; {verdict}; {found}."


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _outcome(outcome: Outcome) -> Iterator[str]:
    values = ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in outcome.values.items())
    yield f"{values or 'no shared variables'}: {_many(outcome.count, 'schedule')}, such as {_steps(outcome.schedule)}"


def _failure(failure: Failure) -> Iterator[str]:
    lines = ", ".join(str(line) for line in dict.fromkeys(failure.lines))
    yield f"{failure.kind} (line{'s' if ', ' in lines else ''} {lines}): {failure.text}"
    steps, preemptions = _many(len(failure.schedule), "step"), _many(failure.preemptions, "preemption")
    shortest = "" if failure.shortest else ", perhaps not the fewest"
    yield f"  {preemptions}, {steps}{shortest}: {_steps(failure.schedule)}"


def _steps(schedule: Schedule) -> str:
    """Return a schedule with repetitions counted: A×2 B A."""
    runs = [(name, sum(1 for _ in same)) for name, same in groupby(schedule)]
    return " ".join(name if times == 1 else f"{name}×{times}" for name, times in runs) or "no step at all"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
