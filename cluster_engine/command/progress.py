"""How a long command tells how far it is: by a bar to people, by lines of JSON to whoever reads its output."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from tqdm import tqdm

EVERY_S = 0.25


def add_progress(parser: argparse.ArgumentParser) -> None:
    """Add what asks for lines."""
    parser.add_argument(
        "--progress", action="store_true",
        help="with --json: print a line of JSON now and then before the result; nobody reading them ends the command",
    )  # fmt: skip


class Progress:
    """Takes counts as often as one likes, and tells them a few times a second."""

    def __init__(self, bar: Any, as_lines: bool) -> None:
        self._bar, self._as_lines = bar, as_lines
        self._began = self._told = monotonic()

    def tell(self, done: int, **counts: int) -> None:
        """Take how much is done, for the bar, and the counts, for the lines."""
        self._bar.update(done - self._bar.n)
        now = monotonic()
        if self._as_lines and now - self._told >= EVERY_S:
            self._told = now
            print(json.dumps({"progress": counts | {"seconds": round(now - self._began, 2)}}), flush=True)


@contextmanager
def progress(unit: str, total: int | None, as_lines: bool) -> Iterator[Progress]:
    """Show progress in a unit while the work goes on; `total` is None where nobody knows."""
    with tqdm(total=total, unit=f" {unit}", file=sys.stderr, disable=as_lines or None, leave=False) as bar:
        yield Progress(bar, as_lines)
