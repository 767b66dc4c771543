"""Calls: functions of the program and of the language, methods, and what only the top level makes."""

import ast
from collections.abc import Sequence

from cluster_engine.machine.code.creating import MAKERS
from cluster_engine.machine.code.flow import Call, NextInRange, StartRange
from cluster_engine.machine.code.functions import FUNCTIONS, Print, Spend, Yield
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.code.memory import Build, Iterate, NextItem
from cluster_engine.machine.code.methods import Create, Invoke, Operate, Spawn
from cluster_engine.machine.containers import METHODS
from cluster_engine.machine.language.builder import Builder
from cluster_engine.machine.language.expressions import inspect, jump, source_of
from cluster_engine.machine.language.names import RESERVED, THREAD
from cluster_engine.machine.nodes import Const, Node, Slot
from cluster_engine.machine.objects import (
    Atomic,
    Barrier,
    Condition,
    Event,
    Lock,
    Queue,
    RWLock,
    Semaphore,
)
from cluster_engine.machine.values import LIST, Handle
from cluster_engine.wording import did_you_mean

_OBJECTS = (Lock, Semaphore, Condition, Event, Barrier, RWLock, Queue, Atomic)
KNOWN_METHODS = sorted(
    {name for kind in _OBJECTS for name in kind.operations} | {name for kind in METHODS.values() for name in kind}
)
_THREAD_FORM = 'Thread(function, arguments…, name="A", priority=1)'


def call(b: Builder, node: ast.Call) -> Node:
    """A call of any kind."""
    if isinstance(node.func, ast.Attribute):
        return _method(b, node, node.func)
    if not isinstance(node.func, ast.Name):
        return b.fail(node, "A function is called by its name.")  # type: ignore[no-any-return]
    name = node.func.id
    if name in b.context.names.functions:
        return _function(b, node, name)
    if name in FUNCTIONS:
        return _of_language(b, node, name)
    if name in MAKERS:
        return _object(b, node, name)
    if name in ("print", "yield_", "work", "sleep"):
        return _statement(b, node, name)
    return b.fail(node, _unknown(b, name))  # type: ignore[no-any-return]


def _unknown(b: Builder, name: str) -> str:
    if name == THREAD:
        return f"A thread is started on a line of its own at the top level: {_THREAD_FORM}."
    if name == "range":
        return "range(…) stands in a loop: for i in range(n)."
    hint = did_you_mean(name, [*b.context.names.functions, *RESERVED])
    return f"There is no function `{name}`.{hint if hint.startswith(' Did') else ' Define it with def.'}"


def _plain_arguments(b: Builder, node: ast.Call, name: str) -> list[ast.expr]:
    if node.keywords:
        b.fail(node.keywords[0].value, f"{name}(…) takes its arguments by place, without names.")
    return node.args


def _function(b: Builder, node: ast.Call, name: str) -> Node:
    arguments = _plain_arguments(b, node, name)
    check_count(b, node, name, len(arguments))
    values = [b.value(argument) for argument in arguments]
    result = b.reserve(1, node)
    b.emit(Call(name, values, result), node)
    return Slot(result)


def check_count(b: Builder, node: ast.AST, name: str, given: int) -> None:
    """Check how many arguments a function of the program gets."""
    wanted = len(b.context.names.functions[name].args.args)
    if given != wanted:
        many = "1 argument" if wanted == 1 else f"{wanted or 'no'} arguments"
        b.fail(node, f"{name} takes {many}, not {given}.")


def _of_language(b: Builder, node: ast.Call, name: str) -> Node:
    function, arguments = FUNCTIONS[name], _plain_arguments(b, node, name)
    if not function.least <= len(arguments) <= function.most:
        many = function.least if function.least == function.most else f"{function.least} to {function.most}"
        b.fail(node, f"{name}(…) takes {many} argument{'' if many == 1 else 's'}, not {len(arguments)}.")
    return inspect(b, node, name, [b.value(argument) for argument in arguments])


def _statement(b: Builder, node: ast.Call, name: str) -> Node:
    arguments = _plain_arguments(b, node, name)
    if name == "print":
        b.emit(Print([b.value(argument) for argument in arguments]), node)
        return Const(None)
    wanted = 0 if name == "yield_" else 1
    if len(arguments) != wanted:
        b.fail(node, f"It is written {name}({'ms' if wanted else ''}).")
    b.emit(_spend(b, name, arguments[0]) if wanted else Yield(), node)
    return Const(None)


def _spend(b: Builder, name: str, argument: ast.expr) -> Instruction:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, float):
        return Spend(name, Const(argument.value))
    return Spend(name, b.value(argument))


def _object(b: Builder, node: ast.Call, name: str) -> Node:
    maker = MAKERS[name]
    if b.top != "setup":
        b.fail(node, f"Objects are made at the top level, before the threads: name = {maker.written}.")
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    wanted = maker.arguments[len(node.args) :]
    most = len(maker.arguments)
    if any(key not in wanted for key in named) or not maker.least <= len(node.args) + len(named) <= most:
        b.fail(node, f"It is written {maker.written}.")
    values = [b.value(argument) for argument in (*node.args, *named.values())]
    result = b.reserve(1, node)
    b.emit(Create(result, maker.make, values), node)
    return Slot(result)


