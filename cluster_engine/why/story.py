"""The story of a violation: the events that led to it, the fewest that explain it, in order and in plain words.

The record that broke the invariant and those that it contradicts (the checker names both) each have a spine: cause
upon cause, back to a client's request, a timer or a fault. To the spines come the faults without which they would have
gone another way: one that hit a process between two of its records, one that lost the message which would have told a
process what it did not know, one that silenced what a timer waited for. All of it follows from the records alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cluster_engine.records import (
    Blocked,
    Changed,
    Delivered,
    Dropped,
    Fault,
    Fired,
    Invoked,
    Noted,
    Record,
    Returned,
    Sent,
    Stepped,
    Violated,
)
from cluster_engine.telling import words
from cluster_engine.why.faults import at_process, behind_drop, behind_timer, behind_wait
from cluster_engine.why.past import Past, place
from cluster_engine.why.unheard import unheard

MOST_EVENTS = 6  # of one spine, besides the fault with which it may begin

Names = Mapping[str, str]  # type of message -> what it is called


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the story: its record, its moment, what kind of thing it is, where, and what happened."""

    seq: int
    at: float
    kind: str
    node: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the step as data."""
        return {"seq": self.seq, "at": self.at, "kind": self.kind, "node": self.node, "text": self.text}


def story(records: Iterable[Record], violated: Violated, names: Names) -> list[Step]:
    """Return the steps that led to a violation, the violation last; `records` are those before it."""
    past = Past(record for record in records if record.seq < violated.seq)
    deciding = past.spine(violated.cause)
    others = [spine for seq in violated.against if (spine := past.spine(seq))]
    steps: dict[int, Step] = {}
    for begun in past.beginnings((violated.cause, *violated.against)):
        steps[begun.seq] = _step(begun, _as_such(begun, names))
    for spine in (*others, deciding):
        for event in _shortened(past, spine):
            step = _event(past, event, names)
            steps[step.seq] = step
    for spine in others:
        for node, message in unheard(past, spine, deciding):
            steps[message.seq] = _step(message, f"{node} does not hear of it: {_missing(message, names)}")
            fault = behind_drop(past, message) if isinstance(message, Dropped) else behind_wait(past, message)
            if fault is not None:
                steps[fault.seq] = _step(fault, words(fault))
    for record in _faults(past, [*others, deciding]):
        steps.setdefault(record.seq, _step(record, _missing(record, names)))
    last = Step(violated.seq, violated.at, "violated", "", violated.text)
    return [*sorted(steps.values(), key=lambda step: step.seq), last]


def _faults(past: Past, spines: list[list[Record]]) -> list[Record]:
    """Return the faults that hit a process between two of its records, or silenced what a timer waited for."""
    found: list[Record] = []
    spans: dict[str, tuple[int, int]] = {}
    for spine in spines:
        for record in spine:
            first, last = spans.get(place(record), (record.seq, record.seq))
            spans[place(record)] = min(first, record.seq), max(last, record.seq)
        if spine and isinstance(spine[-1], Fired):
            found += behind_timer(past, spine[-1])
    for name, (first, last) in spans.items():
        found += at_process(past, name, first, last) if name else ()
    return found


def _shortened(past: Past, spine: list[Record]) -> list[Record]:
    """Return the events of a spine that say something: its last one, those told in words, and its first if a person
    did it.
    """
    events = [record for record in spine if not _is_told_by_its_cause(past, record)]
    telling = [event for event in events if event is events[0] or not isinstance(event, Delivered | Fired | Fault)]
    telling += [event for event in events[1:] if _told(past, event) and event not in telling]
    kept = sorted(telling, key=lambda event: -event.seq)[:MOST_EVENTS]
    root = events[-1]
    by_hand = isinstance(root, Fault) and not isinstance(events[-2:][0], Stepped)
    return [*kept, root] if by_hand and root not in kept else kept


def _is_told_by_its_cause(past: Past, record: Record) -> bool:
    """Say whether a record belongs to an event that is in the spine itself."""
    return isinstance(record, Changed | Noted | Invoked | Returned) and record.cause in past.by_seq


def _event(past: Past, event: Record, names: Names) -> Step:
    """Return an event as a step: by what a client asked or was told then, else by what was told of it, else as such."""
    told = _told(past, event)
    client = next((one for one in told if isinstance(one, Invoked | Returned)), None)
    if client is not None:
        return _step(client, words(client))
    if told:
        return Step(event.seq, event.at, "noted", place(event), " ".join(map(words, told)))
    return _step(event, _as_such(event, names))


def _told(past: Past, event: Record) -> list[Record]:
    """Return what an event is told by: what its own process notes, and what a client asks or is told."""
    told = past.told.get(event.seq, ())
    return [one for one in told if isinstance(one, Invoked | Returned) or place(one) == place(event)]


def _as_such(event: Record, names: Names) -> str:
    if isinstance(event, Delivered):
        return f"{_called(event.type, names)} from {event.sender} reaches {event.node}."
    if isinstance(event, Stepped):
        return f"{event.node}: {event.text} (line {event.line})."
    if isinstance(event, Blocked):
        return f"{event.node} is blocked in line {event.line}: {event.why}."
    return words(event)


def _missing(record: Record, names: Names) -> str:
    if isinstance(record, Dropped):
        return f"{_called(record.type, names)} from {record.node} to {record.to} is lost ({record.why})."
    if isinstance(record, Sent):
        return f"{_called(record.type, names)} from {record.node} to {record.to} is still under way."
    return words(record)


def _called(kind: str, names: Names) -> str:
    """Return what a message is called; a reply after its request."""
    request = kind.removesuffix("Reply")
    if kind in names or request not in names:
        return f"“{names.get(kind, kind)}”"
    return f"the reply to “{names[request]}”"


def _step(record: Record, text: str) -> Step:
    return Step(record.seq, record.at, type(record).__name__.lower(), place(record), text)
