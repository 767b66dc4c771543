"""The context of the parts of a class page, for whoever sits there."""

from typing import Any

from lessons.classes.courses import lesson_of
from lessons.classes.models import Vote
from lessons.classes.polls import asked
from lessons.classes.seats import Seat, driver_words, front_context, stamps
from lessons.classes.tally import tally
from lessons.content.blocks import Quiz
from lessons.content.makers.quizzes import TYPED
from lessons.learning.exercises import exercise_context
from lessons.learning.models import Result


def context_of(seat: Seat, *parts: str) -> dict[str, Any]:
    """Return the context of some parts of the page."""
    context: dict[str, Any] = {"classroom": seat.classroom, "seat": seat, "stamps": stamps(seat)}
    if "drive" in parts:
        context |= {"driver": driver_words(seat)}
    if "drive" in parts and seat.leads:
        context |= {"members": seat.classroom.members.all()}
    if "front" in parts:
        context |= front_context(seat)
    if "poll" in parts:
        context |= poll_context(seat)
    return context


def poll_context(seat: Seat) -> dict[str, Any]:
    """Return what is asked, what this member voted, and the chart for those who may see it."""
    poll = seat.classroom.poll
    block = asked(poll) if poll else None
    if poll is None or block is None:
        return {"poll": None}
    given = Vote.objects.filter(poll=poll, member=seat.member).values_list("answer", flat=True).first()
    context: dict[str, Any] = {"poll": poll, "asked": block, "given": given, "is_quiz": isinstance(block, Quiz)}
    if seat.leads or (poll.is_shown and (given or poll.closed)):  # nobody is swayed by what others say
        context["tally"] = tally(poll)
    lesson = lesson_of(seat.classroom, poll.lesson)
    if isinstance(block, Quiz) and block.type not in TYPED and lesson is not None:
        context["rows"] = exercise_context(lesson, block, Result(answer=given))["rows"]
    return context
