"""Queries of sockets: their connection stays open, and is looked after once something went wrong."""

import pytest

from lessons import database
from lessons.database import with_database


class Connection:
    """A connection that is due to be closed."""

    close_at: float | None = 0.0
    looked_after = 0

    def close_if_unusable_or_obsolete(self) -> None:
        self.looked_after += self.close_at is None


class Connections:
    """The connections of a thread."""

    def __init__(self) -> None:
        self.open = [Connection()]

    def all(self, initialized_only: bool) -> list[Connection]:
        return self.open if initialized_only else []


def fail() -> None:
    raise ValueError("no such row")


async def test_a_connection_is_kept_and_looked_after_whatever_comes_of_the_query(monkeypatch) -> None:
    connections = Connections()
    monkeypatch.setattr(database, "connections", connections)
    assert await with_database(len)([1, 2]) == 2
    with pytest.raises(ValueError, match="no such row"):
        await with_database(fail)()
    (connection,) = connections.open
    assert (connection.close_at, connection.looked_after) == (None, 2)
