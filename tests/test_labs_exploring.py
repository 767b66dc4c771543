"""Exploring the program of a run from its page."""

import pytest

from cluster_engine.labs.program import PROGRAMS
from lessons.labs import exploring
from lessons.labs.opening import open_lab
from lessons.learning.models import Learner

pytestmark = pytest.mark.django_db


def explore(client, lab: str, **settings):
    run = open_lab(Learner.objects.create(), lab, settings)
    return client.post(f"/labs/run/{run.pk}/explore/")


def test_a_failure_is_told_with_the_recording_of_its_shortest_schedule(client):
    answer = explore(client, "program", program=PROGRAMS["lost-update"]).json()
    assert answer["fails"]
    assert "An increment was lost" in answer["text"]
    assert "4 steps, 1 preemption." in answer["text"]
    assert client.get(answer["page"]).status_code == 302


def test_a_right_program_is_proved(client):
    answer = explore(client, "program", program=PROGRAMS["philosophers-3-right"]).json()
    assert (answer["fails"], answer["complete"], answer["page"]) == (False, True, "")
    assert answer["text"].startswith("Proved: under no schedule does it fail")


def test_only_programs_can_be_explored(client):
    answer = explore(client, "raft")
    assert answer.status_code == 400
    assert "Only the schedules of a program" in answer.json()["error"]


def test_what_takes_too_long_is_not_decided(client, monkeypatch):
    monkeypatch.setattr(exploring, "SECONDS", 0.01)
    answer = explore(client, "program")
    assert answer.status_code == 503
    assert answer.json()["error"].startswith("Not decided: after 0.01 s")


def test_too_many_at_once_are_asked_to_wait(client, monkeypatch):
    monkeypatch.setattr(exploring, "_places", exploring.BoundedSemaphore(1))
    with exploring._places:
        assert "Try again in a few seconds" in explore(client, "program").json()["error"]