def thread(b: Builder, node: ast.Call) -> None:
    """Thread(function, arguments…) at the top level."""
    if b.top != "setup":
        b.fail(node, _unknown(b, THREAD))
    if not node.args or not isinstance(node.args[0], ast.Name):
        b.fail(node, f"A thread runs a function, given by its name: {_THREAD_FORM}.")
    function = node.args[0]
    assert isinstance(function, ast.Name), "checked above"
    if function.id not in b.context.names.functions:
        hint = did_you_mean(function.id, b.context.names.functions)
        b.fail(function, f"There is no function `{function.id}` to run as a thread.{hint}")
    check_count(b, node, function.id, len(node.args) - 1)
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    if unknown := [key for key in named if key not in ("name", "priority")]:
        b.fail(node, f"A thread has no setting {unknown[0]}: {_THREAD_FORM}.")
    extras = [b.value(named[key]) if key in named else Const(default) for key, default in _EXTRAS.items()]
    b.emit(Spawn(function.id, [*[b.value(argument) for argument in node.args[1:]], *extras]), node)


_EXTRAS = {"name": None, "priority": 1}


def _method(b: Builder, node: ast.Call, function: ast.Attribute) -> Node:
    method = _named_method(b, node, function)
    target = b.value(function.value)
    values = [b.value(argument) for argument in node.args]
    return invoke(b, node, target, method, values, source_of(function.value))


def _named_method(b: Builder, node: ast.Call, function: ast.Attribute) -> str:
    method = function.attr
    if method in ("start", "join"):
        b.fail(node, "Threads start by themselves, and the lines after the last Thread run when all have ended.")
    if method in ("read", "write"):
        b.fail(node, f"{method}() stands in a with: with {source_of(function.value)}.{method}():")
    if method == "acquire" and [keyword.arg for keyword in node.keywords] == ["blocking"]:
        return _acquire(b, node.keywords[0].value)
    if node.keywords:
        b.fail(node.keywords[0].value, "The only argument by name is acquire(blocking=False); there are no timeouts.")
    return method


def _acquire(b: Builder, blocking: ast.expr) -> str:
    if not isinstance(blocking, ast.Constant) or not isinstance(blocking.value, bool):
        b.fail(blocking, "blocking is True or False.")
    assert isinstance(blocking, ast.Constant), "checked above"
    return "acquire" if blocking.value else "try_acquire"


def invoke(b: Builder, node: ast.AST, target: Node, method: str, values: Sequence[Node], source: str) -> Node:
    """Emit the call of a method of a value."""
    check = b.context.check_method
    if check is not None and isinstance(target, Const):
        if wrong := check(target.value, method, len(values)):
            b.fail(node, wrong)
    elif check is not None and method not in KNOWN_METHODS:
        b.fail(node, f"There is no method {method}.{did_you_mean(method, KNOWN_METHODS)}")
    result = b.reserve(1, node)
    if check is not None and isinstance(target, Const) and isinstance(target.value, Handle):
        known = b.context.objects[target.value.number]
        b.emit(Operate(result, (known, known.operation(method, len(values))), method, values, source), node)
    else:
        b.emit(Invoke(result, target, method, values, source), node)
    return Slot(result)


def range_of(iterable: ast.expr) -> ast.Call | None:
    """Return the call of range that a loop goes through, if it is one."""
    match iterable:
        case ast.Call(func=ast.Name(id="range")):
            return iterable
    return None


def start_loop(b: Builder, node: ast.AST, iterable: ast.expr) -> tuple[int, bool, str]:
    """Emit what stands before a loop; return its slots, whether it counts a range, and what it goes through."""
    counted = range_of(iterable)
    if counted is None:
        value = b.value(iterable)
        slot = b.reserve(2, node)
        b.emit(Iterate(slot, value, source_of(iterable)), iterable)
        return slot, False, source_of(iterable)
    arguments = _plain_arguments(b, counted, "range")
    if not 1 <= len(arguments) <= 3:
        b.fail(counted, "It is written range(stop), range(start, stop) or range(start, stop, step).")
    values = [b.value(argument) for argument in arguments]
    bounds = [Const(0), *values] if len(values) == 1 else values
    slot = b.reserve(3, node)
    b.emit(StartRange(slot, bounds if len(bounds) == 3 else [*bounds, Const(1)]), iterable)
    return slot, True, source_of(iterable)


def next_round(b: Builder, node: ast.AST, loop: tuple[int, bool, str], result: int, end: int) -> None:
    """Emit what takes the next value of a loop, or leaves it."""
    slot, counts, source = loop
    b.emit(NextInRange(slot, result, end) if counts else NextItem(slot, result, end, source), node)


def list_of_loop(b: Builder, node: ast.ListComp) -> Node:
    """[value for name in iterable if condition]"""
    [generator, *more] = node.generators
    if more or not isinstance(generator.target, ast.Name) or generator.is_async:
        return b.fail(node, "It is written [value for name in items if condition], with one for.")  # type: ignore[no-any-return]
    made, item = b.reserve(1, node), b.reserve(1, node)
    b.emit(Build(made, LIST, []), node)
    loop, top, end = start_loop(b, node, generator.iter), b.label(), b.label()
    b.place(top)
    next_round(b, node, loop, item, end)
    with b.binding(generator.target.id, item):
        for condition in generator.ifs:
            jump(b, condition, False, top)
        b.emit(Invoke(b.reserve(1, node), Slot(made), "append", [b.value(node.elt)], "list"), node)
    b.jump(top, node)
    b.place(end)
    return Slot(made)
