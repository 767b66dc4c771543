"""What one object does, operation after operation: the sequential specifications that histories are held against.

A model steps from state to state. States are hashable and equal exactly if no future can tell them apart.
"""

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from cluster_engine.consistency.history import OK, Operation, shown

State = Hashable


class Illegal(NamedTuple):
    """Why an operation cannot come next; the sentence ends what "It cannot come next: " begins."""

    why: str


class Model(Protocol):
    """A sequential specification."""

    name: str
    functions: frozenset[str]
    initial: State

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Return the state after the operation, or why it cannot be taken in this state."""

    def only_reads(self, operation: Operation) -> bool:
        """Say whether an operation changes nothing in any state in which it is legal."""

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """Say whether what a reader was told may be the writer's doing."""


class Register:
    """A variable: read, write and, on most, cas (compare-and-set), whose value is the pair (old, new)."""

    name = "register"
    functions = frozenset({"read", "write"})
    initial: State = None

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        if operation.f == "write":
            return _state(operation.value)
        if operation.f == "cas":
            return self._cas(state, operation)
        return _told(operation, state)

    def _cas(self, state: State, operation: Operation) -> State | Illegal:
        old, new = operation.value
        if frozen(old) != state:
            return Illegal(f"it swaps only {shown(old)}, and the value is {shown(state)}")
        return _state(new)

    def only_reads(self, operation: Operation) -> bool:
        """Reads do."""
        return operation.f == "read"

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """Reads and compare-and-sets see the value that a write leaves."""
        left = writer.value[1] if writer.f == "cas" else writer.value
        seen = reader.value[0] if reader.f == "cas" else reader.result
        return writer.f != "read" and reader.f != "write" and frozen(seen) == frozen(left)


class CasRegister(Register):
    """A register with compare-and-set."""

    name = "cas-register"
    functions = frozenset({"read", "write", "cas"})


class EtcdRegister(CasRegister):
    """A register whose failed compare-and-sets are answers too: the value was another one."""

    name = "etcd-register"

    def _cas(self, state: State, operation: Operation) -> State | Illegal:
        if operation.outcome == OK and operation.result is False:
            old = frozen(operation.value[0])
            return Illegal(f"it was told that the value is not {shown(old)}, and it is") if old == state else state
        return super()._cas(state, operation)

    def only_reads(self, operation: Operation) -> bool:
        """Reads do, and compare-and-sets that failed."""
        answered_no = operation.outcome == OK and operation.result is False
        return super().only_reads(operation) or (operation.f == "cas" and answered_no)


class Cell(CasRegister):
    """A register to which one can add, as in the key-value store of the labs; who adds is told the sum."""

    name = "cell"
    functions = frozenset({"read", "write", "cas", "add"})

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        if operation.f != "add":
            return super().step(state, operation)
        try:
            total = float(str(state or 0)) + float(operation.value)
        except ValueError:
            return Illegal(f"nothing can be added to {shown(state)}")
        total = int(total) if total.is_integer() else total
        wrong = operation.outcome == OK and operation.result != total
        return Illegal(f"the sum is then {shown(total)}") if wrong else total

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A sum may hold any addition."""
        return writer.f == "add" or (reader.f == "add" and writer.f != "read") or super().sees(reader, writer)


class Account(Cell):
    """The account of the labs: it opens with $100."""

    name = "account"
    functions = frozenset({"read", "add"})
    initial: State = 100


class Store:
    """One key of a store of texts: get, put and append; nothing is there at first, which reads as the empty text."""

    name = "kv"
    functions = frozenset({"get", "put", "append"})
    initial: State = ""

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        if operation.f == "put":
            return str(operation.value)
        if operation.f == "append":
            return f"{state}{operation.value}"
        return _told(operation, state, operation.result or "")

    def only_reads(self, operation: Operation) -> bool:
        """Gets do."""
        return operation.f == "get"

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A get sees what was put or appended as a part of its text."""
        return reader.f == "get" and writer.f != "get" and str(writer.value) in str(reader.result)


