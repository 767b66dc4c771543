"""Actions as words and as JSON, and scripts of them; every mistake is a sentence with its place."""

from dataclasses import fields
from typing import Any

import pytest

from cluster_engine.actions import (
    Action,
    ActionError,
    action_from_json,
    action_to_json,
    action_to_text,
    parse_action,
    parse_script,
    script_to_text,
)
from cluster_engine.labs import get_lab
from tests.toy_lab import LAB, Bump, GoOn, Halt, Part, toy

__all__ = ["toy"]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("bump t1", Bump(node="t1")),
        ("bump t1 5", Bump(node="t1", by=5)),
        ("bump by=7 t1", Bump(node="t1", by=7)),
        ("  go-on ", GoOn()),
        ("go_on", GoOn()),
        ("part a,b | c", Part(groups=(("a", "b"), ("c",)))),
        ("part a, b|c , d", Part(groups=(("a", "b"), ("c", "d")))),
        ("part for_ms=500ms how=hard a b | c", Part(groups=(("a", "b"), ("c",)), for_ms=500, how="hard")),
        ("part for_ms=0.5s groups=a | b", Part(groups=(("a",), ("b",)), for_ms=500.0)),
    ],
)
def test_words_become_actions(text: str, action: Action) -> None:
    assert parse_action(text, LAB) == action


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "Name an action"),
        ("bmup t1", 1, "Did you mean bump?"),
        ("bump", 5, "bump needs node: the form is bump NODE [BY]"),
        ("bump t1 5 6", 11, "takes no '6'"),
        ("bump t1 x", 9, "give a whole number from 1 to 100"),
        ("bump t1 101", 9, "give a whole number from 1 to 100"),
        ("bump t1 2.5", 9, "give a whole number"),
        ("bump t1 nan", 9, "give a whole number"),
        ("bump t/1", 6, "give the name of a node"),
        ("bump node=t1 node=t2", 14, "was given node twice"),
        ("bump t1 bye=3", 9, "Did you mean by?"),
        ("halt now", 6, "it stands alone"),
        ("part |", 6, "give groups of nodes"),
        ("part for_ms=2m a | b", 6, "give a number from 0 to 1000 ms"),
        ("part how=loud a", 6, "choose one of softly, hard"),
    ],
)
def test_mistakes_in_words(text: str, column: int, says: str) -> None:
    with pytest.raises(ActionError) as caught:
        parse_action(text, LAB)
    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (1, column)


def test_a_script_is_sorted_and_skips_comments() -> None:
    script = parse_script(
        """
        # how it begins
        2s part a | b   # apart
        500ms bump t1; 1.5s halt;; 250 bump t1 by=2
        """,
        LAB,
    )
    assert [at for at, _ in script] == [250.0, 500.0, 1_500.0, 2_000.0]
    assert script[0][1] == Bump(node="t1", by=2)
    assert script[-1][1] == Part(groups=(("a",), ("b",)))


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("1s halt\n2s hlat", 2, 4, "Did you mean halt?"),
        ("soon halt", 1, 1, "is no time"),
        ("1s halt; 2s bump t1 x", 1, 21, "give a whole number"),
        ("1s", 1, 3, "An action is missing"),
        ("99h halt", 1, 1, "is no time"),
        ("halt", 1, 1, "is no time"),
    ],
)
def test_mistakes_in_scripts_have_line_and_column(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(ActionError) as caught:
        parse_script(text, LAB)
    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_script_is_bounded() -> None:
    with pytest.raises(ActionError, match="at most"):
        parse_script("1s halt\n" * 5_000, LAB)


@pytest.mark.parametrize(
    "action",
    [
        Bump(node="t1", by=5),
        Bump(node="t1"),
        Halt(),
        Part(groups=(("a", "b"), ("c",)), for_ms=1.5, how="hard"),
    ],
)
def test_json_there_and_back(action: Action) -> None:
    assert action_from_json(action_to_json(action), LAB) == action


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "An action is an object"),
        ([], "An action is an object"),
        ({}, "An action is an object"),
        ({"kind": 3}, "An action is an object"),
        ({"kind": "explode"}, "has no action 'explode'"),
        ({"kind": "bump"}, "bump needs node"),
        ({"kind": "bump", "node": "t1", "by": "5"}, "give a whole number"),
        ({"kind": "bump", "node": "t1", "by": True}, "give a whole number"),
        ({"kind": "bump", "node": "t1", "by": 1e300}, "give a whole number"),
        ({"kind": "bump", "node": ["t1"]}, "give the name of a node"),
        ({"kind": "bump", "node": "x" * 500}, "give the name of a node"),
        ({"kind": "bump", "node": "t1", "extra": 1}, "has no field 'extra'"),
        ({"kind": "part", "groups": "a|b"}, "give groups"),
        ({"kind": "part", "groups": [["a"], []]}, "give groups"),
        ({"kind": "part", "groups": [["a"]] * 100}, "give groups"),
        ({"kind": "part", "groups": [["a", 3]]}, "give groups"),
        ({"kind": "part", "groups": [["a"]], "for_ms": float("nan")}, "give a number"),
    ],
)
def test_mistakes_in_json(data: Any, says: str) -> None:
    with pytest.raises(ActionError) as caught:
        action_from_json(data, LAB)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 300


RAFT_SCRIPT = """1s cut n1,n2 | n3,n4,n5
1.1s cut_one_way n1 n2
1.2s pause n1 500ms
1.3s lose 30%
1.4s write x 1
1.5s write "a b" 2 node=n2
1.6s drop 12
2m heal"""


def test_actions_become_words_again() -> None:
    raft = get_lab("raft")
    script = parse_script(RAFT_SCRIPT, raft)
    assert script_to_text(script) == RAFT_SCRIPT.replace("2m", "120s")
    assert parse_script(script_to_text(script), raft) == script


@pytest.mark.parametrize("lab", ["raft", "one-system"])
def test_every_button_of_a_lab_has_a_form_in_words_and_json(lab: str) -> None:
    declaration = get_lab(lab)
    samples = {"node": "n1", "process": "n2", "client": "c1", "groups": (("n1",), ("n2", "n3")), "message": 3,
               "text": "x", "number": 2.0, "percent": 10.0, "integer": 2}  # fmt: skip
    for button in declaration.buttons:
        parts = fields(button.action)
        action = button.action(**{part.name: samples[part.metadata["kind"]] for part in parts})
        assert parse_action(action_to_text(action), declaration) == action
        assert action_from_json(action_to_json(action), declaration) == action
