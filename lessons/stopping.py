"""A server that is told to stop first says goodbye: it closes its websockets with 1012, and browsers come back.

Daphne by itself sends no close frame and, on Python 3.11, crashes while a socket is open.
"""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from lessons.closing import allow_restart_code
from lessons.labs.rooms import drain

Handler = Callable[[int, FrameType | None], Any] | int | None


class SaysGoodbye:
    """Takes over SIGTERM when the first websocket opens, drains, then lets the server's own handler act."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.watching = False

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve a connection."""
        if not self.watching:
            self.watching = True
            allow_restart_code()
            self._watch(asyncio.get_running_loop())
        await self.application(scope, receive, send)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            earlier = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
            for number, handler in earlier.items():
                loop.add_signal_handler(number, self._stop, number, handler)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # not the main thread, as in tests: whoever runs us stops us

    def _stop(self, number: int, earlier: Handler) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(number)
        goodbye = loop.create_task(drain())
        goodbye.add_done_callback(lambda _: _hand_on(number, earlier))


def _hand_on(number: int, earlier: Handler) -> None:
    """Let the signal do what it would have done without us."""
    signal.signal(number, earlier if earlier is not None else signal.SIG_DFL)
    signal.raise_signal(number)
