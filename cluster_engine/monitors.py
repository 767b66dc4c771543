"""What watches a run: meters that measure it, checkers that judge it, watchdogs that see it stand still.

All read notable records only, share no code with what they watch, and pickle, for they are part of
the state that a keyframe saves. Each says which kinds of records it wants, so a record reaches only
those who asked for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from cluster_engine.records import Changed, Record

TICK_MS = 50.0  # timed meters are settled at every multiple of it


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant is broken: how, in plain words, by which nodes, and which earlier records this contradicts.

    Of `against` only the numbers count: with the record at hand they are where a search for causes begins.
    """

    text: str
    nodes: tuple[str, ...] = ()
    against: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stall:
    """Something does not go on: since when (ms), why, in plain words, and at which nodes."""

    since: float
    text: str
    nodes: tuple[str, ...] = ()


class Checker(Protocol):
    """Judges one invariant.

    A checker may also declare `fields`, a frozenset of observed fields: then it sees a `Changed`
    record only when one of them changed.
    """

    @property
    def kinds(self) -> frozenset[Any]:
        """The classes of records that it reads."""

    def see(self, record: Any) -> Violation | None:
        """Read a record; return the violation that it completes, if any."""


class Watchdog(Protocol):
    """Judges whether something goes on. Like a checker, it may declare `fields`."""

    @property
    def kinds(self) -> frozenset[Any]:
        """The classes of records that it reads."""

    def see(self, record: Any) -> None:
        """Read a record."""

    def stall(self, now: float) -> Stall | None:
        """Return what stands still at a moment: asked at every tick, and after a record while it stands still."""


class Meter(Protocol):
    """Measures a run; `value` is None until there is one, and is replaced, never changed in place.

    Like a checker, a meter may declare `fields`. Several measures that name the same factory share
    one meter, each reading an attribute of it.

    A meter whose value also grows with time alone, or with a counter of the world, has a method
    `settle(world)`: it is called at every tick, after the events of that moment.
    """

    @property
    def kinds(self) -> frozenset[Any]:
        """The classes of records that it reads."""

    def see(self, record: Any) -> object:
        """Read a record; what it returns is not used, so a checker that counts can be a meter too."""


def wants(monitor: Any, kind: type[Record], changes: Iterable[str]) -> bool:
    """Say whether a monitor reads records of this kind (with these changed fields)."""
    if kind not in monitor.kinds:
        return False
    fields: frozenset[str] | None = getattr(monitor, "fields", None)
    return kind is not Changed or fields is None or not fields.isdisjoint(changes)
