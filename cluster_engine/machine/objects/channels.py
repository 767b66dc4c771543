"""Queue and Atomic: values that threads share without a lock of their own."""

from typing import Any, ClassVar

from cluster_engine.machine import heap
from cluster_engine.machine.objects.base import Operation, SyncObject
from cluster_engine.machine.state import State
from cluster_engine.machine.values import Fault, bounded, kind


def _has_room(m: State, queue: Any, thread: int) -> bool:
    return bool(len(m.objects[queue.index]) < queue.capacity)


def _put(m: State, queue: Any, thread: int, arguments: list[Any]) -> None:
    heap.publish(m, arguments[0], f"{queue.name}[]")
    m.put(queue.index, (*m.objects[queue.index], arguments[0]))


def _try_put(m: State, queue: Any, thread: int, arguments: list[Any]) -> bool:
    if not _has_room(m, queue, thread):
        return False
    _put(m, queue, thread, arguments)
    return True


def _has_item(m: State, queue: Any, thread: int) -> bool:
    return bool(m.objects[queue.index])


def _get(m: State, queue: Any, thread: int, arguments: list[Any]) -> Any:
    first, *rest = m.objects[queue.index]
    m.put(queue.index, tuple(rest))
    return first


def _try_get(m: State, queue: Any, thread: int, arguments: list[Any]) -> Any:
    return _get(m, queue, thread, arguments) if m.objects[queue.index] else None


def _size(m: State, queue: Any, thread: int, arguments: list[Any]) -> int:
    return len(m.objects[queue.index])


def _empty(m: State, queue: Any, thread: int, arguments: list[Any]) -> bool:
    return not m.objects[queue.index]


def _full(m: State, queue: Any, thread: int, arguments: list[Any]) -> bool:
    return bool(len(m.objects[queue.index]) == queue.capacity)


class Queue(SyncObject):
    """A queue with room for `capacity` items, first in first out: put waits while it is full, get while it is empty."""

    kind = "queue"
    initial: Any = ()
    operations: ClassVar[dict[str, Operation]] = {
        "put": Operation("put", "put into {}", _put, _has_room, least=1, most=1),
        "get": Operation("get", "get from {}", _get, _has_item),
        "try_put": Operation("put", "try to put into {}", _try_put, least=1, most=1),
        "try_get": Operation("get", "try to get from {}", _try_get),
        "size": Operation("read", "look how many items {} has", _size),
        "empty": Operation("read", "look whether {} is empty", _empty),
        "full": Operation("read", "look whether {} is full", _full),
    }

    def __init__(self, index: int, capacity: int) -> None:
        super().__init__(index)
        self.capacity = capacity

    def value(self, m: State) -> Any:
        return m.objects[self.index]

    def ended_by(self, m: State) -> str:
        return "get" if _full(m, self, -1, []) else "put"

    def waiting_for(self, m: State) -> str:
        state = "full" if _full(m, self, -1, []) else "empty"
        return f"it waits while `{self.name}` is {state}"


def _load(m: State, atomic: Any, thread: int, arguments: list[Any]) -> Any:
    return m.objects[atomic.index]


def _store(m: State, atomic: Any, thread: int, arguments: list[Any]) -> None:
    heap.publish(m, arguments[0], atomic.name)
    m.put(atomic.index, arguments[0])


def _exchange(m: State, atomic: Any, thread: int, arguments: list[Any]) -> Any:
    before = m.objects[atomic.index]
    _store(m, atomic, thread, arguments)
    return before


def _compare_and_swap(m: State, atomic: Any, thread: int, arguments: list[Any]) -> bool:
    expected, new = arguments
    if m.objects[atomic.index] != expected:
        return False
    _store(m, atomic, thread, [new])
    return True


def _fetch_add(m: State, atomic: Any, thread: int, arguments: list[Any]) -> int:
    before, amount = m.objects[atomic.index], arguments[0] if arguments else 1
    if not isinstance(before, int) or not isinstance(amount, int):
        raise Fault(f"fetch_add takes numbers, not {kind(before)} and {kind(amount)}.")
    m.put(atomic.index, bounded(before + amount))
    return before


class Atomic(SyncObject):
    """A variable whose every method is one step. compare_and_swap(old, new) says whether it has swapped."""

    kind = "atomic"
    operations: ClassVar[dict[str, Operation]] = {
        "load": Operation("read", "load {}", _load),
        "store": Operation("write", "store {}", _store, least=1, most=1),
        "exchange": Operation("update", "exchange {}", _exchange, least=1, most=1),
        "compare_and_swap": Operation("update", "compare and swap {}", _compare_and_swap, least=2, most=2),
        "fetch_add": Operation("update", "fetch and add to {}", _fetch_add, most=1),
    }

    def __init__(self, index: int, value: Any) -> None:
        super().__init__(index)
        self.initial = value

    def value(self, m: State) -> Any:
        return m.objects[self.index]
