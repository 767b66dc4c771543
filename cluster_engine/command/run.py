"""`run`: play one recording and say what happened."""

import argparse
import json
import sys
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from cluster_engine.command.arguments import add_lab_arguments, duration, given_recording, seed
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Record
from cluster_engine.telling import NOTABLE, at, line
from cluster_engine.timeline import Timeline
from cluster_engine.why.replay import why
from cluster_engine.why.story import Step

FOR_MS = 10_000.0
AFTER_LAST_ACTION_MS = 5_000.0
CHUNK_MS = 250.0

_EXAMPLES = """examples:
  python -m cluster_engine run raft
  python -m cluster_engine run raft --seed 42 --for 10s --do "2s cut n1,n2 | n3,n4,n5; 4s heal"
  python -m cluster_engine run raft --set nodes=3 --do "1s crash leader" --do "3s write x 1" --all
  python -m cluster_engine run raft --for 30s --quiet
  python -m cluster_engine run --recording shared.json --json | tail -n 1

The last line is a summary in JSON: digest of all records, events (how many records), virtual_ms,
goals (when each was reached), violations (each with `why`, the events that led to it), stalls, measures,
actions that were refused, and the recording as a text for --recording. Exit status 0: done; 1: an
invariant was violated; 2: bad input, or an action that was impossible at its time.
"""

_lines = msgspec.json.Encoder()


class Summary:
    """What a run came to. The digest covers every record, however they come in chunks."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=16)
        self.events = 0

    def add(self, records: list[Record]) -> bytes:
        """Count records; return them as JSON, one a line."""
        encoded = _lines.encode_lines(records)
        self._hash.update(encoded)
        self.events += len(records)
        return encoded

    def to_json(self, player: Player, recording: Recording, causes: dict[str, list[Step]]) -> dict[str, Any]:
        """Return the summary line's data; `causes` are those of each violation."""
        run = player.run
        return {
            "lab": recording.lab, "seed": recording.seed, "digest": self._hash.hexdigest(),
            "events": self.events, "virtual_ms": run.now,
            "goals": run.reached,
            "violations": [
                {
                    "invariant": name, "at": found[0], "text": found[1], "count": run.violations[name],
                    "why": [step.to_json() for step in causes[name]],
                }
                for name, found in run.violated.items()
                if found
            ],
            "stalls": [
                {"liveness": name, "since": stall.since, "until": until, "text": stall.text}
                for name, stall, until in (*run.stalled_before, *((n, s, None) for n, s in run.stalls.items() if s))
            ],
            "measures": run.measures(),
            "refused": [{"at": at, "text": text} for at, text in run.refused],
            "recording": recording.to_text(),
        }  # fmt: skip


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "run", help="run a lab and print what happened",
        description="Run a lab in virtual time and print what happened, then one line of summary.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.add_argument("lab", metavar="LAB", nargs="?", help="the lab; a --recording names it too")
    add_lab_arguments(parser)
    parser.add_argument("--seed", type=seed, help="the seed of all chance (default 1)")
    parser.add_argument(
        "--for", dest="for_ms", metavar="DURATION", type=duration,
        help="how long, in virtual time (default 10s, or 5s past the last action if later)",
    )  # fmt: skip
    parser.add_argument(
        "--recording", metavar="FILE-OR-TEXT",
        help="play a recording: a file, or the text of a shared link; the other options add to it",
    )  # fmt: skip
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--all", action="store_true", help="print every record, not only the notable")
    shown.add_argument("--json", action="store_true", help="print every record as a JSON object a line")
    shown.add_argument("--quiet", action="store_true", help="print the summary only")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace) -> int:
    """Run and print; return the exit status."""
    recording = given_recording(options)
    player, result = Player.begin(recording), Summary()
    for records in chunks(player, options.for_ms or _usual_length(recording)):
        encoded = result.add(records)
        if options.json:
            sys.stdout.write(encoded.decode())
        elif not options.quiet:
            _print(records, options.all)
    causes = _causes(player, recording)
    if not options.json and not options.quiet:
        _print_causes(causes)
    print(json.dumps(result.to_json(player, recording, causes), ensure_ascii=False))
    return _status(player)


def chunks(player: Player, for_ms: float) -> Iterator[list[Record]]:
    """Yield the records of a run as it goes."""
    at = 0.0
    while at < for_ms:
        at = min(at + CHUNK_MS, for_ms)
        player.advance(at)
        yield player.run.take_records()


def _causes(player: Player, recording: Recording) -> dict[str, list[Step]]:
    """Return, for each invariant that was broken, what led there: the run is played once more, up to the violation."""
    found = {name: violated[0] for name, violated in player.run.violated.items() if violated}
    timeline = Timeline(recording) if found else None
    return {name: why(timeline, name, at_ms) for name, at_ms in found.items()} if timeline else {}


def _print_causes(causes: dict[str, list[Step]]) -> None:
    for name, steps in causes.items():
        print(f"\nWhy {name} broke:")
        print("\n".join(f"{at(step.at)}  {step.text}" for step in steps))


def _usual_length(recording: Recording) -> float:
    script = recording.script()
    return max(FOR_MS, script[-1][0] + AFTER_LAST_ACTION_MS if script else 0.0)


def _print(records: list[Record], everything: bool) -> None:
    text = "\n".join(line(record) for record in records if everything or type(record) in NOTABLE)
    if text:
        print(text)


def _status(player: Player) -> int:
    run = player.run
    if any(run.violations.values()):
        names = ", ".join(name for name, count in run.violations.items() if count)
        print(f"An invariant was violated: {names}.", file=sys.stderr)
        return 1
    if run.refused:
        at, text = run.refused[0]
        print(f"An action was impossible at {at:g} ms: {text}.", file=sys.stderr)
        return 2
    return 0
