"""The story of a violation of a recording, replayed to that moment."""

from collections.abc import Iterable

from cluster_engine.labs.declaration import Lab
from cluster_engine.records import Record, Violated
from cluster_engine.timeline import Timeline
from cluster_engine.why.story import Step, story

BACK_MS = 60_000.0  # how far before the violation its causes are looked for


def why(timeline: Timeline, invariant: str, at: float) -> list[Step]:
    """Return the steps that led to an invariant's violation at a moment; none where it is not violated then."""
    return why_of(timeline.records(at - BACK_MS, at), invariant, timeline.recording.declaration)


def why_of(records: Iterable[Record], invariant: str, lab: Lab) -> list[Step]:
    """Return the steps that led to the last violation of an invariant among records."""
    known = list(records)
    violated = [record for record in known if isinstance(record, Violated) and record.invariant == invariant]
    if not violated:
        return []
    return story(known, violated[-1], {name: look.label for name, look in lab.messages.items()})
