"""Statements of functions and of the top level."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from cluster_engine.machine.code.flow import Assign, Fail, Failing, Return
from cluster_engine.machine.code.memory import GetItem, SetItem, Store, Unpack
from cluster_engine.machine.language.builder import Builder, Guard, Loop
from cluster_engine.machine.language.calls import call, invoke, list_of_loop, next_round, start_loop, thread
from cluster_engine.machine.language.expressions import (
    COMPARISONS,
    EXPRESSIONS,
    compare,
    is_local,
    jump,
    name,
    refuse,
    sign_of,
    source_of,
)
from cluster_engine.machine.language.names import THREAD
from cluster_engine.machine.nodes import Arithmetic, Const, Node, Slot

VALUES: dict[type[ast.AST], Callable[[Builder, Any], Node]] = {
    **EXPRESSIONS,
    ast.Call: call,
    ast.ListComp: list_of_loop,
}
MAX_TARGETS = 8


def block(b: Builder, statements: Sequence[ast.stmt]) -> None:
    """Emit statements in order."""
    for statement in statements:
        b.run(statement)


def assignment(b: Builder, node: ast.Assign) -> None:
    """targets = value"""
    value = b.value(node.value)
    if len(node.targets) > 1 or isinstance(node.targets[0], ast.Tuple | ast.List):
        value = b.keep(value, node)
    for target in node.targets:
        assign(b, target, value)


def assign(b: Builder, target: ast.expr, value: Node) -> None:
    """Emit target = value."""
    match target:
        case ast.Name(id=name):
            _assign_name(b, target, name, value)
        case ast.Subscript():
            base = b.value(target.value)
            b.emit(SetItem(base, b.value(target.slice), value, source_of(target)), target)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            _assign_parts(b, target, parts, value)
        case ast.Attribute():
            b.fail(target, 'A record is a dict: write record["field"] = value.')
        case _:
            b.fail(target, "Assign to a name, an element, or several of them.")


def _assign_name(b: Builder, target: ast.expr, name: str, value: Node) -> None:
    slot = b.slot_of(name)
    if slot is not None:
        b.emit(Assign(slot, value), target)
    else:
        b.emit(Store(list(b.context.names.shared).index(name), name, value), target)


def _assign_parts(b: Builder, target: ast.expr, parts: list[ast.expr], value: Node) -> None:
    if len(parts) > MAX_TARGETS or any(isinstance(part, ast.Starred) for part in parts):
        b.fail(target, f"Up to {MAX_TARGETS} names take the parts of a value, without stars.")
    first = b.reserve(len(parts), target)
    b.emit(Unpack(first, len(parts), value, source_of(target)), target)
    for i, part in enumerate(parts):
        assign(b, part, Slot(first + i))


def update(b: Builder, node: ast.AugAssign) -> None:
    """target += value: a read and a write of the target, between which others may come."""
    sign = sign_of(b, node, node.op)
    match node.target:
        case ast.Name():
            old = name(b, ast.Name(node.target.id, ast.Load(), lineno=node.lineno, col_offset=node.target.col_offset))
            assign(b, node.target, Arithmetic(sign, old, b.value(node.value)))
        case ast.Subscript() as target:
            base, item, result = b.value(target.value), b.value(target.slice), b.reserve(1, node)
            b.emit(GetItem(result, base, item, source_of(target)), target)
            b.emit(SetItem(base, item, Arithmetic(sign, Slot(result), b.value(node.value)), source_of(target)), target)
        case _:
            b.fail(node, 'A record is a dict: write record["field"] += value.')


def expression(b: Builder, node: ast.Expr) -> None:
    """A call, or a text that only comments."""
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == THREAD:
        thread(b, value)
    elif isinstance(value, ast.Constant) and value.value is ...:
        b.fail(node, "Write pass where nothing is to be done.")
    elif not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
        b.value(value)


def condition(b: Builder, node: ast.If) -> None:
    """if, elif, else"""
    other, end = b.label(), b.label()
    jump(b, node.test, False, other)
    block(b, node.body)
    if node.orelse:
        b.jump(end, node)
    b.place(other)
    block(b, node.orelse)
    b.place(end)


def while_loop(b: Builder, node: ast.While) -> None:
    """while"""
    _no_else(b, node)
    top, end = b.label(), b.label()
    b.place(top)
    jump(b, node.test, False, end)
    _body(b, node.body, Loop(end, top, len(b.guards)))
    b.jump(top, node)
    b.place(end)


def for_loop(b: Builder, node: ast.For) -> None:
    """for … in range, list, dict, tuple or string"""
    _no_else(b, node)
    loop, top, end = start_loop(b, node, node.iter), b.label(), b.label()
    own = b.slot_of(node.target.id) if isinstance(node.target, ast.Name) else None
    result = b.reserve(1, node) if own is None else own
    b.place(top)
    next_round(b, node, loop, result, end)
    if own is None:
        assign(b, node.target, Slot(result))
    _body(b, node.body, Loop(end, top, len(b.guards)))
    b.jump(top, node)
    b.place(end)


def _no_else(b: Builder, node: ast.While | ast.For) -> None:
    if node.orelse:
        b.fail(node.orelse[0], "A loop has no else: write the lines after the loop.")


def _body(b: Builder, statements: list[ast.stmt], loop: Loop) -> None:
    b.loops.append(loop)
    block(b, statements)
    b.loops.pop()


def leave(b: Builder, node: ast.Break | ast.Continue) -> None:
    """break, continue: what a `with` inside the loop holds is released first."""
    if not b.loops:
        b.fail(node, f"{type(node).__name__.lower()} stands in a loop.")
    loop = b.loops[-1]
    _release(b, b.guards[loop.guards :])
    b.jump(loop.end if isinstance(node, ast.Break) else loop.top, node)


def returning(b: Builder, node: ast.Return) -> None:
    """return: the value is worked out, then what every `with` holds is released, innermost first."""
    if b.top:
        b.fail(node, "return stands in a function.")
    value = b.value(node.value) if node.value else Const(None)
    if b.guards:
        value = b.keep(value, node)
    _release(b, b.guards)
    b.emit(Return(value), node)


def _release(b: Builder, guards: list[Guard]) -> None:
    for guard in reversed(guards):
        invoke(b, guard.statement, guard.node, guard.method, [], guard.source)


def guarded(b: Builder, node: ast.With) -> None:
    """with lock: also for semaphores, conditions, and the two sides of an RWLock."""
    before = len(b.guards)
    for item in node.items:
        if item.optional_vars is not None:
            b.fail(item.optional_vars, "It is written with lock: without a name.")
        _enter(b, node, item.context_expr)
    block(b, node.body)
    while len(b.guards) > before:
        _release(b, [b.guards.pop()])


def _enter(b: Builder, node: ast.With, expression: ast.expr) -> None:
    source, side = expression, ""
    match expression:
        case ast.Call(func=ast.Attribute(value=value, attr="read" | "write" as attr), args=[], keywords=[]):
            source, side = value, f"_{attr}"
    target = b.keep(b.value(source), source)
    invoke(b, source, target, f"acquire{side}", [], source_of(source))
    b.guards.append(Guard(node, target, f"release{side}", source_of(source)))


def assertion(b: Builder, node: ast.Assert) -> None:
    """assert condition, message: the message is worked out only if the condition fails."""
    held = b.label()
    sides = _test(b, node.test, held)
    b.emit(Failing(), node)
    message = b.value(node.msg) if node.msg else None
    b.emit(Fail(source_of(node.test, 120), sides, message), node)
    b.place(held)


def _test(b: Builder, test: ast.expr, held: int) -> tuple[str, Node, Node] | None:
    """Jump to `held` if the test holds; return the two sides of a comparison, to be told if it does not."""
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if not is_local(b, test) or _tells(test):
            sides = b.value(left), b.value(right)
            b.branch(compare(b, test, operator, (left, right), *sides), True, held, test)
            return COMPARISONS[type(operator)], *sides
    jump(b, test, True, held)
    return None


def _tells(test: ast.Compare) -> bool:
    return any(isinstance(node, ast.Name) for node in ast.walk(test))


def shared_already(b: Builder, node: ast.Global) -> None:
    """global: what is assigned at the top level is shared anyway."""
    for shared in node.names:
        if shared not in b.context.names.shared:
            b.fail(node, f"`{shared}` is not assigned at the top level before the threads, so nobody shares it.")


def nothing(b: Builder, node: ast.Pass) -> None:
    """pass"""


_TOP_LEVEL = "Functions are defined at the top level, not inside others."
STATEMENTS: dict[type[ast.AST], Callable[[Builder, Any], None]] = {
    ast.Assign: assignment,
    ast.AugAssign: update,
    ast.Expr: expression,
    ast.If: condition,
    ast.While: while_loop,
    ast.For: for_loop,
    ast.Break: leave,
    ast.Continue: leave,
    ast.Return: returning,
    ast.With: guarded,
    ast.Assert: assertion,
    ast.Global: shared_already,
    ast.Pass: nothing,
    ast.FunctionDef: refuse(_TOP_LEVEL),
    ast.AsyncFunctionDef: refuse("There is no async: start a Thread."),
    ast.AsyncFor: refuse("There is no async: start a Thread."),
    ast.AsyncWith: refuse("There is no async: start a Thread."),
    ast.ClassDef: refuse('There are no classes: a record is a dict, {"field": value}.'),
    ast.Try: refuse("There is no try: a failed assert or an error ends the run."),
    ast.TryStar: refuse("There is no try: a failed assert or an error ends the run."),
    ast.Raise: refuse("There is no raise: write assert with a message."),
    ast.Delete: refuse("There is no del: write items.pop(…)."),
    ast.AnnAssign: refuse("Variables have no types here: write name = value."),
    ast.Nonlocal: refuse("A name assigned at the top level is shared: nothing has to be declared."),
    ast.Match: refuse("There is no match: write if and elif."),
}
