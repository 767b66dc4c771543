"""Reading histories: each invocation with what became of it, whatever the form in which the events stand.

A value of a keyed history is a pair of the key and the value (Jepsen's independent tuples).
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from cluster_engine.consistency.forms import Event, events
from cluster_engine.consistency.history import FAILED, NEVER, OK, UNKNOWN, HistoryError, Operation
from cluster_engine.consistency.specification import frozen

LARGEST = 50_000_000  # characters

_TUPLE = re.compile(r"#jepsen\.independent\b")


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
    form, found = events(text)
    if not found:
        raise HistoryError("Line 1: there is no operation in this text; it should be JSON, EDN or a log of Jepsen.")
    if _is_keyed(found) or _TUPLE.search(text):
        found = [_unpaired(one) for one in found]
    pairs = sorted(_paired(found, form), key=lambda pair: pair[0].called)
    operations = [Operation(place, *_rest(one)) for place, (one, _) in enumerate(pairs)]
    return Read(form, operations, [line for _, line in pairs])


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
    if asked.f == "cas" and told is not None and _says_no(told, asked, form):
        outcome, result = OK, False  # an answer too: the comparison failed
    ends = NEVER if outcome == UNKNOWN else returned
    return Operation(0, asked.process, asked.f, asked.key, value, result, called, ends, outcome)


def _says_no(told: Event, asked: Event, form: str) -> bool:
    """Whether a compare-and-set was told that it compared in vain: by a result, or as the logs of etcd tell it."""
    if told.type == "ok":
        return bool(told.value == "false")
    return (form, told.type, told.value) == ("log", "fail", asked.value) and not told.has_reason


def _reads(f: str) -> bool:
    return f in ("read", "get", "dequeue")


GUESSES: tuple[tuple[str, Callable[[set[str], bool], bool]], ...] = (
    ("txn", lambda used, tells_many: "txn" in used),
    ("queue", lambda used, tells_many: bool(used & {"enqueue", "dequeue"})),
    ("mutex", lambda used, tells_many: bool(used & {"acquire", "release"})),
    ("kv", lambda used, tells_many: bool(used & {"get", "put"})),
    ("append-list", lambda used, tells_many: "append" in used),
    ("set", lambda used, tells_many: "add" in used and tells_many),
    ("counter", lambda used, tells_many: "add" in used and not used & {"write", "cas"}),
    ("cell", lambda used, tells_many: "add" in used),
    ("cas-register", lambda used, tells_many: "cas" in used),
    ("register", lambda used, tells_many: True),
)


def guess_model(history: Read) -> str:
    """Return the model whose operations a history names."""
    used = {one.f for one in history.operations}
    tells_many = any(one.f == "read" and isinstance(one.result, list | frozenset) for one in history.operations)
    name = next(name for name, fits in GUESSES if fits(used, tells_many))
    answers_no = any(one.f == "cas" and one.result is False for one in history.operations)
    return "etcd-register" if name == "cas-register" and (answers_no or history.form == "log") else name
