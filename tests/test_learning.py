"""Answers, predictions and challenges: graded by the engine, kept for a guest, carried over at sign-up."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from cluster_engine.actions import action_to_json, parse_script
from cluster_engine.labs import get_lab
from lessons.content.library import library
from lessons.labs.models import Entry, Run
from lessons.learning.learners import adopt
from lessons.learning.models import Learner, Result
from tests.courses import FRONT, make_course

LESSON = (
    FRONT
    + """
:::{lab} cluster
:lab: raft
:seed: 1
:alt: Five servers.
:::

:::{quiz} single
Which?
- [x] right
  > because it is
- [ ] wrong
  > because it is not
:::

:::{quiz} many
:type: multiple
Which?
- [x] a
  > yes
- [x] b
  > yes
- [ ] c
  > no
:::

:::{quiz} count
:type: numeric
:answer: 3
:tolerance: 0.5

How many?
:::

:::{quiz} word
:type: text
:answer: quorum | majority

What is it called?
:::

:::{quiz} order
:type: order
Put them in order.
- [ ] first
- [ ] second
- [ ] third
:::

:::{predict} leader
:lab: cluster
:ask: leader at 1s

Who leads after a second?
:::

:::{predict} side
:lab: cluster
:ask: side that commits after the cut
:solution: 1s cut leader,follower | others; 1500ms write x 1

Which side?
:::

::::{challenge} two
:lab: cluster
:goal: two-leaders
:budget: 1
:solution: 1s isolate leader
Do it.

:::{hint}
:after: 1

