"""Methods of objects, lists and dicts, and what only the top level does: making objects and threads."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cluster_engine.machine import containers, heap
from cluster_engine.machine.accesses import Access
from cluster_engine.machine.code.instruction import ALWAYS, MAYBE, Instruction
from cluster_engine.machine.nodes import Const, Node, uses_of
from cluster_engine.machine.objects import Operation, Paused, SyncObject
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import STAY, Task
from cluster_engine.machine.values import Fault, Handle, Ref, handle, kind


class Invoke(Instruction):
    """slot = value.method(arguments), of an object (always a step) or of a list or dict (a step if it is shared)."""

    __slots__ = ("arguments", "method", "node", "slot", "source")
    stops = MAYBE
    waits = True

    def __init__(self, slot: int, node: Node, method: str, arguments: Sequence[Node], source: str) -> None:
        self.slot, self.node, self.method = slot, node, method
        self.arguments, self.source = tuple(arguments), source

    def operation(self, m: State, task: Task) -> tuple[SyncObject, Operation] | None:
        """Return the object and its operation (None: the value is a list, a dict or a mistake)."""
        value = self.node.evaluate(task.slots)
        if value.__class__ is not Handle:
            return None
        found = m.program.objects[value.number]
        return found, found.operation(self.method, len(self.arguments))

    def shared(self, m: State, task: Task) -> bool:
        value = self.node.evaluate(task.slots)
        if value.__class__ is Ref:
            return heap.is_shared(m, value)
        return self.operation(m, task) is not None

    def ready(self, m: State, thread: int, task: Task) -> bool:
        found = self.operation(m, task)
        return found is None or can_go_on(m, *found, thread, task.phase)

    def run(self, m: State, thread: int, task: Task) -> int:
        found = self.operation(m, task)
        if found is None:
            return self._of_container(m, task)
        return self._operate(m, *found, thread, task)

    def _operate(self, m: State, target: SyncObject, operation: Operation, thread: int, task: Task) -> int:
        if task.phase is not None and operation.resume:
            result, task.phase = operation.resume(m, target, thread, task.phase), None
        else:
            result = operation.run(m, target, thread, self._values(task))
        if result.__class__ is Paused:
            task.phase = result.memory
            return STAY
        task.slots[self.slot] = result
        return self.next

    def _values(self, task: Task) -> list[Any]:
        return [argument.evaluate(task.slots) for argument in self.arguments]

    def _of_container(self, m: State, task: Task) -> int:
        value = self.node.evaluate(task.slots)
        if not isinstance(value, Ref):
            raise Fault(f"{kind(value).capitalize()} has no method {self.method}.")
        container = m.heap[value.number]
        method = containers.method(container, self.method, len(self.arguments))
        task.slots[self.slot] = method.run(m, value, self._values(task))
        return self.next

    def access(self, m: State, task: Task) -> Access:
        found = self.operation(m, task)
        if found is not None:
            return found[0].access(m, found[1], task.phase, self._values(task))
        container = m.heap[self.node.evaluate(task.slots).number]
        return containers.method(container, self.method, len(self.arguments)).access(m, container, self._values(task))

    def gives(self, objects: Sequence[SyncObject]) -> Iterable[tuple[int, str]]:
        return [given for target, operation in self.possible(objects) for given in target.gives(operation)]

    def may_wait(self, objects: Sequence[SyncObject]) -> bool:
        return any(operation.ready or operation.resume_ready for _, operation in self.possible(objects))

    def possible(self, objects: Sequence[SyncObject]) -> list[tuple[SyncObject, Operation]]:
        """Return the objects that the method may be called of, and their operations."""
        if isinstance(self.node, Const) and not isinstance(self.node.value, Handle):
            return []  # a list or a dict
        able = [target for target in objects if self.method in target.operations]
        return [(target, target.operations[self.method]) for target in able]

    def uses(self) -> int:
        return self.node.uses | uses_of(self.arguments)

    def defines(self) -> int:
        return 1 << self.slot

    def words(self, program: Any) -> str:
        if isinstance(self.node, Const) and isinstance(self.node.value, Handle):
            target: SyncObject = program.objects[self.node.value.number]
            return target.says(target.operation(self.method, len(self.arguments)), None)
        return f"{self.source}.{self.method}()"

    def next_words(self, m: State, task: Task) -> str:
        found = self.operation(m, task)
        return found[0].says(found[1], task.phase) if found else self.words(m.program)


class Operate(Invoke):
    """An Invoke whose object is known when the program is compiled: always a step, and found without a search."""

    __slots__ = ("known", "ready_later", "ready_now")
    stops = ALWAYS

    def __init__(
        self, slot: int, known: tuple[SyncObject, Operation], method: str, arguments: Sequence[Node], source: str
    ) -> None:
        super().__init__(slot, Const(handle(known[0].index)), method, arguments, source)
        self.known = known
        self.ready_now, self.ready_later = known[1].ready, known[1].resume_ready

    def operation(self, m: State, task: Task) -> tuple[SyncObject, Operation]:
        return self.known

    def possible(self, objects: Sequence[SyncObject]) -> list[tuple[SyncObject, Operation]]:
        return [self.known]

    def ready(self, m: State, thread: int, task: Task) -> bool:
        ready = self.ready_now if task.phase is None else self.ready_later
        return ready is None or ready(m, self.known[0], thread)

    def run(self, m: State, thread: int, task: Task) -> int:
        return self._operate(m, *self.known, thread, task)


def can_go_on(m: State, target: SyncObject, operation: Operation, thread: int, phase: Any) -> bool:
    """Return whether a thread can take the first half of an operation, or the second where `phase` is set."""
    ready = operation.ready if phase is None else operation.resume_ready
    return ready is None or ready(m, target, thread)


class Create(Instruction):
    """slot = a new object; the top level only."""

    __slots__ = ("arguments", "make", "slot")

    def __init__(self, slot: int, make: Callable[[State, list[Any]], SyncObject], arguments: Sequence[Node]) -> None:
        self.slot, self.make, self.arguments = slot, make, tuple(arguments)

    def run(self, m: State, thread: int, task: Task) -> int:
        made = self.make(m, [argument.evaluate(task.slots) for argument in self.arguments])
        m.program.objects.append(made)
        m.objects = (*m.objects, made.initial)
        task.slots[self.slot] = handle(made.index)
        return self.next

    def uses(self) -> int:
        return uses_of(self.arguments)

    def defines(self) -> int:
        return 1 << self.slot


class Spawn(Instruction):
    """Add a thread; the top level only. The last two values are its name (None: the next free letter) and priority."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: str, arguments: Sequence[Node]) -> None:
        self.function, self.arguments = function, tuple(arguments)

    def run(self, m: State, thread: int, task: Task) -> int:
        *values, name, priority = [argument.evaluate(task.slots) for argument in self.arguments]
        if not (name is None or isinstance(name, str)):
            raise Fault(f"The name of a thread is a string, not {kind(name)}.")
        m.program.add_thread(self.function, values, name, priority)
        return self.next

    def uses(self) -> int:
        return uses_of(self.arguments)
