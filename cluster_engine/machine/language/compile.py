"""From a text to a program that machines can run."""

import ast
from collections.abc import Callable
from typing import Any

from cluster_engine.machine import containers, heap
from cluster_engine.machine.code.flow import Return
from cluster_engine.machine.deciding import deciding
from cluster_engine.machine.futures import futures
from cluster_engine.machine.language.builder import Builder, Context
from cluster_engine.machine.language.errors import ProgramError
from cluster_engine.machine.language.linking import link
from cluster_engine.machine.language.names import Names, find_names, locals_of
from cluster_engine.machine.language.parse import parse
from cluster_engine.machine.language.statements import STATEMENTS, VALUES, block
from cluster_engine.machine.machine import Machine
from cluster_engine.machine.nodes import Const
from cluster_engine.machine.objects import SyncObject
from cluster_engine.machine.program import Function, Program
from cluster_engine.machine.spelling import text
from cluster_engine.machine.tasks import Task
from cluster_engine.machine.values import UNSET, Container, Fault, Handle, Ref, kind

SETUP, CHECK = "before the threads", "after the threads"


def compile_program(text: str) -> Program:
    """Compile a text and run its lines before the threads.

    The functions are compiled twice: before, and once it is known which names are fixed to an object, a list or a dict.

    Raises:
        ProgramError: The text is no program; line, column and a sentence that says what is allowed.
    """
    tree, source = parse(text)
    names = find_names(tree, source)
    first = _compile(names, Context(names, source, {}, VALUES, STATEMENTS, None, []))
    m = _run_setup(first)
    fixed = _fixed(names, m)
    second = _compile(names, Context(names, source, fixed, VALUES, STATEMENTS, _checker(m), first.objects))
    second.objects, second.threads = first.objects, first.threads
    second.memory, second.heap, second.values = m.memory, m.heap, m.objects
    second.check = CHECK if names.check else None
    second.futures = futures(second.code, second.objects)
    second.looks = deciding(second.code, [function.start for function in second.functions.values()], second.objects)
    second.deciding = frozenset().union(*second.looks.values())
    return second


def _compile(names: Names, context: Context) -> Program:
    builders = [_function(node, names, context) for node in names.functions.values()]
    builders += [_top_level(SETUP, "setup", names.setup, context), _top_level(CHECK, "check", names.check, context)]
    functions = {function.name: function for function, _ in builders}
    variables = tuple(names.shared)
    program = Program(context.source.text, link(builders), functions, variables, SETUP, None)
    program.memory = (UNSET,) * len(variables)
    return program


def _function(node: ast.FunctionDef, names: Names, context: Context) -> tuple[Function, Builder]:
    for extra in (*node.decorator_list, node.returns):
        if extra is not None:
            context.source.fail(extra, "A function is written def name(parameters): without more.")
    variables = locals_of(node, names, context.source)
    builder = Builder(context, {name: slot for slot, name in enumerate(variables)})
    block(builder, node.body)
    builder.emit(Return(Const(None)), node.body[-1])
    return Function(node.name, node.lineno, 0, 0, tuple(variables), len(node.args.args)), builder


def _top_level(name: str, top: str, statements: list[ast.stmt], context: Context) -> tuple[Function, Builder]:
    module = ast.FunctionDef(
        name=name, args=ast.arguments([], [], None, [], [], None, []), body=statements, decorator_list=[]
    )
    variables = locals_of(module, context.names, context.source)
    builder = Builder(context, {name: slot for slot, name in enumerate(variables)}, top)
    block(builder, statements)
    last = statements[-1] if statements else ast.Pass(lineno=1, col_offset=0)
    builder.emit(Return(Const(None)), last)
    return Function(name, last.lineno, 0, 0, tuple(variables), 0), builder


def _run_setup(program: Program) -> Machine:
    m = Machine(program)
    setup = program.functions[SETUP]
    m.run_main(Task(setup.start, [UNSET] * setup.size))
    if m.failure is not None:
        raise ProgramError(m.failure.line, m.failure.column, m.failure.text)
    _name_objects(m)
    _publish(m)
    return m


def _name_objects(m: Machine) -> None:
    """Name objects after the variables that hold them, alone or in a list."""
    named: set[int] = set()
    pending = list(zip(m.program.variables, m.memory, strict=True))
    seen: set[int] = set()
    while pending:
        name, value = pending.pop(0)
        if isinstance(value, Handle) and value.number not in named:
            named.add(value.number)
            m.program.objects[value.number].name = name
        elif isinstance(value, Ref) and value.number not in seen:
            seen.add(value.number)
            found = heap.pairs(m.heap[value.number])
            pending += [(f"{name}[{text(m, key, quote=True)}]", item) for key, item in found]
    _name_others(m, named)


def _name_others(m: Machine, named: set[int]) -> None:
    for target in m.program.objects:
        inner = getattr(target, "lock", None)
        if inner is not None and inner.index not in named:
            named.add(inner.index)
            inner.name = f"{target.name}.lock"


def _publish(m: Machine) -> None:
    for name, value in zip(m.program.variables, m.memory, strict=True):
        heap.publish(m, value, name)
    for thread in m.program.threads:
        for parameter, value in zip(m.program.functions[thread.function].names, thread.arguments, strict=False):
            heap.publish(m, value, parameter)


def _fixed(names: Names, m: Machine) -> dict[str, Any]:
    values = dict(zip(m.program.variables, m.memory, strict=True))
    return {
        name: value for name, value in values.items() if name not in names.assigned and isinstance(value, Handle | Ref)
    }


def _checker(m: Machine) -> Callable[[Any, str, int], str]:
    """Return what checks the methods of fixed values while the functions are compiled for the second time."""
    objects, containers_ = m.program.objects, m.heap

    def check(value: Any, method: str, count: int) -> str:
        try:
            _look_up(objects, containers_, value, method, count)
        except Fault as fault:
            return str(fault)
        return ""

    return check


def _look_up(objects: list[SyncObject], heap_: tuple[Container, ...], value: Any, method: str, count: int) -> None:
    if isinstance(value, Handle):
        objects[value.number].operation(method, count)
    elif isinstance(value, Ref):
        containers.method(heap_[value.number], method, count)
    else:
        raise Fault(f"Objects, lists and dicts have methods, not {kind(value)}.")
