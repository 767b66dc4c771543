"""Reading histories as people have them: JSON lines, and the logs and EDN of Jepsen.

JSON lines: `{"process": 0, "type": "invoke", "f": "write", "value": 3, "key": "x", "time": 12}`, a map a line.
Log lines of Jepsen: `INFO  jepsen.util - 0 :invoke :write 3`, parted by tabs; other lines of the log are passed over.
EDN: a map a line, or one vector of maps: `{:process 0, :type :ok, :f :read, :value [x 3]}`.
A value of a keyed history is a pair of the key and the value (Jepsen's independent tuples).
"""

import json
import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, NamedTuple

import edn_format

from cluster_engine.consistency.history import FAILED, NEVER, OK, UNKNOWN, Operation, shown
from cluster_engine.consistency.models import frozen

LARGEST = 50_000_000  # characters
TYPES = ("invoke", "ok", "fail", "info")

_LOG = re.compile(r"^(?:INFO|.*jepsen\.util\b).*?(\d+|:nemesis)\s+:(invoke|ok|fail|info)\s+:([a-z-]+)\s+(.*?)\s*$")

_TAG = re.compile(r"#jepsen[\w.$-]*\s*(?=[{\[])")  # says of which class a map or a pair was


class HistoryError(ValueError):
    """A text that is no history; the message says in which line and why."""


class Event(NamedTuple):
    """A line of a history."""

    line: int
    process: str
    type: str
    f: str
    value: Any
    key: Any
    time: float | None


class Read(NamedTuple):
    """A history that was read, the form in which it stood (json, log or edn), and the line where each operation
    begins.
    """

    form: str
    operations: list[Operation]
    lines: list[int]


def read(text: str) -> Read:
    """Return the operations of a text; raise HistoryError, with the line."""
    if len(text) > LARGEST:
        raise HistoryError(f"A history has at most {LARGEST:,} characters; this one has {len(text):,}.")
    form, events = _events(text)
    if not events:
        raise HistoryError(
            "Line 1: there is no operation in this text; it should be JSON lines, EDN or a log of Jepsen."
        )
    if _is_keyed(events):
        events = [_unpaired(one) for one in events]
    found = sorted(_paired(events, form), key=lambda pair: pair[0].called)
    operations = [Operation(place, *_rest(one)) for place, (one, _) in enumerate(found)]
    return Read(form, operations, [line for _, line in found])


def _events(text: str) -> tuple[str, list[Event]]:
    text = _TAG.sub("", text)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith(";")]
    first = lines[0][1] if lines else ""
    if first.startswith("[") or re.match(r"^\{\s*:", first):
        return "edn", list(_of_edn(text, lines))
    if first.startswith("{"):
        return "json", [_event(number, _json(number, line)) for number, line in lines]
    return "log", list(_of_log(lines))


def _json(number: int, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise HistoryError(f"Line {number}: this is no JSON: {error}.") from error
    if not isinstance(data, dict):
        raise HistoryError(f'Line {number}: an operation is an object such as {{"process": 0, "type": "invoke", …}}.')
    return data


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number that can be compared")


def _of_edn(text: str, lines: list[tuple[int, str]]) -> Iterator[Event]:
    if not lines[0][1].startswith("["):
        for number, line in lines:
            yield _event(number, _edn(number, line))
        return
    starts = [number for number, line in lines if line.lstrip("[ ").startswith("{")]
    for place, one in enumerate(_edn(lines[0][0], text)):
        yield _event(starts[place] if place < len(starts) else starts[-1] if starts else 1, one)


def _edn(number: int, text: str) -> Any:
    try:
        return _plain(edn_format.loads(text))
    except Exception as error:  # the parser raises many kinds
        raise HistoryError(f"Line {number}: this is no EDN: {' '.join(str(error).split())[:200]}.") from error


def _plain(data: Any) -> Any:
    """Return EDN as plain Python: keywords become their names."""
    if isinstance(data, edn_format.Keyword | edn_format.Symbol):
        return data.name
    if isinstance(data, edn_format.ImmutableDict | dict):
        return {str(_plain(key)): _plain(value) for key, value in data.items()}
    if isinstance(data, edn_format.ImmutableList | list | tuple):
        return [_plain(one) for one in data]
    return data


def _of_log(lines: list[tuple[int, str]]) -> Iterator[Event]:
    for number, line in lines:
        match = _LOG.match(line)
        if match is None or match[1] == ":nemesis":
            continue
        try:
            value = _plain(edn_format.loads(match[4]))
        except Exception:  # a reason in words, such as :timed-out or an exception's text
            value = match[4]
        yield Event(number, match[1], match[2], match[3], _comparable(value), None, None)


def _event(number: int, data: Any) -> Event:
    if not isinstance(data, dict):
        raise HistoryError(f"Line {number}: an operation is a map with process, type, f and value.")
    for name in ("process", "type", "f"):
        if name not in data:
            raise HistoryError(f"Line {number}: this operation has no {name}.")
    if data["type"] not in TYPES:
        raise HistoryError(f"Line {number}: the type is one of {', '.join(TYPES)}, not {data['type']!r}.")
    time = data.get("time")
    if time is not None and (isinstance(time, bool) or not isinstance(time, int | float) or not isfinite(time)):
        raise HistoryError(f"Line {number}: the time is a number, not {time!r}.")
    key = data.get("key")
    if isinstance(key, dict | list):
        raise HistoryError(f"Line {number}: the key is a text or a number.")
    process, f = _printable(str(data["process"])), _printable(str(data["f"]))
    return Event(number, process, data["type"], f, _comparable(data.get("value")), _comparable(key), time)


def _comparable(value: Any) -> Any:
    """Return a value as models compare it: maps and sets stand as their text, in one order."""
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    if isinstance(value, dict):
        parts = sorted((str(key), shown(_comparable(one))) for key, one in value.items())
        return f"{{{', '.join(f'{key} {text}' for key, text in parts)}}}"
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, set | frozenset):
        return f"#{{{' '.join(sorted(shown(_plain(one)) for one in value))}}}"
    return value if value is None or isinstance(value, int | float) else str(value)


