"""The rooms of this process, by run: made when a first viewer comes, gone when the last has left."""

import asyncio
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async

from lessons.labs import store
from lessons.labs.goals import goals_of
from lessons.labs.room import Room
from lessons.labs.viewer import Viewer

GRACE_S = 10.0  # a reload finds its room still warm

SERVICE_RESTART = 1012

Close = Callable[[int], Awaitable[None]]


class Rooms:
    """A registry of rooms, and of every open socket, so that a stopping server can say goodbye."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.sockets: set[Close] = set()
        self._lock = asyncio.Lock()

    async def enter(self, run_id: str, viewer: Viewer) -> Room | None:
        """Let a viewer into a run's room; None when there is no such run."""
        async with self._lock:
            room = self.rooms.get(run_id)
            if room is None:
                room = await self._open(run_id)
            if room is None:
                return None
        await room.join(viewer)
        return room

    async def leave(self, room: Room, viewer: Viewer) -> None:
        """Let a viewer go, and close the room a little later if nobody has come by then."""
        await room.leave(viewer)
        if not room.viewers:
            asyncio.get_running_loop().call_later(GRACE_S, self._close_if_empty, room)

    async def drain(self) -> None:
        """Close every socket with 1012 (service restart): browsers come back by themselves."""
        for close in list(self.sockets):
            await close(SERVICE_RESTART)
        for room in list(self.rooms.values()):
            await room.rest()

    async def _open(self, run_id: str) -> Room | None:
        run = await database_sync_to_async(store.load)(run_id)
        if run is None:
            return None
        goals = await database_sync_to_async(goals_of)(run)
        shared = await database_sync_to_async(run.shared)()
        self.rooms[run_id] = Room(run, shared, goals)
        return self.rooms[run_id]

    def _close_if_empty(self, room: Room) -> None:
        if not room.viewers and self.rooms.get(room.run.id) is room:
            del self.rooms[room.run.id]


ROOMS = Rooms()


async def drain() -> None:
    """Say goodbye to every viewer of this process."""
    await ROOMS.drain()
