"""The forms in which people have histories, each read into events: JSON, and the EDN and the logs of Jepsen.

JSON: an object a line, or one array of objects: `{"process": 0, "type": "invoke", "f": "write", "value": 3}`.
EDN: a map a line, or one vector or list of maps: `{:process 0, :type :ok, :f :read, :value [x 3]}`.
Log lines of Jepsen: `INFO  jepsen.util - 0 :invoke :write 3`, with or without what stands before the process, as its
versions write them; other lines of the log are passed over.
"""

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from cluster_engine.consistency import edn
from cluster_engine.consistency.history import HistoryError, shown
from cluster_engine.consistency.specification import frozen

TYPES = ("invoke", "ok", "fail", "info")
DEEPEST = 50  # lists within lists
LATEST = 1e21

_LOG = re.compile(r"^(?:|.*\s)(\d+|:nemesis)\s+:(invoke|ok|fail|info)\s+:([^\s:]+)(?:\s+(.*?))?\s*$")
_SPACE = re.compile(r"\s*")


class Event(NamedTuple):
    """A line of a history; `has_reason`: it goes on to say why the operation failed."""

    line: int
    process: str
    type: str
    f: str
    value: Any
    key: Any
    time: float | None
    has_reason: bool = False


def events(text: str) -> tuple[str, list[Event]]:
    """Return the form of a text (json, log or edn) and its events; raise HistoryError, with the line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    begins = text.lstrip()
    if re.match(r'\[?\s*\{\s*["}]', begins) or begins.startswith(("[]", '["')):
        return "json", [_event(line, data) for line, data in _of_json(text)]
    if begins.startswith(("[", "(", "{", "#", ";")):
        return "edn", [_event(line, data) for line, data in edn.maps(text)]
    return "log", list(_of_log(text.split("\n")))


# --- JSON ---------------------------------------------------------------------------------------


def _of_json(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    decoder = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=_once)
    is_array = text.lstrip().startswith("[")
    at, line, counted = _past(text, text.find("[") + 1 if is_array else 0), 1, 0
    while at < len(text):
        line, counted = line + text.count("\n", counted, at), at
        if is_array and text[at] == "]":
            return
        try:
            data, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            there = line + text.count("\n", at, error.pos)
            raise HistoryError(f"Line {there}: this is no JSON: {error.msg}.") from error
        except (ValueError, RecursionError) as error:
            raise HistoryError(f"Line {line}: this is no JSON: {error}.") from error
        if not isinstance(data, dict):
            message = f'Line {line}: an operation is an object such as {{"process": 0, "type": "invoke", …}}.'
            raise HistoryError(message)
        yield line, data
        at = _past(text, end)
        if is_array and text[at : at + 1] == ",":
            at = _past(text, at + 1)
    if is_array:
        raise HistoryError(f"Line {line}: this is no JSON: the array does not end.")


def _past(text: str, at: int) -> int:
    """Return the place of what comes after blanks."""
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number that can be compared")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands twice in one object")
        found[name] = value
    return found


# --- logs of Jepsen -----------------------------------------------------------------------------


def _of_log(lines: list[str]) -> Iterator[Event]:
    for number, line in enumerate(lines, 1):
        match = _LOG.match(line)
        if match is not None and match[1] != ":nemesis":
            said = (edn.forms(match[4]) if match[4] else []) or [None]
            value = _comparable(number, said[0])
            yield Event(number, match[1], match[2], match[3], value, None, None, has_reason=len(said) > 1)


# --- events -------------------------------------------------------------------------------------


def _event(line: int, data: dict[str, Any]) -> Event:
    for name in ("process", "type", "f"):
        if data.get(name) is None:
            raise HistoryError(f"Line {line}: this operation has no {name}.")
    process, type_, f = (_printable(str(data[name])).removeprefix(":") for name in ("process", "type", "f"))
    if type_ not in TYPES:
        raise HistoryError(f"Line {line}: the type is one of {', '.join(TYPES)}, not {data['type']!r}.")
    key = data.get("key")
    if isinstance(key, dict | list):
        raise HistoryError(f"Line {line}: the key is a text or a number.")
    value, key = _comparable(line, data.get("value")), _comparable(line, key)
    return Event(line, process, type_, f, value, key, _time(line, data.get("time")))


def _time(line: int, time: Any) -> float | None:
    """Return a time that is a number, and no larger than nanoseconds since any beginning."""
    if time is None or (not isinstance(time, bool) and isinstance(time, int | float) and abs(time) < LATEST):
        return time
    raise HistoryError(f"Line {line}: the time is a number below {LATEST:g}, not {str(time)[:40]!r}.")


def _comparable(line: int, value: Any, depth: int = 0) -> Any:
    """Return a value as models compare it: maps stand as their text, in one order; true is not 1."""
    if depth > DEEPEST:
        raise HistoryError(f"Line {line}: this value has more than {DEEPEST} lists within lists.")
    if isinstance(value, list):
        return [_comparable(line, one, depth + 1) for one in value]
    if isinstance(value, dict):
        parts = sorted((str(key), shown(_comparable(line, one, depth + 1))) for key, one in value.items())
        return _printable(f"{{{', '.join(f'{key} {text}' for key, text in parts)}}}")
    if isinstance(value, set | frozenset):
        return frozenset(frozen(_comparable(line, one, depth + 1)) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not isfinite(value):
        raise HistoryError(f"Line {line}: {value} is no number that can be compared.")
    return value if value is None or isinstance(value, int | float) else _printable(str(value))


def _printable(text: str) -> str:
    """Return a text without halves of characters, which JSON can name and nothing can print."""
    return text.encode("utf-8", "backslashreplace").decode()
