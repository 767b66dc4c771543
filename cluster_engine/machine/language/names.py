"""Which names of a program are shared, which are functions, and which belong to one function."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cluster_engine.machine.code.creating import MAKERS
from cluster_engine.machine.code.functions import FUNCTIONS
from cluster_engine.machine.language.errors import Source

STATEMENTS = ("print", "work", "sleep", "yield_")
THREAD = "Thread"
RESERVED = (*FUNCTIONS, *STATEMENTS, *MAKERS, THREAD, "range")
MAX_PARAMETERS = 8


@dataclass(frozen=True, slots=True)
class Names:
    """The parts of a program.

    Attributes:
        functions: The functions by name.
        setup, check: The statements of the top level before and after the last thread.
        shared: The names that all threads share, with the line where each stands first.
        counters: The names of top-level loops, which no function can see.
        assigned: The shared names that a function, or a line after the threads, assigns to.
    """

    functions: dict[str, ast.FunctionDef]
    setup: list[ast.stmt]
    check: list[ast.stmt]
    shared: dict[str, int]
    counters: frozenset[str]
    assigned: frozenset[str]


def find_names(tree: ast.Module, source: Source) -> Names:
    """Split a program into its parts.

    Raises:
        ProgramError: It imports something, starts no thread, or uses a name for two things.
    """
    _check_imports(tree, source)
    functions = _functions(tree, source)
    rest = [statement for statement in tree.body if not isinstance(statement, ast.FunctionDef)]
    last = max((i for i, statement in enumerate(rest) if _starts_thread(statement)), default=-1)
    if last < 0:
        end = tree.body[-1] if tree.body else ast.Pass(lineno=1, col_offset=0)
        source.fail(end, "A program starts a thread at least: Thread(function).")
    setup, check = rest[: last + 1], rest[last + 1 :]
    shared = {name.id: name.lineno for name in reversed(list(_assigned(setup)))}
    _check_reserved(tree, functions, source)
    inner = [name.id for name in _stored([*functions.values(), *check]) if name.id in shared]
    counters = frozenset(name.id for name in _stored(setup) if name.id not in shared)
    return Names(functions, setup, check, dict(sorted(shared.items())), counters, frozenset(inner))


def _check_imports(tree: ast.Module, source: Source) -> None:
    known = {name.id for name in _stored([tree])}
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                source.fail(node, "Nothing is imported: Thread, Lock and the others are there already.")
            case ast.Attribute(value=ast.Name(id=module), attr=word) if word in RESERVED and module not in known:
                source.fail(node, f"{word} is there already: write {word}(…), without {module}.")


def _functions(tree: ast.Module, source: Source) -> dict[str, ast.FunctionDef]:
    functions: dict[str, ast.FunctionDef] = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        if node.name in functions:
            source.fail(node, f"`{node.name}` is defined twice, first in line {functions[node.name].lineno}.")
        functions[node.name] = node
    return functions


def _starts_thread(statement: ast.stmt) -> bool:
    called = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(function, ast.Name) and function.id == THREAD for function in called)


def _stored(statements: Iterable[ast.AST]) -> Iterator[ast.Name]:
    """All names that are assigned to, in order, but those of comprehensions, which are seen nowhere else."""
    for statement in statements:
        inner = {id(name) for node in ast.walk(statement) for name in _comprehension_names(node)}
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in inner:
                yield node


def _comprehension_names(node: ast.AST) -> list[ast.AST]:
    return list(ast.walk(node.target)) if isinstance(node, ast.comprehension) else []


def _assigned(statements: Sequence[ast.stmt]) -> Iterator[ast.Name]:
    """The names that statements assign to with =, not as loop counters."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign):
                yield from _stored(node.targets)
            elif isinstance(node, ast.AugAssign):
                yield from _stored([node.target])


def locals_of(function: ast.FunctionDef, names: Names, source: Source) -> list[str]:
    """Return the names of a function's own variables, parameters first.

    Raises:
        ProgramError: A parameter has the name of a shared variable, or the parameters are more than plain names.
    """
    parameters = [argument.arg for argument in _parameters(function, source)]
    for argument in function.args.args:
        if argument.arg in names.shared:
            line = names.shared[argument.arg]
            source.fail(argument, f"`{argument.arg}` is shared since line {line}: give the parameter another name.")
    return list(dict.fromkeys([*parameters, *_own(function, names)]))


def _own(function: ast.FunctionDef, names: Names) -> list[str]:
    return [name.id for name in _stored([function]) if name.id not in names.shared]


def _parameters(function: ast.FunctionDef, source: Source) -> list[ast.arg]:
    arguments = function.args
    extra = [arguments.vararg, arguments.kwarg, *arguments.kwonlyargs, *arguments.posonlyargs, *arguments.defaults]
    for other in extra:
        if other is not None:
            source.fail(other, "A function takes plain names: no defaults, no stars.")
    for argument in arguments.args:
        if argument.annotation is not None:
            source.fail(argument.annotation, "Parameters have no types here: write their names alone.")
    if len(arguments.args) > MAX_PARAMETERS:
        source.fail(function, f"A function takes {MAX_PARAMETERS} parameters at most.")
    return arguments.args


def _check_reserved(tree: ast.AST, functions: dict[str, ast.FunctionDef], source: Source) -> None:
    for node in ast.walk(tree):
        name = _new_name(node)
        if name in RESERVED:
            source.fail(node, f"`{name}` is a word of the language: choose another name.")
        if name in functions and not isinstance(node, ast.FunctionDef):
            source.fail(node, f"`{name}` is a function (line {functions[name].lineno}): choose another name.")


def _new_name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return name
        case ast.arg(arg=name):
            return name
        case ast.FunctionDef(name=name):
            return name
    return ""
