"""Local expressions: trees over one thread's slots, evaluated without a step.

Whatever reads or writes shared state has been taken out by the compiler into instructions of its own, which leave their
results in slots. `uses` is a bit mask of the slots that a tree reads.
"""

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from cluster_engine.machine.values import MAX_NUMBER, UNSET, Fault, bounded, kind

Slots = Sequence[Any]
MAX_EXPONENT = 64


class Node:
    """An expression over slots."""

    __slots__ = ("uses",)
    uses: int

    def evaluate(self, slots: Slots) -> Any:
        """Return the value for these slots."""
        raise NotImplementedError


def uses_of(nodes: Sequence[Node]) -> int:
    """Return the bit mask of all slots that these trees read."""
    return reduce(operator.or_, (node.uses for node in nodes), 0)


class Const(Node):
    """A literal, or a name that never changes its value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value, self.uses = value, 0

    def evaluate(self, slots: Slots) -> Any:
        return self.value


class Slot(Node):
    """A local variable or an intermediate result (then without a name)."""

    __slots__ = ("index", "name")

    def __init__(self, index: int, name: str = "") -> None:
        self.index, self.name, self.uses = index, name, 1 << index

    def evaluate(self, slots: Slots) -> Any:
        value = slots[self.index]
        if value is UNSET:
            raise Fault(f"`{self.name}` has no value yet.")
        return value


class _Pair(Node):
    __slots__ = ("left", "right")

    def __init__(self, left: Node, right: Node) -> None:
        self.left, self.right, self.uses = left, right, left.uses | right.uses


def _power(base: int, exponent: int) -> int:
    if exponent < 0 or (exponent > MAX_EXPONENT and abs(base) > 1):
        raise Fault(f"Exponents go from 0 to {MAX_EXPONENT}.")
    return int(base**exponent)


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": _power,
}


class Arithmetic(_Pair):
    """Two numbers combined by an operator; + also joins two strings or two tuples."""

    __slots__ = ("apply", "sign")

    def __init__(self, sign: str, left: Node, right: Node) -> None:
        super().__init__(left, right)
        self.sign, self.apply = sign, ARITHMETIC[sign]

    def evaluate(self, slots: Slots) -> Any:
        left, right = self.left.evaluate(slots), self.right.evaluate(slots)
        if left.__class__ is not int or right.__class__ is not int:
            return self._of_others(left, right)
        try:
            result = self.apply(left, right)
        except ZeroDivisionError:
            raise Fault("A division by zero.") from None
        return result if -MAX_NUMBER <= result <= MAX_NUMBER else bounded(result)

    def _of_others(self, left: Any, right: Any) -> Any:
        if isinstance(left, bool | int) and isinstance(right, bool | int):
            return Arithmetic(self.sign, Const(int(left)), Const(int(right))).evaluate(())
        if self.sign == "+" and type(left) is type(right) and isinstance(left, str | tuple):
            return bounded(left + right)
        takes = "two numbers or two strings" if self.sign == "+" else "two numbers"
        raise Fault(f"`{self.sign}` takes {takes}, not {kind(left)} and {kind(right)}.")


class Equal(_Pair):
    """Whether two values are equal; the compiler has made sure that not both are lists or dicts."""

    __slots__ = ()

    def evaluate(self, slots: Slots) -> Any:
        return self.left.evaluate(slots) == self.right.evaluate(slots)


class Unequal(_Pair):
    """Whether two values differ."""

    __slots__ = ()

    def evaluate(self, slots: Slots) -> Any:
        return self.left.evaluate(slots) != self.right.evaluate(slots)


class Same(_Pair):
    """Whether a value is None, True or False itself."""

    __slots__ = ()

    def evaluate(self, slots: Slots) -> Any:
        return self.left.evaluate(slots) is self.right.evaluate(slots)


ORDERING: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Ordering(_Pair):
    """Two numbers or two strings in order."""

    __slots__ = ("apply", "sign")

    def __init__(self, sign: str, left: Node, right: Node) -> None:
        super().__init__(left, right)
        self.sign, self.apply = sign, ORDERING[sign]

    def evaluate(self, slots: Slots) -> Any:
        left, right = self.left.evaluate(slots), self.right.evaluate(slots)
        try:
            return self.apply(left, right)
        except TypeError:
            what = f"{kind(left)} and {kind(right)}"
            raise Fault(f"`{self.sign}` compares two numbers or two strings, not {what}.") from None


class Not(Node):
    """The opposite truth value."""

    __slots__ = ("operand",)

    def __init__(self, operand: Node) -> None:
        self.operand, self.uses = operand, operand.uses

    def evaluate(self, slots: Slots) -> Any:
        return not self.operand.evaluate(slots)


class And(_Pair):
    """The left value if it counts as false, else the right one."""

    __slots__ = ()

    def evaluate(self, slots: Slots) -> Any:
        return self.left.evaluate(slots) and self.right.evaluate(slots)


class Or(_Pair):
    """The left value if it counts as true, else the right one."""

    __slots__ = ()

    def evaluate(self, slots: Slots) -> Any:
        return self.left.evaluate(slots) or self.right.evaluate(slots)


class TupleOf(Node):
    """Several values as one."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Node]) -> None:
        self.parts, self.uses = tuple(parts), uses_of(parts)

    def evaluate(self, slots: Slots) -> Any:
        return bounded(tuple([part.evaluate(slots) for part in self.parts]))
