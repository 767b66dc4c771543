"""The story of a violation of a recording: which stretches of the run have to be read for it, and what they tell."""

from collections.abc import Generator, Sequence

from cluster_engine.labs.declaration import Lab
from cluster_engine.records import Changed, Fault, Record, Violated
from cluster_engine.timeline import Timeline
from cluster_engine.why.story import Step, story

MOMENT_MS = 0.001  # the shortest time there is
SLICE_MS = 500.0
BACK_MS = 60_000.0  # no record before that is looked at, faults apart
SPINE_MS = 3_000.0  # how long before the records that a violation contradicts their own causes may lie
MOST_FAULTS = 20  # of those before that

Reading = Generator[tuple[float, float], Sequence[Record], list[Record]]


def why(timeline: Timeline, invariant: str, at: float) -> list[Step]:
    """Return the steps that led to an invariant's violation at a moment; none where it is not violated then."""
    reading = read_for(timeline, invariant, at)
    try:
        span = next(reading)
        while True:
            span = reading.send(timeline.records(*span))
    except StopIteration as done:
        return why_of(done.value, invariant, timeline.recording.declaration)


def read_for(timeline: Timeline, invariant: str, at: float) -> Reading:
    """Yield the stretches to read (after a moment, up to another), take their records, and return those that count.

    From the violation back to before what it contradicts everything may count; before that, only what faults changed.
    """
    since = round(at - MOMENT_MS, 3)
    records = list((yield since, at))
    violated = _last(records, invariant)
    if violated is None:
        return []
    first, until = min([violated.seq, *violated.against]), None
    while since > max(-1.0, at - BACK_MS) and (until is None or since > until):
        earlier = max(since - SLICE_MS, -1.0)
        records = [*(yield earlier, since), *records]
        since = earlier
        if until is None and records[0].seq <= first:
            until = since - SPINE_MS
    before = [mark["at"] for mark in timeline.marks if mark["kind"] == "fault" and mark["at"] <= since]
    faults: list[Record] = []
    for moment in sorted(set(before))[-MOST_FAULTS:]:
        there = yield round(moment - MOMENT_MS, 3), moment
        faults += [record for record in there if isinstance(record, Fault | Changed)]
    return [*faults, *records]


def why_of(records: Sequence[Record], invariant: str, lab: Lab) -> list[Step]:
    """Return the steps that led to the last violation of an invariant among records."""
    violated = _last(records, invariant)
    if violated is None:
        return []
    return story(records, violated, {name: look.label for name, look in lab.messages.items()})


def _last(records: Sequence[Record], invariant: str) -> Violated | None:
    found = [record for record in records if isinstance(record, Violated) and record.invariant == invariant]
    return found[-1] if found else None
