"""How a run begins: from a lesson's block, from a lab and its settings, or from a recording."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from cluster_engine.actions import action_to_json
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from lessons.content.library import find_lesson
from lessons.labs.goals import checked_aims
from lessons.labs.models import Run
from lessons.learning.models import Learner

DRAFTS_KEPT = timedelta(days=7)  # since a run of a draft was last seen


class NotOpened(ValueError):
    """No run can begin so; the message says why."""


def open_block(learner: Learner, lesson: str, block: str, fresh: bool = False) -> Run:
    """Return the learner's run of a lesson's lab, the one they left unless a fresh one is asked for."""
    found = find_lesson(lesson)
    spec = found.block(block) if found else None
    if spec is None or not hasattr(spec, "lab"):
        raise NotOpened(f"There is no lab {block!r} in the lesson {lesson!r}. Reload the page: it may have changed.")
    asked = Recording(spec.lab, spec.settings, spec.seed, tuple(spec.script))
    latest = Run.objects.filter(learner=learner, lesson=lesson, block=block).order_by("-created").first()
    if latest is not None and not fresh and _begins_like(latest, asked):
        return latest
    return begin(learner, asked, speed=spec.speed, lesson=lesson, block=block)


def open_lab(learner: Learner, lab: str, settings: dict[str, Any], seed: int = 1) -> Run:
    """Return a new run of a lab; raise UnknownLab, SettingError or RecordingError."""
    return begin(learner, Recording(lab, settings, seed))


def open_recording(learner: Learner, text: str, at: float = 0.0) -> Run:
    """Return a new run that begins where somebody's shared moment stands; raise RecordingError."""
    return begin(learner, Recording.from_text(text), resume_ms=at)


def open_draft(learner: Learner, text: str, block: str, speed: float, aims: Any) -> Run:
    """Return a new run of a block as it is being written; raise RecordingError or NotAims.

    Whoever writes begins many such runs, and nothing of what they teach hangs on them: those long unseen go.
    """
    recording = Recording.from_text(text)
    Run.objects.filter(learner=learner, lesson="", block__gt="", last_seen__lt=now() - DRAFTS_KEPT).delete()
    return begin(learner, recording, speed=speed, block=block, aims=checked_aims(aims, recording.declaration))


def reopen(learner: Learner, run_id: str, fresh: bool = False) -> Run:
    """Return a run by id, whoever's it is; a fresh one begins as that one did."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotOpened("This lab is gone. Reload the page for a new one.")
    return begin(learner, run.recording(0).prefix(-1.0)) if fresh else run


def begin(learner: Learner | None, recording: Recording, speed: float | None = None, **fields: Any) -> Run:
    """Store a new run."""
    return Run.objects.create(
        learner=learner,
        lab=recording.lab,
        settings=dict(recording.settings),
        seed=recording.seed,
        script=[[at, action_to_json(action)] for at, action in recording.actions],
        speed=get_lab(recording.lab).speed if speed is None else speed,
        **fields,
    )


def _begins_like(run: Run, asked: Recording) -> bool:
    """Whether a stored run still begins as the lesson says today."""
    script = [[at, action_to_json(action)] for at, action in asked.actions]
    return (run.lab, run.settings, run.seed, run.script) == (asked.lab, dict(asked.settings), asked.seed, script)
