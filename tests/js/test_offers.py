"""The editor offers what the engine declares: each setting, panel, button, situation, goal and measure of each lab."""

import json
import subprocess
from pathlib import Path

import pytest

from cluster_engine.labs import all_labs
from lessons.content.vocabulary import vocabulary


@pytest.fixture(scope="module")
def offered() -> dict:
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("offers.mjs"))],
        input=json.dumps(vocabulary()), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("lab", all_labs(), ids=lambda lab: lab.name)
def test_everything_that_a_lab_declares_is_offered(offered, lab):
    told = offered[lab.name]
    assert {f":{one.name}:" for one in lab.settings if one.kind != "code"} <= set(told["settings"])
    assert told["panels"] == list(lab.panels)
    assert told["buttons"] == told["actions"] == [one.name for one in lab.buttons]
    assert told["situations"] == [one.name for one in lab.situations]
    assert {one.name for one in (*lab.goals, *lab.measures)} | {one.breach for one in lab.invariants} <= set(
        told["goals"]
    )
    assert told["numbers"] == [one.name for one in lab.measures if one.kind == "number"]
    assert {phrase for one in lab.measures for phrase in one.phrases()} == set(told["asks"])
