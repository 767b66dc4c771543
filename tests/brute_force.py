"""The searches against brute force on many random small histories with crashes, of every model in turn.

python -m tests.brute_force [--histories 50000] [--seed 1]
"""

import argparse
import sys

from cluster_engine.consistency.models import MODELS
from tests.test_consistency_search import disagreements


def main(arguments: list[str]) -> int:
    """Compare; print a line a model; return 1 where a search and brute force disagree."""
    parser = argparse.ArgumentParser(prog="python -m tests.brute_force", description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    each = -(-options.histories // len(MODELS))
    wrong = 0
    for name in MODELS:
        unlike, good = disagreements(name, each, options.seed)
        print(f"{name:<14} {each:>7,} histories, {good:>7,} linearizable, {unlike:>3} disagreements", flush=True)
        wrong += unlike
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
