"""Objects that hold many values, or nothing but whether they are held: texts, lists, sets, queues and locks."""

from typing import Any

from cluster_engine.consistency.history import OK, Operation, shown
from cluster_engine.consistency.specification import Illegal, State, frozen, told


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
        return told(operation, state, operation.result or "")

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
        return told(operation, state, operation.result or ())

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
        """What is taken out was put in, and came to the front by what was taken out before."""
        if writer.f == "dequeue":
            return reader.f == "dequeue"
        return reader.f == "dequeue" and frozen(writer.value) == frozen(reader.result)


class Set:
    """A set to which one adds, and that one reads whole, in whatever order."""

    name = "set"
    functions = frozenset({"add", "read"})
    initial: State = frozenset()

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        assert isinstance(state, frozenset), f"{state!r} is no set"
        if operation.f == "add":
            return state | {frozen(operation.value)}
        if operation.outcome == OK and (seen := _members(operation.result)) != state:
            wrong = sorted(map(shown, seen ^ state))
            what = "lacks" if seen < state else "shows" if seen > state else "differs in"
            return Illegal(f"it {what} {', '.join(wrong[:3])}{' …' if len(wrong) > 3 else ''}")
        return state

    def only_reads(self, operation: Operation) -> bool:
        """Reads do."""
        return operation.f == "read"

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A read sees what was added among its members."""
        return reader.f == "read" and writer.f == "add" and frozen(writer.value) in _members(reader.result)


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


def _members(result: Any) -> frozenset[Any]:
    return frozenset(frozen(one) for one in result or ())
