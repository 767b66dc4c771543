"""The websocket of a class page: it only tells. What is done in a class is posted by forms, and works without it."""

import asyncio
from contextlib import suppress
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from lessons.classes.hall import Hall, Page, enter, leave
from lessons.classes.looking import sitter_of
from lessons.database import with_database
from lessons.labs.frames import dumps
from lessons.labs.rooms import ROOMS, SERVICE_RESTART
from lessons.labs.viewer import Viewer

NO_CLASS, NOTHING_TO_SAY, TOO_SLOW = 4404, 4400, 4408
OUT = "There is no such class, or you are not in it any more."
ONLY_TELLS = "This socket only tells; what is done in a class is posted."
LOOK_AGAIN_S = 15.0  # a socket outlives its session; its right does not, for long


class ClassConsumer(AsyncWebsocketConsumer):
    """One open page of a class."""

    channel_layer_alias = None  # the hall hears of changes, once for all of its pages
    hall: Hall | None = None
    page: Page | None = None

    async def connect(self) -> None:
        """Accept first, then say why not: a browser learns nothing from a refused handshake."""
        self.tasks: set[asyncio.Task[Any]] = set()
        await self.accept()
        ROOMS.opened(self.close)
        if ROOMS.stopping:
            await self.close(SERVICE_RESTART)
            return
        self.pk = self.scope["url_route"]["kwargs"]["pk"]
        sitter = await with_database(sitter_of)(self.scope, self.pk)
        if sitter is None:
            await self._out()
            return
        self.outbox = Viewer(self._send, self._hang_up)
        self.page = Page(sitter, self.outbox.say, lambda: self._start(self._out()))
        self._start(self.outbox.write())
        self._start(self._look_again())
        self.hall = enter(self.pk, self.page)

    async def disconnect(self, code: int) -> None:
        """Leave without a trace."""
        ROOMS.closed(self.close)
        if self.hall is not None and self.page is not None:
            leave(self.hall, self.page)
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Whatever it is, it is not for us."""
        await self._close(NOTHING_TO_SAY, ONLY_TELLS)

    async def _look_again(self) -> None:
        """Close on somebody who has signed out or lost their right; removed members are seen by the hall."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            with suppress(DatabaseError):  # nobody loses a right because the database does not answer
                if await with_database(sitter_of)(self.scope, self.pk) is None:
                    self._start(self._out())
                    return

    async def _out(self) -> None:
        await self._close(NO_CLASS, OUT)

    async def _close(self, code: int, reason: str) -> None:
        await self._send(dumps({"type": "error", "text": reason}))
        await self.close(code, reason)

    async def _send(self, text: str) -> None:
        await self.send(text)

    def _hang_up(self) -> None:
        self._start(self.close(TOO_SLOW))

    def _start(self, doing: Any) -> None:
        task = asyncio.ensure_future(doing)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
