"""EDN as Jepsen writes it: the maps of a history, each with the line where it begins, as plain Python.

Histories come as a map a line, as one vector of maps or as one list of them. Tags say of which class a form was; they
are passed over, as are remarks. Keywords and symbols become their names.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import edn_format

from cluster_engine.consistency.history import HistoryError

DEEPEST = 50  # brackets within brackets

_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")|(?P<unended>")|(?P<remark>;[^\n]*)|(?P<character>\\.)'
    r"|(?P<tag>#(?!inst\b|uuid\b)[A-Za-z][\w.$/-]*)|(?P<opens>[({\[])|(?P<closes>[)}\]])",
    re.DOTALL,
)
_CLOSES = {"(": ")", "{": "}", "[": "]"}
_BETWEEN = " \t\r\n,"


class _Open(NamedTuple):
    """A bracket that is not closed yet."""

    bracket: str
    line: int


def maps(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each map of a history with the line where it begins; raise HistoryError, with the line."""
    for line, source in _sources(text):
        data = _parsed(line, source)
        if not isinstance(data, dict):
            raise HistoryError(f"Line {line}: an operation is a map with process, type, f and value.")
        yield line, data


def forms(text: str) -> list[Any]:
    """Return the forms of a text, or the text itself where it is no EDN: a reason in words, such as an error."""
    try:
        return [_plain(one) for one in edn_format.loads_all(_TOKEN.sub(_untagged, text))]
    except Exception:  # the parser raises many kinds
        return [text]


def _untagged(token: re.Match[str]) -> str:
    return "" if token["tag"] else token[0]


def _sources(text: str) -> Iterator[tuple[int, str]]:
    """Yield the text of each map, without tags and remarks."""
    line, end = 1, 0
    open_: list[_Open] = []  # the brackets around; first that of all maps, if there is one
    began, parts = 0, list[str]()
    for token in _TOKEN.finditer(text):
        between = text[end : token.start()]
        line, end = line + between.count("\n"), token.end()
        if not parts:
            _check_outside(line, between, token, open_)
        if token["opens"]:
            began = line if not parts else began
            open_.append(_opened(token[0], line, open_))
        elif token["closes"]:
            _check_closing(token[0], line, open_)
        if parts or token[0] == "{":
            parts += [between if parts else "", "" if token["tag"] or token["remark"] else token[0]]
        if token["closes"] and parts and (not open_ or (len(open_) == 1 and open_[0].bracket != "{")):
            yield began, "".join(parts)
            parts.clear()
        line += token[0].count("\n")
    if open_:
        raise HistoryError(f"Line {open_[-1].line}: this is no EDN: {open_[-1].bracket} is never closed.")
    if left := text[end:].strip(_BETWEEN):
        line += text[end : text.index(left, end)].count("\n")
        raise HistoryError(f"Line {line}: an operation is a map with process, type, f and value, not {left[:40]}.")


def _opened(bracket: str, line: int, open_: list[_Open]) -> _Open:
    if len(open_) == DEEPEST:
        raise HistoryError(f"Line {line}: this is no EDN: more than {DEEPEST} brackets stand within each other.")
    return _Open(bracket, line)


def _check_closing(bracket: str, line: int, open_: list[_Open]) -> None:
    last = open_.pop() if open_ else None
    if last is None or _CLOSES[last.bracket] != bracket:
        what = "closes nothing" if last is None else f"cannot close the {last.bracket} of line {last.line}"
        raise HistoryError(f"Line {line}: this is no EDN: {bracket} {what}.")


def _check_outside(line: int, between: str, token: re.Match[str], open_: list[_Open]) -> None:
    """Between the maps there is nothing but remarks, tags, and the one bracket around them all."""
    if token["unended"]:
        raise HistoryError(f"Line {line}: this is no EDN: a text is never ended.")
    is_around = token["opens"] and not open_
    fits = token["remark"] or token["tag"] or token["closes"] or token[0] == "{" or is_around
    if between.strip(_BETWEEN) or not fits:
        what = between.strip(_BETWEEN) or token[0]
        raise HistoryError(f"Line {line}: this is no EDN of a history: {what[:40]} stands where a map should.")


def _parsed(line: int, source: str) -> Any:
    try:
        return _plain(edn_format.loads(source))
    except Exception as error:  # the parser raises many kinds
        raise HistoryError(f"Line {line}: this is no EDN: {' '.join(str(error).split())[:200]}.") from error


def _plain(data: Any) -> Any:
    """Return EDN as plain Python."""
    if isinstance(data, edn_format.Keyword | edn_format.Symbol):
        return data.name
    if isinstance(data, edn_format.ImmutableDict | dict):
        return {str(_plain(key)): _plain(value) for key, value in data.items()}
    if isinstance(data, edn_format.ImmutableList | list | tuple):
        return [_plain(one) for one in data]
    return data
