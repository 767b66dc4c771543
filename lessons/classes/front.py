"""What is in front of a class: a block of a lesson, or a lab that one of them drives and all others follow."""

from typing import Any

from django.db import transaction

from cluster_engine.recording import Recording
from lessons.classes.announcing import announce
from lessons.classes.courses import block_of
from lessons.classes.models import Classroom, Member
from lessons.content.blocks import LabBlock, Prose
from lessons.labs.models import Run
from lessons.labs.opening import begin
from lessons.learning.models import Learner


class NotShown(ValueError):
    """This cannot be put in front of the class; the message says why."""


@transaction.atomic
def show_block(classroom: Classroom, lesson: str, block: str, driver: Learner) -> None:
    """Put a block of a lesson in front. A lab begins anew, paused, and is driven by whoever shows it."""
    found = block_of(classroom, lesson, block)
    if found is None or isinstance(found, Prose):
        raise NotShown("There is no such block in this course. It may have changed; reload the page.")
    run = _driven(found.recording(), driver, found.speed, lesson, block) if isinstance(found, LabBlock) else None
    _put(classroom, lesson, block, run)


@transaction.atomic
def show_run(classroom: Classroom, run: Run, branch: int | None, at: float, driver: Learner) -> None:
    """Put a copy of somebody's run in front, at a moment; what it was copied from stays theirs."""
    recording = run.recording(branch).prefix(at)
    copy = _driven(recording, driver, run.speed, run.lesson, run.block, resume_ms=at)
    _put(classroom, run.lesson, run.block, copy)


def show_nothing(classroom: Classroom) -> None:
    """Take away what is in front."""
    _put(classroom, "", "", None)


def hand_over(classroom: Classroom, driver: Learner) -> None:
    """Let somebody drive the lab that is in front; whoever drove it follows from now on."""
    if classroom.run is None:
        raise NotShown("There is no lab in front of the class that somebody could drive. Show one first.")
    Run.objects.filter(pk=classroom.run_id).update(driver=driver)
    announce(classroom)


def explore(member: Member, branch: int | None, at: float) -> Run:
    """Give a member a run of their own that begins as the driven one stands at a moment.

    It belongs to no lesson: what a driver reached is not what this learner did.
    """
    driven = member.classroom.run
    if driven is None:
        raise NotShown("There is no lab in front of the class to explore. Wait until one is shown.")
    recording = driven.recording(branch).prefix(at)
    member.own_run = begin(member.learner, recording, speed=driven.speed, resume_ms=at)
    member.save(update_fields=["own_run"])
    announce(member.classroom)
    return member.own_run


def come_back(member: Member) -> None:
    """Let a member follow again; the run of their own stays among their runs."""
    member.own_run = None
    member.save(update_fields=["own_run"])
    announce(member.classroom)


def _driven(
    recording: Recording, driver: Learner, speed: float, lesson: str, block: str, resume_ms: float = 0.0
) -> Run:
    """Return a run that belongs to nobody, so that nobody finds it in a lesson as their own."""
    return begin(None, recording, speed=speed, lesson=lesson, block=block, driver=driver, resume_ms=resume_ms)


def _put(classroom: Classroom, lesson: str, block: str, run: Run | None) -> None:
    if classroom.run_id:
        Run.objects.filter(pk=classroom.run_id).update(driver=None)  # what was put away is a recording
    state: dict[str, Any] = {"lesson": lesson, "block": block, "run": run}
    for name, value in state.items():
        setattr(classroom, name, value)
    classroom.save(update_fields=list(state))
    announce(classroom)
