"""A course checked and played in a process of its own: rooms and pages go on undisturbed, and it has an end."""

import json
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import BoundedSemaphore, Thread
from time import monotonic

from django.conf import settings

from lessons.content.files import IMAGE_TYPES, Files
from lessons.content.findings import ERROR, Finding
from lessons.content.lesson import LARGEST
from lessons.teaching.archive import packed

SECONDS = 120.0  # for all lessons that are checked at once
LOOK_S = 0.3  # how often somebody is asked whether to go on
_places = BoundedSemaphore(2)  # checks at once in this process


class NotChecked(RuntimeError):
    """There is no verdict; the message says why and what to do."""


class Cancelled(Exception):
    """Somebody does not want the verdict any more."""


def errors_of(findings: Collection[Finding], path: str) -> list[Finding]:
    """Return what hinders a file from being published."""
    return [finding for finding in findings if finding.path == path and finding.level == ERROR]


def checked(
    files: Files, only: Collection[str], told: Callable[[str], None], wanted: Callable[[], bool]
) -> list[Finding]:
    """Return the findings of some files of a course. `told` hears which lesson is played; `wanted` is asked whether
    to go on.

    Raises:
        NotChecked: It took too long, or ended without a verdict.
        Cancelled: It was not wanted any more.
    """
    until = monotonic() + SECONDS
    with _place(until, wanted), _process(files, only) as lines:
        while True:
            if not wanted():
                raise Cancelled
            if monotonic() > until:
                text = f"The check took more than {SECONDS:g} s. Shorter runs and fewer seeds make it faster."
                raise NotChecked(text)
            try:
                line = lines.get(timeout=LOOK_S)
            except Empty:
                continue
            if line is None:
                raise NotChecked("The check ended without a verdict. Try again.")
            said = json.loads(line)
            if "findings" in said:
                return [Finding(**one) for one in said["findings"]]
            told(said["playing"])


@contextmanager
def _place(until: float, wanted: Callable[[], bool]) -> Iterator[None]:
    while not _places.acquire(timeout=LOOK_S):
        if not wanted():
            raise Cancelled
        if monotonic() > until:
            raise NotChecked("Others are publishing at this moment. Try again in a minute.")
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _process(files: Files, only: Collection[str]) -> Iterator[Queue[bytes | None]]:
    """Start the check and yield the lines it says, None at its end; it is gone when the block is left."""
    options = [word for path in sorted(only) for word in ("--only", path)]
    command = [sys.executable, "manage.py", "lessons", "check", "-", "--progress", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=settings.BASE_DIR)
    assert process.stdin is not None, "the pipe was asked for"
    lines: Queue[bytes | None] = Queue()
    Thread(target=_listen, args=(process, lines), daemon=True).start()
    try:
        with process.stdin as pipe:
            pipe.write(_zipped(files))
        yield lines
    except BrokenPipeError as error:
        raise NotChecked("The check ended before it began. Try again.") from error
    finally:
        process.kill()
        process.wait()


def _listen(process: "subprocess.Popen[bytes]", lines: "Queue[bytes | None]") -> None:
    assert process.stdout is not None, "the pipe was asked for"
    with process.stdout as said:
        for line in said:
            lines.put(line)
    lines.put(None)


def _zipped(files: Files) -> bytes:
    """Return the texts; of images it matters only that they are there."""
    return packed(
        {
            path: b"" if path.lower().endswith(IMAGE_TYPES) else files.read(path, LARGEST + 1) or b""
            for path in files.paths()
        }
    )
