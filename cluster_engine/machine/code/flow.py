"""Local instructions: assignments, jumps, calls, and the end of a run by a failed assert."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.nodes import Const, Node, uses_of
from cluster_engine.machine.spelling import text
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import END, Frame, Task
from cluster_engine.machine.values import UNSET, Fault

MAX_CALLS = 200


class AssertionFault(Fault):
    """A failed assert of the program."""


class Assign(Instruction):
    """slot = expression"""

    __slots__ = ("node", "slot")

    def __init__(self, slot: int, node: Node) -> None:
        self.slot, self.node = slot, node

    def run(self, m: State, thread: int, task: Task) -> int:
        task.slots[self.slot] = self.node.evaluate(task.slots)
        return self.next

    def uses(self) -> int:
        return self.node.uses

    def defines(self) -> int:
        return 1 << self.slot


class Jump(Instruction):
    """Go on elsewhere. The linker leaves out all but those of empty endless loops."""

    __slots__ = ()

    def run(self, m: State, thread: int, task: Task) -> int:
        return self.next


class Branch(Instruction):
    """Go on with the next instruction where the condition is `when`, else at `target`."""

    __slots__ = ("node", "target", "when")

    def __init__(self, node: Node, when: bool, target: int) -> None:
        self.node, self.when, self.target = node, when, target

    def run(self, m: State, thread: int, task: Task) -> int:
        return self.next if bool(self.node.evaluate(task.slots)) is self.when else self.target

    def uses(self) -> int:
        return self.node.uses

    def targets(self) -> tuple[int, ...]:
        if isinstance(self.node, Const) and isinstance(self.node.value, int):  # while True
            return (self.next if bool(self.node.value) is self.when else self.target,)
        return (self.next, self.target)

    def move(self, place: Callable[[int], int]) -> None:
        self.next, self.target = place(self.next), place(self.target)


class Call(Instruction):
    """slot = function(arguments). `start` and `size` (in slots) of the function are filled in by the linker."""

    __slots__ = ("arguments", "function", "kept", "result", "size", "start")

    def __init__(self, function: str, arguments: Sequence[Node], result: int) -> None:
        self.function, self.arguments, self.result = function, tuple(arguments), result
        self.start = self.size = 0
        self.kept: Callable[[Any], Any] | None = None

    def run(self, m: State, thread: int, task: Task) -> int:
        slots = task.slots
        values = [argument.evaluate(slots) for argument in self.arguments]
        parent = task.frames
        depth = parent.depth + 1 if parent else 1
        if depth >= MAX_CALLS:
            raise Fault(f"Functions call each other {MAX_CALLS} deep at most.")
        key = (self.next, self.kept(slots) if self.kept else None, parent.key if parent else None)
        task.frames = Frame(self.index, self.next, tuple(slots), self.result, parent, depth, key)
        task.slots = values + [UNSET] * (self.size - len(values))
        return self.start

    def uses(self) -> int:
        return uses_of(self.arguments)

    def defines(self) -> int:
        return 1 << self.result

    def set_kept(self, mask: int) -> None:
        """Note the slots that are read again once the call has returned."""
        kept = [slot for slot in range(mask.bit_length()) if mask >> slot & 1]
        self.kept = itemgetter(*kept) if kept else None


class Return(Instruction):
    """Hand a value to the caller; a thread's outermost function ends it."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    def run(self, m: State, thread: int, task: Task) -> int:
        value, frame = self.node.evaluate(task.slots), task.frames
        if frame is None:
            return END
        task.slots = list(frame.slots)
        task.slots[frame.result] = value
        task.frames = frame.parent
        return frame.pc

    def uses(self) -> int:
        return self.node.uses

    def targets(self) -> tuple[int, ...]:
        return ()

    def move(self, place: Callable[[int], int]) -> None:
        """A return goes wherever its caller is."""


class Failing(Instruction):
    """An assert has failed: what its message reads is read at once, without a step in between."""

    __slots__ = ()

    def run(self, m: State, thread: int, task: Task) -> int:
        return m.run_alone(self.next, thread, task)


class Fail(Instruction):
    """End the run with the text of the assert, the two sides of its comparison if it is one, and its message."""

    __slots__ = ("message", "sides", "source")

    def __init__(self, source: str, sides: tuple[str, Node, Node] | None, message: Node | None) -> None:
        self.source, self.sides, self.message = source, sides, message

    def run(self, m: State, thread: int, task: Task) -> int:
        why = f"`assert {self.source}` does not hold" + self._comparison(m, task)
        if self.message is None:
            raise AssertionFault(f"{why}.")
        raise AssertionFault(f"{text(m, self.message.evaluate(task.slots))} ({why})")

    def _comparison(self, m: State, task: Task) -> str:
        if self.sides is None:
            return ""
        sign, left, right = self.sides
        sides = [text(m, side.evaluate(task.slots), quote=True) for side in (left, right)]
        return f": {sides[0]} {sign} {sides[1]}"

    def uses(self) -> int:
        nodes = [self.message] if self.message else []
        return uses_of([*nodes, *self.sides[1:]] if self.sides else nodes)

    def targets(self) -> tuple[int, ...]:
        return ()

    def move(self, place: Callable[[int], int]) -> None:
        """Nothing comes after a failed assert."""


class StartRange(Instruction):
    """Begin `for … in range(first, stop, step)`."""

    __slots__ = ("nodes", "slot")

    def __init__(self, slot: int, nodes: Sequence[Node]) -> None:
        self.slot, self.nodes = slot, tuple(nodes)

    def run(self, m: State, thread: int, task: Task) -> int:
        bounds = [node.evaluate(task.slots) for node in self.nodes]
        if not all(isinstance(bound, int) for bound in bounds):
            raise Fault("range(…) takes whole numbers.")
        if bounds[2] == 0:
            raise Fault("The step of a range is not 0.")
        task.slots[self.slot : self.slot + 3] = bounds
        return self.next

    def uses(self) -> int:
        return uses_of(self.nodes)

    def defines(self) -> int:
        return 7 << self.slot


class NextInRange(Instruction):
    """Take the next number of a range, or leave the loop."""

    __slots__ = ("result", "slot", "target")

    def __init__(self, slot: int, result: int, target: int) -> None:
        self.slot, self.result, self.target = slot, result, target

    def run(self, m: State, thread: int, task: Task) -> int:
        slots, slot = task.slots, self.slot
        number, stop, step = slots[slot : slot + 3]
        if number >= stop if step > 0 else number <= stop:
            return self.target
        slots[self.result], slots[slot] = number, number + step
        return self.next

    def uses(self) -> int:
        return 7 << self.slot

    def defines(self) -> int:
        return 1 << self.result | 1 << self.slot

    def targets(self) -> tuple[int, ...]:
        return (self.next, self.target)

    def move(self, place: Callable[[int], int]) -> None:
        self.next, self.target = place(self.next), place(self.target)
