"""Goals and narration conditions: a small whitelisted grammar, never evaluated as Python.

    expression  = comparisons joined by and, or, not, and parentheses
    comparison  = sum (< <= > >= == != sum)…, chained as in mathematics: 1 < leaders <= 3
    sum         = numbers, "texts", true, false, none and names of measures with + - * /

Names must be known when the expression is compiled: a misspelt one is the author's error and not a
goal that silently never passes. What cannot be known before the run is defined: a division by zero,
a missing value or numbers mixed with text give no value, and an ordering without a value is false.
No value and the text "none" are the same thing: a measure that has nothing to say equals `none`.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cluster_engine.wording import did_you_mean, guess, quoted

MAX_LENGTH = 1_000
MAX_TOKENS = 200
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<name>[A-Za-z_][\w]*)"""
    r"""|(?P<text>"[^"]*"|'[^']*')|(?P<sign><=|>=|==|!=|[<>+\-*/()]))"""
)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_SUM: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub}
_PRODUCT: dict[str, Callable[[Any, Any], Any]] = {"*": operator.mul, "/": operator.truediv}
_CONSTANTS = {"true": True, "false": False, "none": None}
_WORDS = ("and", "or", "not")


class ExpressionError(ValueError):
    """An expression that does not follow the grammar.

    `position` counts characters from 0, `message` is a sentence and `hint` a guess at what was
    meant ("" if none).
    """

    def __init__(self, position: int, message: str, hint: str = "") -> None:
        super().__init__(f"At character {position + 1}: {message}" + (f" {hint}" if hint else ""))
        self.position, self.message, self.hint = position, message, hint


@dataclass(frozen=True, slots=True)
class _Constant:
    value: Any

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class _Name:
    name: str

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        value = names.get(self.name)
        return None if value == "none" else value


