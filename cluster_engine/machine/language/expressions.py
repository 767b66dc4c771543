"""Expressions: what reads shared state becomes instructions, the rest trees over slots."""

import ast
from collections.abc import Callable
from typing import Any

from cluster_engine.machine.code.flow import Assign
from cluster_engine.machine.code.functions import Inspect
from cluster_engine.machine.code.memory import Build, GetItem, Load
from cluster_engine.machine.language.builder import Builder
from cluster_engine.machine.language.names import RESERVED
from cluster_engine.machine.nodes import (
    And,
    Arithmetic,
    Const,
    Equal,
    Node,
    Not,
    Or,
    Ordering,
    Same,
    Slot,
    TupleOf,
    Unequal,
)
from cluster_engine.machine.values import DICT, LIST, MAX_NUMBER
from cluster_engine.wording import did_you_mean

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
ORDERS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
COMPARISONS: dict[type[ast.cmpop], str] = {
    **ORDERS,
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def source_of(node: ast.AST, limit: int = 60) -> str:
    """Return the text of an expression, cut short."""
    text = ast.unparse(node)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def sign_of(b: Builder, node: ast.AST, operator: ast.operator) -> str:
    """Return the operator of + - * // % **; others are errors."""
    if isinstance(operator, ast.Div):
        b.fail(node, "Numbers are whole: write // to divide.")
    if type(operator) not in SIGNS:
        b.fail(node, "The operators on numbers are + - * // % and **.")
    return SIGNS[type(operator)]


def is_local(b: Builder, node: ast.expr) -> bool:
    """Return whether an expression needs no instruction: it reads slots and fixed names only."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return b.slot_of(name) is not None or name in b.context.fixed
        case ast.UnaryOp(operand=operand):
            return is_local(b, operand)
        case ast.BinOp(left=left, right=right):
            return _repeats(node) is None and is_local(b, left) and is_local(b, right)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values):
            return all(is_local(b, value) for value in values)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compares_locally(operator, left, right) and is_local(b, left) and is_local(b, right)
    return False


def _compares_locally(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
    if isinstance(operator, ast.Eq | ast.NotEq):
        return _is_scalar(left) or _is_scalar(right)
    return not isinstance(operator, ast.In | ast.NotIn)


def _is_scalar(node: ast.expr) -> bool:
    """Whether an expression can only be a number, a string or the like, never a list."""
    return isinstance(node, ast.Constant | ast.BinOp | ast.Compare | ast.UnaryOp | ast.JoinedStr)


def constant(b: Builder, node: ast.Constant) -> Node:
    """A literal."""
    value = node.value
    if isinstance(value, float):
        b.fail(node, "Numbers are whole here; only work(ms) and sleep(ms) take fractions.")
    if not (value is None or isinstance(value, bool | int | str)):
        b.fail(node, "Values are whole numbers, strings, True, False, None, lists, dicts and tuples.")
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        b.fail(node, "Numbers go up to 10**12 in either direction.")
    if isinstance(value, str) and any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
        b.fail(node, "A string is made of characters that can be written: no null, no half of a pair.")
    return Const(value)


def name(b: Builder, node: ast.Name) -> Node:
    """A variable: a slot if it is local, a step if it is shared, nothing if it is fixed."""
    slot = b.slot_of(node.id)
    if slot is not None:
        return Slot(slot, node.id)
    if node.id in b.context.fixed:
        return Const(b.context.fixed[node.id])
    if node.id not in b.context.names.shared:
        b.fail(node, _unknown(b, node.id))
    result = b.reserve(1, node)
    b.emit(Load(result, list(b.context.names.shared).index(node.id), node.id), node)
    return Slot(result)


def _unknown(b: Builder, name: str) -> str:
    names = b.context.names
    if name in names.functions or name in RESERVED:
        return f"`{name}` is called with parentheses: {name}(…)."
    if name in names.counters and not b.top:
        return f"`{name}` only counts a loop at the top level: pass it as an argument of the thread."
    known = [*b.variables, *names.shared, *names.functions, *RESERVED]
    return f"There is no variable `{name}`.{_near(name, known)}"


def _near(name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known)
    return hint if hint.startswith(" Did") else " Assign to it first, at the top level if threads share it."


def arithmetic(b: Builder, node: ast.BinOp) -> Node:
    """Two values combined; a list written out times a number is a longer list."""
    sign, repeated = sign_of(b, node, node.op), _repeats(node)
    if repeated is not None:
        parts = [b.value(part) for part in repeated]
        return inspect(b, node, "*", parts)
    left = b.value(node.left)
    return Arithmetic(sign, left, b.value(node.right))


def _repeats(node: ast.BinOp) -> tuple[ast.expr, ast.expr] | None:
    if not isinstance(node.op, ast.Mult):
        return None
    if isinstance(node.left, ast.List):
        return node.left, node.right
    return (node.right, node.left) if isinstance(node.right, ast.List) else None


def inspect(b: Builder, node: ast.expr, function: str, arguments: list[Node]) -> Node:
    """A function of the language over whole values."""
    result = b.reserve(1, node)
    b.emit(Inspect(result, function, arguments, source_of(node)), node)
    return Slot(result)


def unary(b: Builder, node: ast.UnaryOp) -> Node:
    """A sign, or not."""
    if isinstance(node.op, ast.Not):
        return Not(b.value(node.operand))
    if isinstance(node.op, ast.Invert):
        b.fail(node, "The operators on numbers are + - * // % and **.")
    if isinstance(node.operand, ast.Constant) and isinstance(node.op, ast.USub):
        number = constant(b, node.operand)
        if isinstance(number, Const) and type(number.value) is int:
            return Const(-number.value)
    return Arithmetic("-" if isinstance(node.op, ast.USub) else "+", Const(0), b.value(node.operand))


def comparison(b: Builder, node: ast.Compare) -> Node:
    """One comparison, or a chain of which later parts are read only while the earlier hold."""
    if len(node.ops) == 1:
        left = b.value(node.left)
        return compare(b, node, node.ops[0], (node.left, node.comparators[0]), left, b.value(node.comparators[0]))
    result, end = b.reserve(1, node), b.label()
    left, sides = b.value(node.left), [node.left, *node.comparators]
    for i, operator in enumerate(node.ops):
        right = b.value(sides[i + 1])
        b.emit(Assign(result, compare(b, node, operator, (sides[i], sides[i + 1]), left, right)), node)
        if i < len(node.ops) - 1:
            b.branch(Slot(result), False, end, node)
        left = right
    b.place(end)
    return Slot(result)


def compare(
    b: Builder, node: ast.Compare, operator: ast.cmpop, sides: tuple[ast.expr, ast.expr], left: Node, right: Node
) -> Node:
    """Return the comparison of two values that have been read."""
    if type(operator) in ORDERS:
        return Ordering(ORDERS[type(operator)], left, right)
    match operator:
        case ast.In():
            return inspect(b, node, "in", [left, right])
        case ast.NotIn():
            return Not(inspect(b, node, "in", [left, right]))
        case ast.Is() | ast.IsNot():
            if not (isinstance(sides[1], ast.Constant) and sides[1].value in (None, True, False)):
                b.fail(node, "`is` compares with None, True or False; write == for values.")
            return Same(left, right) if isinstance(operator, ast.Is) else Not(Same(left, right))
    equal = isinstance(operator, ast.Eq)
    if _compares_locally(operator, *sides):
        return Equal(left, right) if equal else Unequal(left, right)
    return inspect(b, node, "==" if equal else "!=", [left, right])


def boolean(b: Builder, node: ast.BoolOp) -> Node:
    """and, or: the right side is read only if it matters."""
    both = isinstance(node.op, ast.And)
    if is_local(b, node):
        left = b.value(node.values[0])
        for part in node.values[1:]:
            left = And(left, b.value(part)) if both else Or(left, b.value(part))
        return left
    result, end = b.reserve(1, node), b.label()
    for i, part in enumerate(node.values):
        b.emit(Assign(result, b.value(part)), part)
        if i < len(node.values) - 1:
            b.branch(Slot(result), not both, end, part)
    b.place(end)
    return Slot(result)


def choice(b: Builder, node: ast.IfExp) -> Node:
    """a if condition else b: only one of the two is read."""
    result, other, end = b.reserve(1, node), b.label(), b.label()
    jump(b, node.test, False, other)
    b.emit(Assign(result, b.value(node.body)), node)
    b.jump(end, node)
    b.place(other)
    b.emit(Assign(result, b.value(node.orelse)), node)
    b.place(end)
    return Slot(result)


def jump(b: Builder, test: ast.expr, when: bool, label: int) -> None:
    """Go to a label where a condition is `when`; else go on."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            jump(b, operand, not when, label)
        case ast.BoolOp(op=op, values=parts) if not is_local(b, test):
            _jump_over_parts(b, parts, isinstance(op, ast.And), when, label)
        case _:
            b.branch(b.value(test), when, label, test)


def _jump_over_parts(b: Builder, parts: list[ast.expr], both: bool, when: bool, label: int) -> None:
    if when is not both:
        for part in parts:
            jump(b, part, when, label)
        return
    past = b.label()
    for part in parts[:-1]:
        jump(b, part, not when, past)
    jump(b, parts[-1], when, label)
    b.place(past)


def tuple_of(b: Builder, node: ast.Tuple) -> Node:
    """Several values as one."""
    return TupleOf([b.value(part) for part in node.elts])


def list_of(b: Builder, node: ast.List) -> Node:
    """A new list, the thread's own until it is put into a shared place."""
    parts = [b.value(part) for part in node.elts]
    result = b.reserve(1, node)
    b.emit(Build(result, LIST, parts), node)
    return Slot(result)


def dict_of(b: Builder, node: ast.Dict) -> Node:
    """A new dict."""
    parts = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            b.fail(node, "A dict is written {key: value, …}, without stars.")
        else:
            parts += [b.value(key), b.value(value)]
    result = b.reserve(1, node)
    b.emit(Build(result, DICT, parts), node)
    return Slot(result)


def subscript(b: Builder, node: ast.Subscript) -> Node:
    """An element; of a shared list or dict that is a step."""
    if isinstance(node.slice, ast.Slice):
        b.fail(node, "Elements are read one by one: items[i], without a slice.")
    base = b.value(node.value)
    item = b.value(node.slice)
    result = b.reserve(1, node)
    b.emit(GetItem(result, base, item, source_of(node)), node)
    return Slot(result)


def text(b: Builder, node: ast.JoinedStr) -> Node:
    """An f-string."""
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue) and (part.format_spec is not None or part.conversion != -1):
            b.fail(node, "An f-string takes plain values: {value}, without a format.")
        parts.append(b.value(part.value if isinstance(part, ast.FormattedValue) else part))
    return inspect(b, node, "f-string", parts)


