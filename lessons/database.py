"""Queries of the sockets: off the event loop, in one thread, over a connection that stays open."""

import asyncio
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import SyncToAsync
from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")


class with_database(SyncToAsync[P, R]):
    """A function that asks the database, for a socket to wait for: `await with_database(load)(run_id)`.

    Channels' own wrapper opens a connection for each call and closes it again. Whoever closes the last connection to
    a database of SQLite also writes its log back and waits for the disk, which takes far longer than the query.
    """

    def thread_handler(self, loop: asyncio.AbstractEventLoop, *args: Any, **kwargs: Any) -> Any:
        """Call the function, and keep its connection unless it broke."""
        try:
            return super().thread_handler(loop, *args, **kwargs)
        finally:
            for connection in connections.all(initialized_only=True):
                connection.close_at = None  # kept, also when Channels asks for what is old to be closed
                connection.close_if_unusable_or_obsolete()