Isolate the leader.
:::
::::
"""
)
SCRIPT = "1s isolate leader"


@pytest.fixture(autouse=True)
def course(db, settings, tmp_path):
    settings.COURSE_DIR = make_course(tmp_path, LESSON)
    assert library().findings == ()


def answer(client, block, **data):
    return client.post(reverse("answer", args=["a-lesson", block]), data, HTTP_HX_REQUEST="true")


def result(block) -> Result:
    return Result.objects.get(block=block)


def own_run(client, script="") -> Run:
    opened = client.post(
        reverse("lab-open"), {"lesson": "a-lesson", "block": "cluster"}, content_type="application/json"
    )
    run = Run.objects.get(pk=opened.json()["run"])
    for seq, (at, action) in enumerate(parse_script(script, get_lab("raft")), 1):
        payload = {"branch": 0, "at": at, "action": action_to_json(action)}
        Entry.objects.create(run=run, seq=seq, kind="act", payload=payload)
    return run


@pytest.mark.parametrize(
    ("block", "given", "correct"),
    [
        ("single", ["0"], True), ("single", ["1"], False),
        ("many", ["0", "1"], True), ("many", ["0"], False), ("many", ["0", "1", "2"], False),
        ("count", ["3.4"], True), ("count", ["4"], False), ("count", ["2,8"], True),
        ("word", [" Quorum "], True), ("word", ["leader"], False),
        ("order", ["0", "1", "2"], True), ("order", ["1", "0", "2"], False),
    ],
)  # fmt: skip
def test_a_quiz_is_graded(client, block, given, correct):
    page = answer(client, block, answer=given).content.decode()
    assert result(block).correct is correct
    assert ("✓ Right." in page) is correct


def test_feedback_is_shown_for_every_option(client):
    page = answer(client, "single", answer=["1"]).content.decode()
    assert "because it is not" in page
    assert "because it is</p>" in page


@pytest.mark.parametrize("given", [{}, {"answer": ["7"]}, {"answer": ["-1"]}, {"answer": ["x"]}])
def test_an_impossible_answer_gets_a_sentence_and_counts_as_no_try(client, given):
    assert answer(client, "single", **given).status_code == 200
    assert result("single").tries == 0


def test_what_was_right_once_stays_right(client):
    answer(client, "single", answer=["0"])
    answer(client, "single", answer=["1"])
    kept = result("single")
    assert (kept.correct, kept.points, kept.tries) == (True, 1, 2)


def test_a_prediction_is_locked_and_the_run_decides(client):
    run = own_run(client)
    answer(client, "leader", answer="n2")
    answer(client, "leader", answer="n3")
    assert result("leader").answer == "n2"
    answer(client, "leader", run=run.pk, branch=0, at=900)
    assert result("leader").correct is None, "the run has not come so far"
    page = answer(client, "leader", run=run.pk, branch=0, at=1000).content.decode()
    kept = result("leader")
    assert kept.outcome in {"n1", "n2", "n3", "n4", "n5"}
    assert kept.correct is (kept.outcome == "n2")
    assert f"the run says <strong>{kept.outcome}</strong>" in page


def test_a_prediction_without_a_time_waits_for_the_learners_own_cut(client):
    run = own_run(client, "1s cut leader,follower | others; 2s write x 1")
    answer(client, "side", answer="majority")
    answer(client, "side", run=run.pk, branch=0, at=990)
    assert result("side").correct is None
    answer(client, "side", run=run.pk, branch=0, at=4000)
    assert result("side").outcome == "majority"


def test_a_challenge_is_replayed_and_its_recording_kept(client):
    run = own_run(client, SCRIPT)
    page = answer(client, "two", run=run.pk, branch=0, at=2000).content.decode()
    kept = result("two")
    assert kept.correct is True
    assert kept.proof.startswith("f1")
    assert "The recording that proves it" in page


def test_a_challenge_is_not_reached_before_its_moment_and_a_hint_opens(client):
    run = own_run(client, SCRIPT)
    page = answer(client, "two", run=run.pk, branch=0, at=1001).content.decode()
    assert result("two").correct is False
    assert "The goal is not reached in this run" in page
    assert "Isolate the leader." in page


def test_a_budget_of_faults_is_kept(client):
    run = own_run(client, "500ms crash n5; 1s isolate leader")
    page = answer(client, "two", run=run.pk, branch=0, at=3000).content.decode()
    assert result("two").correct is False
    assert "more than 1 fault" in page


@pytest.mark.parametrize("data", [{}, {"run": "nope"}, {"at": "x"}, {"branch": "9"}, {"at": "-1"}, {"at": "nan"}])
def test_a_challenge_without_a_run_of_ones_own_gets_a_sentence(client, data):
    own_run(client, SCRIPT)
    assert "Play the lab first" in answer(client, "two", **data).content.decode()


def test_somebody_elses_run_is_not_graded(client, django_user_model):
    run = own_run(client, SCRIPT)
    client.cookies.clear()
    assert "Play the lab first" in answer(client, "two", run=run.pk, branch=0, at=2000).content.decode()


def test_without_javascript_an_answer_reloads_the_page(client):
    response = client.post(reverse("answer", args=["a-lesson", "single"]), {"answer": ["0"]})
    assert response.status_code == 302
    assert "✓ Right." in client.get("/lessons/a-lesson/").content.decode()


def test_an_unknown_exercise_is_not_found(client):
    assert answer(client, "nothing").status_code == 404
    assert answer(client, "cluster").status_code == 404


def test_a_guest_who_signs_up_keeps_everything(client):
    run = own_run(client, SCRIPT)
    answer(client, "single", answer=["0"])
    sign_up = {"username": "ada", "password1": "a-long-enough-one", "password2": "a-long-enough-one"}
    assert client.post(reverse("sign-up"), sign_up).status_code == 302
    ada = Learner.objects.get(user__username="ada")
    assert result("single").learner == ada
    run.refresh_from_db()
    assert run.learner == ada
    assert Learner.objects.count() == 1


def test_signing_in_merges_and_the_better_result_wins(client):
    user = get_user_model().objects.create_user("bob", password="a-long-enough-one")
    account = Learner.objects.create(user=user)
    Result.objects.create(learner=account, lesson="a-lesson", block="single", correct=False, tries=2)
    Result.objects.create(learner=account, lesson="a-lesson", block="many", correct=True, points=1, tries=1)
    answer(client, "single", answer=["0"])
    answer(client, "many", answer=["2"])
    client.post(reverse("sign-in"), {"username": "bob", "password": "a-long-enough-one"})
    assert (result("single").correct, result("single").tries) == (True, 3)
    assert (result("many").correct, result("many").tries) == (True, 2)
    assert Learner.objects.count() == 1


def test_adopting_nobody_makes_a_learner(db):
    user = get_user_model().objects.create_user("eve")
    assert adopt(None, user).user == user


def test_the_map_shows_progress_and_what_comes_next(client):
    client.get("/lessons/a-lesson/")
    answer(client, "single", answer=["0"])
    home = client.get("/").content.decode()
    assert "1/8" in home
    assert "next ·" in home
