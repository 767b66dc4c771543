"""The rooms of this process, by run: made when a first viewer comes, gone when the last has left."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from lessons.database import with_database
from lessons.labs import store
from lessons.labs.notes import Notes
from lessons.labs.room import Room
from lessons.labs.viewer import Viewer
from lessons.work.workshop import stop as stop_work

GRACE_S = 10.0  # a reload finds its room still warm
MOST_ROOMS = 2_000
GOODBYE_S = 2.0  # how long a stopping server waits for its sockets to close
SERVICE_RESTART = 1012

Close = Callable[[int], Awaitable[None]]


class Full(Exception):
    """This process plays as many runs as it can."""


class Rooms:
    """A registry of rooms, and of every open socket, so that a stopping server can say goodbye."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self._sockets: set[Close] = set()
        self._alone = asyncio.Event()  # set while no socket is open
        self.stopping = False
        self.notes = Notes("run", self._hear)
        self._guests: Counter[Room] = Counter()  # viewers inside or on their way in
        self._lock = asyncio.Lock()  # held while a room is made or forgotten
        self._forgetting: set[asyncio.Task[None]] = set()

    def opened(self, close: Close) -> None:
        """Take note of a socket, by what closes it."""
        self._sockets.add(close)
        self._alone.clear()

    def closed(self, close: Close) -> None:
        """Forget a socket."""
        self._sockets.discard(close)
        if not self._sockets:
            self._alone.set()

    async def enter(self, run_id: str, viewer: Viewer) -> Room | None:
        """Let a viewer into a run's room; None when there is no such run. Raises Full."""
        async with self._lock:
            room = self.rooms.get(run_id) or await self._open(run_id)
            if room is None:
                return None
            self._guests[room] += 1
        try:
            await room.join(viewer)
        except BaseException:
            await self.leave(room, viewer)
            raise
        return room

    async def leave(self, room: Room, viewer: Viewer) -> None:
        """Let a viewer go, and close the room a little later if nobody has come by then."""
        self._guests[room] -= 1
        if not self._guests[room]:
            asyncio.get_running_loop().call_later(GRACE_S, self._close_if_empty, room)
        await room.leave(viewer)

    async def drain(self) -> None:
        """Close every socket with 1012 (service restart), so that browsers come back, and keep all playheads."""
        self.stopping = True
        await asyncio.gather(*(close(SERVICE_RESTART) for close in self._sockets), return_exceptions=True)
        for room in list(self.rooms.values()):
            await room.rest()
        self.notes.stop()
        if self._sockets:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._alone.wait(), GOODBYE_S)

    async def _open(self, run_id: str) -> Room | None:
        if len(self.rooms) >= MOST_ROOMS:
            raise Full
        await self.notes.join(run_id)  # before the log is read, so that nothing is missed in between
        found = await with_database(store.load)(run_id)
        if found is None:
            await self.notes.leave(run_id)
            return None
        room = self.rooms[run_id] = Room(*found, self._teller(run_id))
        await self.notes.tell(run_id, {"where": True})
        return room

    def _teller(self, run_id: str) -> Callable[[dict[str, Any]], Awaitable[None]]:
        async def tell(note: dict[str, Any]) -> None:
            await self.notes.tell(run_id, note)

        return tell

    async def _hear(self, run_id: str, note: dict[str, Any]) -> None:
        if room := self.rooms.get(run_id):
            await room.hear(note)

    def _close_if_empty(self, room: Room) -> None:
        run_id = room.run.id
        if not self._guests[room] and self.rooms.get(run_id) is room:
            del self.rooms[run_id], self._guests[room]
            task = asyncio.ensure_future(self._forget(run_id))
            self._forgetting.add(task)
            task.add_done_callback(self._forgetting.discard)

    async def _forget(self, run_id: str) -> None:
        async with self._lock:
            if run_id not in self.rooms:
                await self.notes.leave(run_id)


ROOMS = Rooms()


async def drain() -> None:
    """Say goodbye to every viewer of this process, and end what it does for them."""
    await stop_work()
    await ROOMS.drain()
