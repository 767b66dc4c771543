"""Collects the instructions of one function."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cluster_engine.machine.code.flow import Assign, Branch, Jump
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.language.errors import Source
from cluster_engine.machine.language.names import Names
from cluster_engine.machine.nodes import Const, Node, Slot
from cluster_engine.machine.objects import SyncObject

MAX_SLOTS = 500
FIRST_LABEL = -10


@dataclass(frozen=True, slots=True)
class Guard:
    """An object that a `with` holds: how it is released when control leaves the block."""

    statement: ast.With
    node: Node
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: where break and continue go, and how many guards were held outside it."""

    end: int
    top: int
    guards: int


@dataclass(slots=True)
class Context:
    """What all functions of a program have in common.

    Attributes:
        fixed: The shared names that never change: those of objects, and of lists and dicts that are never replaced.
        Their
            use is no step; what they refer to is shared all the same.
        check_method: Says what is wrong with a method of a fixed value ("" if nothing); None while none is fixed.
        objects: The objects that fixed values refer to.
    """

    names: Names
    source: Source
    fixed: dict[str, Any]
    values: dict[type[ast.AST], Callable[["Builder", Any], Node]]
    statements: dict[type[ast.AST], Callable[["Builder", Any], None]]
    check_method: Callable[[Any, str, int], str] | None
    objects: list[SyncObject]


@dataclass(slots=True)
class Builder:
    """The function that is being compiled. `top` says that it is the top level: "setup", "check" or "" (it is not)."""

    context: Context
    variables: dict[str, int]
    top: str = ""
    code: list[Instruction] = field(default_factory=list)
    labels: dict[int, int] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    bound: dict[str, int] = field(default_factory=dict)
    free: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self.free = self.size = len(self.variables)

    def fail(self, node: ast.AST, message: str) -> Any:
        """Raise ProgramError at a node."""
        self.context.source.fail(node, message)

    def value(self, expression: ast.expr) -> Node:
        """Emit what an expression reads of shared state; return the rest as a tree over slots."""
        return self.context.values[type(expression)](self, expression)

    def run(self, statement: ast.stmt) -> None:
        """Emit a statement."""
        mark = self.free
        self.context.statements[type(statement)](self, statement)
        self.free = mark

    def emit(self, instruction: Instruction, node: ast.AST) -> None:
        """Add an instruction that stands where `node` does in the text."""
        instruction.line = node.lineno  # type: ignore[attr-defined]
        instruction.column = self.context.source.column(node)
        instruction.next = len(self.code) + 1
        self.code.append(instruction)

    def reserve(self, count: int, node: ast.AST) -> int:
        """Return the first of several new slots, free again after the statement."""
        first, self.free = self.free, self.free + count
        self.size = max(self.size, self.free)
        if self.size > MAX_SLOTS:
            self.fail(node, f"A function has {MAX_SLOTS} variables and intermediate results at most.")
        return first

    def keep(self, node: Node, at: ast.AST) -> Node:
        """Return a value that later instructions do not change."""
        if isinstance(node, Const):
            return node
        slot = self.reserve(1, at)
        self.emit(Assign(slot, node), at)
        return Slot(slot)

    def label(self) -> int:
        """Return a new label."""
        label = FIRST_LABEL - len(self.labels)
        self.labels[label] = -1
        return label

    def place(self, label: int) -> None:
        """Let a label stand for the next instruction."""
        self.labels[label] = len(self.code)

    def jump(self, label: int, node: ast.AST) -> None:
        """Go to a label."""
        instruction = Jump()
        self.emit(instruction, node)
        instruction.next = label

    def branch(self, condition: Node, when: bool, label: int, node: ast.AST) -> None:
        """Go to a label where the condition is `when`."""
        self.emit(Branch(condition, not when, label), node)

    @contextmanager
    def binding(self, name: str, slot: int) -> Iterator[None]:
        """Let a name stand for a slot for a while (the variable of a comprehension)."""
        before = dict(self.bound)
        self.bound[name] = slot
        yield
        self.bound = before

    def slot_of(self, name: str) -> int | None:
        """Return the slot of a local name (None: it is not local)."""
        return self.bound.get(name, self.variables.get(name))
