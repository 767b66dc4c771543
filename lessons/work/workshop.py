"""Runs commands, of the engine mostly, a few at a time, each in a process of its own: the rooms go on undisturbed."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings

from lessons.work.places import Crowded, Places

PLACES = 2
MOST_WAITING = 30
GRACE_S = 5.0  # how much longer than its budget a process may take, to begin and to print
LONGEST_LINE = 16 * 1024 * 1024
NICE = 10  # rooms come first
BAD_INPUT = 2  # the exit status of a command that explains in a sentence what it cannot read

CROWDED = "Too many are waiting for such work at this moment. Try again in a minute."
TWICE = "You have such work going on already, perhaps in another tab. Cancel it there, or wait until it has ended."
STOPPING = "The server is about to restart. Try again in a few seconds."
BROKEN = "This ended without an answer. Try again."

Tell = Callable[[dict[str, Any]], object]
"""Told how far it is: the command's own counts, or {"ahead": how many come first}."""


class NotDone(RuntimeError):
    """There is no result; the message says why and what to do."""


@dataclass(frozen=True)
class Job:
    """A command, the engine's by default, what it reads, and its time. `late` says what it means when that is over."""

    words: tuple[str, ...]
    text: str
    seconds: float
    late: str
    program: tuple[str, ...] = ("-m", "cluster_engine")


class Workshop:
    """The processes under way. Whoever stops waiting for a job, by cancelling the task, ends its process."""

    def __init__(self, places: int = PLACES, most_waiting: int = MOST_WAITING) -> None:
        self._places = Places(places, most_waiting)
        self._people: set[Hashable] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.stopping = False

    async def do(self, job: Job, tell: Tell = lambda counts: None, whose: Hashable = None) -> list[Any]:
        """Return what a job prints, line by line, out of JSON; raise NotDone. A person (`whose`) has one at a time."""
        if self.stopping:
            raise NotDone(STOPPING)
        if whose is not None and whose in self._people:
            raise NotDone(TWICE)
        task = asyncio.current_task()
        assert task is not None, "a job is awaited by a task, which can be cancelled"
        self._tasks.add(task)
        self._people.add(whose)
        try:
            async with self._places.one(lambda ahead: tell({"ahead": ahead})):
                return await _result(job, tell)
        except Crowded:
            raise NotDone(CROWDED) from None
        finally:
            self._people.discard(whose)
            self._tasks.discard(task)

    def do_now(self, job: Job) -> list[Any]:
        """Do the same for a caller that is no coroutine, such as a view."""
        return async_to_sync(self.do)(job)

    async def stop(self) -> None:
        """End all of it: a server that stops leaves nothing running."""
        self.stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _result(job: Job, tell: Tell) -> list[Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *job.program, *job.words, cwd=settings.BASE_DIR, limit=LONGEST_LINE,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(job.seconds + GRACE_S):
            _be_nice(process.pid)
            results, complaint, _ = await asyncio.gather(_read(process, tell), _complaint(process), _feed(process, job))
            await process.wait()
    except TimeoutError:
        raise NotDone(job.late) from None
    except ValueError as error:  # a line that is too long, or no JSON
        raise NotDone(BROKEN) from error
    finally:
        if process.returncode is None:
            process.kill()
            await asyncio.shield(process.wait())
    if process.returncode == BAD_INPUT:
        raise NotDone(complaint or BROKEN)
    if not results:
        raise NotDone(BROKEN)
    return results


def _be_nice(pid: int) -> None:
    with suppress(OSError):  # it may have ended already
        os.setpriority(os.PRIO_PROCESS, pid, NICE)


async def _read(process: asyncio.subprocess.Process, tell: Tell) -> list[Any]:
    """Return what is printed, and tell of the progress on the way."""
    assert process.stdout is not None, "its output is a pipe"
    results: list[Any] = []
    async for line in process.stdout:
        said = json.loads(line)
        if isinstance(said, dict) and "progress" in said:
            tell(said["progress"])
        else:
            results.append(said)
    return results


async def _complaint(process: asyncio.subprocess.Process) -> str:
    """Return what it says went wrong: its last line."""
    assert process.stderr is not None, "its errors are a pipe"
    lines = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


async def _feed(process: asyncio.subprocess.Process, job: Job) -> None:
    assert process.stdin is not None, "its input is a pipe"
    with suppress(BrokenPipeError, ConnectionResetError):  # it ended without reading
        process.stdin.write(job.text.encode())
        await process.stdin.drain()
    process.stdin.close()


WORKSHOP = Workshop()  # for those who watch a lab meanwhile
PAGES = Workshop()  # for those who wait for a page: they come behind no search of a minute


async def stop() -> None:
    """End all work of this process."""
    await asyncio.gather(WORKSHOP.stop(), PAGES.stop())
