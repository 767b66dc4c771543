"""Histories that others recorded and judged (tests/histories/README.md): the command `check` says the same of each."""

import json
import re
from pathlib import Path
from time import process_time
from typing import NamedTuple

import pytest

from cluster_engine.command import main
from cluster_engine.consistency.explanations import explain
from cluster_engine.consistency.history import UNKNOWN
from cluster_engine.consistency.linearizability import check
from cluster_engine.consistency.models import MODELS, beginning_with
from cluster_engine.consistency.reading import Read, guess_model, read
from cluster_engine.consistency.specification import Model

FOLDER = Path(__file__).with_name("histories")
ROW = re.compile(r"^\| `(\S+)` \|([^|]*)\| (\d+) \| (\d+) \| (yes|no) \|$", re.MULTILINE)
OPTIONS = re.compile(r"`(--\w+) (\S+)`")


class Published(NamedTuple):
    """What is known of a history, and with which options the command is asked about it."""

    options: tuple[str, ...]
    operations: int
    unknown: int
    is_linearizable: bool


PUBLISHED = {
    name: Published(sum(OPTIONS.findall(about), ()), int(operations), int(unknown), said == "yes")
    for name, about, operations, unknown, said in ROW.findall((FOLDER / "README.md").read_text())
}


def test_every_history_has_a_published_verdict_and_both_verdicts_occur() -> None:
    assert sorted(PUBLISHED) == sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".md")
    assert {one.is_linearizable for one in PUBLISHED.values()} == {True, False}
    models = {guess_model(read((FOLDER / name).read_text())) for name in PUBLISHED}
    assert models == {"register", "etcd-register", "kv", "queue", "txn"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_command_agrees_with_the_published_verdict(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    published = PUBLISHED[name]
    status = main(["check", str(FOLDER / name), "--json", *published.options])
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == ("linearizable" if published.is_linearizable else "not linearizable")
    assert status == (0 if published.is_linearizable else 1)
    assert told["operations"] == published.operations


@pytest.mark.parametrize("name", PUBLISHED)
def test_they_are_read_whole(name: str) -> None:
    history = read((FOLDER / name).read_text()).operations
    assert sum(one.outcome == UNKNOWN for one in history) == PUBLISHED[name].unknown


@pytest.mark.parametrize("name", [name for name, one in PUBLISHED.items() if not one.is_linearizable])
def test_what_is_shown_of_a_bad_one_is_bad_by_itself_and_its_order_keeps_to_time(name: str) -> None:
    history = read((FOLDER / name).read_text())
    model = _model(name, history)
    failing = check(model, history.operations).failing
    assert failing is not None
    told = explain(failing)
    assert len(told.evidence) <= min(25, len(history.operations))
    assert check(model, told.evidence).verdict == "not linearizable"
    for place, one in enumerate(told.order):
        assert all(one.called < later.returned for later in told.order[place:])


def test_all_are_judged_with_less_than_a_second_of_computing() -> None:
    histories = [read((FOLDER / name).read_text()) for name in PUBLISHED]
    started = process_time()
    for history in histories:
        check(MODELS[guess_model(history)], history.operations)
    assert process_time() - started < 1


def _model(name: str, history: Read) -> Model:
    model, options = MODELS[guess_model(history)], PUBLISHED[name].options
    return beginning_with(model, int(options[1])) if options else model
