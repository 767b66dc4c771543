"""What is in front of a class: blocks, driven labs, whose hands they are in, and runs of one's own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lessons.classes.front import NotShown, show_block, show_run
from lessons.classes.looking import Sitter, look
from lessons.classes.seats import Seat, seat_of, stamps
from lessons.labs.models import Entry, Run
from lessons.labs.opening import open_block
from lessons.learning.models import Learner
from tests.classes import KEY, World, new_world


@pytest.fixture
def world(db: None) -> World:
    return new_world()


def crash(run: Run, at: float) -> None:
    """Let a node crash in a run."""
    payload = {"branch": 0, "at": at, "action": {"kind": "crash", "node": "n2"}}
    Entry.objects.create(run=run, seq=run.entries.count() + 1, kind="act", payload=payload)


def test_a_lab_in_front_is_driven_by_who_shows_it_and_found_in_nobodys_lesson(world: World) -> None:
    assert world.post("instructor", "class-show", lesson=KEY, block="cluster") == 302
    run = world.now().run
    leader = Learner.objects.get(user=world.classroom.instructor)
    assert (run.learner, run.driver, run.lesson, run.block) == (None, leader, KEY, "cluster")
    assert open_block(leader, KEY, "cluster") != run
    assert 'data-hands="drive"' in world.see("instructor", "class-lead")
    assert 'data-hands="follow"' in world.see("co-author", "class-lead")
    page = world.see("learner of the class", "class-follow")
    assert 'data-hands="follow"' in page
    assert "<bdi>instructor</bdi> drives." in page


def test_the_lab_is_handed_over_and_taken_back(world: World) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    member = world.member()
    world.post("instructor", "class-hand", member=member.pk)
    assert world.now().run.driver == member.learner
    assert "You drive." in world.see("learner of the class", "class-follow")
    assert "<bdi>Ada</bdi> drives." in world.see("instructor", "class-lead")
    world.post("co-author", "class-hand")
    assert str(world.now().run.driver) == "co-author"
    assert "You follow" in world.see("learner of the class", "class-follow")


@pytest.mark.parametrize("member", ["", "0", "-1", "x", "9" * 30, "²"])
def test_a_lab_is_handed_to_nobody_who_is_not_in_the_class(world: World, member: str) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    world.post("instructor", "class-hand", member=member)
    assert str(world.now().run.driver) == "instructor"


def test_what_is_put_away_is_driven_by_nobody(world: World) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    first = world.now().run
    world.post("instructor", "class-show", lesson=KEY, block="which")
    first.refresh_from_db()
    assert (world.now().run, first.driver) == (None, None)
    world.post("instructor", "class-show")
    assert (world.now().lesson, world.now().block) == ("", "")
    assert "Nothing is in front" in world.see("learner of the class", "class-follow")


def test_a_block_in_front_brings_the_lab_it_needs_and_is_answered_there(world: World) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="nobody")
    page = world.see("learner of the class", "class-follow")
    assert 'id="lab-cluster"' in page
    assert "data-hands" not in page, "everyone has a lab of their own"
    assert 'id="nobody"' in page


@pytest.mark.parametrize(
    ("lesson", "block"), [("", "cluster"), (KEY, "none"), ("choosing-a-leader", "first-election"), ("mine/../x", "y")]
)
def test_only_blocks_of_the_class_course_are_shown(world: World, lesson: str, block: str) -> None:
    with pytest.raises(NotShown, match="no such block in this course"):
        show_block(world.classroom, lesson, block, Learner.objects.create())
    response = world.browsers["instructor"].post(
        world.at("class-show"), {"lesson": lesson, "block": block}, headers={"HX-Request": "true"}
    )
    assert response["HX-Retarget"] == "#class-said"
    assert "no such block" in response.content.decode()


def test_exploring_begins_where_the_driven_lab_stands_and_counts_for_no_lesson(world: World) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    driven = world.now().run
    crash(driven, 100.0)
    crash(driven, 900.0)
    world.post("learner of the class", "class-explore", run=driven.pk, branch=0, at=500)
    member = world.member()
    own = member.own_run
    assert [at for at, _ in own.recording().actions] == [100.0]
    assert (own.learner, own.resume_ms, own.lesson) == (member.learner, 500.0, "")
    page = world.see("learner of the class", "class-follow")
    assert own.pk in page
    assert "data-hands" not in page
    world.post("learner of the class", "class-come-back")
    assert driven.pk in world.see("learner of the class", "class-follow")


@pytest.mark.parametrize(
    ("branch", "at"), [("7", "5"), ("0", "nan"), ("0", "-1"), ("0", "1e99"), ("x", ""), ("-1", "5")]
)
def test_a_moment_that_is_none_falls_back_to_where_the_run_was_left(world: World, branch: str, at: str) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    Run.objects.update(resume_ms=70)
    world.post("learner of the class", "class-explore", run=world.now().run.pk, branch=branch, at=at)
    assert world.member().own_run.resume_ms == 70


def test_a_learners_run_is_shown_to_all_as_a_copy(world: World) -> None:
    own = open_block(world.member().learner, KEY, "cluster")
    crash(own, 100.0)
    world.post("instructor", "class-show", run=own.pk, branch=0, at=300)
    shown = world.now().run
    assert shown != own
    assert shown.recording().actions == own.recording().actions
    assert (shown.resume_ms, str(shown.driver)) == (300, "instructor")
    assert own.learner == Run.objects.get(pk=own.pk).learner


def test_runs_of_others_and_of_other_courses_are_not_seen(world: World) -> None:
    mine, theirs = world.member().learner, Learner.objects.get(user__username="learner of another")
    hidden = [open_block(mine, "choosing-a-leader", "first-election"), open_block(theirs, KEY, "cluster")]
    for run in hidden:
        assert world.browsers["instructor"].get(world.at("class-watch", run.pk)).status_code == 404
        assert world.post("instructor", "class-show", run=run.pk) == 404
        assert world.post("instructor", "class-copy", run.pk) == 404
    assert world.browsers["instructor"].get(world.at("class-watch", "x" * 300)).status_code == 404


def test_a_copy_of_a_run_is_ones_own(world: World) -> None:
    own = open_block(world.member().learner, KEY, "cluster")
    response = world.browsers["instructor"].post(world.at("class-copy", own.pk))
    copy = Run.objects.get(pk=response.url.rstrip("/").rpartition("/")[2])
    assert str(copy.learner) == "instructor"


def test_those_who_lead_hear_of_a_block_that_is_shown_and_can_put_it_away(world: World) -> None:
    assert "1 learner joined." in world.see("instructor", "class-lead")
    seat = Seat(world.classroom, None)
    before = stamps(seat)["drive"]
    world.post("instructor", "class-show", lesson=KEY, block="which")
    assert stamps(Seat(world.now(), None))["drive"] != before
    assert "Put it away" in world.see("instructor", "class-lead")


def test_stamps_change_with_what_one_sees_and_with_nothing_else(world: World) -> None:
    def parts() -> dict[str, str]:
        return stamps(seat_of(world.member()))

    leader = Learner.objects.create(user=None)
    before = parts()
    show_block(world.classroom, KEY, "cluster", leader)
    shown = parts()
    assert {name for name in shown if shown[name] != before[name]} == {"front", "drive"}
    world.post("instructor", "class-hand", member=world.member().pk)
    handed = parts()
    assert handed["front"] != shown["front"], "they drive now"
    world.post("instructor", "class-ask", lesson=KEY, block="which")
    asked = parts()
    assert {name for name in asked if asked[name] != handed[name]} == {"poll"}
    world.post("learner of the class", "class-vote", poll=world.now().poll_id, answer="0")
    assert parts()["poll"] != asked["poll"]
    assert "matrix" in stamps(Seat(world.now(), leader.pk))
    assert "matrix" not in parts()


def test_a_class_is_read_anew_only_when_it_has_changed(world: World) -> None:
    sitters = [Sitter(world.member().learner_id, world.member().pk)]
    first = look(world.classroom.pk, sitters, False)
    assert set(first.stamps) == set(sitters)
    with CaptureQueriesContext(connection) as queries:
        same = look(world.classroom.pk, sitters, False, None, first.version)
    assert (len(queries), same.stamps) == (1, {}) or same.version[1] != first.version[1]
    world.post("instructor", "class-show", lesson=KEY, block="which")
    assert set(look(world.classroom.pk, sitters, False, None, first.version).stamps) == set(sitters)
    assert look(0, sitters, False) is None


def test_a_course_that_is_served_no_more_leaves_its_class_standing(world: World) -> None:
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    world.post("instructor", "class-ask", lesson=KEY, block="which")
    type(world.classroom).objects.update(course="gone")
    assert "not served now" in world.see("instructor", "class-lead")
    assert world.see("learner of the class", "class-follow")
    assert world.see("instructor", "class-matrix")
    assert world.see("instructor", "class-manage")
    world.post("instructor", "class-ask-close")
    assert world.now().poll.closed


def test_a_run_of_another_lab_than_its_block_is_still_shown(world: World) -> None:
    run = open_block(world.member().learner, KEY, "cluster")
    Run.objects.update(lab="paxos", settings={})
    show_run(world.classroom, Run.objects.get(pk=run.pk), None, 0.0, Learner.objects.create())
    assert 'data-lab="paxos"' in world.see("learner of the class", "class-follow")
