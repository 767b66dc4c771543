"""A quiz or a prediction, asked of a whole class: opened, voted on, closed, and decided by the run."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from cluster_engine.timeline import Timeline
from lessons.classes.announcing import announce
from lessons.classes.courses import block_of
from lessons.classes.front import show_block
from lessons.classes.models import Classroom, Member, Poll, Vote
from lessons.content.blocks import Predict, Quiz
from lessons.content.play import answer_of
from lessons.labs.models import Run
from lessons.learning.grading import MOST_MS, NotGraded, compare_prediction, grade_quiz
from lessons.learning.keeping import keep, store
from lessons.learning.models import Learner, Result

LONGEST = 200  # characters of one answer
MOST_PARTS = 50  # of one answer


class NotAsked(ValueError):
    """This was not done; the message says why."""


@transaction.atomic
def open_poll(classroom: Classroom, lesson: str, block: str, is_shown: bool, asks: Learner) -> Poll:
    """Ask the class. The lab that a prediction is about is put in front, paused, unless it is there already."""
    found = block_of(classroom, lesson, block)
    if not isinstance(found, Quiz | Predict):
        raise NotAsked(
            "Only a question or a prediction of this course can be asked. Reload the page: it may have changed."
        )
    if classroom.poll is not None:
        close(classroom.poll)
    if isinstance(found, Predict) and not _is_in_front(classroom, lesson, found):
        show_block(classroom, lesson, found.lab.id, asks)
    classroom.poll = Poll.objects.create(classroom=classroom, lesson=lesson, block=block, is_shown=is_shown)
    classroom.save(update_fields=["poll"])
    announce(classroom)
    return classroom.poll


def vote(poll: Poll, member: Member, answer: list[str]) -> None:
    """Take a member's answer, instead of an earlier one; raise NotAsked."""
    answer = [one.strip()[:LONGEST] for one in answer[:MOST_PARTS]]
    with transaction.atomic():
        still = Poll.objects.select_for_update().get(pk=poll.pk)  # nobody votes while it is being closed
        if still.closed:
            raise NotAsked("The vote is closed; your answer before that is the one that counts.")
        _check(asked(poll), answer)
        Vote.objects.update_or_create(poll=poll, member=member, defaults={"answer": answer})


@transaction.atomic
def close(poll: Poll) -> None:
    """Take no more votes. Each becomes an answer of the learner's own."""
    if not Poll.objects.filter(pk=poll.pk, closed=None).update(closed=now()):
        return
    poll.refresh_from_db()
    block = asked(poll)
    for one in poll.votes.select_related("member__learner"):
        _count(block, one, _result(poll, one))
    announce(poll.classroom)


def show_counts(poll: Poll, is_shown: bool) -> None:
    """Let learners see the counts, or not."""
    poll.is_shown = is_shown
    poll.save(update_fields=["is_shown"])
    announce(poll.classroom)


@transaction.atomic
def decide(poll: Poll, run: Run, branch: int | None, at: float) -> bool:
    """Let the run say what is right, if it has come far enough by `at`; the vote is closed then."""
    block = asked(poll)
    if (
        not isinstance(block, Predict)
        or poll.outcome is not None
        or (run.lesson, run.block) != (poll.lesson, block.lab.id)
    ):
        return False
    outcome = answer_of(block, Timeline(run.recording(branch)), min(at, MOST_MS))
    if outcome is None:
        return False
    close(poll)
    poll.outcome = outcome
    poll.save(update_fields=["outcome"])
    for one in poll.votes.select_related("member__learner"):
        result = _result(poll, one)
        if result.correct is None and result.answer == one.answer[0]:
            grade = compare_prediction(block, one.answer[0], outcome)
            keep(result, grade, tried=False, recording=run.recording(branch), at=at)
            store(result)
    announce(poll.classroom)
    return True


def put_away(classroom: Classroom) -> None:
    """Close the poll and show it no more."""
    if classroom.poll is not None:
        close(classroom.poll)
        classroom.poll = None
        classroom.save(update_fields=["poll"])
        announce(classroom)


def asked(poll: Poll) -> Quiz | Predict | None:
    """Return what is asked; None where the lesson has changed and has it no more."""
    block = block_of(poll.classroom, poll.lesson, poll.block)
    return block if isinstance(block, Quiz | Predict) else None


def _is_in_front(classroom: Classroom, lesson: str, block: Predict) -> bool:
    return classroom.run_id is not None and (classroom.lesson, classroom.block) == (lesson, block.lab.id)


def _check(block: Quiz | Predict | None, answer: list[str]) -> None:
    """Raise NotAsked for what is no answer to this."""
    if block is None:
        raise NotAsked("This question is no more in the lesson; wait for the next one.")
    if not answer or not answer[0]:
        raise NotAsked("Choose or write an answer first.")
    if isinstance(block, Predict):
        if block.choices and answer[0] not in block.choices:
            raise NotAsked("This answer is none of the choices. Reload the page: the lesson may have changed.")
        return
    try:
        grade_quiz(block, answer)
    except NotGraded as error:
        raise NotAsked(str(error)) from None


def _result(poll: Poll, one: Vote) -> Result:
    return Result.objects.get_or_create(learner=one.member.learner, lesson=poll.lesson, block=poll.block)[0]


def _count(block: Any, one: Vote, result: Result) -> None:
    """A question is answered once more; to a prediction the first answer counts, and the run decides it later."""
    if isinstance(block, Quiz):
        with suppress(NotGraded):  # the lesson was changed while it was asked
            grade = grade_quiz(block, one.answer)
            result.answer = one.answer
            keep(result, grade, tried=True)
            store(result)
    elif isinstance(block, Predict) and result.answer is None:
        result.answer = one.answer[0]
        result.save()
