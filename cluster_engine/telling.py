"""Records in plain words, one line each."""

from typing import Any

from cluster_engine.records import (
    Armed,
    Changed,
    Delivered,
    Dropped,
    Fault,
    Fired,
    Invoked,
    Measured,
    Moved,
    Noted,
    Reached,
    Record,
    Resumed,
    Returned,
    Sent,
    Stalled,
    Synced,
    Violated,
    Wrote,
)

NOTABLE = frozenset({Invoked, Returned, Fault, Noted, Violated, Stalled, Resumed, Reached})


def line(record: Record) -> str:
    """Return a record as a line: its time and what happened."""
    return f"{at(record.at)}  {words(record)}"


def at(moment: float) -> str:
    """Return a moment (ms) as it stands at the beginning of a line."""
    return f"{moment:>11.3f} ms"


def words(record: Record) -> str:
    """Return what happened, as a short sentence."""
    match record:
        case Noted() | Fault():
            return _sentence(record.text)
        case Invoked():
            return f"{record.client} asks {record.node}: {_asked(record)} (operation {record.op})."
        case Returned():
            return _returned(record)
        case Violated():
            return f"VIOLATED {record.invariant}: {_sentence(record.text)}"
        case Stalled():
            return f"STALLED {record.liveness}: {_sentence(record.text)}"
        case Resumed():
            return f"GOES ON {record.liveness}: {_sentence(record.text)}"
        case Reached():
            return f"GOAL {record.goal}: {_sentence(record.text)}"
        case _:
            return f"{_detail(record)}."


def _asked(record: Invoked) -> str:
    if record.f == "add":
        return f"add {_value(record.value)} to {record.key}"
    return f"{record.f} {record.key}" + ("" if record.value is None else f" = {_value(record.value)}")


def _returned(record: Returned) -> str:
    value = "" if record.value is None else f", {_value(record.value)}"
    why = f" ({record.why})" if record.why else ""
    return f"{record.client} has its answer to operation {record.op}: {record.outcome}{value}{why}."


def _detail(record: Record) -> str:
    match record:
        case Sent():
            arrives = "held" if record.arrives is None else f"arrives {record.arrives:.3f}"
            sent = f"{record.type} to {record.to}"
            return f"{record.node} sends {sent} (message {record.msg}, {arrives})"
        case Delivered():
            return f"{record.node} receives {record.type} from {record.sender} (message {record.msg})"
        case Dropped():
            sent = f"{record.type} from {record.node} to {record.to}"
            return f"{sent} is lost (message {record.msg}): {record.why}"
        case Moved():
            when = "is held" if record.arrives is None else f"now arrives {record.arrives:.3f}"
            return f"message {record.msg} {when}"
        case Changed():
            return f"{record.node or 'the network'}: {_pairs(record.changes)}"
        case Measured():
            return f"measured: {_pairs(record.changes)}"
        case _:
            return _inner_detail(record)


def _inner_detail(record: Record) -> str:
    """Say what happened within a node."""
    match record:
        case Armed():
            when = "is cancelled" if record.until is None else f"is set to {record.until:.3f}"
            return f"{record.node}'s timer {record.timer} {when}"
        case Fired():
            return f"{record.node}'s timer {record.timer} runs out"
        case Wrote():
            return f"{record.node} hands write {record.write} to its disk"
        case Synced():
            return f"{record.node}'s writes up to {record.write} are durable"
    return type(record).__name__.lower()


def _pairs(changes: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_short(value)}" for name, value in changes.items())


def _value(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _sentence(text: str) -> str:
    named = any(character.isdigit() for character in text.partition(" ")[0])  # n1 stays n1
    start = text[:1] if named else text[:1].upper()
    return f"{start}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
