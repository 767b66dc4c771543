"""`measure`: what was measured in many different runs, one JSON line a run."""

import argparse
import json
import sys
from typing import Any

from cluster_engine.command.arguments import UsageError
from cluster_engine.experiments import sample
from cluster_engine.recording import MAX_AT_MS, MAX_JSON, Recording

MOST_ROWS = 2_000

_EXAMPLES = """examples:
  echo '{"recording": {"lab": "raft"}, "measures": ["leaders", "term"], "for_ms": 5000, "every_ms": 500}' \\
      | python -m cluster_engine measure

Each line of input is an object: recording (as JSON, with lab, settings, seed and actions), measures, for_ms; until,
an expression that ends a run before; and, for more than a run's end, every_ms. Each line of output is the list of its
rows: the moment `at` in virtual ms and the measures then.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "measure", help="measure the recordings on standard input, one JSON line each",
        description="Play recordings, one JSON line each on standard input, and print what was measured.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.set_defaults(command=command)


def command(options: argparse.Namespace) -> int:
    """Measure line by line; return the exit status."""
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            rows = _measured(line)
        except ValueError as error:
            raise UsageError(f"Line {number}: {error}") from error
        print(json.dumps(rows, ensure_ascii=False), flush=True)
    return 0


def _measured(line: str) -> list[dict[str, Any]]:
    if len(line) > MAX_JSON:
        raise UsageError(f"a line has at most {MAX_JSON:,} characters.")
    asked = json.loads(line)
    if not isinstance(asked, dict) or not isinstance(asked.get("measures"), list):
        raise UsageError("this is no object with recording, measures and for_ms.")
    recording = Recording.from_json(asked.get("recording"))
    names = [recording.declaration.measure(str(name)).name for name in asked["measures"]]
    for_ms, every_ms = _time(asked, "for_ms", needed=True), _time(asked, "every_ms")
    assert for_ms is not None, "for_ms is needed"
    if asked.get("until") is not None:
        recording.declaration.compile(str(asked["until"]))
    if every_ms is not None and for_ms / every_ms > MOST_ROWS:
        raise UsageError(f"a run has at most {MOST_ROWS:,} rows; choose a larger every_ms.")
    return sample(recording, names, for_ms=for_ms, every_ms=every_ms, until=asked.get("until"))


def _time(asked: dict[str, Any], name: str, needed: bool = False) -> float | None:
    value = asked.get(name)
    if value is None and not needed:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_AT_MS:
        raise UsageError(f"{name} is a number of virtual ms above 0, up to {MAX_AT_MS:,.0f}.")
    return float(value)
