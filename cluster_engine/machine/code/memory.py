"""Instructions that read and write variables, lists and dicts."""

from collections.abc import Callable, Sequence
from typing import Any

from cluster_engine.machine import heap
from cluster_engine.machine.accesses import Access
from cluster_engine.machine.code.instruction import ALWAYS, MAYBE, Instruction
from cluster_engine.machine.nodes import Node, uses_of
from cluster_engine.machine.spelling import foreseen, plain
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import Task
from cluster_engine.machine.values import DICT, LIST, UNSET, Container, Fault, Ref, kind


class Load(Instruction):
    """slot = shared variable"""

    __slots__ = ("name", "slot", "variable")
    stops = ALWAYS

    def __init__(self, slot: int, variable: int, name: str) -> None:
        self.slot, self.variable, self.name = slot, variable, name

    def run(self, m: State, thread: int, task: Task) -> int:
        value = m.memory[self.variable]
        if value is UNSET:
            raise Fault(f"`{self.name}` has no value yet.")
        task.slots[self.slot] = value
        return self.next

    def access(self, m: State, task: Task) -> Access:
        return Access("read", self.name, plain(m, m.memory[self.variable]))

    def defines(self) -> int:
        return 1 << self.slot

    def words(self, program: Any) -> str:
        return f"load {self.name}"


class Store(Instruction):
    """shared variable = expression"""

    __slots__ = ("name", "node", "variable")
    stops = ALWAYS

    def __init__(self, variable: int, name: str, node: Node) -> None:
        self.variable, self.name, self.node = variable, name, node

    def run(self, m: State, thread: int, task: Task) -> int:
        value, memory, variable = self.node.evaluate(task.slots), m.memory, self.variable
        if value.__class__ is Ref or value.__class__ is tuple:
            heap.publish(m, value, self.name)
        m.memory = (*memory[:variable], value, *memory[variable + 1 :])
        return self.next

    def access(self, m: State, task: Task) -> Access:
        return Access("write", self.name, foreseen(m, self.node, task))

    def uses(self) -> int:
        return self.node.uses

    def words(self, program: Any) -> str:
        return f"store {self.name}"


class GetItem(Instruction):
    """slot = container[index]"""

    __slots__ = ("base", "item", "slot", "source")
    stops = MAYBE

    def __init__(self, slot: int, base: Node, item: Node, source: str) -> None:
        self.slot, self.base, self.item, self.source = slot, base, item, source

    def shared(self, m: State, task: Task) -> bool:
        return heap.is_shared(m, self.base.evaluate(task.slots))

    def run(self, m: State, thread: int, task: Task) -> int:
        base, index = self.base.evaluate(task.slots), self.item.evaluate(task.slots)
        if isinstance(base, str | tuple):
            base_items = Container(LIST, "", tuple(base))
            task.slots[self.slot] = heap.element(m, base_items, index)
        else:
            task.slots[self.slot] = heap.element(m, heap.container_of(m, base, "be indexed"), index)
        return self.next

    def access(self, m: State, task: Task) -> Access:
        container = m.heap[self.base.evaluate(task.slots).number]
        index = self.item.evaluate(task.slots)
        try:
            value = plain(m, heap.element(m, container, index))
        except Fault:
            value = None
        return heap.element_access(m, "read", container, index, value)

    def uses(self) -> int:
        return self.base.uses | self.item.uses

    def defines(self) -> int:
        return 1 << self.slot

    def words(self, program: Any) -> str:
        return f"load {self.source}"

    def next_words(self, m: State, task: Task) -> str:
        return f"load {self.access(m, task).location}"


class SetItem(Instruction):
    """container[index] = expression"""

    __slots__ = ("base", "item", "node", "source")
    stops = MAYBE

    def __init__(self, base: Node, item: Node, node: Node, source: str) -> None:
        self.base, self.item, self.node, self.source = base, item, node, source

    def shared(self, m: State, task: Task) -> bool:
        return heap.is_shared(m, self.base.evaluate(task.slots))

    def run(self, m: State, thread: int, task: Task) -> int:
        slots = task.slots
        where = self.base.evaluate(slots)
        heap.container_of(m, where, "be assigned to by index")
        heap.put_element(m, where, self.item.evaluate(slots), self.node.evaluate(slots))
        return self.next

    def access(self, m: State, task: Task) -> Access:
        container = m.heap[self.base.evaluate(task.slots).number]
        value, index = foreseen(m, self.node, task), self.item.evaluate(task.slots)
        try:
            return heap.element_access(m, "write", container, index, value)
        except Fault:
            return Access("write", heap.location(m, container, index), value)

    def uses(self) -> int:
        return self.base.uses | self.item.uses | self.node.uses

    def words(self, program: Any) -> str:
        return f"store {self.source}"

    def next_words(self, m: State, task: Task) -> str:
        return f"store {self.access(m, task).location}"