def _printable(text: str) -> str:
    """Return a text without halves of characters, which JSON can name and nothing can print."""
    return text.encode("utf-8", "backslashreplace").decode()


def _is_keyed(events: list[Event]) -> bool:
    """Jepsen's independent keys: every read is asked with a pair whose second part is nil."""
    asked = [one.value for one in events if one.type == "invoke" and one.f == "read"]
    return bool(asked) and all(isinstance(value, list) and len(value) == 2 and value[1] is None for value in asked)


def _unpaired(event: Event) -> Event:
    if isinstance(event.value, list) and len(event.value) == 2:
        key, value = event.value
        return event._replace(key=frozen(key), value=value)
    return event


def _paired(events: list[Event], form: str) -> list[tuple[Operation, int]]:
    """Join each invocation with what became of it; each operation comes with the line of its invocation."""
    times = _times(events)
    open_: dict[str, tuple[int, Event]] = {}
    found: list[tuple[Operation, int]] = []
    for place, event in enumerate(events):
        if event.process == "nemesis" or (event.type == "info" and event.process not in open_):
            continue  # a fault that was injected, or a remark
        if event.type == "invoke":
            if event.process in open_:
                asked = open_[event.process][1]
                message = (
                    f"Line {event.line}: process {event.process} has not ended what it began in line {asked.line}."
                )
                raise HistoryError(message)
            open_[event.process] = (place, event)
            continue
        if event.process not in open_:
            raise HistoryError(f"Line {event.line}: process {event.process} ends what it has not begun.")
        began, asked = open_.pop(event.process)
        found.append((_operation(asked, event, times[began], times[place], form), asked.line))
    open_ends = [(_operation(asked, None, times[began], NEVER, form), asked.line) for began, asked in open_.values()]
    return found + open_ends


def _rest(one: Operation) -> tuple[Any, ...]:
    return one.process, one.f, one.key, one.value, one.result, one.called, one.returned, one.outcome


def _times(events: list[Event]) -> list[float]:
    """Return the moments of the events: the given ones where all have one that never goes back, else their places."""
    given = [event.time for event in events]
    known = [time for time in given if time is not None]
    if len(known) == len(given) and known == sorted(known) and len(set(known)) == len(known):
        return known
    return [float(place) for place in range(len(events))]


def _operation(asked: Event, told: Event | None, called: float, returned: float, form: str) -> Operation:
    outcome = {None: UNKNOWN, "info": UNKNOWN, "fail": FAILED, "ok": OK}[told.type if told else None]
    reads = _reads(asked.f)
    value = None if reads else asked.value
    result = told.value if told and outcome == OK and (reads or told.value != asked.value) else None
    if form == "log" and outcome == FAILED and asked.f == "cas" and told and told.value == asked.value:
        outcome, result = OK, False  # etcd's answer: the comparison failed
    ends = NEVER if outcome == UNKNOWN else returned
    return Operation(0, asked.process, asked.f, asked.key, value, result, called, ends, outcome)


def _reads(f: str) -> bool:
    return f in ("read", "get", "dequeue")


GUESSES: tuple[tuple[str, Callable[[set[str]], bool]], ...] = (
    ("queue", lambda used: bool(used & {"enqueue", "dequeue"})),
    ("mutex", lambda used: bool(used & {"acquire", "release"})),
    ("kv", lambda used: bool(used & {"get", "put"})),
    ("append-list", lambda used: "append" in used),
    ("counter", lambda used: "add" in used and not used & {"write", "cas"}),
    ("cell", lambda used: "add" in used),
    ("cas-register", lambda used: "cas" in used),
    ("register", lambda used: True),
)


def guess_model(history: Read) -> str:
    """Return the model whose operations a history names."""
    used = {one.f for one in history.operations}
    name = next(name for name, fits in GUESSES if fits(used))
    return "etcd-register" if history.form == "log" and name == "cas-register" else name