class AppendList:
    """A list to which one appends, and that one reads whole."""

    name = "append-list"
    functions = frozenset({"append", "read"})
    initial: State = ()

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        assert isinstance(state, tuple), f"{state!r} is no list"
        if operation.f == "append":
            return (*state, frozen(operation.value))
        return _told(operation, state, operation.result or ())

    def only_reads(self, operation: Operation) -> bool:
        """Reads do."""
        return operation.f == "read"

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A read sees what was appended as a part of its list."""
        return reader.f == "read" and writer.f == "append" and frozen(writer.value) in (frozen(reader.result) or ())

    def leads_to(self, state: State, later: State) -> bool:
        """Say whether a state can still grow into a list that is read later."""
        assert isinstance(state, tuple), f"{state!r} is no list"
        assert isinstance(later, tuple), f"{later!r} is no list"
        shorter = min(len(state), len(later))
        return state[:shorter] == later[:shorter]


class Queue:
    """A queue: enqueue at the end, dequeue from the front; who finds it empty is told nil."""

    name = "queue"
    functions = frozenset({"enqueue", "dequeue"})
    initial: State = ()

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        assert isinstance(state, tuple), f"{state!r} is no queue"
        if operation.f == "enqueue":
            return (*state, frozen(operation.value))
        if operation.outcome != OK:
            return state[1:]
        if not state:
            return state if operation.result is None else Illegal("the queue is empty")
        if frozen(operation.result) != state[0]:
            return Illegal(f"{shown(state[0])} is at the front")
        return state[1:]

    def only_reads(self, operation: Operation) -> bool:
        """Who finds the queue empty takes nothing out."""
        return operation.f == "dequeue" and operation.outcome == OK and operation.result is None

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """What is taken out was put in."""
        return reader.f == "dequeue" and writer.f == "enqueue" and frozen(writer.value) == frozen(reader.result)


class Mutex:
    """A lock: acquire while it is free, release while it is held."""

    name = "mutex"
    functions = frozenset({"acquire", "release"})
    initial: State = False

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        wanted = operation.f == "acquire"
        if wanted == state:
            return Illegal("it is held" if wanted else "nobody holds it")
        return wanted

    def only_reads(self, operation: Operation) -> bool:
        """None do."""
        return False

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """Whether one can be had depends on the others."""
        return reader.f != writer.f


class Counter:
    """A number: add to it (and be told the sum, if the system tells it), and read it."""

    name = "counter"
    functions = frozenset({"add", "read"})
    initial: State = 0

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        assert isinstance(state, int | float), f"{state!r} is no number"
        if operation.f == "read":
            return _told(operation, state)
        total = state + operation.value
        wrong = operation.outcome == OK and operation.result is not None and operation.result != total
        return Illegal(f"the sum is then {total}") if wrong else total

    def only_reads(self, operation: Operation) -> bool:
        """Reads do."""
        return operation.f == "read"

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A sum may hold any addition."""
        return writer.f == "add" and (reader.f == "read" or reader.result is not None)


_ALL: tuple[Model, ...] = (
    Register(), CasRegister(), EtcdRegister(), Cell(), Account(), Store(), AppendList(), Queue(), Mutex(), Counter(),
)  # fmt: skip
MODELS: Mapping[str, Model] = MappingProxyType({model.name: model for model in _ALL})


def _state(value: Any) -> State:
    state: State = frozen(value)
    return state


def frozen(value: Any) -> Any:
    """Return a value as a part of a state: lists become tuples."""
    return tuple(frozen(one) for one in value) if isinstance(value, list | tuple) else value


def _told(operation: Operation, state: State, result: Any = ...) -> State | Illegal:
    """A read changes nothing, and is legal where it was told the truth."""
    told = frozen(operation.result if result is ... else result)
    if operation.outcome == OK and told != state:
        return Illegal(f"it was told {shown(told)}, and the value is {shown(state)}")
    return state
