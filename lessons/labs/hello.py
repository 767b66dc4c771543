"""The first thing a viewer hears: what this run is."""

from typing import Any

from lessons.labs.lines import Lines


def hello(lines: Lines, playback: dict[str, Any]) -> dict[str, Any]:
    """Return the message that greets a viewer."""
    timeline = lines.timeline
    return {
        "type": "hello",
        "run": lines.run.id,
        "lab": lines.lab.to_json(),
        "settings": dict(timeline.recording.settings),
        "seed": lines.run.seed,
        "goals": [goal.to_json() for goal in lines.goals],
        "playback": playback,
        "limit_ms": timeline.limit_ms,
        **_shown(lines),
    }


def branches(lines: Lines) -> dict[str, Any]:
    """Return the message that tells which branches there are and which one is shown."""
    return {"type": "branches", **_shown(lines)}


def _shown(lines: Lines) -> dict[str, Any]:
    return {
        "branch": lines.shared.branch,
        "branches": [branch.to_json() for branch in lines.shared.branches],
        "marks": lines.timeline.marks,
    }
