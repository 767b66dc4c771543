"""One socket that watches a room. A viewer that does not keep up skips ahead, and holds up nobody else."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

MOST_UNACKNOWLEDGED = 4  # frames under way; at two a second that is two seconds
MOST_WAITING = 100  # texts that wait for a socket that does not take them
PATIENCE_S = 60.0  # how long a frame may stay unacknowledged

Send = Callable[[str], Awaitable[None]]
HangUp = Callable[[], None]


class Viewer:
    """Frames go out while few are unacknowledged; after a gap the next one begins anew with a whole view.

    What is said is put into an outbox that `write` empties, so that saying never waits.
    """

    def __init__(self, send: Send, hang_up: HangUp) -> None:
        self._send, self._hang_up = send, hang_up
        self._outbox: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._under_way: deque[int] = deque()  # numbers of frames that were not acknowledged yet
        self._heard_at = 0.0  # when it was last known to listen, while frames are under way
        self._lost = False
        self.base = 0.0  # the moment its latest whole view was of
        self.shown_to: float | None = None  # how far it has contiguous frames; None: it needs a view

    async def write(self) -> None:
        """Send what was said, in order, until cancelled or until the socket is gone."""
        while not self._lost:
            text = await self._outbox.get()
            try:
                await self._send(text)
            except Exception:  # servers tell in different ways that nobody is there any more
                logger.debug("a socket went away while it was written to", exc_info=True)
                return

    def say(self, text: str) -> None:
        """Let a text go out; a socket that takes none is hung up on."""
        try:
            self._outbox.put_nowait(text)
        except asyncio.QueueFull:
            self._lose()

    def show(self, text: str, number: int, to: float, now: float, base: float | None = None) -> None:
        """Let a frame go out; `base` is the moment of its view, if it has one, `now` the loop's clock."""
        self.base = self.base if base is None else base
        self.shown_to = to
        self._heard_at = self._heard_at if self._under_way else now
        self._under_way.append(number)
        self.say(text)

    def keeps_up(self) -> bool:
        """Say whether it may be sent another frame now."""
        return len(self._under_way) < MOST_UNACKNOWLEDGED

    def skip(self) -> None:
        """Let it miss frames: the next one it gets has a view."""
        self.shown_to = None

    def acknowledge(self, number: int, now: float) -> None:
        """Take the viewer's word that a frame, and all before it, arrived."""
        self._heard_at = now
        while self._under_way and self._under_way[0] <= number:
            self._under_way.popleft()

    def check(self, now: float) -> None:
        """Hang up on a viewer that has not acknowledged anything for long."""
        if self._under_way and now - self._heard_at > PATIENCE_S:
            self._lose()

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._hang_up()
