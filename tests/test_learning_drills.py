"""Histories to judge: endless by seed, half and half, graded by the engine's own search."""

import pytest
from django.urls import reverse

from cluster_engine.consistency.examples import example
from cluster_engine.consistency.linearizability import LINEARIZABLE, check
from cluster_engine.consistency.models import MODELS
from lessons.content.library import library
from lessons.learning.drawing import picture_of
from lessons.learning.grading import judged
from lessons.learning.models import Result
from tests.courses import FRONT, make_course

DRILL = ":::{drill} judge\n:streak: 2\n\nIs it?\n:::\n"


@pytest.fixture
def course(db, settings, tmp_path):
    settings.COURSE_DIR = make_course(tmp_path, FRONT + DRILL)
    assert library().findings == ()


def post(client, **data):
    return client.post(reverse("answer", args=["a-lesson", "judge"]), data, HTTP_HX_REQUEST="true").content.decode()


def right(seed: int) -> str:
    return "yes" if judged(seed).verdict == LINEARIZABLE else "no"


def test_examples_are_the_same_for_a_seed_and_about_half_of_them_are_linearizable():
    assert example(7) == example(7)
    good = sum(check(MODELS["register"], example(seed)).verdict == LINEARIZABLE for seed in range(1, 101))
    assert 35 <= good <= 65


def test_no_example_is_decided_by_a_value_that_nobody_wrote():
    for seed in range(1, 60):
        history = example(seed)
        written = {one.value for one in history if one.f == "write"} | {None}
        assert {one.result for one in history if one.f == "read"} <= written


def test_the_order_is_drawn_within_the_bars_and_onwards():
    for seed in range(1, 60):
        search = judged(seed)
        if search.verdict != LINEARIZABLE:
            continue
        bars = sorted(
            (bar for bar in picture_of(search.history, search.order).bars if bar.place), key=lambda b: b.place
        )
        assert all(bar.x <= bar.point <= bar.x + bar.width for bar in bars)
        assert [bar.point for bar in bars] == sorted(bar.point for bar in bars)


@pytest.mark.usefixtures("course")
def test_so_many_right_answers_in_a_row_solve_it(client):
    assert "0 of 2 in a row" in client.get(reverse("lesson", args=["a-lesson"])).content.decode()
    assert "✓ Yes." in post(client, seed=1, answer=right(1))
    assert "It is linearizable</button>" in post(client, seed=1, answer="next")
    assert "✓ Yes." in post(client, seed=2, answer=right(2))
    assert Result.objects.get().correct is True
    wrong = "no" if right(3) == "yes" else "yes"
    post(client, seed=2, answer="next")
    assert "0 of 2 in a row" in post(client, seed=3, answer=wrong)
    assert Result.objects.get().correct is True, "what was solved stays solved"


@pytest.mark.usefixtures("course")
def test_a_wrong_answer_is_told_why(client):
    seed = next(seed for seed in range(1, 50) if right(seed) == "no")
    Result.objects.all().delete()
    for passed in range(1, seed):
        post(client, seed=passed, answer=right(passed))
        post(client, seed=passed, answer="next")
    page = post(client, seed=seed, answer="yes")
    assert "✗ No." in page
    assert "fits nowhere" in page
    assert "is-fault" in page


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    "data", [{"seed": 9, "answer": "yes"}, {"seed": 1, "answer": "next"}, {"seed": 1}, {}, {"seed": "x"}]
)
def test_another_tab_and_nonsense_are_a_sentence(client, data):
    post(client, seed=0)
    page = post(client, **data)
    assert "judged already" in page or "Say first" in page
    assert Result.objects.get().tries == 0
