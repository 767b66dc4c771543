"""Values in words and as plain data. Lists can contain each other, and themselves: what is too large is cut short."""

from typing import Any

from cluster_engine.machine.nodes import Node
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import Task
from cluster_engine.machine.values import LIST, UNSET, Container, Fault, Handle, Ref

MAX_SPELLED = 10_000
MAX_SHOWN = 200
MAX_SPELLED_DEPTH = 20
CONTENTS = ("atomic", "queue")


class _Budget:
    """How many values may still be spelled out: lists can contain each other, and themselves."""

    __slots__ = ("cut", "left")

    def __init__(self, left: int) -> None:
        self.left, self.cut = left, False

    def take(self, depth: int) -> bool:
        """Use one up; return whether there was one, not too deep."""
        self.left -= 1
        self.cut = self.cut or self.left < 0 or depth >= MAX_SPELLED_DEPTH
        return self.left >= 0 and depth < MAX_SPELLED_DEPTH


def text(m: State, value: Any, quote: bool = False) -> str:
    """Return a value as people write it; strings in quotes where `quote`, and always inside others."""
    if isinstance(value, str):
        return repr(value) if quote else value
    return _text(m, value, _Budget(MAX_SHOWN), 0)


def _text(m: State, value: Any, budget: _Budget, depth: int) -> str:
    if not budget.take(depth):
        return "…"
    match value:
        case tuple():
            parts = [_text(m, part, budget, depth + 1) for part in value]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        case Ref():
            return _container_text(m, m.heap[value.number], budget, depth)
        case Handle():
            return str(m.program.objects[value.number].name)
    return repr(value)


def _container_text(m: State, container: Container, budget: _Budget, depth: int) -> str:
    shown = container.items[: max(budget.left, 0) + 1]
    if container.kind == LIST:
        return f"[{', '.join(_text(m, item, budget, depth + 1) for item in shown)}]"
    parts = [f"{_text(m, key, budget, depth + 1)}: {_text(m, item, budget, depth + 1)}" for key, item in shown]
    return f"{{{', '.join(parts)}}}"


def plain(m: State, value: Any) -> Any:
    """Return a value as plain data: tuples as lists, atomics and queues as what they hold, others by their name.

    What is too large is cut short with "…".
    """
    return _plain(m, value, _Budget(MAX_SPELLED), 0)


def foreseen(m: State, node: Node, task: Task) -> Any:
    """Return the value that a step is about to write, as plain data; None if computing it will fail."""
    try:
        return plain(m, node.evaluate(task.slots))
    except Fault:
        return None


def equal(m: State, left: Ref, right: Ref) -> bool:
    """Return whether two lists or dicts are equal in all their parts.

    Raises:
        Fault: They are too large to be compared.
    """
    budget = _Budget(2 * MAX_SPELLED)
    same = bool(_plain(m, left, budget, 0) == _plain(m, right, budget, 0))
    m.spend(2 * MAX_SPELLED - budget.left)
    if budget.cut:
        raise Fault("These lists are too large to be compared.")
    return same


def _plain(m: State, value: Any, budget: _Budget, depth: int) -> Any:
    if not budget.take(depth):
        return "…"
    match value:
        case tuple():
            return [_plain(m, part, budget, depth + 1) for part in value]
        case Ref():
            return _plain_container(m, m.heap[value.number], budget, depth)
        case Handle():
            held = m.program.objects[value.number]
            return _plain(m, held.value(m), budget, depth + 1) if held.kind in CONTENTS else held.name
    return None if value is UNSET else value


def _plain_container(m: State, container: Container, budget: _Budget, depth: int) -> Any:
    if container.kind == LIST:
        return [_plain(m, item, budget, depth + 1) for item in container.items[: max(budget.left, 0) + 1]]
    return {
        key if isinstance(key, str) else text(m, key): _plain(m, item, budget, depth + 1)
        for key, item in container.items[: max(budget.left, 0) + 1]
    }
