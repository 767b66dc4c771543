"""Lists and dicts of a machine.

A list or dict is the thread's own until it is put into a shared place; from then on it has that place's name, and each
use of it is a step. What a thread has published it may still hold, as in Python: two names for one list.
"""

from typing import Any

from cluster_engine.machine.accesses import Access
from cluster_engine.machine.spelling import text
from cluster_engine.machine.state import State
from cluster_engine.machine.values import (
    DICT,
    LIST,
    MAX_CONTAINERS,
    MAX_ELEMENTS,
    Container,
    Fault,
    Handle,
    Ref,
    kind,
    ref,
)

MAX_KEYS = 1_000
MAX_TOTAL = 100_000
SMALL = 50


def allocate(m: State, kind: str, items: tuple[Any, ...]) -> Ref:
    """Make a new list or dict that belongs to one thread."""
    if len(m.heap) >= MAX_CONTAINERS:
        raise Fault(f"A program has {MAX_CONTAINERS:,} lists and dicts at most.")
    _check_size(m, kind, items)
    m.heap = (*m.heap, Container(kind, "", items))
    return ref(len(m.heap) - 1)


def replace(m: State, where: Ref, items: tuple[Any, ...]) -> None:
    """Give a list or dict new contents."""
    heap, number = m.heap, where.number
    _check_size(m, heap[number].kind, items)
    m.heap = (*heap[:number], heap[number]._replace(items=items), *heap[number + 1 :])


def _check_size(m: State, kind: str, items: tuple[Any, ...]) -> None:
    size = len(items)
    if size <= SMALL:  # many small ones are bounded by how many there are
        return
    m.spend(size // SMALL)  # copying is that much faster than looking at each element
    if size > (MAX_ELEMENTS if kind == LIST else MAX_KEYS):
        raise Fault(f"Lists have {MAX_ELEMENTS:,} elements at most, dicts {MAX_KEYS:,} keys.")
    if size + sum([len(container.items) for container in m.heap]) > MAX_TOTAL:
        raise Fault(f"All lists and dicts together have {MAX_TOTAL:,} elements at most.")


def is_shared(m: State, value: Any) -> bool:
    """Return whether a value is a list or dict that other threads can reach."""
    return value.__class__ is Ref and m.heap[value.number].name != ""


def publish(m: State, value: Any, name: str) -> None:
    """Name the lists and dicts that a value brings into a shared place, and all that they contain."""
    pending = [(value, name)]
    while pending:
        value, name = pending.pop()
        if isinstance(value, tuple):
            pending += [(part, f"{name}[{i}]") for i, part in enumerate(value)]
        elif isinstance(value, Ref) and not m.heap[value.number].name:
            pending += _named(m, value, name)


def _named(m: State, value: Ref, name: str) -> list[tuple[Any, str]]:
    number, container = value.number, m.heap[value.number]
    m.heap = (*m.heap[:number], container._replace(name=name), *m.heap[number + 1 :])
    return [(element, f"{name}[{text(m, key, quote=True)}]") for key, element in pairs(container)]


def pairs(container: Container) -> list[tuple[Any, Any]]:
    """Return the places of a container with what stands there."""
    return list(enumerate(container.items)) if container.kind == LIST else list(container.items)


def container_of(m: State, value: Any, doing: str) -> Container:
    """Return the list or dict that a value refers to.

    Raises:
        Fault: It is none; `doing` says what was tried with it ("be indexed").
    """
    if value.__class__ is Ref:
        return m.heap[value.number]
    raise Fault(f"Only a list or a dict can {doing}, not {kind(value)}.")


def place_of(container: Container, index: Any) -> int:
    """Return where in `items` the element with this index or key stands (-1: a key that is not there).

    Raises:
        Fault: The index of a list is no number or out of range, or a key is none.
    """
    if container.kind == DICT:
        _check_key(index)
        return next((i for i, (key, _) in enumerate(container.items) if key == index), -1)
    size = len(container.items)
    if not isinstance(index, int):
        raise Fault(f"The index of a list is a number, not {kind(index)}.")
    if not -size <= index < size:
        raise Fault(f"{_title(container)} has {size} elements: there is none at [{index}].")
    return index % size


def _check_key(key: Any) -> None:
    if isinstance(key, Ref | Handle):
        raise Fault(f"The key of a dict is a number or a string, not {kind(key)}.")


def _title(container: Container) -> str:
    return f"`{container.name}`" if container.name else f"The {container.kind}"


def element(m: State, container: Container, index: Any) -> Any:
    """Return the element of a list or dict.

    Raises:
        Fault: There is none.
    """
    place = place_of(container, index)
    if container.kind == LIST:
        return container.items[place]
    if place < 0:
        raise Fault(f"{_title(container)} has no key {text(m, index, quote=True)}.")
    return container.items[place][1]


def put_element(m: State, where: Ref, index: Any, value: Any) -> None:
    """Replace the element of a list, or set the value of a dict's key."""
    container = m.heap[where.number]
    place, items = place_of(container, index), container.items
    entry = value if container.kind == LIST else (index, value)
    if place < 0:
        replace(m, where, (*items, entry))
    else:
        replace(m, where, (*items[:place], entry, *items[place + 1 :]))
    if container.name:
        publish(m, value, f"{container.name}[{text(m, index, quote=True)}]")


def location(m: State, container: Container, index: Any) -> str:
    """Return the name of an element's place; a negative index is counted from the end."""
    if container.kind == LIST and isinstance(index, int) and index < 0:
        index += len(container.items)
    return f"{container.name}[{text(m, index, quote=True)}]"


def element_access(m: State, op: str, container: Container, index: Any, value: Any) -> Access:
    """Return the access to one element; a new key and a negative index involve the container's shape as well."""
    new = container.kind == DICT and op != "read" and place_of(container, index) < 0
    counted = container.kind == LIST and isinstance(index, int) and index < 0
    also = ((container.name, new),) if new or counted else ()
    return Access(op, location(m, container, index), value, also)


def whole_access(m: State, op: str, container: Container, elements: bool, start: int = 0) -> Access:
    """Return the access to a container's shape, with all elements from `start` on if they are touched as well."""
    places = pairs(container)[start:] if elements else []
    also = tuple([(location(m, container, key), op != "read") for key, _ in places])
    return Access(op, container.name, None, also)
