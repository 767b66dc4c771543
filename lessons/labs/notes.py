"""Small notes between the processes that serve a site: "run X has entry 17", "class 3 has changed".

Frames never travel this way.
"""

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


async def send_note(topic: str, name: str, note: Note, by: str = "") -> None:
    """Say something about a thing to all processes that listen for it, except to the one that says so."""
    try:
        await get_channel_layer().group_send(_group(topic, name), {"type": "note", "by": by, "of": name, "note": note})
    except Exception:
        logger.exception("a note about %s %s was not sent", topic, name)


class Notes:
    """One listener a process and topic, in the group of each thing that somebody here looks at.

    A layer that fails is logged and costs nothing else: whoever hears notes looks by themselves now and then.
    """

    def __init__(self, topic: str, hear: Hear) -> None:
        self._topic, self._hear = topic, hear
        self._me = secrets.token_hex(8)
        self._names: set[str] = set()
        self._channel: str | None = None
        self._listener: asyncio.Task[None] | None = None
        self._hearing: set[asyncio.Task[None]] = set()

    async def join(self, name: str) -> None:
        """Hear what other processes say about a thing."""
        self._names.add(name)
        try:
            layer = get_channel_layer()
            self._channel = self._channel or await layer.new_channel()
            await layer.group_add(_group(self._topic, name), self._channel)
        except Exception:
            logger.exception("no notes about %s %s from other processes", self._topic, name)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())

    async def leave(self, name: str) -> None:
        """Hear no more about a thing."""
        self._names.discard(name)
        try:
            if self._channel is not None:
                await get_channel_layer().group_discard(_group(self._topic, name), self._channel)
        except Exception:
            logger.exception("still in the group of %s %s", self._topic, name)

    async def tell(self, name: str, note: Note) -> None:
        """Say something about a thing to the other processes."""
        await send_note(self._topic, name, note, self._me)

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
                self._start_hearing(message["of"], message["note"])

    def _start_hearing(self, name: str, note: Note) -> None:
        task = asyncio.ensure_future(self._hear(name, note))
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)

    async def _begin_again(self) -> None:
        await asyncio.sleep(PAUSE_S)
        self._channel = None
        for name in list(self._names):
            await self.join(name)


def _group(topic: str, name: str) -> str:
    return f"{topic}.{name}"
