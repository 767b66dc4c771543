"""Histories that others recorded and judged (tests/histories/README.md): the command `check` says the same of each."""

import json
import re
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from cluster_engine.consistency.explanations import explain
from cluster_engine.consistency.history import UNKNOWN
from cluster_engine.consistency.linearizability import check
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.reading import guess_model, read

FOLDER = Path(__file__).with_name("histories")
ROW = re.compile(r"^\| `(\S+)` \|[^|]*\| (\d+) \| (\d+) \| (yes|no) \|$", re.MULTILINE)
PUBLISHED = {
    name: (int(operations), int(unknown), said == "yes")
    for name, operations, unknown, said in ROW.findall((FOLDER / "README.md").read_text())
}


def test_every_history_has_a_published_verdict_and_both_verdicts_occur() -> None:
    assert sorted(PUBLISHED) == sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".md")
    assert {said for _, _, said in PUBLISHED.values()} == {True, False}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_command_agrees_with_the_published_verdict(name: str) -> None:
    operations, _, is_linearizable = PUBLISHED[name]
    command = [sys.executable, "-m", "cluster_engine", "check", str(FOLDER / name), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert told["verdict"] == ("linearizable" if is_linearizable else "not linearizable")
    assert done.returncode == (0 if is_linearizable else 1)
    assert told["operations"] == operations


@pytest.mark.parametrize("name", PUBLISHED)
def test_they_are_read_whole(name: str) -> None:
    history = read((FOLDER / name).read_text()).operations
    assert sum(one.outcome == UNKNOWN for one in history) == PUBLISHED[name][1]


@pytest.mark.parametrize("name", [name for name, (_, _, said) in PUBLISHED.items() if not said])
def test_what_is_shown_of_a_bad_one_is_bad_by_itself_and_its_order_keeps_to_time(name: str) -> None:
    history = read((FOLDER / name).read_text())
    model = MODELS[guess_model(history)]
    failing = check(model, history.operations).failing
    assert failing is not None
    told = explain(failing)
    assert len(told.evidence) <= 20 < len(history.operations)
    assert check(model, told.evidence).verdict == "not linearizable"
    for place, one in enumerate(told.order):
        assert all(one.called < later.returned for later in told.order[place:])


def test_all_are_judged_with_less_than_a_second_of_computing() -> None:
    histories = [read((FOLDER / name).read_text()) for name in PUBLISHED]
    started = process_time()
    for history in histories:
        check(MODELS[guess_model(history)], history.operations)
    assert process_time() - started < 1
