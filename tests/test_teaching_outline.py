"""`course.yaml` changed by the site: what is not meant stays byte for byte, comments travel with what they speak of."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.content.library import BUILT_IN
from lessons.teaching.archive import Refused
from lessons.teaching.outline import Outline

TEXT = """\
# What this course is for.
id: mine
title: 'Mine'   # for now
modules:
  # Where it begins.
  - id: one
    title: One
    lessons:
      - a   # the first
      # after a
      - b
      - "c"

  - id: two  # later
    title: Two
    summary: >
      What
      breaks.
    lessons: [d,  e ]
    # still two

  - {id: three, title: Three, lessons: []}
# the end
"""


def outline(text: str) -> dict[str, list[str]]:
    return {part.id: list(part.lessons) for part in Outline(text).parts}


def changed(before: str, after: str) -> tuple[set[str], set[str]]:
    """Return the lines that went and those that came."""
    old, new = before.splitlines(), after.splitlines()
    return set(old) - set(new), set(new) - set(old)


def test_a_lesson_moves_with_its_comments_and_nothing_else_does() -> None:
    after = Outline(TEXT).with_lesson_at("one", "b", 0)
    assert outline(after)["one"] == ["b", "a", "c"]
    assert "      # after a\n      - b\n      - a   # the first\n" in after
    assert sorted(after.splitlines()) == sorted(TEXT.splitlines())


def test_a_lesson_moves_between_brackets_whose_spaces_stay() -> None:
    after = Outline(TEXT).with_lesson_at("two", "e", 0)
    assert after == TEXT.replace("[d,  e ]", "[e,  d ]")


def test_a_module_moves_with_its_comments_past_the_empty_lines() -> None:
    after = Outline(TEXT).with_module_at("two", 0)
    assert list(outline(after)) == ["two", "one", "three"]
    assert after.index("# still two") < after.index("# Where it begins.") < after.index("id: one")
    assert sorted(after.splitlines()) == sorted(TEXT.splitlines())
    assert after.endswith("# the end\n")


def test_lessons_are_added_and_taken_in_either_form() -> None:
    text = TEXT
    for module, name in (("one", "x"), ("two", "y"), ("three", "z")):
        text = Outline(text).with_lesson(module, name)
    assert outline(text) == {"one": ["a", "b", "c", "x"], "two": ["d", "e", "y"], "three": ["z"]}
    assert changed(TEXT, text)[1] == {
        "      - x",
        "    lessons: [d,  e, y ]",
        "  - {id: three, title: Three, lessons: [z]}",
    }
    for module, name in (("one", "x"), ("two", "y"), ("three", "z")):
        text = Outline(text).without_lesson(module, name)
    assert text == TEXT


def test_a_list_without_lessons_stays_a_list() -> None:
    text = TEXT
    for module, names in (("one", "abc"), ("two", "ed")):
        for name in names:
            text = Outline(text).without_lesson(module, name)
    assert outline(text) == {"one": [], "two": [], "three": []}
    assert outline(Outline(text).with_lesson("one", "a"))["one"] == ["a"]


def test_titles_are_any_text() -> None:
    for title in ('What: "is" [this]? # no', "Grüße, 分布式", "true", "- a", "a\u2028b", "x" * 200, "Plain words"):
        after = Outline(TEXT).with_titles(title, title)
        assert Outline(after).title == title
        assert yaml.safe_load(after)["summary"] == title
        after = Outline(TEXT).with_module_titles("two", title, title)
        assert (Outline(after).parts[1].title, Outline(after).parts[1].summary) == (title, title)
        assert outline(after) == outline(TEXT)
        assert "id: two  # later" in after


def test_a_summary_that_is_emptied_goes() -> None:
    after = Outline(TEXT).with_module_titles("two", "Two", "")
    assert Outline(after).parts[1].summary == ""
    assert changed(TEXT, after) == ({"    summary: >", "      What", "      breaks."}, set())


def test_modules_come_and_go() -> None:
    after = Outline(TEXT).with_module("four", "Four: it")
    assert list(outline(after)) == ["one", "two", "three", "four"]
    assert Outline(after).without_module("four") == TEXT
    for refused in (
        lambda: Outline(TEXT).without_module("one"),
        lambda: Outline(TEXT).with_module("two", "Two"),
        lambda: Outline(TEXT).with_lesson("two", "d"),
        lambda: Outline(TEXT).without_lesson("two", "a"),
        lambda: Outline(TEXT).with_lesson("nowhere", "a"),
    ):
        with pytest.raises(Refused):
            refused()


@pytest.mark.parametrize("text", ["", "a: [", "id: x\n", "id: x\nmodules: 3\n", "a: &a 1\nb: *a\n", "- a\n"])
def test_what_cannot_be_read_is_refused_with_a_place(text: str) -> None:
    with pytest.raises(Refused, match="Mend it first"):
        Outline(text)


def test_line_ends_of_windows_and_a_missing_last_one_stay() -> None:
    text = TEXT.replace("# the end\n", "").replace("\n", "\r\n").removesuffix("\r\n")
    for after in (
        Outline(text).with_module_at("three", 0),
        Outline(text).with_lesson("one", "x"),
        Outline(text).with_module("four", "Four"),
        Outline(text).with_titles("Other", "Sum"),
    ):
        assert after.count("\n") == after.count("\r\n")
        assert not after.endswith("\n")
        assert Outline(after)


def test_the_built_in_course_keeps_all_its_lines_but_the_one_that_is_meant() -> None:
    text = (BUILT_IN / "course.yaml").read_text()
    module = Outline(text).parts[-1]
    after = Outline(text).with_lesson_at(module.id, module.lessons[-1], 0)
    assert len(changed(text, after)[1]) == 1
    assert outline(after)[module.id] == [module.lessons[-1], *module.lessons[:-1]]


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_chain_of_moves_keeps_every_line_and_gives_the_order_that_was_asked_for(data: st.DataObject) -> None:
    text, wanted = TEXT, outline(TEXT)
    for _ in range(4):
        module = data.draw(st.sampled_from(["one", "two"]))
        name, to = data.draw(st.sampled_from(wanted[module])), data.draw(st.integers(0, 3))
        text = Outline(text).with_lesson_at(module, name, to)
        wanted[module].remove(name)
        wanted[module].insert(to, name)
        at = data.draw(st.integers(0, 2))
        text = Outline(text).with_module_at(module, at)
    assert outline(text) == wanted
    lines = [line for line in TEXT.splitlines() if "[d" not in line]
    assert sorted(line for line in text.splitlines() if "lessons: [" not in line or "three" in line) == sorted(lines)
