"""`explore`, as people call it: the published counts of small programs, and exit statuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from cluster_engine.command import main

PROGRAMS = Path("cluster_engine/labs/programs")

# Schedules of the unreduced tree, how many fail, the classes that happens-before makes of them, and the fewest
# preemptions with which one fails.
TABLE = {
    "lost-update": (6, 4, 4, 1),
    "lost-update-3": (90, 84, 36, 1),
    "two-stages": (37, 1, 3, 1),
    "setters-2": (82, 20, 36, 1),
    "setters-3": (2_124, 288, 510, 1),
    "two-locks": (6, 2, 3, 1),
    "wrong-lock": (199, 34, 7, 1),
    "philosophers-2": (6, 2, 3, 1),
    "philosophers-3": (168, 6, 7, 1),
    "if-wait": (30, 6, 30, 1),
    "publish": (56, 2, 8, 1),
    "peterson-once": (688, 0, 14, None),
}


def explored(capsys: pytest.CaptureFixture[str], name: str, *options: str) -> tuple[int, dict[str, Any]]:
    status = main(["explore", str(PROGRAMS / f"{name}.txt"), "--json", *options])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", TABLE)
def test_the_published_table_comes_out_of_the_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    schedules, failing, _, preemptions = TABLE[name]
    status, found = explored(capsys, name, "--strategy", "all", "--count")
    assert (found["schedules"], found["failing"], found["complete"]) == (schedules, failing, True)
    fails = [one for one in found["failures"] if one["kind"] != "race"]
    assert status == (1 if failing else 0)
    assert min((one["preemptions"] for one in fails), default=None) == preemptions


@pytest.mark.parametrize("name", TABLE)
def test_the_reduced_exploration_runs_hardly_more_executions_than_there_are_classes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = explored(capsys, name)
    assert found["schedules"] <= 1.1 * TABLE[name][2]
