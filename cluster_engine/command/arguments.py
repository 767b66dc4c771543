"""Arguments that commands share, and errors as one sentence."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from cluster_engine.actions import Script, parse_script
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Lab
from cluster_engine.recording import MAX_JSON, MAX_SEED, Recording, RecordingError
from cluster_engine.wording import duration_ms, quoted

MAX_FOR_MS = 3_600_000.0
MAX_BUDGET_S = 86_400


class UsageError(ValueError):
    """What was typed makes no sense; the message is one sentence."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence and whose help keeps the lines of its examples."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raise the objection, to be said by whoever called."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}; {self.prog} --help shows how.")


def add_lab_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says which run is meant, apart from its seed."""
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], type=assignment,
        help="a setting of the lab; may be given several times (labs LAB lists them)",
    )  # fmt: skip
    parser.add_argument(
        "--do", metavar="SCRIPT", action="append", default=[],
        help='timed actions, such as "2s crash n1; 4s restart n1"; may be given several times',
    )  # fmt: skip


def assignment(text: str) -> tuple[str, str]:
    """Return the two sides of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not of the form NAME=VALUE")
    return name.strip(), value.strip()


def duration(text: str) -> float:
    """Return milliseconds of virtual time, more than none and at most an hour."""
    milliseconds = duration_ms(text)
    if milliseconds is None or not 0 < milliseconds <= MAX_FOR_MS:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no duration up to an hour, such as 10s or 500ms")
    return milliseconds


def budget_s(text: str) -> float:
    """Return wall seconds, more than none and at most a day."""
    try:
        seconds = float(text[:12])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_BUDGET_S:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no number of seconds up to a day")
    return seconds


def seed(text: str) -> int:
    """Return a seed."""
    if not text.isdecimal() or len(text) > 16 or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no seed: give a whole number from 0 to {MAX_SEED}")
    return int(text)


def given_settings(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the settings as typed; a name given twice is an error."""
    settings: dict[str, str] = {}
    for name, value in pairs:
        if name in settings:
            raise UsageError(f"The setting {quoted(name)} was given twice.")
        settings[name] = value
    return settings


def given_script(scripts: Iterable[str], lab: Lab) -> Script:
    """Return the actions of all --do options."""
    return tuple(timed for script in scripts for timed in parse_script(script, lab))


def given_recording(options: argparse.Namespace) -> Recording:
    """Return the recording that LAB, --set, --seed (where there is one), --do and --recording ask for."""
    stored = None if options.recording is None else stored_recording(options.recording)
    if stored is None and options.lab is None:
        raise UsageError("Name a lab, as in run raft, or give a --recording.")
    if stored is not None and options.lab not in (None, stored.lab):
        raise UsageError(f"The recording is one of {stored.lab}, not of {quoted(options.lab)}.")
    lab = get_lab(stored.lab if stored else options.lab)
    chosen = getattr(options, "seed", None)
    return Recording(
        lab.name,
        (stored.settings if stored else {}) | given_settings(options.set),  # type: ignore[operator]
        chosen if chosen is not None else stored.seed if stored else 1,
        (*(stored.actions if stored else ()), *given_script(options.do, lab)),
    )


def stored_recording(source: str) -> Recording:
    """Return the recording of a file (JSON or text), of standard input or of the text itself."""
    if source == "-":
        return _parsed(sys.stdin.read(MAX_JSON).strip())
    path = Path(source)
    if len(source) < 256 and path.is_file():
        return _parsed(_content(path))
    if "/" in source or source.endswith((".json", ".txt")):
        raise UsageError(f"There is no file {quoted(source, 200)}.")
    return Recording.from_text(source.strip())


def _content(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_JSON:
            raise UsageError(f"{path} is too large for a recording: {MAX_JSON:,} bytes at most.")
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a recording: {error}.") from error


def _parsed(content: str) -> Recording:
    if not content.startswith("{"):
        return Recording.from_text(content)
    import json

    try:
        return Recording.from_json(json.loads(content))
    except (json.JSONDecodeError, RecursionError) as error:
        raise RecordingError(f"The recording is no valid JSON: {error}.") from error
