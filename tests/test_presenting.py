"""A lesson on the projector: its steps, and notes that only the instructor sees."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from lessons.content.blocks import Aside, LabBlock, Narrate, Prose
from lessons.content.library import library
from lessons.pages.presenting import steps_of
from lessons.teaching.rights import INSTRUCTORS

NOTE = "Ask the room what a term is"


def steps(key="choosing-a-leader"):
    """Return the steps of a lesson."""
    return list(steps_of(library().lesson(key)))


def kinds(step):
    """Return the kinds of blocks in a step."""
    return [type(part["block"]) for part in step.parts]


def test_each_section_begins_a_step_and_each_lab_has_one_of_its_own():
    titles = [step.title for step in steps()]
    assert titles[0] == "Choosing a leader"
    assert titles.index("A number") < titles.index("A timer") < titles.index("A rule about votes")
    for step in steps():
        if LabBlock in kinds(step):
            assert set(kinds(step)) <= {LabBlock, Narrate}
        if step.is_text:
            assert set(kinds(step)) <= {Prose, Aside}


def test_nothing_is_lost_between_the_lesson_and_its_steps():
    lesson = library().lesson("choosing-a-leader")
    shown = [part["block"] for step in steps() for part in step.parts]
    apart = [block for block in lesson.blocks if not (isinstance(block, Aside) and block.kind == "notes")]
    assert [block for block in shown if not isinstance(block, Prose)] == [b for b in apart if not isinstance(b, Prose)]
    text = "".join(block.html for block in shown if isinstance(block, Prose))
    assert text == "".join(block.html for block in apart if isinstance(block, Prose) and block.html.strip())


def test_a_note_belongs_to_the_step_before_it():
    noted = {step.title for step in steps() if step.notes}
    assert "A number" in noted


@pytest.mark.django_db
def test_learners_never_see_a_note(client):
    for name in ("lesson", "present", "print-lesson"):
        assert NOTE not in client.get(reverse(name, args=["choosing-a-leader"])).content.decode(), name
    assert NOTE not in client.get(reverse("search") + "?q=ask+the+room+term").content.decode()
    assert client.get(reverse("present-notes", args=["choosing-a-leader"])).status_code == 403


@pytest.mark.django_db
def test_an_instructor_has_a_window_of_notes(client, django_user_model):
    user = django_user_model.objects.create_user("ines", password="x")
    user.groups.add(Group.objects.get(name=INSTRUCTORS))
    client.force_login(user)
    assert (
        reverse("present-notes", args=["choosing-a-leader"])
        in client.get(reverse("present", args=["choosing-a-leader"])).content.decode()
    )
    assert NOTE in client.get(reverse("present-notes", args=["choosing-a-leader"])).content.decode()


@pytest.mark.django_db
def test_a_lesson_that_is_not_there_is_said_so(client):
    assert client.get(reverse("present", args=["nothing"])).status_code == 404
