"""Actions by role: what was done to whoever led at that moment is done to `leader`, which works on any seed."""

from dataclasses import fields, replace
from typing import Any

from cluster_engine.actions import Action, Script
from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline


def by_role(recording: Recording, since: int) -> Script:
    """Return a recording's actions from the one at a place on, the leader's name in each replaced by `leader`."""
    done = recording.actions
    return tuple(
        (at, _renamed(action, _leader(replace(recording, actions=done[:place]), at)))
        for place, (at, action) in enumerate(done)
        if place >= since
    )


def _leader(before: Recording, at: float) -> str | None:
    """Return who leads in a run at a moment: of several that believe it the one of the highest term."""
    timeline = Timeline(before)
    timeline.advance(at)
    nodes, epoch = timeline.view(at)["nodes"], before.declaration.epoch
    leading = [
        (node.get(epoch) or 0, name)
        for name, node in nodes.items()
        if node.get("role") == "leader" and node["status"] != "down"
    ]
    return max(leading)[1] if leading else None


def _renamed(action: Action, leader: str | None) -> Action:
    if leader is None:
        return action
    changes: dict[str, Any] = {}
    for field in fields(action):
        value, kind = getattr(action, field.name), field.metadata.get("kind")
        if kind in ("node", "process") and value == leader:
            changes[field.name] = "leader"
        elif kind == "groups" and any(leader in group for group in value):
            changes[field.name] = tuple(
                tuple("leader" if name == leader else name for name in group) for group in value
            )
    return replace(action, **changes)
