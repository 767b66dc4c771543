"""The matrix: states, tries and who is stuck; what a cell tells; and that thirty learners fit."""

from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now

from lessons.classes.courses import lessons_of
from lessons.classes.joining import join
from lessons.classes.looking import Sitter, cell_swaps, look
from lessons.classes.matrix import (
    STUCK_MEANS,
    STUCK_MINUTES,
    STUCK_TRIES,
    Row,
    ago_words,
    groups_of,
    matrix_of,
    pulse_of,
)
from lessons.classes.models import Member
from lessons.labs.opening import open_block
from lessons.learning.models import Learner, Result
from tests.classes import KEY, World, new_world

BLOCKS = ["who", "which", "several", "word", "nobody"]


@pytest.fixture
def world(db: None) -> World:
    return new_world()


def did(world: World, block: str, ago_min: float = 1, took_min: float = 0, **fields: object) -> None:
    """Let the member have done something, so long ago and over so long a time."""
    result = Result.objects.create(learner=world.member().learner, lesson=KEY, block=block, **fields)
    last = now() - timedelta(minutes=ago_min)
    Result.objects.filter(pk=result.pk).update(updated=last, first=last - timedelta(minutes=took_min))


def row(world: World, at: datetime | None = None) -> Row:
    return matrix_of(world.classroom, groups_of(lessons_of(world.classroom)), at or now()).rows[0]


def states(world: World) -> dict[str, str]:
    return {cell.column.block: cell.words() for cell in row(world).cells if cell.state != "new"}


def test_columns_are_the_exercises_of_the_course_in_order(world: World) -> None:
    [group] = groups_of(lessons_of(world.classroom))
    assert [column.block for column in group.columns] == BLOCKS
    assert {cell.words() for cell in row(world).cells} == {"not started"}


def test_each_state_is_told_in_words_and_tries(world: World) -> None:
    did(world, "which", tries=1, correct=False)
    did(world, "several", tries=2, correct=True)
    did(world, "who", answer="n1", correct=False)
    did(world, "nobody", tries=1, correct=None)
    assert states(world) == {
        "which": "trying, 1 try",
        "several": "done, 2 tries",
        "who": "done, the run said otherwise",
        "nobody": "trying, 1 try",
    }
    assert row(world).done == 2


def test_who_tries_again_and_again_is_stuck_until_it_is_solved(world: World) -> None:
    did(world, "which", tries=STUCK_TRIES, correct=False)
    assert row(world).is_stuck
    assert str(STUCK_TRIES) in STUCK_MEANS
    Result.objects.update(correct=True)
    assert not row(world).is_stuck


def test_who_is_here_and_long_at_the_latest_exercise_is_stuck(world: World) -> None:
    did(world, "which", ago_min=20, took_min=0, tries=1, correct=False)
    did(world, "several", ago_min=0, took_min=STUCK_MINUTES + 1, tries=2, correct=False)
    assert {cell.column.block for cell in row(world).cells if cell.is_stuck} == {"several"}
    later = now() + timedelta(hours=1)
    assert not row(world, later).is_stuck, "nobody is stuck who has gone home"


def test_last_seen_is_the_latest_sign_of_a_learner(world: World) -> None:
    Member.objects.update(last_seen=now() - timedelta(days=1))
    assert not row(world).is_here
    did(world, "which", ago_min=0)
    assert row(world).is_here
    Result.objects.all().delete()
    world.browsers["learner of the class"].get(f"/lessons/{KEY}/")
    assert row(world).is_here


def test_only_cells_that_changed_are_sent(world: World) -> None:
    before = row(world)
    did(world, "which", tries=1, correct=False)
    swaps = cell_swaps(world.classroom.pk, [row(world)], {before.member.pk: before})
    assert list(swaps) == [f"cell-{before.member.pk}-mine.a-lesson-which"]
    assert 'aria-label="Which: trying, 1 try"' in swaps[f"cell-{before.member.pk}-mine.a-lesson-which"]
    assert cell_swaps(world.classroom.pk, [row(world)], {row(world).member.pk: row(world)}) == {}


def test_a_cell_tells_the_answer_and_leads_to_the_run(world: World) -> None:
    learner = world.member().learner
    run = open_block(learner, KEY, "cluster")
    did(world, "which", tries=1, correct=False, answer=["1"])
    did(world, "word", tries=1, correct=False, answer=["<b>majority</b>"])
    did(world, "who", answer="n3", outcome="n1", correct=False)
    which = world.see("instructor", "class-cell", world.member().pk, lesson=KEY, block="which")
    assert "<q>that</q>" in which
    word = world.see("instructor", "class-cell", world.member().pk, lesson=KEY, block="word")
    assert "&lt;b&gt;majority" in word
    who = world.see("instructor", "class-cell", world.member().pk, lesson=KEY, block="who")
    assert "<q>n3</q>" in who
    assert "<q>n1</q>" in who
    assert world.at("class-watch", run.pk) in who
    assert world.at("class-watch", run.pk) in world.see("instructor", "class-member", world.member().pk)


def test_a_cell_that_is_none_is_not_found(world: World) -> None:
    member = world.member()
    other = Member.objects.exclude(classroom=world.classroom).get()
    for pk, lesson, block in ((member.pk, KEY, "none"), (member.pk, "choosing-a-leader", "four-servers"),
                              (member.pk, "", ""), (other.pk, KEY, "which"), (10**30, KEY, "which")):  # fmt: skip
        url = world.at("class-cell", pk)
        assert world.browsers["instructor"].get(url, {"lesson": lesson, "block": block}).status_code == 404


def test_the_page_works_without_javascript_and_names_are_escaped(world: World) -> None:
    join(world.classroom, Learner.objects.create(), "<img src=x onerror=alert(1)>")
    page = world.see("instructor", "class-matrix")
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert STUCK_MEANS in page
    assert page.count('class="cell is-new"') >= 2 * len(BLOCKS)


def test_the_lessons_under_way_are_shown_unless_others_are_asked_for(world: World) -> None:
    type(world.classroom).objects.filter(pk=world.classroom.pk).update(course="built-in")
    one = world.see("instructor", "class-matrix")
    assert one.count('scope="colgroup"') == 1
    world.member().learner.visits.create(lesson="deadlock")
    assert "Deadlock" in world.see("instructor", "class-matrix")
    assert "choosing-a-leader" in world.see("instructor", "class-matrix", lesson="choosing-a-leader")
    everything = world.see("instructor", "class-matrix", lesson="all")
    assert everything.count('scope="colgroup"') > 10


def test_the_matrix_is_read_again_only_when_something_may_have_changed(world: World) -> None:
    at = now()
    sitters = [Sitter(1, None)]
    first = look(world.classroom.pk, sitters, True)
    again = look(world.classroom.pk, sitters, True, first.pulse)
    assert (first.rows is not None, again.rows) == (True, None) or first.pulse[-1] != again.pulse[-1]
    before = pulse_of(world.classroom, at)
    did(world, "which", ago_min=0, tries=1, correct=False)
    assert pulse_of(world.classroom, at) != before
    before = pulse_of(world.classroom, at)
    join(world.classroom, Learner.objects.create(), "Grace")
    assert pulse_of(world.classroom, at) != before
    assert pulse_of(world.classroom, at + timedelta(minutes=1)) != pulse_of(world.classroom, at)


def test_how_long_ago_is_told_in_the_largest_unit() -> None:
    assert [ago_words(seconds) for seconds in (-5, 59, 60, 3_599, 3_600, 90_000)] == [
        "just now",
        "just now",
        "1 min ago",
        "59 min ago",
        "1 h ago",
        "1 d ago",
    ]