@dataclass(frozen=True, slots=True)
class _Arithmetic:
    apply: Callable[[Any, Any], Any]
    left: Any
    right: Any

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        left, right = self.left.evaluate(names), self.right.evaluate(names)
        if not (_is_number(left) and _is_number(right)):
            return None
        try:
            return self.apply(left, right)
        except (ZeroDivisionError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class _Negation:
    operand: Any

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        value = self.operand.evaluate(names)
        return -value if _is_number(value) else None


@dataclass(frozen=True, slots=True)
class _Comparison:
    """`links` are (operator, right side) pairs; a chain holds when each link does."""

    first: Any
    links: tuple[tuple[str, Any], ...]

    def evaluate(self, names: Mapping[str, Any]) -> bool:
        left = self.first.evaluate(names)
        for sign, side in self.links:
            right = side.evaluate(names)
            if not _holds(sign, left, right):
                return False
            left = right
        return True

    def nearness(self, names: Mapping[str, Any]) -> float:
        """Return how near the two sides of a comparison that is false are to each other: less than 1."""
        left, right = self.first.evaluate(names), self.links[0][1].evaluate(names)
        return 1 / (2 + abs(left - right)) if _is_number(left) and _is_number(right) else 0.0


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple[Any, ...]

    def evaluate(self, names: Mapping[str, Any]) -> bool:
        return all(part.evaluate(names) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple[Any, ...]

    def evaluate(self, names: Mapping[str, Any]) -> bool:
        return any(part.evaluate(names) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Not:
    operand: Any

    def evaluate(self, names: Mapping[str, Any]) -> bool:
        return not self.operand.evaluate(names)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: `names` are the measures it reads."""

    text: str
    names: frozenset[str]
    root: Any

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        """Return the value for these measures (None: it has none)."""
        return self.root.evaluate(names)

    def holds(self, names: Mapping[str, Any]) -> bool:
        """Say whether the expression is true for these measures."""
        return bool(self.root.evaluate(names))

    def nearness(self, names: Mapping[str, Any]) -> float:
        """Return how near these measures are to making the expression true, from 0 to 1, which is true."""
        return _nearness(self.root, names)


def _nearness(part: Any, names: Mapping[str, Any]) -> float:
    if isinstance(part, _All):
        return sum(_nearness(one, names) for one in part.parts) / len(part.parts)
    if isinstance(part, _Any):
        return max(_nearness(one, names) for one in part.parts)
    if part.evaluate(names):
        return 1.0
    return part.nearness(names) if isinstance(part, _Comparison) else 0.0


def compile_expression(text: str, names: Iterable[str]) -> Expression:
    """Return the compiled expression over the given names; raise ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(MAX_LENGTH, f"An expression has at most {MAX_LENGTH} characters.")
    tokens = list(_tokens(text))
    if len(tokens) > MAX_TOKENS:
        position = tokens[MAX_TOKENS].position
        raise ExpressionError(position, f"An expression has at most {MAX_TOKENS} words and signs.")
    parser = _Parser(tokens, tuple(names))
    root = parser.whole()
    return Expression(text, frozenset(parser.used), root)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _stray(text, position)
        kind = match.lastgroup or ""
        yield _Token(kind, match[kind], match.start(kind))
        position = match.end()
    yield _Token("end", "", end)


def _stray(text: str, position: int) -> ExpressionError:
    while text[position].isspace():
        position += 1
    hints = {
        "=": "Compare with ==.",
        "&": "Write and.",
        "|": "Write or.",
        "!": "Write not.",
        '"': "Close the text with a quote.",
        "'": "Close the text with a quote.",
    }
    character = text[position]
    return ExpressionError(position, f"{quoted(character)} has no place in an expression.", hints.get(character, ""))


class _Parser:
    """Recursive descent, one method a level of the grammar."""

    def __init__(self, tokens: list[_Token], names: tuple[str, ...]) -> None:
        self.tokens, self.names = tokens, names
        self.used: set[str] = set()
        self.index = 0
        self.depth = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.index]

    def take(self, *texts: str) -> _Token | None:
        """Take the next token when it is one of these words or signs."""
        token = self.here
        if token.kind in ("sign", "name") and token.text in texts:
            self.index += 1
            return token
        return None

    def whole(self) -> Any:
        if self.here.kind == "end":
            raise ExpressionError(0, "The expression is empty.")
        root = self.either()
        if self.here.kind != "end":
            raise self.unexpected("Join comparisons with and, or.")
        return root

    def either(self) -> Any:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(self.here.position, f"More than {MAX_DEPTH} levels of nesting.")
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _Any(tuple(parts))

    def both(self) -> Any:
        parts = [self.negated()]
        while self.take("and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else _All(tuple(parts))

    def negated(self) -> Any:
        denials = 0
        while self.take("not"):
            denials += 1
        operand = self.comparison()
        for _ in range(min(denials, 2 - denials % 2)):
            operand = _Not(operand)
        return operand

    def comparison(self) -> Any:
        first = self.sum()
        links = []
        left = first
        while sign := self.take(*_COMPARE):
            right = self.sum()
            _comparable(sign, left, right)
            links.append((sign.text, right))
            left = right
        return _Comparison(first, tuple(links)) if links else first

    def sum(self) -> Any:
        left = self.product()
        while sign := self.take(*_SUM):
            left = _arithmetic(sign, _SUM[sign.text], left, self.product())
        return left

    def product(self) -> Any:
        left = self.factor()
        while sign := self.take(*_PRODUCT):
            left = _arithmetic(sign, _PRODUCT[sign.text], left, self.factor())
        return left

    def factor(self) -> Any:
        minuses = 0
        while self.take("-"):
            minuses += 1
        value = self.atom()
        return _Negation(value) if minuses % 2 else value

    def atom(self) -> Any:
        token = self.here
        if self.take("("):
            inner = self.either()
            if not self.take(")"):
                raise ExpressionError(token.position, "This parenthesis is not closed.")
            return inner
        if token.kind in ("end", "sign") or token.text in _WORDS:
            raise self.unexpected()
        self.index += 1
        if token.kind == "number":
            return _Constant(float(token.text) if "." in token.text else int(token.text))
        return self.quoted(token) if token.kind == "text" else self.named(token)

    def quoted(self, token: _Token) -> Any:
        text = token.text[1:-1]
        return _Constant(None if text == "none" else text)

    def named(self, token: _Token) -> Any:
        if token.text in _CONSTANTS:
            return _Constant(_CONSTANTS[token.text])
        if token.text not in self.names:
            message = f"There is no measure named {quoted(token.text)}."
            if guess(token.text, self.names) is None and guess(token.text, _WORDS) is not None:
                raise ExpressionError(token.position, message, did_you_mean(token.text, _WORDS).strip())
            raise ExpressionError(token.position, message, did_you_mean(token.text, self.names).strip())
        self.used.add(token.text)
        return _Name(token.text)

    def unexpected(self, hint: str = "") -> ExpressionError:
        token = self.here
        if token.kind == "end":
            return ExpressionError(token.position, "The expression ends where a value is missing.")
        return ExpressionError(token.position, f"{quoted(token.text)} is not expected here.", hint)


def _arithmetic(sign: _Token, apply: Callable[[Any, Any], Any], left: Any, right: Any) -> _Arithmetic:
    for side in (left, right):
        if isinstance(side, _Comparison | _All | _Any | _Not) or (
            isinstance(side, _Constant) and not _is_number(side.value)
        ):
            raise ExpressionError(sign.position, f"{sign.text} works on numbers only.")
    return _Arithmetic(apply, left, right)


def _comparable(sign: _Token, left: Any, right: Any) -> None:
    if not (isinstance(left, _Constant) and isinstance(right, _Constant)):
        return
    if left.value is None or right.value is None:
        return
    if _is_number(left.value) != _is_number(right.value):
        raise ExpressionError(sign.position, f"{sign.text} compares a number with a text.")


def _holds(sign: str, left: Any, right: Any) -> bool:
    if sign in ("==", "!="):
        return bool(_COMPARE[sign](left, right))
    if (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return bool(_COMPARE[sign](left, right))
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)
