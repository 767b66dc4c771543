"""Changes that the editor makes for an author touch the lines that they must, and no other."""

import pytest

from lessons.content.rewrite import Edit, NotChanged, inserted, with_option

FRONT = "---\nid: a\n---\n"
LAB = ":::{lab} here\n:lab: raft\n:script: 1s crash n1\n  2s restart n1\n:alt: A.\n\nTry it.\n:::\n"


def set_option(text: str, name: str, value: str) -> str:
    return with_option(text, "here", name, value).apply(text)


def test_an_option_is_replaced_with_all_its_lines():
    changed = set_option(FRONT + LAB, "script", "3s heal")
    assert changed == FRONT + LAB.replace(":script: 1s crash n1\n  2s restart n1\n", ":script: 3s heal\n")


def test_a_new_option_stands_after_the_others_with_its_lines_indented():
    changed = set_option(FRONT + LAB, "solution", "1s crash n1\n2s heal")
    assert changed == FRONT + LAB.replace(":alt: A.\n", ":alt: A.\n:solution: 1s crash n1\n  2s heal\n")
    assert set_option(":::{lab} here\n:script: 1s heal\n  2s heal\n:::", "seed", "2").split("\n")[3] == ":seed: 2"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (":::{drill} here\nText.\n:::", ":::{drill} here\n:streak: 2\n\nText.\n:::"),
        (":::{drill} here\n\nText.\n:::", ":::{drill} here\n:streak: 2\n\nText.\n:::"),
        (":::{drill} here", ":::{drill} here\n:streak: 2"),
    ],
)
def test_the_first_option_of_a_block_is_kept_apart_from_its_text(text: str, changed: str):
    assert set_option(text, "streak", "2") == changed


def test_a_block_inside_another_is_found_and_one_that_is_gone_is_said_to_be():
    text = "::::{fix} outer\n:::{lab} here\n:::\n::::"
    assert set_option(text, "seed", "1") == "::::{fix} outer\n:::{lab} here\n:seed: 1\n:::\n::::"
    with pytest.raises(NotChanged, match="no block `gone` any more"):
        with_option(text, "gone", "seed", "1")


@pytest.mark.parametrize(
    ("text", "line", "changed"),
    [
        ("One.\ntwo.\n\nThree.", 1, "One.\ntwo.\n\nX\n\nThree."),
        ("One.\n\nTwo.", 3, "One.\n\nTwo.\n\nX"),
        ("One.\n\nTwo.", 2, "One.\n\nX\n\nTwo."),
        ("One.", 99, "One.\n\nX"),
        ("", 1, "\nX"),
        ("- a\n\n  more\n- b\n\nAfter.", 1, "- a\n\n  more\n- b\n\nX\n\nAfter."),
        ("```\na\n\nb\n```\nAfter.", 2, "```\na\n\nb\n```\n\nX\n\nAfter."),
        (":::{hint}\na\n\nb\n:::\nAfter.", 2, ":::{hint}\na\n\nb\n:::\n\nX\n\nAfter."),
        ("::::{fix} a\n:::{hint}\nb\n:::\n::::\n", 3, "::::{fix} a\n:::{hint}\nb\n:::\n::::\n\nX\n"),
        (":::{lab} never closed\n:a: b\n\nText.", 2, ":::{lab} never closed\n:a: b\n\nText.\n\nX"),
    ],
)
def test_a_block_is_put_between_others_and_never_into_one(text: str, line: int, changed: str):
    assert inserted(text, line, "X\n").apply(text).rstrip("\n") == changed.rstrip("\n")


def test_a_block_is_never_put_into_the_front_matter():
    assert inserted(FRONT + "Text.", 1, "X").apply(FRONT + "Text.") == FRONT + "\nX\n\nText."


def test_an_edit_is_told_by_its_lines():
    assert Edit(2, 1, ("a", "b")).to_json() == {"line": 2, "count": 1, "lines": ("a", "b")}
