"""Declarations: settings, their errors, questions, and what the browser is told."""

import json
import pickle
from dataclasses import replace
from typing import Any

import pytest

from cluster_engine.expressions import ExpressionError
from cluster_engine.labs import UnknownLab, all_labs, get_lab
from cluster_engine.labs.declaration import AskError, Goal, Lab, Setting, SettingError
from cluster_engine.records import Noted
from tests.toy_lab import LAB, toy

__all__ = ["toy"]


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        ("size", "5", 5),
        ("size", 5.0, 5),
        ("every_ms", "2.5", 2.5),
        ("every_ms", "1s", 1_000.0),
        ("every_ms", "20ms", 20.0),
        ("every_ms", 7, 7.0),
        ("loud", "yes", True),
        ("loud", False, False),
        ("loud", "0", False),
        ("mood", " wild ", "wild"),
        ("note", "hello", "hello"),
    ],
)
def test_settings_become_typed(name: str, value: Any, typed: Any) -> None:
    checked = LAB.check_settings({name: value})[name]
    assert checked == typed
    assert type(checked) is type(typed)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("size", 12, "give a whole number from 1 to 9"),
        ("size", "5.5", "give a whole number from 1 to 9"),
        ("size", True, "whole number"),
        ("size", None, "whole number"),
        ("size", [1], "whole number"),
        ("size", "9" * 5_000, "whole number"),
        ("every_ms", "nan", "give a number from 1 to 1000 ms"),
        ("every_ms", float("inf"), "give a number from 1 to 1000 ms"),
        ("every_ms", 10**400, "give a number"),
        ("loud", "perhaps", "give true or false"),
        ("mood", "sad", "choose one of calm, wild"),
        ("mood", ["calm"], "choose one of calm, wild"),
        ("note", "a\nb", "at most 200 characters"),
        ("note", "a" * 201, "at most 200 characters"),
        ("situation", "slow", "choose one of none, rush"),
        ("sise", 3, "Did you mean size?"),
    ],
)
def test_bad_settings_are_one_sentence(name: str, value: Any, says: str) -> None:
    with pytest.raises(SettingError) as caught:
        LAB.check_settings({name: value})
    assert says in str(caught.value)
    assert name in str(caught.value)
    assert len(str(caught.value)) < 200
    assert caught.value.setting == name


@pytest.mark.parametrize("lab", [lab for lab in all_labs() if lab.captions or lab.epoch_by], ids=lambda lab: lab.name)
def test_what_stands_under_a_server_is_told_by_one(lab: Lab) -> None:
    world = lab.build(lab.check_settings({}), 1)
    told = {name for node in world.view()["nodes"].values() for name in node}
    assert told >= {caption.field for caption in lab.captions} | ({lab.epoch_by} if lab.epoch_by else set())


def test_a_situation_changes_defaults_and_what_is_given_wins() -> None:
    assert LAB.check_settings({"situation": "rush"})["every_ms"] == 2.0
    assert LAB.check_settings({"situation": "rush", "every_ms": 4})["every_ms"] == 4.0
    whole = LAB.check_settings({"situation": "rush"})
    assert LAB.check_settings(whole) == whole
    assert [at for at, _ in LAB.prelude(whole)] == [20.0]


def test_settings_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(SettingError, match="A loud counter"):
        LAB.check_settings({"loud": True, "every_ms": 2})


def test_a_goal_over_an_unknown_measure_is_an_error_at_once() -> None:
    with pytest.raises(ExpressionError, match="Did you mean count"):
        replace(LAB, goals=(Goal("g", "G", "cuont > 1"),))


@pytest.mark.parametrize(
    ("text", "measure", "at_ms", "choices", "kind"),
    [
        ("count at 3s", "count", 3_000.0, None, "number"),
        ("Count", "count", None, None, "number"),
        ("how far  it counts at 500ms?", "count", 500.0, None, "number"),
        ("parity at 1.5s", "parity", 1_500.0, ["odd", "even"], "choice"),
        ("who at 2s", "who", 2_000.0, ["t1", "t2", "t3"], "node"),
    ],
)
def test_questions(text: str, measure: str, at_ms: float | None, choices: list[str] | None, kind: str) -> None:
    ask = LAB.ask(text)
    assert (ask.measure, ask.at_ms, ask.choices, ask.kind) == (measure, at_ms, choices, kind)


def test_choices_follow_the_settings() -> None:
    assert LAB.ask("who", {"size": 2}).choices == ["t1", "t2"]


@pytest.mark.parametrize("text", ["", "coount at 3s", "at 3s", "count at noon", "x" * 5_000])
def test_questions_nobody_answers(text: str) -> None:
    with pytest.raises(AskError, match="No measure of toy answers"):
        LAB.ask(text)


def test_narration_is_a_format_a_function_or_the_plain_facts() -> None:
    assert LAB.narrate(Noted(0, 0, -1, "t1", "round", {"count": 10}, "")) == "t1 has counted to 10."
    assert LAB.narrate(Noted(0, 0, -1, "", "parted", {}, "")) == "Parted."
    assert LAB.narrate(Noted(0, 0, -1, "t1", "fell-ill", {"how": 3}, "")) == "t1 fell ill (how 3)"


def test_a_lab_pickles_as_a_reference() -> None:
    assert pickle.loads(pickle.dumps(LAB)) is LAB
    assert len(pickle.dumps(LAB)) < 200


def test_labs_are_found_by_name_with_a_guess(toy: Lab) -> None:
    assert get_lab("toy") is toy
    with pytest.raises(UnknownLab, match="Did you mean toy"):
        get_lab("toyy")
    assert [lab.name for lab in all_labs()] == sorted(lab.name for lab in all_labs())


@pytest.mark.parametrize("lab", [*all_labs(), LAB], ids=lambda lab: lab.name)
def test_the_declaration_is_json_with_all_that_a_browser_needs(lab: Lab) -> None:
    data = json.loads(json.dumps(lab.to_json(), allow_nan=False))
    assert data["name"] == lab.name
    for setting in data["settings"]:
        assert setting["label"], setting
        assert lab.setting(setting["name"]).parse(setting["default"]) == setting["default"]
    for button in data["buttons"]:
        assert button["label"], button
        assert button["group"], button
        for part in button["fields"]:
            assert {"name", "kind", "label", "default", "low", "high", "unit"} <= part.keys()
    assert {measure["kind"] for measure in data["measures"]} <= {"number", "text", "node"}
    names = [m["name"] for m in data["measures"]]
    assert len(names) == len(set(names))


def test_a_setting_with_another_default() -> None:
    assert Setting("a", "int", 1, low=0, high=9).with_default(3).default == 3


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({}, ""),
        ({"budget": 1}, "at most 1 fault"),
        ({"budget": 0, "within_ms": 1_500.0}, "at most 0 faults, within 1.5 s"),
    ],
)
def test_a_goal_tells_within_what_it_is_to_be_reached(bounds: dict[str, Any], words: str) -> None:
    assert Goal("g", "G", "count > 1", **bounds).to_json()["bounds"] == words
