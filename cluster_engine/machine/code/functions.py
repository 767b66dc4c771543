"""The functions that the language brings: those that look at whole values, print, work, sleep and yield_."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cluster_engine.machine import heap
from cluster_engine.machine.accesses import Access
from cluster_engine.machine.code.instruction import ALWAYS, MAYBE, Instruction
from cluster_engine.machine.nodes import Node, uses_of
from cluster_engine.machine.spelling import equal, foreseen, text
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import Task
from cluster_engine.machine.values import DICT, LIST, MAX_ELEMENTS, Container, Fault, Ref, bounded, kind

MAX_MS = 3_600_000
MAX_PRINTED = 500


def _length(m: State, arguments: list[Any]) -> int:
    value = arguments[0]
    if isinstance(value, str | tuple):
        return len(value)
    return len(heap.container_of(m, value, "have a length").items)


def _contains(m: State, arguments: list[Any]) -> bool:
    needle, hay = arguments
    if isinstance(hay, str) and isinstance(needle, str):
        return needle in hay
    if isinstance(hay, tuple):
        return needle in hay
    container = heap.container_of(m, hay, "contain something")
    if container.kind == DICT:
        return heap.place_of(container, needle) >= 0
    return any(_equal(m, [needle, item]) for item in container.items)


def _equal(m: State, arguments: list[Any]) -> bool:
    left, right = arguments
    if not (isinstance(left, Ref) and isinstance(right, Ref)):
        return bool(left == right)
    return equal(m, left, right)


def _unequal(m: State, arguments: list[Any]) -> bool:
    return not _equal(m, arguments)


def _numbers(m: State, arguments: list[Any]) -> Sequence[Any]:
    if len(arguments) > 1:
        return arguments
    value = arguments[0]
    return value if isinstance(value, tuple) else heap.container_of(m, value, "be searched").items


def _least(m: State, arguments: list[Any]) -> Any:
    return _ordered(min, _numbers(m, arguments))


def _greatest(m: State, arguments: list[Any]) -> Any:
    return _ordered(max, _numbers(m, arguments))


def _ordered(choose: Callable[[Sequence[Any]], Any], values: Sequence[Any]) -> Any:
    if not values:
        raise Fault("There is no smallest or largest of nothing.")
    try:
        return choose(values)
    except TypeError:
        raise Fault("Only numbers, or only strings, can be put in order.") from None


def _sum(m: State, arguments: list[Any]) -> Any:
    values = _numbers(m, [arguments[0]])
    if not all(isinstance(value, int) for value in values):
        raise Fault("sum(…) adds numbers.")
    return bounded(sum(values))


def _sorted(m: State, arguments: list[Any]) -> Ref:
    return heap.allocate(m, LIST, tuple(_ordered(sorted, values) if (values := _elements(m, arguments)) else ()))


def _elements(m: State, arguments: list[Any]) -> Sequence[Any]:
    value = arguments[0]
    if isinstance(value, str | tuple):
        return tuple(value)
    container = heap.container_of(m, value, "be made a list")
    return container.items if container.kind == LIST else tuple([key for key, _ in container.items])


def _list(m: State, arguments: list[Any]) -> Ref:
    return heap.allocate(m, LIST, tuple(_elements(m, arguments)) if arguments else ())


def _repeat(m: State, arguments: list[Any]) -> Ref:
    times, items = arguments[1], m.heap[arguments[0].number].items
    if not isinstance(times, int) or len(items) * times > MAX_ELEMENTS:
        raise Fault(f"A list is repeated a number of times, to {MAX_ELEMENTS:,} elements at most.")
    return heap.allocate(m, LIST, items * times)


def _absolute(m: State, arguments: list[Any]) -> int:
    if not isinstance(arguments[0], int):
        raise Fault(f"abs(…) takes a number, not {kind(arguments[0])}.")
    return abs(arguments[0])


def _string(m: State, arguments: list[Any]) -> str:
    return str(bounded("".join(text(m, argument) for argument in arguments)))


def _integer(m: State, arguments: list[Any]) -> int:
    value = arguments[0]
    try:
        return int(bounded(int(value))) if isinstance(value, int) or len(value) < 20 else 1 // 0
    except (TypeError, ValueError, ZeroDivisionError):
        raise Fault(f"int(…) takes a number or its digits, not {text(m, value, quote=True)[:40]}.") from None


def _boolean(m: State, arguments: list[Any]) -> bool:
    return bool(arguments[0])


class Function(NamedTuple):
    """A function of the language: bounds on its arguments, and whether it looks at the elements of a container."""

    least: int
    most: int
    run: Callable[[State, list[Any]], Any]
    elements: bool = True


FUNCTIONS = {
    "abs": Function(1, 1, _absolute),
    "bool": Function(1, 1, _boolean),
    "int": Function(1, 1, _integer),
    "len": Function(1, 1, _length, elements=False),
    "list": Function(0, 1, _list),
    "max": Function(1, 8, _greatest),
    "min": Function(1, 8, _least),
    "sorted": Function(1, 1, _sorted),
    "str": Function(1, 1, _string),
    "sum": Function(1, 1, _sum),
}
OPERATORS = {
    "==": Function(2, 2, _equal),
    "!=": Function(2, 2, _unequal),
    "in": Function(2, 2, _contains),
    "*": Function(2, 2, _repeat),
    "f-string": Function(0, 100, _string),
}


def _shared_containers(m: State, values: Sequence[Any]) -> list[Container]:
    return [m.heap[value.number] for value in values if heap.is_shared(m, value)]


def _reading(m: State, containers: list[Container], elements: bool) -> Access:
    first, *others = [heap.whole_access(m, "read", container, elements) for container in containers]
    also = [place for access in others for place in ((access.location, False), *access.also)]
    return first._replace(also=(*first.also, *also))


class Inspect(Instruction):
    """slot = function(values): local unless it looks into a shared list or dict, which it then does in one step."""

    __slots__ = ("arguments", "function", "name", "slot", "source")
    stops = MAYBE

    def __init__(self, slot: int, name: str, arguments: Sequence[Node], source: str) -> None:
        self.slot, self.name, self.arguments, self.source = slot, name, tuple(arguments), source
        self.function = FUNCTIONS.get(name) or OPERATORS[name]

    def shared(self, m: State, task: Task) -> bool:
        return any(heap.is_shared(m, argument.evaluate(task.slots)) for argument in self.arguments)

    def run(self, m: State, thread: int, task: Task) -> int:
        values = [argument.evaluate(task.slots) for argument in self.arguments]
        if self.function.elements:
            for value in values:
                if value.__class__ is Ref:
                    m.spend(len(m.heap[value.number].items))
        task.slots[self.slot] = self.function.run(m, values)
        return self.next

    def access(self, m: State, task: Task) -> Access:
        values = [argument.evaluate(task.slots) for argument in self.arguments]
        containers = _shared_containers(m, values)
        if self.name == "in" and len(containers) == 1 and containers[0].kind == DICT:
            return heap.element_access(m, "read", containers[0], values[0], None)
        return _reading(m, containers, self.function.elements)

    def uses(self) -> int:
        return uses_of(self.arguments)

    def defines(self) -> int:
        return 1 << self.slot

    def words(self, program: Any) -> str:
        return f"look at {self.source}"


class Print(Instruction):
    """Print values: a step of its own, as output is shared by all."""

    __slots__ = ("arguments",)
    stops = ALWAYS

    def __init__(self, arguments: Sequence[Node]) -> None:
        self.arguments = tuple(arguments)

    def _line(self, m: State, task: Task) -> str:
        return " ".join(text(m, argument.evaluate(task.slots)) for argument in self.arguments)[:MAX_PRINTED]

    def run(self, m: State, thread: int, task: Task) -> int:
        line = self._line(m, task)
        m.printed = line if m.printed is None else f"{m.printed}\n{line}"[:MAX_PRINTED]
        return self.next

    def access(self, m: State, task: Task) -> Access:
        containers = _shared_containers(m, [argument.evaluate(task.slots) for argument in self.arguments])
        also = _reading(m, containers, True).places().items() if containers else ()
        return Access("print", "print:output", self._line(m, task), tuple(also))

    def uses(self) -> int:
        return uses_of(self.arguments)

    def words(self, program: Any) -> str:
        return "print"


class Yield(Instruction):
    """Let another thread go first: a step that touches nothing."""

    __slots__ = ()
    stops = ALWAYS

    def run(self, m: State, thread: int, task: Task) -> int:
        return self.next

    def words(self, program: Any) -> str:
        return "yield"


class Spend(Instruction):
    """work(ms) or sleep(ms): local where time does not count, a step of its own in a timed machine."""

    __slots__ = ("node", "op")
    stops = MAYBE

    def __init__(self, op: str, node: Node) -> None:
        self.op, self.node = op, node

    def _ms(self, task: Task) -> Any:
        ms = self.node.evaluate(task.slots)
        if not isinstance(ms, int | float) or not 0 <= ms <= MAX_MS:
            raise Fault(f"{self.op}(ms) takes 0 to {MAX_MS:,} milliseconds.")
        return ms

    def shared(self, m: State, task: Task) -> bool:
        return m.timed

    def run(self, m: State, thread: int, task: Task) -> int:
        self._ms(task)
        return self.next

    def access(self, m: State, task: Task) -> Access:
        return Access(self.op, "", foreseen(m, self.node, task))

    def uses(self) -> int:
        return self.node.uses

    def words(self, program: Any) -> str:
        return self.op
