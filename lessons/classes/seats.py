"""What one visitor sees of a class: its parts, and a stamp of each by which a page knows that it is out of date."""

from dataclasses import dataclass, replace
from typing import Any

from lessons.classes.courses import block_of, lesson_of
from lessons.classes.models import Classroom, Member
from lessons.content.blocks import LabBlock
from lessons.labs.figures import Figure, figure_of
from lessons.labs.models import Run
from lessons.learning.models import Result
from lessons.learning.parts import lab_figure, lesson_parts

PARTS = ("drive", "front", "poll")


@dataclass(frozen=True)
class Seat:
    """A visitor of a class: a member, or (`member` is None) somebody who runs it."""

    classroom: Classroom
    learner_pk: int | None
    member: Member | None = None
    voted: str = ""  # when they answered what is asked now

    @property
    def leads(self) -> bool:
        """Whether they run the class."""
        return self.member is None

    @property
    def run(self) -> Run | None:
        """The run they see: their own while they explore, else the one that is driven."""
        return self.own_run or self.classroom.run

    @property
    def own_run(self) -> Run | None:
        """The run in which they explore."""
        return self.member.own_run if self.member else None

    @property
    def drives(self) -> bool:
        """Whether they drive the lab that is in front."""
        run = self.classroom.run
        return run is not None and self.learner_pk is not None and run.driver_id == self.learner_pk

    @property
    def hands(self) -> str:
        """What they may do in the lab they see: anything in their own, drive, or follow."""
        if self.own_run:
            return ""
        return "drive" if self.drives else "follow"


def seat_of(member: Member) -> Seat:
    """Return a member's seat."""
    votes = member.votes.filter(poll=member.classroom.poll_id).values_list("updated", flat=True)
    return Seat(member.classroom, member.learner_id, member, str(votes.first() or ""))


def stamps(seat: Seat) -> dict[str, str]:
    """Return what changes when a part of the page does."""
    classroom, poll = seat.classroom, seat.classroom.poll
    driver = classroom.run.driver_id if classroom.run else None
    front = (classroom.lesson, classroom.block, seat.run and seat.run.pk, seat.hands)
    drive = (
        classroom.run_id,
        classroom.block != "",
        driver,
        seat.hands,
        seat.own_run and seat.own_run.pk,
        *_people(seat),
    )
    asked = poll and (poll.pk, poll.closed is None, poll.is_shown, poll.outcome, seat.voted)
    found = {"front": _text(*front), "drive": _text(*drive), "poll": _text(asked)}
    return found | {"matrix": _text(*_people(seat))} if seat.leads else found


def front_context(seat: Seat) -> dict[str, Any]:
    """Return what the part in front is made of: the figure of a run, or a block of a lesson with the lab it needs."""
    classroom = seat.classroom
    lesson, block = lesson_of(classroom, classroom.lesson), block_of(classroom, classroom.lesson, classroom.block)
    context: dict[str, Any] = {"shown_lesson": lesson, "shown_block": block}
    if seat.run is not None:
        context["figure"] = _figure(seat.run, block, seat.hands)
    elif lesson is not None and block is not None and not isinstance(block, LabBlock):
        own = Result.objects.filter(learner=seat.learner_pk, lesson=lesson.key) if seat.learner_pk else ()
        results = {result.block: result for result in own}
        shown = (block, getattr(block, "lab", None))
        context["parts"] = [
            part for part in lesson_parts(lesson, results) if any(part["block"] is one for one in shown)
        ]
    return context


def driver_words(seat: Seat) -> str:
    """Return who drives, in words."""
    run = seat.classroom.run
    if run is None or run.driver is None:
        return "nobody"
    if seat.drives:
        return "you"
    member = seat.classroom.members.filter(learner=run.driver).first()
    return member.name if member else str(run.driver)


def _figure(run: Run, block: Any, hands: str) -> Figure:
    opens = {"run": run.pk}
    if isinstance(block, LabBlock) and block.lab == run.lab:
        figure = lab_figure(block, opens)
    else:
        figure = figure_of(run.recording(), opens)
    return replace(figure, id="front", hands=hands)


def _people(seat: Seat) -> tuple[Any, ...]:
    """Return what a page of those who run the class shows of its members."""
    return tuple(seat.classroom.members.values_list("pk", "name")) if seat.leads else ()


def _text(*values: Any) -> str:
    return "|".join(str(value) for value in values)
