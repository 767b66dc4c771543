"""Fields of actions: what a form, a command line or the wire may fill them with.

Each kind of entry checks its value here and nowhere else, so that text and JSON are held to the
same bounds. A reader returns the typed value or raises ValueError with the rest of a sentence:
"give a number from 0 to 100".
"""

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from cluster_engine.wording import duration_ms

MAX_WORD = 64
MAX_GROUPS = 16
MAX_MEMBERS = 32

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")

Metadata = Mapping[str, Any]


def from_text(metadata: Metadata, text: str) -> Any:
    """Return the value that a word (for groups: words) of a script gives to a field."""
    kind = metadata["kind"]
    if kind == "groups":
        return _groups([re.split(r"[,\s]+", group.strip(" ,")) for group in text.split("|")])
    if kind in ("number", "percent", "integer"):
        return from_json(metadata, _number_in(text, "%" if kind == "percent" else metadata["unit"]))
    if kind == "message":
        return from_json(metadata, int(text) if text.isdecimal() and len(text) < 12 else text)
    return from_json(metadata, text)


def from_json(metadata: Metadata, value: Any) -> Any:
    """Return the value that JSON gives to a field."""
    match metadata["kind"]:
        case "node" | "process" | "client":
            return _name(value)
        case "groups":
            return _groups(value)
        case "integer":
            return int(_number({"whole": True} | dict(metadata), value))
        case "number":
            return float(_number(metadata, value))
        case "percent":
            return float(_number({**metadata, "low": 0, "high": 100, "unit": "%"}, value))
        case "message":
            return int(_number({"whole": True, "low": 0, "high": None, "unit": ""}, value))
        case "choice":
            return _choice(metadata["choices"] or (), value)
        case _:
            return _word(value)


def _name(value: Any) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise ValueError("give the name of a node, such as n1")


def _word(value: Any) -> str:
    if isinstance(value, str) and 0 < len(value) <= MAX_WORD and value.isprintable():
        return value
    raise ValueError(f"give a text of 1 to {MAX_WORD} printable characters")


def _choice(choices: Iterable[str], value: Any) -> str:
    for choice in choices:
        if choice == value:
            return choice
    raise ValueError("choose one of " + ", ".join(choices))


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    advice = ValueError("give groups of nodes, as in n1,n2 | n3,n4,n5")
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_GROUPS:
        raise advice
    for group in value:
        if not isinstance(group, list | tuple) or not 1 <= len(group) <= MAX_MEMBERS:
            raise advice
        if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in group):
            raise advice
    return tuple(tuple(group) for group in value)


def _number(bounds: Metadata, value: Any) -> float:
    low, high, unit = bounds["low"], bounds["high"], bounds["unit"]
    whole = bounds.get("whole", False)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(_wanted(whole, low, high, unit))
    if (whole and value != int(value)) or (low is not None and value < low):
        raise ValueError(_wanted(whole, low, high, unit))
    if abs(value) > (1e9 if high is None else high):
        raise ValueError(_wanted(whole, low, 1e9 if high is None else high, unit))
    return value


def _wanted(whole: bool, low: float | None, high: float | None, unit: str) -> str:
    noun = "a whole number" if whole else "a number"
    bounds = (
        f" from {low:g} to {high:g}"
        if low is not None and high is not None
        else (f" of at least {low:g}" if low is not None else f" of at most {high:g}" if high is not None else "")
    )
    return f"give {noun}{bounds}{f' {unit}' if unit else ''}"


def _number_in(text: str, unit: str) -> Any:
    if unit == "ms":
        milliseconds = duration_ms(text.removeprefix("-"))
        if milliseconds is not None:
            return -milliseconds if text.startswith("-") else milliseconds
    try:
        number = float((text.removesuffix(unit) if unit else text)[:32])
    except ValueError:
        return text
    return int(number) if isfinite(number) and number == int(number) else number
