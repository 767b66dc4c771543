"""Polls: one vote a member, changeable until it is closed, counted as one's own answer, decided by the run."""

from typing import Any

import pytest
from django.utils.timezone import now

from lessons.classes.courses import lessons_of
from lessons.classes.matrix import groups_of, matrix_of, pulse_of
from lessons.classes.models import Classroom, Poll, Vote
from lessons.classes.polls import NotAsked, close, decide, open_poll, put_away, vote
from lessons.classes.tally import tally
from lessons.learning.models import Learner, Result
from tests.classes import KEY, World, join_as, new_world

MEMBER = "learner of the class"


@pytest.fixture
def world(db: None) -> World:
    """A class of two."""
    world = new_world()
    join_as(world.browsers["outsider"], world.classroom, "Grace")
    return world


def ask(world: World, block: str, is_shown: bool = True) -> Poll:
    classroom = Classroom.objects.get(pk=world.classroom.pk)
    return open_poll(classroom, KEY, block, is_shown, Learner.objects.get_or_create(user=classroom.instructor)[0])


def bars(poll: Poll) -> list[tuple[Any, ...]]:
    return [(bar.label, bar.votes, bar.right) for bar in tally(Poll.objects.get(pk=poll.pk)).bars]


def results(block: str) -> list[tuple[Any, ...]]:
    found = Result.objects.filter(lesson=KEY, block=block).order_by("learner__user__username")
    return [(one.answer, one.correct, one.tries) for one in found]


def test_a_vote_can_be_changed_until_it_is_closed_and_counts_as_ones_own_answer(world: World) -> None:
    poll = ask(world, "which")
    for role, answer in ((MEMBER, "1"), ("outsider", "1"), (MEMBER, "0")):
        world.post(role, "class-vote", poll=poll.pk, answer=answer)
    assert bars(poll) == [("this one", 1, None), ("that", 1, None)]
    assert results("which") == []
    world.post("instructor", "class-ask-close")
    assert bars(poll) == [("this one", 1, True), ("that", 1, False)]
    assert results("which") == [(["0"], True, 1), (["1"], False, 1)]
    world.post("outsider", "class-vote", poll=poll.pk, answer="0")
    close(poll)
    assert bars(poll) == [("this one", 1, True), ("that", 1, False)]
    assert results("which")[1] == (["1"], False, 1)


def test_several_choices_are_counted_each(world: World) -> None:
    poll = ask(world, "several")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer=["0", "1"])
    world.post("outsider", "class-vote", poll=poll.pk, answer=["1", "2"])
    close(poll)
    assert bars(poll) == [("the first", 1, True), ("the second", 2, True), ("the third", 1, False)]
    assert [correct for _, correct, _ in results("several")] == [True, False]
    assert tally(poll).bars[1].percent == 100


def test_written_answers_are_counted_together_where_they_differ_in_case_and_spaces(world: World) -> None:
    poll = ask(world, "word")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer=" Quorum ")
    world.post("outsider", "class-vote", poll=poll.pk, answer="quorum")
    close(poll)
    assert bars(poll) == [("quorum", 2, True)]


def test_written_answers_are_shown_as_text(world: World) -> None:
    poll = ask(world, "word")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="<script>alert(1)</script>")
    page = world.see("instructor", "class-lead")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert poll.votes.count() == 1


@pytest.mark.parametrize("answer", [[], [""], ["  "], ["7"], ["-1"], ["x"], ["0\x00"], ["²"], ["9" * 400]])
def test_what_is_no_answer_is_refused_with_a_sentence(world: World, answer: list[str]) -> None:
    poll = ask(world, "which")
    with pytest.raises(NotAsked, match=r"\.$"):
        vote(poll, world.member(), answer)
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("block", ["who", "which"])
def test_who_has_answered_is_trying_before_anything_is_decided(world: World, block: str) -> None:
    poll, groups, query = ask(world, block), groups_of(lessons_of(world.classroom)), {"lesson": KEY, "block": block}
    classroom = Classroom.objects.get(pk=world.classroom.pk)

    def words() -> str:
        rows = matrix_of(Classroom.objects.get(pk=classroom.pk), groups, now()).rows
        ada = next(row for row in rows if row.member == world.member())
        return next(cell.words() for cell in ada.cells if cell.column.block == block)

    before = pulse_of(classroom, now())
    assert words() == "not started"
    assert "Not started." in world.see("instructor", "class-cell", world.member().pk, **query)
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="n1" if block == "who" else "1")
    assert pulse_of(classroom, now())[:-1] != before[:-1], "open pages are told"
    assert words() == "trying"
    page = world.see("instructor", "class-cell", world.member().pk, **query)
    assert "Has answered in the vote that is open now" in page
    assert "Not started." not in page
    close(poll)
    assert words() == ("trying" if block == "who" else "trying, 1 try")