class Build(Instruction):
    """slot = [elements], or {key: value, …} where the elements alternate"""

    __slots__ = ("kind", "parts", "slot")

    def __init__(self, slot: int, kind: str, parts: Sequence[Node]) -> None:
        self.slot, self.kind, self.parts = slot, kind, tuple(parts)

    def run(self, m: State, thread: int, task: Task) -> int:
        values = [part.evaluate(task.slots) for part in self.parts]
        if self.kind == LIST:
            task.slots[self.slot] = heap.allocate(m, LIST, tuple(values))
            return self.next
        made = heap.allocate(m, DICT, ())
        for key, value in zip(values[::2], values[1::2], strict=True):
            heap.put_element(m, made, key, value)
        task.slots[self.slot] = made
        return self.next

    def uses(self) -> int:
        return uses_of(self.parts)

    def defines(self) -> int:
        return 1 << self.slot


class Iterate(Instruction):
    """Begin `for … in container`: the keys of a dict are taken at once, a list is read as the loop goes."""

    __slots__ = ("node", "slot", "source")
    stops = MAYBE

    def __init__(self, slot: int, node: Node, source: str) -> None:
        self.slot, self.node, self.source = slot, node, source

    def shared(self, m: State, task: Task) -> bool:
        value = self.node.evaluate(task.slots)
        return heap.is_shared(m, value) and m.heap[value.number].kind == DICT

    def run(self, m: State, thread: int, task: Task) -> int:
        value = self.node.evaluate(task.slots)
        if not isinstance(value, str | tuple):
            container = heap.container_of(m, value, "be gone through")
            if container.kind == DICT:
                value = tuple([key for key, _ in container.items])
        task.slots[self.slot : self.slot + 2] = value, 0
        return self.next

    def access(self, m: State, task: Task) -> Access:
        return heap.whole_access(m, "read", m.heap[self.node.evaluate(task.slots).number], False)

    def uses(self) -> int:
        return self.node.uses

    def defines(self) -> int:
        return 3 << self.slot

    def words(self, program: Any) -> str:
        return f"load the keys of {self.source}"


class NextItem(Instruction):
    """Take the next element, or leave the loop; of a shared list that is one step, which reads its length too."""

    __slots__ = ("result", "slot", "source", "target")
    stops = MAYBE

    def __init__(self, slot: int, result: int, target: int, source: str) -> None:
        self.slot, self.result, self.target, self.source = slot, result, target, source

    def shared(self, m: State, task: Task) -> bool:
        return heap.is_shared(m, task.slots[self.slot])

    def run(self, m: State, thread: int, task: Task) -> int:
        slots = task.slots
        value, cursor = slots[self.slot : self.slot + 2]
        items = m.heap[value.number].items if value.__class__ is Ref else value
        if cursor >= len(items):
            return self.target
        slots[self.result], slots[self.slot + 1] = items[cursor], cursor + 1
        return self.next

    def access(self, m: State, task: Task) -> Access:
        value, cursor = task.slots[self.slot : self.slot + 2]
        container = m.heap[value.number]
        if cursor >= len(container.items):
            return Access("read", container.name)
        place = heap.location(m, container, cursor)
        return Access("read", place, plain(m, container.items[cursor]), ((container.name, False),))

    def uses(self) -> int:
        return 3 << self.slot

    def defines(self) -> int:
        return 1 << self.result | 2 << self.slot

    def targets(self) -> tuple[int, ...]:
        return (self.next, self.target)

    def move(self, place: Callable[[int], int]) -> None:
        self.next, self.target = place(self.next), place(self.target)

    def words(self, program: Any) -> str:
        return f"load the next of {self.source}"

    def next_words(self, m: State, task: Task) -> str:
        return f"load {self.access(m, task).location}"


class Unpack(Instruction):
    """slots = the parts of a tuple or list"""

    __slots__ = ("first", "many", "node", "source")
    stops = MAYBE

    def __init__(self, first: int, many: int, node: Node, source: str) -> None:
        self.first, self.many, self.node, self.source = first, many, node, source

    def shared(self, m: State, task: Task) -> bool:
        return heap.is_shared(m, self.node.evaluate(task.slots))

    def run(self, m: State, thread: int, task: Task) -> int:
        value = self.node.evaluate(task.slots)
        items = m.heap[value.number].items if value.__class__ is Ref else value
        if not isinstance(items, tuple):
            raise Fault(f"Only a tuple or a list has parts to assign, not {kind(value)}.")
        if len(items) != self.many:
            raise Fault(f"There are {len(items)} values for {self.many} names.")
        task.slots[self.first : self.first + self.many] = items
        return self.next

    def access(self, m: State, task: Task) -> Access:
        return heap.whole_access(m, "read", m.heap[self.node.evaluate(task.slots).number], True)

    def uses(self) -> int:
        return self.node.uses

    def defines(self) -> int:
        return ((1 << self.many) - 1) << self.first

    def words(self, program: Any) -> str:
        return f"load all of {self.source}"
