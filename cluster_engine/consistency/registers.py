"""Registers: one value that is read, written, compared and set, or added to."""

from cluster_engine.consistency.history import OK, Operation, shown
from cluster_engine.consistency.specification import Illegal, State, as_state, frozen, told


class Register:
    """A variable: read, write and, on most, cas (compare-and-set), whose value is the pair (old, new)."""

    name = "register"
    functions = frozenset({"read", "write"})
    initial: State = None

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        if operation.f == "write":
            return as_state(operation.value)
        if operation.f == "cas":
            return self._cas(state, operation)
        return told(operation, state)

    def _cas(self, state: State, operation: Operation) -> State | Illegal:
        old, new = operation.value
        if frozen(old) != state:
            return Illegal(f"it swaps only {shown(old)}, and the value is {shown(state)}")
        return as_state(new)

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
        if self._answered_no(operation):
            old = frozen(operation.value[0])
            return Illegal(f"it was told that the value is not {shown(old)}, and it is") if old == state else state
        return super()._cas(state, operation)

    def only_reads(self, operation: Operation) -> bool:
        """Reads do, and compare-and-sets that failed."""
        return super().only_reads(operation) or self._answered_no(operation)

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A compare-and-set that failed sees another value than the one that it compared with."""
        return writer.f != "read" if self._answered_no(reader) else super().sees(reader, writer)

    @staticmethod
    def _answered_no(operation: Operation) -> bool:
        return operation.f == "cas" and operation.outcome == OK and operation.result is False


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


class Counter:
    """A number: add to it (and be told the sum, if the system tells it), and read it."""

    name = "counter"
    functions = frozenset({"add", "read"})
    initial: State = 0

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one operation."""
        assert isinstance(state, int | float), f"{state!r} is no number"
        if operation.f == "read":
            return told(operation, state)
        total = state + operation.value
        wrong = operation.outcome == OK and operation.result is not None and operation.result != total
        return Illegal(f"the sum is then {total}") if wrong else total

    def only_reads(self, operation: Operation) -> bool:
        """Reads do."""
        return operation.f == "read"

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """A sum may hold any addition."""
        return writer.f == "add" and (reader.f == "read" or reader.result is not None)