def test_a_vote_for_another_poll_is_refused(world: World) -> None:
    first = ask(world, "which")
    second = ask(world, "word")
    first.refresh_from_db()
    assert first.closed, "a new question closes the one before"
    world.post(MEMBER, "class-vote", poll=first.pk, answer="0")
    for poll in ("", "x", "0"):
        world.post(MEMBER, "class-vote", poll=poll, answer="0")
    assert first.votes.count() == second.votes.count() == 0


def test_only_questions_and_predictions_of_the_course_are_asked(world: World) -> None:
    for lesson, block in ((KEY, "cluster"), (KEY, "nobody"), (KEY, "none"), ("choosing-a-leader", "four-servers")):
        world.post("instructor", "class-ask", lesson=lesson, block=block)
    assert Poll.objects.count() == 0


def test_counts_are_seen_after_ones_own_answer_and_when_the_instructor_shows_them(world: World) -> None:
    poll = ask(world, "which", is_shown=False)
    chart = 'id="poll-chart"'
    page = world.see("instructor", "class-lead")
    assert page.index('id="poll-count"') < page.index("<details", page.index('id="poll-count"')) < page.index(chart)
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="0")
    assert chart not in world.see(MEMBER, "class-follow")
    world.post("instructor", "class-ask-reveal", shown="yes")
    assert chart in world.see(MEMBER, "class-follow")
    assert chart not in world.see("outsider", "class-follow"), "who has not answered is not swayed"
    world.post("instructor", "class-ask-close")
    assert chart in world.see("outsider", "class-follow")
    world.post("instructor", "class-ask-reveal", shown="no")
    assert chart not in world.see(MEMBER, "class-follow")


def test_what_is_right_is_not_on_a_learners_page_while_votes_are_taken(world: World) -> None:
    poll = ask(world, "which")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="1")
    assert "is-right" not in world.see(MEMBER, "class-follow")
    assert "is-right" not in world.see("instructor", "class-lead"), "it may be on the projector"


def test_a_prediction_brings_its_lab_and_the_run_decides(world: World) -> None:
    poll = ask(world, "who")
    classroom = Classroom.objects.get(pk=world.classroom.pk)
    assert (classroom.block, classroom.run.resume_ms) == ("cluster", 0)
    for role, answer in ((MEMBER, "n1"), ("outsider", "n2")):
        world.post(role, "class-vote", poll=poll.pk, answer=answer)
    run = classroom.run
    world.post("instructor", "class-ask-run", run=run.pk, branch=0, at=300)
    poll.refresh_from_db()
    assert (poll.outcome, poll.closed) == (None, None), "it has not come far enough"
    world.post("instructor", "class-ask-run", run=run.pk, branch=0, at=1_200)
    poll.refresh_from_db()
    assert poll.outcome in ("n1", "n2", "n3", "n4", "n5")
    assert poll.closed
    right = {bar.label: bar.right for bar in tally(poll).bars}
    assert right == {name: name == poll.outcome for name in right}
    assert [(answer, correct) for answer, correct, _ in results("who")] == [
        (answer, answer == poll.outcome) for answer in ("n1", "n2")
    ]
    assert "the run says" in world.see(MEMBER, "class-follow")


def test_to_a_prediction_the_first_answer_counts_also_one_given_in_the_lesson(world: World) -> None:
    Result.objects.create(learner=world.member().learner, lesson=KEY, block="who", answer="n5")
    poll = ask(world, "who")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="n1")
    decide(poll, Classroom.objects.get(pk=world.classroom.pk).run, None, 1_200)
    assert results("who") == [("n5", None, 0)]


def test_a_run_of_another_lab_decides_nothing(world: World) -> None:
    poll = ask(world, "who")
    world.post("instructor", "class-show", lesson=KEY, block="which")
    world.post("instructor", "class-ask-run", at=1_200)
    poll.refresh_from_db()
    assert poll.closed is None


def test_a_question_that_its_lesson_has_no_more_is_closed_and_put_away_without_harm(world: World) -> None:
    poll = ask(world, "which")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="0")
    Poll.objects.update(block="gone")
    assert world.see("instructor", "class-lead")
    with pytest.raises(NotAsked, match="no more in the lesson"):
        vote(Poll.objects.get(), world.member(), ["0"])
    put_away(Classroom.objects.get(pk=world.classroom.pk))
    assert Classroom.objects.get(pk=world.classroom.pk).poll is None
    assert Poll.objects.get().closed


def test_a_member_who_leaves_takes_their_vote_along(world: World) -> None:
    poll = ask(world, "which")
    world.post(MEMBER, "class-vote", poll=poll.pk, answer="0")
    world.post(MEMBER, "class-leave")
    assert tally(poll).voters == 0
