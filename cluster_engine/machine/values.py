"""What programs compute with.

Integers, booleans, strings, None and tuples are Python's own. Lists and dicts live in the machine's heap, locks and
their like in its table of objects; programs hold references to them. All values are immutable, so that machines share
them when they are copied. As in Python, True and 1 are one value.
"""

from enum import Enum
from typing import Any, NamedTuple

MAX_NUMBER = 10**12
MAX_TEXT = 1_000
MAX_CONTAINERS = 1_000
MAX_OBJECTS = 100
MAX_PARTS = 100
MAX_NESTING = 8
MAX_ELEMENTS = 10_000
LIST, DICT = "list", "dict"


class Fault(Exception):
    """A run-time error of the program; the text is a sentence for the learner."""


class Unset(Enum):
    """What a variable holds before its first assignment."""

    UNSET = "unset"


UNSET = Unset.UNSET


class Reference:
    """A number that is no integer of the program. There is one instance a number, so that identity is equality."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __bool__(self) -> bool:
        raise Fault("A list, a dict or an object is neither true nor false: ask for len(…) > 0.")


class Ref(Reference):
    """A list or dict, by its place in the heap."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return ref, (self.number,)

    def __repr__(self) -> str:
        return f"Ref({self.number})"


class Handle(Reference):
    """A lock or another object, by its place in the table of objects."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return handle, (self.number,)

    def __repr__(self) -> str:
        return f"Handle({self.number})"


_refs = tuple([Ref(number) for number in range(MAX_CONTAINERS)])
_handles = tuple([Handle(number) for number in range(MAX_OBJECTS)])


def ref(number: int) -> Ref:
    """Return the reference to the list or dict with this number (below MAX_CONTAINERS)."""
    return _refs[number]


def handle(number: int) -> Handle:
    """Return the reference to the object with this number (below MAX_OBJECTS)."""
    return _handles[number]


class Container(NamedTuple):
    """A list (`items` are its elements) or a dict (they are pairs); `name` is "" while it is one thread's own."""

    kind: str
    name: str
    items: tuple[Any, ...]


def kind(value: Any) -> str:
    """Return what a value is, for error messages: "a number", "a list or dict"…"""
    match value:
        case bool():
            return "a truth value"
        case int():
            return "a number"
        case str():
            return "a string"
        case None:
            return "None"
        case tuple():
            return "a tuple"
        case Ref():
            return "a list or dict"
        case Handle():
            return "a lock or another object"
    return "nothing"


def bounded(value: Any) -> Any:
    """Return a computed value if it is within the bounds of the language.

    Raises:
        Fault: The number or the string is too large.
    """
    if isinstance(value, int) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise Fault("Numbers go up to 10**12 in either direction.")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise Fault(f"Strings have {MAX_TEXT:,} characters at most.")
    if isinstance(value, tuple):
        _check_tuple(value)
    return value


def _check_tuple(value: tuple[Any, ...]) -> None:
    level, count = list(value), 0
    for _ in range(MAX_NESTING):
        count += len(level)
        if count > MAX_PARTS:
            raise Fault(f"A tuple holds {MAX_PARTS} values at most, all in all.")
        level = [part for inner in level if isinstance(inner, tuple) for part in inner]
        if not level:
            return
    raise Fault(f"Tuples stand within each other {MAX_NESTING} deep at most.")
