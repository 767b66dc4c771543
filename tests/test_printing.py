"""Lessons on paper: all is on the sheet but what gives an answer away; the answers have one of their own."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from lessons.content.blocks import EXERCISES, Challenge, Quiz
from lessons.content.library import library
from lessons.pages.answers import answers
from lessons.teaching.rights import INSTRUCTORS


@pytest.fixture
def instructor(client, django_user_model):
    """A browser in which an instructor is signed in."""
    user = django_user_model.objects.create_user("ines", password="x")
    user.groups.add(Group.objects.get(name=INSTRUCTORS))
    client.force_login(user)
    return client


def text_of(response):
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.django_db
def test_a_printed_lesson_has_every_exercise_by_number_and_no_feedback(client):
    lesson = library().lesson("choosing-a-leader")
    page = client.get(reverse("print-lesson", args=[lesson.key]))
    exercises = [block for block in lesson.blocks if isinstance(block, EXERCISES)]
    for number in range(1, len(exercises) + 1):
        assert f'aria-label="Exercise {number}"' in page.content.decode()
    for quiz in (block for block in exercises if isinstance(block, Quiz)):
        for choice in quiz.choices:
            assert choice.html in page.content.decode()
            assert choice.feedback.strip() not in page.content.decode()


@pytest.mark.django_db
def test_a_lab_is_drawn_at_the_moment_of_its_last_scripted_action(client):
    assert "A Raft cluster, at the start" in text_of(client.get(reverse("print-lesson", args=["choosing-a-leader"])))
    page = client.get(reverse("print-lesson", args=["lost-and-found"])).content.decode()
    assert "A Raft cluster, at 1 s" in page
    assert 'class="still-down"' in page, "the crashes that the script does are drawn"


@pytest.mark.django_db
def test_a_module_is_printed_lesson_after_lesson(client):
    module = library().course.modules[-1]
    page = text_of(client.get(reverse("print-module", args=["built-in", module.id])))
    places = [page.index(lesson.summary[:40]) for lesson in module.lessons]
    assert places == sorted(places)
    assert client.get(reverse("print-module", args=["built-in", "nothing"])).status_code == 404
    assert client.get(reverse("print-module", args=["nothing", module.id])).status_code == 404


@pytest.mark.django_db
def test_answers_are_for_instructors(client, django_user_model):
    where = reverse("print-lesson-answers", args=["choosing-a-leader"])
    assert client.get(where).status_code == 403
    client.force_login(django_user_model.objects.create_user("learner", password="x"))
    assert client.get(where).status_code == 403
    assert where not in client.get(reverse("print-lesson", args=["choosing-a-leader"])).content.decode()


@pytest.mark.django_db
def test_an_instructor_reads_the_answers(instructor):
    where = reverse("print-lesson-answers", args=["choosing-a-leader"])
    assert where in instructor.get(reverse("print-lesson", args=["choosing-a-leader"])).content.decode()
    page = text_of(instructor.get(where))
    assert "More than half of four" in page, "the feedback of the right option"
    assert "These actions reach it" in page


def test_the_answer_of_a_quiz_is_the_letter_that_paper_shows_and_of_a_challenge_a_script_that_reaches_it():
    lesson = library().lesson("choosing-a-leader")
    by_number = dict(enumerate((block for block in lesson.blocks if isinstance(block, EXERCISES)), 1))
    for answer in answers(lesson):
        block = by_number[answer.number]
        if isinstance(block, Quiz) and block.id == "four-servers":
            assert answer.words == "B"
        if isinstance(block, Challenge):
            assert answer.code, block.id