def refuse(sentence: str) -> Callable[[Builder, Any], Any]:
    """Return a handler that refuses a construct with a sentence."""

    def handler(b: Builder, node: Any) -> Any:
        b.fail(node, sentence)

    return handler


EXPRESSIONS: dict[type[ast.AST], Callable[[Builder, Any], Node]] = {
    ast.Constant: constant,
    ast.Name: name,
    ast.BinOp: arithmetic,
    ast.UnaryOp: unary,
    ast.Compare: comparison,
    ast.BoolOp: boolean,
    ast.IfExp: choice,
    ast.Tuple: tuple_of,
    ast.List: list_of,
    ast.Dict: dict_of,
    ast.Subscript: subscript,
    ast.JoinedStr: text,
    ast.Attribute: refuse('A record is a dict: write record["field"]. Methods are called with parentheses.'),
    ast.Lambda: refuse("Functions are defined with def, at the top level."),
    ast.Set: refuse("There are lists and dicts, but no sets."),
    ast.SetComp: refuse("There are lists and dicts, but no sets."),
    ast.DictComp: refuse("Write a loop that fills the dict."),
    ast.GeneratorExp: refuse("Write a loop, or a list in brackets."),
    ast.Starred: refuse("Arguments are written out, without stars."),
    ast.NamedExpr: refuse("Assign on a line of its own, with =."),
    ast.Await: refuse("There is no await: threads wait with locks, conditions, events and queues."),
    ast.Yield: refuse("There are no generators. To let another thread go first, write yield_()."),
    ast.YieldFrom: refuse("There are no generators. To let another thread go first, write yield_()."),
    ast.Slice: refuse("Elements are read one by one: items[i], without a slice."),
}
