"""The long works of one socket: begun, told of, cancelled, and ended with the socket."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from lessons.work.workshop import TWICE, NotDone, Tell

logger = logging.getLogger(__name__)

CANCELLED = "Cancelled."
BROKEN = "Something went wrong on the server, and there is no result. Try again."

Work = Callable[[Tell], Awaitable[dict[str, Any]]]
"""Does something long, tells how far it is, and returns the answer."""

Say = Callable[[str, dict[str, Any]], object]
"""Says something under a ref."""


class Works:
    """Works under way, by the ref under which the browser asked."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, ref: str, work: Work) -> None:
        """Let a work begin; `working` messages tell of its progress, and `worked` or `refused` of its end."""
        if ref in self._tasks:
            self._say(ref, {"type": "refused", "reason": TWICE})
        else:
            self._tasks[ref] = asyncio.create_task(self._do(ref, work))

    def cancel(self, ref: str) -> None:
        """End a work; what is heard of it is that it was cancelled. One that has ended already was answered."""
        if (task := self._tasks.get(ref)) is not None:
            task.cancel()

    async def end(self) -> None:
        """End all of them, with nobody left to tell."""
        self._say = lambda ref, answer: None
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _do(self, ref: str, work: Work) -> None:
        try:
            answer = {"type": "worked", **await work(lambda counts: self._say(ref, {"type": "working", **counts}))}
        except asyncio.CancelledError:
            answer = {"type": "refused", "reason": CANCELLED}
        except NotDone as why:
            answer = {"type": "refused", "reason": str(why)}
        except Exception:
            logger.exception("a long work broke")
            answer = {"type": "refused", "reason": BROKEN}
        del self._tasks[ref]
        self._say(ref, answer)
