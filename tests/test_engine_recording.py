"""Recordings: normal form, JSON, the short text, and everything hostile that may come in their place."""

import base64
import json
import zlib
from typing import Any

import pytest

from cluster_engine.labs.declaration import Lab
from cluster_engine.recording import (
    MAX_ACTIONS,
    MAX_SEED,
    MAX_TEXT,
    Recording,
    RecordingError,
)
from tests.toy_lab import Bump, GoOn, Halt, toy

__all__ = ["toy"]

pytestmark = pytest.mark.usefixtures("toy")


def packed(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return "f1" + base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


def test_a_recording_is_normal_however_it_was_given() -> None:
    a = Recording("toy", {"size": "5"}, 7, ((20.0004, GoOn()), (10, Halt())))
    b = Recording("toy", {"every_ms": 10.0, "size": 5}, 7, ((10.0, Halt()), (20.0, GoOn())))
    assert a == b
    assert a.settings["mood"] == "calm"


def test_actions_of_one_time_keep_their_order() -> None:
    recording = Recording("toy", {}, 1, ((5, Halt()), (1, Bump(node="t1")), (5, GoOn())))
    assert [action.kind for _, action in recording.actions] == ["bump", "halt", "go_on"]
    assert [a.kind for _, a in recording.plus(1, Halt()).actions] == ["bump", "halt", "halt", "go_on"]
    assert [a.kind for _, a in recording.prefix(1).actions] == ["bump"]


def test_the_script_of_a_situation_comes_first() -> None:
    recording = Recording("toy", {"situation": "rush"}, 1, ((20.0, Halt()),))
    assert [action.kind for _, action in recording.script()] == ["bump", "halt"]
    assert [action.kind for _, action in recording.actions] == ["halt"]


@pytest.mark.parametrize(
    "recording",
    [
        ("toy", {}, 1, ()),
        ("toy", {"situation": "rush", "size": 4}, MAX_SEED, ((1.5, Bump(node="t1", by=3)),)),
        ("toy", {"situation": "rush", "every_ms": 10.0}, 0, ()),
        ("toy", {"note": "ünïcode"}, 3, ((0.0, Halt()), (0.0, GoOn()))),
    ],
)
def test_json_and_text_there_and_back(recording: Any) -> None:
    original = Recording(*recording)
    assert Recording.from_json(json.loads(json.dumps(original.to_json()))) == original
    text = original.to_text()
    assert Recording.from_text(text) == original
    assert len(text) < 300
    assert all(c.isalnum() or c in "-_" for c in text)


def test_a_long_recording_still_fits_an_address() -> None:
    actions = tuple((float(t), Halt() if t % 2 else GoOn()) for t in range(MAX_ACTIONS))
    text = Recording("toy", {}, 1, actions).to_text()
    assert len(text) < MAX_TEXT
    assert len(Recording.from_text(text).actions) == MAX_ACTIONS


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "A recording is an object"),
        ("toy", "A recording is an object"),
        ({"lab": 3}, "A recording is an object"),
        ({"lab": "toyy"}, "Did you mean toy?"),
        ({"lab": "toy", "extra": 1}, "has no part 'extra'"),
        ({"lab": "toy", "version": 9}, "format '9'"),
        ({"lab": "toy", "seed": -1}, "A seed is"),
        ({"lab": "toy", "seed": 1.5}, "A seed is"),
        ({"lab": "toy", "seed": True}, "A seed is"),
        ({"lab": "toy", "seed": 10**30}, "A seed is"),
        ({"lab": "toy", "settings": []}, "The settings of a recording"),
        ({"lab": "toy", "settings": {"size": 99}}, "whole number from 1 to 9"),
        ({"lab": "toy", "settings": {"siize": 1}}, "Did you mean size?"),
        ({"lab": "toy", "actions": {}}, "The actions of a recording"),
        ({"lab": "toy", "actions": [[1]]}, "is a pair"),
        ({"lab": "toy", "actions": [[1, {"kind": "crash"}]]}, "has no action 'crash'"),
        ({"lab": "toy", "actions": [["1", {"kind": "halt"}]]}, "The time of an action"),
        ({"lab": "toy", "actions": [[-1, {"kind": "halt"}]]}, "The time of an action"),
        ({"lab": "toy", "actions": [[float("nan"), {"kind": "halt"}]]}, "The time of an action"),
        ({"lab": "toy", "actions": [[1e12, {"kind": "halt"}]]}, "The time of an action"),
        ({"lab": "toy", "actions": [[1, {"kind": "halt"}]] * (MAX_ACTIONS + 1)}, "at most"),
    ],
)
def test_bad_json_is_one_sentence(data: Any, says: str) -> None:
    with pytest.raises(RecordingError) as caught:
        Recording.from_json(data)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f1",
        "f2abc",
        "x" * (MAX_TEXT + 1),
        "f1" + "A" * 1_000,
        "f1ÄÖÜ",
        "f1 not base64!",
        packed(b"not json"),
        packed(b"[" * 100_000),
        packed(b"\xff\xfe"),
        packed([1, 2]),
        packed(b" " * 50_000_000),  # a bomb: 50 MB in 65 kB would be refused by length alone
        packed(b"0" * 5_000_000),
        packed({"lab": "toy"})[:-6],
    ],
)
def test_hostile_texts_are_one_sentence(text: str) -> None:
    with pytest.raises(RecordingError) as caught:
        Recording.from_text(text)
    assert len(str(caught.value)) < 300


def test_unpacking_is_bounded() -> None:
    bomb = packed(b" " * 10_000_000)
    assert len(bomb) < MAX_TEXT
    with pytest.raises(RecordingError, match="when unpacked"):
        Recording.from_text(bomb)


def test_settings_in_a_text_are_only_those_that_differ(toy: Lab) -> None:
    assert len(Recording("toy", {"size": 3}).to_text()) == len(Recording("toy").to_text())
