"""The grade book: which try counts, a file that is safe in a spreadsheet, and grading again by replay."""

import csv
import io

import pytest
from django.urls import reverse

from lessons.classes.grades import as_text
from lessons.classes.models import Member
from lessons.labs.models import Run
from lessons.learning.learners import adopt
from lessons.learning.models import Attempt, Learner, Result
from lessons.teaching.models import Course
from lessons.teaching.serving import serve
from lessons.teaching.shelf import files_of
from tests.classes import KEY, LESSON, World, join_as, new_world

RIGHT, WRONG = "0", "1"


@pytest.fixture
def world(db: None) -> World:
    """A class with one member."""
    return new_world()


def answer(world: World, given: str, block: str = "which", role: str = "learner of the class") -> None:
    """Answer a question of the lesson."""
    world.browsers[role].post(reverse("answer", args=[KEY, block]), {"answer": given})


def rows(world: World, tries: str = "best") -> list[dict[str, str]]:
    """Return the file's rows, as a spreadsheet reads it."""
    response = world.browsers["instructor"].get(world.at("class-grades-file"), {"tries": tries})
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def change_lesson(world: World, old: str, new: str) -> None:
    """Publish the lesson with something changed."""
    assert old in LESSON
    course = Course.objects.get(slug="mine")
    serve(course, files_of(course) | {"one/a.md": LESSON.replace(old, new).encode()})


@pytest.mark.parametrize(("tries", "points"), [("best", "1"), ("first", "0"), ("last", "0")])
def test_the_best_the_first_or_the_last_try_counts(world, tries, points):
    for given in (WRONG, RIGHT, WRONG):
        answer(world, given)
    row = rows(world, tries)[0]
    assert row[f"{KEY}#which"] == points
    assert row[f"{KEY}#several"] == "", "no try is no number"
    assert row["points"] == points
    assert float(row["of"]) == 5


def test_a_name_is_no_formula_and_a_number_is_a_number(world):
    browser = world.browsers["outsider"]
    join_as(browser, world.classroom, "=HYPERLINK(1)")
    answer(world, RIGHT, role="outsider")
    text = world.browsers["instructor"].get(world.at("class-grades-file")).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    row = next(row for row in rows(world) if "HYPERLINK" in row["name"])
    assert float(row[f"{KEY}#which"]) == 1
    assert all(as_text(name) == f"'{name}" for name in ("=1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"))
    assert as_text("Ada = B") == "Ada = B"


def test_the_page_tells_each_grade_in_words(world):
    answer(world, WRONG)
    answer(world, RIGHT)
    page = world.see("instructor", "class-grades")
    assert "Ada, Which: 1 of 1 points, 2 tries" in page
    assert "Ada, Several: no try" in page
    tries = world.see("instructor", "class-attempts", world.member().pk, lesson=KEY, block="which")
    assert tries.count("not right") == 1
    assert "<h2><bdi>Ada</bdi>: Which</h2>" in tries
    assert "· 1 point ·" in tries
    assert "this one" in tries


def test_a_challenge_carries_the_recording_that_proves_it_and_is_graded_again_by_playing_it(world):
    learner = world.member().learner
    run = Run.objects.create(
        learner=learner, lesson=KEY, block="cluster", lab="raft", seed=1, speed=1.0,
        script=[[1000, {"kind": "isolate", "node": name}] for name in ("n1", "n2", "n3", "n4", "n5")],
    )  # fmt: skip
    world.browsers["learner of the class"].post(
        reverse("answer", args=[KEY, "nobody"]), {"run": run.pk, "branch": 0, "at": 8000}
    )
    attempt = Attempt.objects.get(block="nobody")
    assert attempt.correct
    page = world.see("instructor", "class-attempts", world.member().pk, lesson=KEY, block="nobody")
    assert reverse("lab-shared", args=[attempt.recording]) in page
    change_lesson(world, "leaderless_ms >= 2000", "leaderless_ms >= 2000000")
    assert world.post("instructor", "class-grade-again", lesson=KEY, block="nobody") == 302
    assert not Attempt.objects.get(block="nobody").correct
    assert Result.objects.get(block="nobody").correct is False
    assert Result.objects.get(block="nobody").proof == ""
    change_lesson(world, "2000", "2000")
    world.post("instructor", "class-grade-again", lesson=KEY, block="nobody")
    assert Result.objects.get(block="nobody").proof == attempt.recording


def test_a_corrected_question_is_graded_again(world):
    answer(world, WRONG)
    right, wrong = "- [x] this *one*\n  > yes\n- [ ] that", "- [ ] this *one*\n  > yes\n- [x] that"
    change_lesson(world, right, wrong)
    world.post("instructor", "class-grade-again", lesson=KEY, block="which", after="9" * 5_000)  # no number at all
    assert rows(world)[0][f"{KEY}#which"] == "1"


def test_grading_again_says_what_it_could_not_do(world):
    response = world.browsers["instructor"].post(
        world.at("class-grade-again"), {"lesson": KEY, "block": "nothing"}, follow=True
    )
    assert "no more in the lesson" in response.content.decode()


def test_tries_follow_a_guest_into_their_account(world, django_user_model):
    guest = Learner.objects.create(session_key="someone")
    Member.objects.create(classroom=world.classroom, learner=guest, name="G", folded="g")
    Attempt.objects.create(learner=guest, lesson=KEY, block="which", correct=True, points=1)
    account = django_user_model.objects.create_user("later")
    Learner.objects.create(user=account)
    learner = adopt("someone", account)
    assert learner.attempts.get().points == 1


def test_of_very_many_tries_the_first_the_best_and_the_last_stay(world, monkeypatch):
    monkeypatch.setattr("lessons.learning.keeping.MOST_ATTEMPTS", 5)
    for given in (WRONG, WRONG, RIGHT, *[WRONG] * 6):
        answer(world, given)
    kept = list(Attempt.objects.filter(block="which"))
    first = Attempt.objects.order_by("pk").first()
    assert len(kept) == 5
    assert kept[0] == first
    assert [one.points for one in kept].count(1) == 1
    assert [rows(world, tries)[0][f"{KEY}#which"] for tries in ("best", "first", "last")] == ["1", "0", "0"]
