"""Joining a class: codes that are typed in any way, names in any script, and nobody twice."""

import pytest
from django.contrib.auth.models import Group, User

from lessons.classes.codes import ALPHABET, new_code, read_code
from lessons.classes.joining import NotJoined, found_by_code, join, remove
from lessons.classes.models import Classroom, Poll, Vote
from lessons.classes.names import LONGEST, NoName, clean_name
from lessons.classes.rights import may_follow, may_manage, may_run
from lessons.labs.models import Run
from lessons.learning.learners import adopt
from lessons.learning.models import Learner
from lessons.teaching.models import Course, Membership

NAMES = [
    ("  Ada \t Lovelace\n", "Ada Lovelace"),
    ("Ａｄａ", "Ada"),
    ("阿达", "阿达"),
    ("عايدة", "عايدة"),
    ("A\u200bd\u202ea\ufeff", "Ada"),
    ("\x00\x1b[31mAda\x07", "[31mAda"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # pages escape it
    ("=HYPERLINK(1)", "=HYPERLINK(1)"),  # exports defuse it
    ("Z" + "\u0335" * 60 + "oe", "Z" + "\u0335" * 3 + "oe"),
    ("Ada 🚀", "Ada 🚀"),
    ("Ada\u2028Byron", "Ada Byron"),
]
NO_NAMES = ["", "   ", "\u200b\u202e", "!!!", "🚀", "x" * (LONGEST + 1), "x" * 1_000_000, "\ud800"]


@pytest.mark.parametrize(("given", "shown"), NAMES)
def test_a_name_is_shown_clean(given: str, shown: str) -> None:
    assert clean_name(given) == shown


@pytest.mark.parametrize("given", NO_NAMES, ids=range(len(NO_NAMES)))
def test_what_is_no_name_is_refused_with_a_sentence(given: str) -> None:
    with pytest.raises(NoName, match=r"^(Give a name|A name has) .+\.$"):
        clean_name(given)


def test_a_code_is_typed_in_any_way_and_has_no_doubtful_letters() -> None:
    assert not set("0O1IL") & set(ALPHABET)
    assert all(read_code(code) == code for code in (new_code() for _ in range(50)))
    assert read_code(" ab2-3cd ") == read_code("AB2 3CD") == "AB23CD"
    for wrong in ("", "AB23C", "AB23CDE", "AB23C0", "ÄB23CD", "A" * 100_000, "AB23C\x00"):
        assert read_code(wrong) is None


@pytest.fixture
def classroom(db: None) -> Classroom:
    instructor = User.objects.create_user("ada")
    instructor.groups.add(Group.objects.get(name="Instructors"))
    return Classroom.objects.create(name="Monday", course="built-in", instructor=instructor)


def guest(key: str = "") -> Learner:
    return Learner.objects.create(session_key=key)


def test_a_class_is_found_by_its_code_until_it_is_archived(classroom: Classroom) -> None:
    assert found_by_code(classroom.code.lower()) == classroom
    assert found_by_code("nonsense") is None
    classroom.archived = classroom.created
    classroom.save()
    assert found_by_code(classroom.code) is None


def test_a_name_is_taken_once_and_may_be_changed(classroom: Classroom) -> None:
    first, second = guest(), guest()
    member = join(classroom, first, "Ada")
    with pytest.raises(NotJoined, match="“ADA” already"):
        join(classroom, second, "ADA")
    assert join(classroom, first, "Ada B.") == member
    assert join(classroom, second, "ada").name == "ada"
    assert [one.name for one in classroom.members.all()] == ["ada", "Ada B."]


def test_a_closed_class_takes_nobody_in_and_keeps_who_is_in(classroom: Classroom) -> None:
    member = join(classroom, guest(), "Ada")
    classroom.is_open = False
    with pytest.raises(NotJoined, match="nobody in any more"):
        join(classroom, guest(), "Bob")
    assert join(classroom, member.learner, "Ada") == member


def test_who_is_removed_keeps_what_they_did_and_drives_no_more(classroom: Classroom) -> None:
    member = join(classroom, guest(), "Ada")
    run = Run.objects.create(driver=member.learner, lab="raft", speed=0.1)
    Classroom.objects.update(run=run)
    learner = member.learner
    learner.results.create(lesson="a", block="b", correct=True)
    remove(classroom.members.get())
    assert Run.objects.get().driver is None
    assert learner.results.count() == 1
    assert may_follow(learner, classroom) is None


def test_who_signs_up_stays_in_the_class(classroom: Classroom) -> None:
    member = join(classroom, guest("tab"), "Ada")
    account = adopt("tab", User.objects.create_user("new"))
    assert may_follow(account, classroom) == member


def test_who_signs_in_carries_classes_votes_and_labs_over(classroom: Classroom) -> None:
    user = User.objects.create_user("old")
    account = Learner.objects.create(user=user)
    other = Classroom.objects.create(name="Tuesday", course="built-in", instructor=classroom.instructor)
    kept, member = join(classroom, account, "Ada"), join(classroom, guest("tab"), "Ada again")
    join(other, member.learner, "Ada")
    first, second = (Poll.objects.create(classroom=classroom, lesson="a", block=name) for name in "bc")
    Vote.objects.create(poll=first, member=kept, answer=["mine"])
    for poll in (first, second):
        Vote.objects.create(poll=poll, member=member, answer=["guest's"])
    run = Run.objects.create(driver=member.learner, lab="raft", speed=0.1)
    adopt("tab", user)
    assert {one.classroom for one in account.members.all()} == {classroom, other}
    assert [vote.answer for vote in kept.votes.order_by("poll_id")] == [["mine"], ["guest's"]]
    assert Run.objects.get(pk=run.pk).driver == account


def test_authors_of_the_course_run_its_classes_and_its_instructor_alone_manages_them(classroom: Classroom) -> None:
    people = {name: User.objects.create_user(name) for name in ("cora", "bob", "eve")}
    for name in ("cora", "bob"):
        people[name].groups.add(Group.objects.get(name="Instructors"))
    course = Course.objects.create(slug="mine")
    for name in ("cora", "eve"):  # eve is no instructor any more
        Membership.objects.create(course=course, user=people[name], role="co-author")
    assert not may_run(people["cora"], classroom)
    classroom.course = "mine"
    assert [may_run(one, classroom) for one in (classroom.instructor, *people.values())] == [True, True, False, False]
    assert [may_manage(one, classroom) for one in (classroom.instructor, *people.values())] == [
        True,
        False,
        False,
        False,
    ]
    classroom.course = "gone"
    assert [may_run(one, classroom) for one in (classroom.instructor, people["cora"])] == [True, False]
