"""The search: it confirms the goals of the labs, makes what it finds smaller, and keeps its bounds."""

import json

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.command import main
from cluster_engine.expressions import ExpressionError
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.searching.search import Search, search
from cluster_engine.searching.shrinking import shrink
from cluster_engine.searching.trial import Reached, Trial, target

# Goals that a search of a few seconds does not reach: it writes one value only and reads at no chosen server
# (stale-read), or needs more runs than a test may take.
TOO_FAR = {("raft", "stale-read"), ("raft", "truncated"), ("raft", "snapshot-sent")}
GOALS = [
    (name, goal.name) for name in ("raft", "one-system") for goal in get_lab(name).goals
    if (name, goal.name) not in TOO_FAR
]  # fmt: skip


def searched(lab: str, wanted: str, **bounds: object) -> Search:
    goal = target(get_lab(lab), wanted)
    return search(Recording(lab, goal.reference_settings, 1), goal, **bounds)  # type: ignore[arg-type]


def reference_length(lab: str, wanted: str) -> int:
    declaration = get_lab(lab)
    return len(parse_script(target(declaration, wanted).reference, declaration))


@pytest.mark.parametrize(("lab", "wanted"), GOALS)
def test_a_goal_is_reached_with_no_more_actions_than_its_reference(lab: str, wanted: str) -> None:
    goal, most = target(get_lab(lab), wanted), reference_length(lab, wanted)
    found = searched(lab, wanted, most=most, for_ms=goal.reference_for_ms, wall_s=600).found
    assert found is not None
    assert 1 <= found.added <= most
    assert Trial(goal, goal.reference_for_ms).reached_at(found.recording) == found.at


def test_an_invariant_that_holds_is_not_broken() -> None:
    result = searched("raft", "election-safety", most=1, runs=60)
    assert result.found is None
    assert result.complete == 0
    assert result.runs <= 60


def test_the_same_search_finds_the_same_run() -> None:
    once, again = (searched("raft", "two-leaders", chance=7) for _ in range(2))
    assert once.found is not None
    assert once == again


def test_a_search_can_be_cancelled_and_tells_its_progress() -> None:
    told: list[int] = []
    result = searched("raft", "election-safety", progress=told.append, cancelled=lambda: len(told) >= 5)
    assert (result.found, result.stopped, told) == (None, "It was cancelled.", [1, 2, 3, 4, 5])


def test_a_search_goes_on_from_a_prefix() -> None:
    lab = get_lab("one-system")
    start = Recording("one-system", {}, 1, parse_script("1s crash n1", lab))
    found = search(start, target(lab, "nodes_down >= 2"), from_ms=1_000, most=2).found
    assert found is not None
    assert found.recording.actions[:1] == start.actions
    assert found.added == 1
    assert found.recording.actions[1][0] >= 1_000


def test_shrinking_drops_what_does_not_matter() -> None:
    lab = get_lab("raft")
    script = parse_script("1s crash n1; 1500ms restart n1; 2s write x 1; 3s crash n2; 4s crash n3", lab)
    whole, trial = Recording("raft", {"nodes": 5}, 1, script), Trial(target(lab, "nodes_down >= 1"), 8_000)
    smaller, at = shrink(Reached(whole, 4_000), trial.reached_at)
    assert len(smaller.actions) == 1
    assert at < 1_000
    assert smaller.settings["nodes"] < 5


def test_a_target_must_be_known() -> None:
    with pytest.raises(ExpressionError):
        target(get_lab("raft"), "two-leader")


def test_the_command_prints_a_recording_that_can_be_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "one-system", "--for", "service-down", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["found"]
    recording = Recording.from_text(found["recording"])
    assert len(recording.actions) == found["actions"]
    assert main(["run", "--recording", found["recording"], "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["goals"]["service-down"] == found["at"]


def test_the_command_says_that_nothing_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "raft", "--for", "election-safety", "--actions", "0"]) == 0
    assert capsys.readouterr().out == "No run of 1 reaches 'election-safety'.\n"
    assert main(["search", "raft", "--for", "no such thing"]) == 2


def test_what_is_found_plays_alike_from_the_beginning() -> None:
    """A plan goes on from a state that was kept; its recording is an ordinary one."""
    lab = get_lab("raft")
    start = Recording("raft", {"nodes": 3}, 4, parse_script("1s write x 1", lab))
    goal = target(lab, "nodes_down >= 2 and term >= 2")
    found = search(start, goal, from_ms=1_500, most=2, runs=400).found
    assert found is not None
    assert found.added == 2
    assert Trial(goal, 8_000).reached_at(found.recording) == found.at
