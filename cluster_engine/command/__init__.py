"""The command line over the engine.

Exit status 0: done; 1: an invariant was violated, a program can fail, or a search found its run; 2: bad input,
explained in one sentence on stderr.
"""

import os
import sys
from collections.abc import Sequence

from cluster_engine.command import check, experiment, explore, labs, measure, run, search
from cluster_engine.command.arguments import Parser, UsageError
from cluster_engine.recording import RecordingError
from cluster_engine.run import RunAway
from cluster_engine.simulation import QueueFull

PIPE_CLOSED = 141  # what a shell says of a process that nobody listens to any more
INTERRUPTED = 130

_EXAMPLES = """examples:
  python -m cluster_engine labs
  python -m cluster_engine run raft --do "2s cut n1,n2 | n3,n4,n5" --do "4s heal"
  python -m cluster_engine experiment raft --seeds 1..1000 --measure election_ms --jobs 2
  python -m cluster_engine explore transfer.txt
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out a command; return its exit status."""
    parser = _parser()
    try:
        chosen = parser.parse_args(arguments)
        status: int = chosen.command(chosen)
        sys.stdout.flush()
        return status
    except (UsageError, RecordingError, ValueError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    except (QueueFull, RunAway) as error:
        print(f"The run was stopped: {error}.", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> Parser:
    parser = Parser(
        prog="python -m cluster_engine",
        description="Simulated clusters in virtual time: list labs, run one, compare seeds, explore programs.",
        epilog=_EXAMPLES,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (labs, run, experiment, measure, explore, search, check):
        module.add_to(commands)
    return parser
