"""The methods of lists and dicts, and what each touches when the container is shared.

What CPython does in one call of its interpreter (`append`, `in`, `==`) is one step here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from cluster_engine.machine import heap
from cluster_engine.machine.accesses import Access
from cluster_engine.machine.spelling import text
from cluster_engine.machine.state import State
from cluster_engine.machine.values import DICT, LIST, Container, Fault, Ref
from cluster_engine.wording import did_you_mean

Arguments = list[Any]


class Method(NamedTuple):
    """A method: its bounds on arguments, its effect, and its access to a shared container."""

    least: int
    most: int
    run: Callable[[State, Ref, Arguments], Any]
    access: Callable[[State, Container, Arguments], Access]


def _append(m: State, where: Ref, arguments: Arguments) -> None:
    container = m.heap[where.number]
    heap.replace(m, where, (*container.items, arguments[0]))
    if container.name:
        heap.publish(m, arguments[0], heap.location(m, container, len(container.items)))


def _append_access(m: State, container: Container, arguments: Arguments) -> Access:
    new = heap.location(m, container, len(container.items))
    return Access("write", container.name, arguments[0], ((new, True),))


def _insert(m: State, where: Ref, arguments: Arguments) -> None:
    container, (index, value) = m.heap[where.number], arguments
    items = list(container.items)
    items.insert(_number(index), value)
    heap.replace(m, where, tuple(items))
    if container.name:
        heap.publish(m, value, heap.location(m, container, index))


def _insert_access(m: State, container: Container, arguments: Arguments) -> Access:
    everything = heap.whole_access(m, "write", container, True)
    new = heap.location(m, container, len(container.items))
    return everything._replace(value=arguments[1], also=(*everything.also, (new, True)))


def _pop(m: State, where: Ref, arguments: Arguments) -> Any:
    container = m.heap[where.number]
    index = arguments[0] if arguments else -1
    if not container.items:
        raise Fault(f"There is nothing to pop from {f'`{container.name}`' if container.name else 'an empty list'}.")
    place = heap.place_of(container, index)
    heap.replace(m, where, container.items[:place] + container.items[place + 1 :])
    return container.items[place]


def _pop_access(m: State, container: Container, arguments: Arguments) -> Access:
    index = arguments[0] if arguments else -1
    start = index % max(1, len(container.items)) if isinstance(index, int) else 0
    return heap.whole_access(m, "write", container, True, start)


def _take(m: State, where: Ref, arguments: Arguments) -> Any:
    container, key = m.heap[where.number], arguments[0]
    place = heap.place_of(container, key)
    if place < 0 and len(arguments) == 2:
        return arguments[1]
    value = heap.element(m, container, key)
    heap.replace(m, where, container.items[:place] + container.items[place + 1 :])
    return value


def _take_access(m: State, container: Container, arguments: Arguments) -> Access:
    return Access("write", container.name, None, ((heap.location(m, container, arguments[0]), True),))


def _get(m: State, where: Ref, arguments: Arguments) -> Any:
    container, key = m.heap[where.number], arguments[0]
    if heap.place_of(container, key) < 0:
        return arguments[1] if len(arguments) == 2 else None
    return heap.element(m, container, key)


def _get_access(m: State, container: Container, arguments: Arguments) -> Access:
    return heap.element_access(m, "read", container, arguments[0], None)


def _remove(m: State, where: Ref, arguments: Arguments) -> None:
    items = list(m.heap[where.number].items)
    if arguments[0] not in items:
        raise Fault(f"{text(m, arguments[0], True)} is not in the list.")
    items.remove(arguments[0])
    heap.replace(m, where, tuple(items))


def _clear(m: State, where: Ref, arguments: Arguments) -> None:
    heap.replace(m, where, ())


def _copy(m: State, where: Ref, arguments: Arguments) -> Ref:
    container = m.heap[where.number]
    return heap.allocate(m, container.kind, container.items)


def _count(m: State, where: Ref, arguments: Arguments) -> int:
    return m.heap[where.number].items.count(arguments[0])


def _keys(m: State, where: Ref, arguments: Arguments) -> Ref:
    return heap.allocate(m, LIST, tuple([key for key, _ in m.heap[where.number].items]))


def _values(m: State, where: Ref, arguments: Arguments) -> Ref:
    return heap.allocate(m, LIST, tuple([value for _, value in m.heap[where.number].items]))


def _items(m: State, where: Ref, arguments: Arguments) -> Ref:
    return heap.allocate(m, LIST, m.heap[where.number].items)


def _reads_shape(m: State, container: Container, arguments: Arguments) -> Access:
    return heap.whole_access(m, "read", container, False)


def _reads_all(m: State, container: Container, arguments: Arguments) -> Access:
    return heap.whole_access(m, "read", container, True)


def _writes_all(m: State, container: Container, arguments: Arguments) -> Access:
    return heap.whole_access(m, "write", container, True)


def _number(value: Any) -> int:
    if isinstance(value, int):
        return value
    raise Fault("The index of a list is a number.")


METHODS: dict[str, dict[str, Method]] = {
    LIST: {
        "append": Method(1, 1, _append, _append_access),
        "clear": Method(0, 0, _clear, _writes_all),
        "copy": Method(0, 0, _copy, _reads_all),
        "count": Method(1, 1, _count, _reads_all),
        "insert": Method(2, 2, _insert, _insert_access),
        "pop": Method(0, 1, _pop, _pop_access),
        "remove": Method(1, 1, _remove, _writes_all),
    },
    DICT: {
        "clear": Method(0, 0, _clear, _writes_all),
        "copy": Method(0, 0, _copy, _reads_all),
        "get": Method(1, 2, _get, _get_access),
        "items": Method(0, 0, _items, _reads_all),
        "keys": Method(0, 0, _keys, _reads_shape),
        "pop": Method(1, 2, _take, _take_access),
        "values": Method(0, 0, _values, _reads_all),
    },
}


def method(container: Container, name: str, count: int) -> Method:
    """Return a method of a container.

    Raises:
        Fault: It has no such method, or the method takes another number of arguments.
    """
    methods = METHODS[container.kind]
    if name not in methods:
        raise Fault(f"A {container.kind} has no method {name}.{did_you_mean(name, methods)}")
    found = methods[name]
    if not found.least <= count <= found.most:
        takes = str(found.least) if found.least == found.most else f"{found.least} or {found.most}"
        raise Fault(f"{name}() of a {container.kind} takes {takes} arguments, not {count}.")
    return found
