"""A few places, taken in the order of asking."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Ahead = Callable[[int], object]
"""Told how many are ahead, each time that this changes."""


class Crowded(Exception):
    """As many wait already as may."""


class Places:
    """`free` places, and room for `most_waiting` who wait for one."""

    def __init__(self, free: int, most_waiting: int) -> None:
        self.free, self.most_waiting = free, most_waiting
        self._waiting: dict[asyncio.Future[None], Ahead] = {}  # in the order of asking

    @asynccontextmanager
    async def one(self, ahead: Ahead) -> AsyncIterator[None]:
        """Hold a place, once it is one's turn; raise Crowded."""
        await self._take(ahead)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, ahead: Ahead) -> None:
        if self.free:
            self.free -= 1
            return
        if len(self._waiting) >= self.most_waiting:
            raise Crowded
        turn = asyncio.get_running_loop().create_future()
        ahead(len(self._waiting))
        self._waiting[turn] = ahead
        try:
            await turn
        except asyncio.CancelledError:
            if self._waiting.pop(turn, None) is None:  # its turn had come at the same moment
                self._give_back()
            self._tell()
            raise

    def _give_back(self) -> None:
        """Let the next one have it."""
        if not self._waiting:
            self.free += 1
            return
        turn = next(iter(self._waiting))
        del self._waiting[turn]
        turn.set_result(None)
        self._tell()

    def _tell(self) -> None:
        for place, ahead in enumerate(self._waiting.values()):
            ahead(place)
