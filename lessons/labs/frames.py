"""Frames: what happened between two moments, as one ready string for however many viewers."""

import json
from typing import Any

from cluster_engine.records import encode
from cluster_engine.timeline import Timeline


def frame(timeline: Timeline, branch: int, number: int, start: float, end: float, keyed: bool) -> str:
    """Return the frame (start, end]; a keyed one carries the whole view at `start`."""
    head = {"type": "frame", "n": number, "branch": branch, "from": start, "to": end}
    head["view"] = timeline.view(start) if keyed else None
    records = encode(timeline.records(start, end)).decode()
    return f'{dumps(head)[:-1]},"records":{records}}}'


def dumps(message: dict[str, Any]) -> str:
    """Return a message as compact JSON."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
