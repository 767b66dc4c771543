"""`explore`, as people call it: the published counts of small programs, and exit statuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from cluster_engine.command import main
from tests.machine_runs import ENDLESS, PROGRAMS

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


@pytest.mark.parametrize("name", [path.stem for path in sorted(PROGRAMS.glob("*.txt"))])
def test_the_first_failure_is_as_short_as_the_shortest_of_all(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, first = explored(capsys, name, "--first")
    _, every = explored(capsys, name)
    assert first["complete"] or status == 1
    assert _least(first) == _least(every)


def _least(found: dict[str, Any]) -> tuple[int, int] | None:
    """Return preemptions and steps of the shortest way in which a run fails; of a data race where none does."""
    ways = [one for one in found["failures"] if one["kind"] != "race"] or found["failures"]
    return min(((one["preemptions"], one["steps"]) for one in ways), default=None)


def test_what_lies_deep_is_found_by_luck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "deep.txt"
    file.write_text(ENDLESS.replace("x >= 2", "x == 120"))
    assert main(["explore", str(file), "--first", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["failures"][0]["kind"] == "assertion"
    assert found["stopped"] == "It ended with the first failure."


@pytest.mark.parametrize("more", [(), ("--first",), ("--count",), ("--strategy", "pct", "--schedules", "1000000")])
def test_progress_is_told_line_by_line_until_the_time_is_over(
    more: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "endless.txt"
    file.write_text(ENDLESS)
    assert main(["explore", str(file), "--json", "--progress", "--budget", "0.8", *more]) == 0
    *told, result = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (result["complete"], result["stopped"]) == (False, "It was stopped because its time was over.")
    states = [line["progress"]["states"] for line in told]
    assert states == sorted(states)
    assert states[-1] > 0


def test_options_that_do_not_go_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--first", "--count"], ["--first", "--strategy", "pct"], ["--budget", "0"], ["--budget", "soon"]):
        assert main(["explore", str(PROGRAMS / "peterson.txt"), *options]) == 2
        assert capsys.readouterr().err.count("\n") == 1
