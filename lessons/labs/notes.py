"""Small notes between the processes that serve a site: "run X has entry 17". Frames never travel this way."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

PAUSE_S = 1.0  # before listening again after the layer has failed

Note = dict[str, Any]
Hear = Callable[[str, Note], Awaitable[None]]


class Notes:
    """One listener a process, in the group of each run that it plays.

    A layer that fails is logged and costs nothing else: what was said is in the log, which is read now and then.
    """

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._me = secrets.token_hex(8)
        self._runs: set[str] = set()
        self._channel: str | None = None
        self._listener: asyncio.Task[None] | None = None
        self._hearing: set[asyncio.Task[None]] = set()

    async def join(self, run_id: str) -> None:
        """Hear what other processes say about a run."""
        self._runs.add(run_id)
        try:
            layer = get_channel_layer()
            self._channel = self._channel or await layer.new_channel()
            await layer.group_add(_group(run_id), self._channel)
        except Exception:
            logger.exception("no notes about %s from other processes", run_id)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())

    async def leave(self, run_id: str) -> None:
        """Hear no more about a run."""
        self._runs.discard(run_id)
        try:
            if self._channel is not None:
                await get_channel_layer().group_discard(_group(run_id), self._channel)
        except Exception:
            logger.exception("still in the group of %s", run_id)

    async def tell(self, run_id: str, note: Note) -> None:
        """Say something about a run to the other processes."""
        message = {"type": "note", "by": self._me, "run": run_id, "note": note}
        try:
            await get_channel_layer().group_send(_group(run_id), message)
        except Exception:
            logger.exception("a note about %s was not sent", run_id)

    def stop(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.cancel()
            self._listener = None

    async def _listen(self) -> None:
        while True:
            try:
                assert self._channel is not None, "a channel is made before somebody listens"
                message = await get_channel_layer().receive(self._channel)
            except Exception:
                logger.exception("cannot hear other processes; trying again")
                await self._begin_again()
                continue
            if message["by"] != self._me:
                self._start_hearing(message["run"], message["note"])

    def _start_hearing(self, run_id: str, note: Note) -> None:
        task = asyncio.ensure_future(self._hear(run_id, note))
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)

    async def _begin_again(self) -> None:
        await asyncio.sleep(PAUSE_S)
        self._channel = None
        for run_id in list(self._runs):
            await self.join(run_id)


def _group(run_id: str) -> str:
    return f"run.{run_id}"
