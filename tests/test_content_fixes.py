"""The block `fix`: programs to choose among, or lines to put in order; graded over every schedule."""

import pytest
from django.urls import reverse

from lessons.content.blocks import Fix
from lessons.content.fixes import Listing, NoSuchFix
from lessons.content.lesson import Parsed, parse
from lessons.content.library import library
from lessons.learning.models import Result
from tests.courses import FRONT, make_course

VARIANTS = """::::{fix} mend
:points: 2

Two threads count.

:::{variant} As it is
```python
c = 0
def add():
    c += 1
def check():
    assert c == 2
Thread(add)
Thread(add)
```
:::

:::{variant} With one step
```python
c = Atomic(0)
def add():
    c.fetch_add(1)
Thread(add)
Thread(add)
```
It counts in one step.
:::

:::{hint}
:after: 1

Which of them can be interrupted half-way?
:::
::::
"""
FAILING = VARIANTS.replace("Thread(add)\nThread(add)", "Thread(add)\nThread(add)\nThread(check)", 1)
LISTING = """:::{fix} order

Publish when it is whole.

```python
ready = False
value = 0
def writer():
    ready = True  # move
    value = 42  # move
def reader():
    if ready:
        assert value == 42, "read before it was written"
Thread(writer)
Thread(reader)
```
:::
"""


def parsed(text: str) -> Parsed:
    return parse((FRONT + text).encode(), "a.md")


def fix_of(text: str) -> Fix:
    result = parsed(text)
    assert result.findings.all == []
    [fix] = result.lesson.blocks
    return fix


def found(text: str) -> list[tuple[int, str]]:
    first = FRONT.count("\n")
    return [(finding.line - first, finding.code) for finding in parsed(text).findings.all]


def test_variants_are_programs_with_titles_and_words_of_their_own():
    fix = fix_of(VARIANTS)
    assert [variant.title for variant in fix.variants] == ["As it is", "With one step"]
    assert "fetch_add" in fix.program([1])
    assert "It counts in one step." in fix.variants[1].html
    assert "Two threads count." in fix.text
    assert "variant" not in fix.text
    assert (fix.points, len(fix.hints)) == (2, 1)


def test_marked_lines_trade_places_and_places_keep_their_indentation():
    listing = fix_of(LISTING).listing
    assert listing.marked == ("ready = True", "value = 42")
    lines = listing.program([1, 0]).splitlines()
    assert lines[3:5] == ["    value = 42", "    ready = True"]
    assert len(list(listing.programs())) == 2


def test_a_place_in_a_block_gives_its_indentation_to_whatever_line_stands_there():
    listing = Listing.of("with lock:\n    a = 1  # move\nb = 2  # move")
    assert listing.program([1, 0]) == "with lock:\n    b = 2\na = 1"


@pytest.mark.parametrize("order", [[], [0], [0, 0], [0, 2], [0, 1, 2]])
def test_an_order_that_is_none_is_refused(order):
    with pytest.raises(NoSuchFix, match="stands twice"):
        fix_of(LISTING).program(order)


@pytest.mark.parametrize("choice", [[], [2], [0, 1]])
def test_a_variant_that_is_none_is_refused(choice):
    with pytest.raises(NoSuchFix, match="Choose one"):
        fix_of(VARIANTS).program(choice)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (LISTING.replace("  # move", ""), (6, "bad-program")),
        (LISTING.replace("value = 42  # move", "value = 42"), (6, "bad-program")),
        (LISTING.replace("```python", "```python\nimport os"), (6, "bad-program")),
        (VARIANTS.replace("c = Atomic(0)", "c = Atomik(0)"), (20, "bad-program")),
        (VARIANTS.replace(" With one step", ""), (18, "missing-id")),
        (VARIANTS[: VARIANTS.index(":::{variant} With")] + "::::\n", (1, "bad-program")),
        (":::{fix} none\n\nNo program.\n:::\n", (1, "bad-program")),
    ],
)
def test_a_mistake_is_found_where_it_stands(text, finding):
    assert finding in found(text)


# --- answers ----------------------------------------------------------------------------------


@pytest.fixture
def course(db, settings, tmp_path):
    settings.COURSE_DIR = make_course(tmp_path, FRONT + FAILING + "\n" + LISTING)
    assert library().findings == ()


def answer(client, block, *given):
    return client.post(reverse("answer", args=["a-lesson", block]), {"answer": given}, HTTP_HX_REQUEST="true")


@pytest.mark.usefixtures("course")
def test_a_wrong_variant_is_shown_failing(client):
    html = answer(client, "mend", "0").content.decode()
    assert "Not yet." in html
    assert "It can fail" in html
    assert "See it fail</a>" in html
    assert "Which of them can be interrupted" in html  # the hint, after one try
    kept = Result.objects.get(block="mend")
    assert (kept.correct, kept.points, kept.tries, kept.answer) == (False, 0, 1, ["0"])


@pytest.mark.usefixtures("course")
def test_a_right_variant_is_proved(client):
    html = answer(client, "mend", "1").content.decode()
    assert "Mended." in html
    assert "under no schedule does it fail" in html
    assert Result.objects.get(block="mend").points == 2
    assert "checked" in client.get(reverse("lesson", args=["a-lesson"])).content.decode()


@pytest.mark.usefixtures("course")
def test_without_a_script_the_page_that_follows_says_once_what_became_of_an_answer(client):
    where = reverse("answer", args=["a-lesson", "mend"])
    html = client.post(where, {"answer": "0"}, follow=True).content.decode()
    assert "Not yet." in html
    assert "See it fail</a>" in html
    assert "Not yet." not in client.get(reverse("lesson", args=["a-lesson"])).content.decode()
    assert "none of the options" in client.post(where, {"answer": "x"}, follow=True).content.decode()


@pytest.mark.usefixtures("course")
def test_lines_in_a_right_order_are_proved_and_stand_so_afterwards(client):
    assert "Not yet." in answer(client, "order", "0", "1").content.decode()
    html = answer(client, "order", "1", "0").content.decode()
    assert "Mended." in html
    assert html.index('<option value="1" selected>value = 42') < html.index('<option value="0" selected>ready = True')


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("given", [("0", "0"), ("x", "y"), ("²", "1"), (), ("9", "1"), ("-1", "0")])
def test_an_answer_that_is_none_is_a_sentence_and_no_try(client, given):
    response = answer(client, "order", *given)
    assert "Mended" not in response.content.decode()
    assert not Result.objects.filter(block="order", tries__gt=0).exists()
