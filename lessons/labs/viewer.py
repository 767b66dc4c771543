"""One socket that watches a room. It holds no queue: a viewer that does not keep up skips ahead."""

from collections.abc import Awaitable, Callable

MOST_UNACKNOWLEDGED = 4

Send = Callable[[str], Awaitable[None]]


class Viewer:
    """Frames go out while few are unacknowledged; after a gap the next one begins anew with a whole view."""

    def __init__(self, send: Send, may_act: bool) -> None:
        self.send = send
        self.may_act = may_act
        self.sent = 0  # number of the latest frame sent
        self.acknowledged = 0
        self.shown_to: float | None = None  # how far it has contiguous frames; None: it needs a view

    def keeps_up(self) -> bool:
        """Whether it may be sent another frame now."""
        return self.sent - self.acknowledged < MOST_UNACKNOWLEDGED

    def acknowledge(self, number: int) -> None:
        """Take the viewer's word that a frame arrived."""
        self.acknowledged = max(self.acknowledged, min(number, self.sent))

    async def frame(self, text: str, number: int, to: float) -> None:
        """Send a frame."""
        self.sent, self.shown_to = number, to
        await self.send(text)
