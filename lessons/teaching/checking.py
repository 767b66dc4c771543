"""A course checked and played in a process of its own: rooms and pages go on undisturbed, and it has an end."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from lessons.content.files import IMAGE_TYPES, Files
from lessons.content.findings import ERROR, Finding
from lessons.content.lesson import LARGEST
from lessons.work.workshop import WORKSHOP, Job

SECONDS = 120.0  # for one lesson
MORE_S = 30.0  # for each further one that is checked with it
LOOK_S = 0.5  # how often somebody is asked whether to go on
LATE = "The check took more than {:g} s. Shorter runs and fewer seeds make it faster."


class Cancelled(Exception):
    """Somebody does not want the verdict any more."""


def errors_of(findings: Collection[Finding], path: str) -> list[Finding]:
    """Return what hinders a file from being published."""
    return [finding for finding in findings if finding.path == path and finding.level == ERROR]


def check_of(files: Files, only: Collection[str]) -> Job:
    """Return the check of some files of a course as work to be done."""
    options = [word for path in sorted(only) for word in ("--only", path)]
    texts = {path: _text(files, path) for path in files.paths()}
    words = ("lessons", "check", "-", "--progress", *options)
    seconds = SECONDS + MORE_S * max(0, len(only) - 1)
    return Job(words, json.dumps(texts), seconds, LATE.format(seconds), program=("manage.py",))


async def checked(job: Job, told: Callable[[str], None], wanted: Callable[[], Awaitable[bool]]) -> list[Finding]:
    """Return the findings of a check. `told` hears which lesson is played; `wanted` is asked whether to go on.

    Raises:
        NotDone: It took too long, or ended without a verdict.
        Cancelled: It was not wanted any more; its process is gone.
    """
    work = asyncio.create_task(WORKSHOP.do(job, lambda counts: told(_words(counts))))
    try:
        while not work.done():
            if not await wanted():
                raise Cancelled
            await asyncio.wait({work}, timeout=LOOK_S)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return _findings(work.result())


def checked_now(job: Job) -> list[Finding]:
    """Return the findings of a check to a view that waits for it; raise NotDone."""
    return _findings(WORKSHOP.do_now(job))


def _findings(said: list[dict[str, Any]]) -> list[Finding]:
    (verdict,) = said
    return [Finding(**one) for one in verdict["findings"]]


def _text(files: Files, path: str) -> str:
    """Return a text; of images it matters only that they are there."""
    is_image = path.lower().endswith(IMAGE_TYPES)
    return "" if is_image else (files.read(path, LARGEST + 1) or b"").decode("utf-8", "replace")


def _words(counts: dict[str, Any]) -> str:
    if "ahead" in counts:
        return f"waiting for {counts['ahead'] + 1} others" if counts["ahead"] else "waiting for another one"
    return str(counts["playing"])
