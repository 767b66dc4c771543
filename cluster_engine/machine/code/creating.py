"""How the top level makes its objects: what each takes, and the bounds."""

from collections.abc import Callable
from typing import Any, NamedTuple

from cluster_engine.machine.objects import (
    Atomic,
    Barrier,
    Condition,
    Event,
    Lock,
    Queue,
    RLock,
    RWLock,
    Semaphore,
    SyncObject,
)
from cluster_engine.machine.objects.rwlock import PREFERENCES
from cluster_engine.machine.spelling import text
from cluster_engine.machine.state import State
from cluster_engine.machine.values import MAX_OBJECTS, Fault, Handle, kind
from cluster_engine.wording import did_you_mean, quoted

MAX_CAPACITY = 10_000


class Maker(NamedTuple):
    """How an object is made: its arguments (each may be given by name) and how it is written."""

    arguments: tuple[str, ...]
    least: int
    written: str
    make: Callable[[State, list[Any]], SyncObject]


def _index(m: State) -> int:
    if len(m.program.objects) >= MAX_OBJECTS:
        raise Fault(f"A program has {MAX_OBJECTS} locks and other objects at most.")
    return len(m.program.objects)


def _number(value: Any, least: int, most: int, what: str) -> int:
    if isinstance(value, int) and least <= value <= most:
        return value
    raise Fault(f"{what} is a number from {least} to {most:,}.")


def _lock(m: State, values: list[Any]) -> SyncObject:
    return Lock(_index(m))


def _rlock(m: State, values: list[Any]) -> SyncObject:
    return RLock(_index(m))


def _semaphore(m: State, values: list[Any]) -> SyncObject:
    permits = values[0] if values else 1
    return Semaphore(_index(m), _number(permits, 0, MAX_CAPACITY, "The number of a semaphore's permits"))


def _condition(m: State, values: list[Any]) -> SyncObject:
    if not values:
        own = RLock(_index(m))
        m.program.objects.append(own)
        m.objects = (*m.objects, own.initial)
        return Condition(_index(m), own)
    value = values[0]
    lock = m.program.objects[value.number] if isinstance(value, Handle) else None
    if not isinstance(lock, Lock):
        raise Fault(f"Condition(lock) takes a Lock or an RLock, not {lock.kind if lock else kind(value)}.")
    return Condition(_index(m), lock)


def _event(m: State, values: list[Any]) -> SyncObject:
    return Event(_index(m))


def _barrier(m: State, values: list[Any]) -> SyncObject:
    return Barrier(_index(m), _number(values[0], 1, MAX_CAPACITY, "The number of a barrier's threads"))


def _rwlock(m: State, values: list[Any]) -> SyncObject:
    prefer = values[0] if values else PREFERENCES[0]
    if prefer not in PREFERENCES:
        written = quoted(text(m, prefer))
        raise Fault(f"RWLock(prefer=…) takes readers, writers or fair, not {written}.{_guess(prefer)}")
    return RWLock(_index(m), prefer)


def _guess(prefer: Any) -> str:
    return did_you_mean(prefer, PREFERENCES) if isinstance(prefer, str) else ""


def _queue(m: State, values: list[Any]) -> SyncObject:
    return Queue(_index(m), _number(values[0], 1, MAX_CAPACITY, "The room of a queue"))


def _atomic(m: State, values: list[Any]) -> SyncObject:
    return Atomic(_index(m), values[0] if values else 0)


MAKERS = {
    "Lock": Maker((), 0, "Lock()", _lock),
    "RLock": Maker((), 0, "RLock()", _rlock),
    "Semaphore": Maker(("value",), 0, "Semaphore(n)", _semaphore),
    "Condition": Maker(("lock",), 0, "Condition(lock)", _condition),
    "Event": Maker((), 0, "Event()", _event),
    "Barrier": Maker(("parties",), 1, "Barrier(n)", _barrier),
    "RWLock": Maker(("prefer",), 0, 'RWLock(prefer="readers")', _rwlock),
    "Queue": Maker(("maxsize",), 1, "Queue(n)", _queue),
    "Atomic": Maker(("value",), 0, "Atomic(value)", _atomic),
}
