"""What happened in a run, as data.

Everything an observer may know about a run is in its records: panels, checkers, measures and narration
read them and nothing else. A record names its moment (`at`, virtual milliseconds), its place in the run
(`seq`, from 0) and the record that caused it (`cause`, -1 for none), so "why did this happen?" can be
followed back to the learner's own action.
"""

from collections.abc import Sequence
from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower, gc=False):
    """What all records share."""

    seq: int
    at: float
    cause: int


class Sent(Record, frozen=True, gc=False):
    """A message left `node`; `arrives` is its planned arrival (None: held on the link)."""

    node: str
    to: str
    msg: int
    type: str
    reply: bool
    arrives: float | None
    body: Any


class Delivered(Record, frozen=True, gc=False):
    """A message reached `node`."""

    node: str
    sender: str
    msg: int
    type: str


class Dropped(Record, frozen=True, gc=False):
    """A message from `node` was lost; `why` has four words at most."""

    node: str
    to: str
    msg: int
    type: str
    why: str


class Moved(Record, frozen=True, gc=False):
    """A message in flight got another arrival (None: held)."""

    msg: int
    arrives: float | None


class Armed(Record, frozen=True, gc=False):
    """A timer was set, or cancelled when `until` is None."""

    node: str
    timer: str
    until: float | None


class Fired(Record, frozen=True, gc=False):
    """A timer ran out and its node acted on it."""

    node: str
    timer: str


class Wrote(Record, frozen=True, gc=False):
    """A write was handed to the node's disk; until it is synced a crash loses it."""

    node: str
    write: int
    body: Any


class Synced(Record, frozen=True, gc=False):
    """The node's writes up to `write` are durable."""

    node: str
    write: int


class Changed(Record, frozen=True, gc=False):
    """Observed state changed: of a node, or of the network where `node` is empty."""

    node: str
    changes: dict[str, Any]


class Invoked(Record, frozen=True, gc=False):
    """A client began an operation."""

    client: str
    op: int
    node: str
    f: str
    key: str
    value: Any


class Returned(Record, frozen=True, gc=False):
    """A client's operation ended: `ok`, `failed` (certainly had no effect) or `unknown`."""

    client: str
    op: int
    outcome: str
    value: Any
    why: str


class Fault(Record, frozen=True, gc=False):
    """An action of the learner took effect."""

    action: dict[str, Any]
    text: str


class Noted(Record, frozen=True, gc=False):
    """Something worth telling, with the facts that say why and, once narrated, the sentence."""

    node: str
    event: str
    facts: dict[str, Any]
    text: str


class Measured(Record, frozen=True, gc=False):
    """Live measures took new values."""

    changes: dict[str, Any]


class Violated(Record, frozen=True, gc=False):
    """An invariant was broken by the record that is its cause, which contradicts those numbered in `against`."""

    invariant: str
    text: str
    nodes: list[str]
    against: list[int]


class Stalled(Record, frozen=True, gc=False):
    """Something has not gone on since a moment; told again when the reason changes."""

    liveness: str
    text: str
    since: float
    nodes: list[str]


class Resumed(Record, frozen=True, gc=False):
    """It goes on again, `after` so many ms."""

    liveness: str
    text: str
    after: float


class Reached(Record, frozen=True, gc=False):
    """A goal was reached."""

    goal: str
    text: str


class Stepped(Record, frozen=True, gc=False, omit_defaults=True):
    """Thread `node` took one atomic step, at a line and column of the program.

    `op` and `location` say what it touched, `value` what was read or written (as text); the cause is the step that
    it depends on: the write whose value it reads, the unlock before its lock, else the thread's own step before.
    `also` holds further places that it touched, each with whether it changed them: the lock that a wait gives up.
    """

    node: str
    line: int
    column: int
    instruction: int
    op: str
    location: str
    value: str
    text: str
    also: tuple[tuple[str, bool], ...] = ()


class Ran(Record, frozen=True, gc=False):
    """Core `node` served `thread` from `began` on; `switch`: it was changing to it, `cold`: the steps were slow."""

    node: str
    thread: str
    began: float
    switch: bool
    cold: bool


class Blocked(Record, frozen=True, gc=False):
    """Thread `node` began to wait in `line` for `on`, which `owners` hold; `why` ends a sentence."""

    node: str
    on: str
    owners: list[str]
    line: int
    why: str


class Woke(Record, frozen=True, gc=False):
    """Thread `node`, which waited for `on`, can go on."""

    node: str
    on: str


_encoder = msgspec.json.Encoder()


def encode(records: Sequence[Record]) -> bytes:
    """Return the records as one JSON array."""
    return _encoder.encode(records)
