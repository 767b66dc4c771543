"""The search: it confirms the goals of the labs, makes what it finds smaller, and keeps its bounds."""

import json
from random import Random

import pytest

from cluster_engine.actions import action_to_text, parse_script
from cluster_engine.cluster.message_faults import Delay, Drop
from cluster_engine.command import main
from cluster_engine.expressions import ExpressionError
from cluster_engine.labs import get_lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Delivered, Fired
from cluster_engine.searching.choices import MESSAGES, OnMessage, Vocabulary
from cluster_engine.searching.course import Reached
from cluster_engine.searching.search import Search, search
from cluster_engine.searching.shrinking import shrink
from cluster_engine.searching.trial import NotSearched, Start, Trial, target

# Goals that a search of a few seconds reaches from nothing; tests.solutions looks at all of them, for longer.
GOALS = {
    "raft": ("leader-lost", "leader-replaced", "two-leaders", "high-term"),
    "one-system": ("service-down", "service-survives"),
    "payments": ("two-truths", "lose-a-deposit", "charge-twice", "two-primaries"),
    "reconcile": ("conflict",),
}
NEAR = [(lab, goal) for lab, goals in GOALS.items() for goal in goals]


def searched(lab: str, wanted: str, **bounds: object) -> Search:
    goal = target(get_lab(lab), wanted)
    return search(Recording(lab, goal.reference_settings, 1), goal, **bounds)  # type: ignore[arg-type]


def reference_length(lab: str, wanted: str) -> int:
    declaration = get_lab(lab)
    return len(parse_script(target(declaration, wanted).reference, declaration))


@pytest.mark.parametrize(("lab", "wanted"), NEAR)
def test_a_goal_is_reached_with_no_more_actions_than_its_reference(lab: str, wanted: str) -> None:
    goal, most = target(get_lab(lab), wanted), reference_length(lab, wanted)
    found = searched(lab, wanted, most=most, for_ms=goal.reference_for_ms, wall_s=600).found
    assert found is not None
    assert 1 <= found.added <= most
    assert Trial(goal, goal.reference_for_ms).reached_at(found.recording) == found.at


def test_an_invariant_that_holds_is_not_broken() -> None:
    result = searched("raft", "election-safety", most=1, runs=60, wall_s=600)
    assert result.found is None
    assert result.complete == 0
    assert result.runs <= 60
    assert result.to_json().keys() == {"goal", "found", "runs", "complete", "reordered", "stopped", "known"}


def test_the_same_search_finds_the_same_run() -> None:
    once, again = (searched("raft", "two-leaders", chance=7, wall_s=600) for _ in range(2))
    assert once.found is not None
    assert once == again


def test_a_search_can_be_cancelled_and_tells_its_progress() -> None:
    told: list[int] = []
    result = searched("raft", "election-safety", progress=told.append, cancelled=lambda: len(told) >= 5)
    assert (result.found, result.stopped, told) == (None, "It was cancelled.", [1, 2, 3, 4, 5])


def test_a_search_goes_on_from_a_prefix() -> None:
    lab = get_lab("one-system")
    start = Recording("one-system", {}, 1, parse_script("1s crash n1", lab))
    found = search(start, target(lab, "nodes_down >= 2"), from_ms=1_000, most=2, wall_s=600).found
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


def test_shrinking_moves_actions_together_where_their_distance_matters() -> None:
    lab = get_lab("payments")
    goal = target(lab, "lose-a-deposit")
    late = Recording("payments", goal.reference_settings, 3, parse_script("3s deposit 20; 3010ms promote r2", lab))
    trial = Trial(goal, 4_000)
    at = trial.reached_at(late)
    assert at is not None
    smaller, at = shrink(Reached(late, at), trial.reached_at)
    assert len(smaller.actions) == 2
    assert at < 200


def test_a_target_must_be_known() -> None:
    with pytest.raises(NotSearched, match="Did you mean two-leaders"):
        target(get_lab("raft"), "two-leader")
    with pytest.raises(ExpressionError, match="There is no measure named 'leder'"):
        target(get_lab("raft"), "leder >= 2")


def test_a_program_is_explored_not_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "program", "--for", "freeze"]) == 2
    assert "python -m cluster_engine explore FILE" in capsys.readouterr().err


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
    lab = get_lab("payments")
    start = Recording("payments", {"replicas": 3}, 4, parse_script("1s deposit 20 r1", lab))
    goal = target(lab, "nodes_down >= 2")
    found = search(start, goal, from_ms=1_500, most=2, wall_s=600).found
    assert found is not None
    assert found.added == 2
    assert Trial(goal, 8_000).reached_at(found.recording) == found.at


def test_a_search_has_a_beginning_or_says_why_not() -> None:
    lab = get_lab("one-system")
    start = Recording("one-system", {}, 1, parse_script("1s restart n1", lab))
    with pytest.raises(NotSearched, match="n1 is running"):
        search(start, target(lab, "nodes_down >= 2"), from_ms=2_000)


def test_what_a_run_reached_already_is_reached_with_less() -> None:
    lab = get_lab("payments")
    script = "200ms crash r4; 500ms cut r1 | r2,r3; 1s look r3; 1s deposit 20 r1; 2s crash r1; 3s promote r2"
    goal = target(lab, "lose-a-deposit")
    known = Recording("payments", goal.reference_settings | {"replicas": 4}, 3, parse_script(script, lab))
    result = search(known, goal, from_ms=5_000, runs=100, wall_s=600)
    assert result.known == 6
    assert result.found is not None
    assert result.found.added == len(result.found.recording.actions) <= 3
    assert result.found.at < 1_100
    assert (result.found.recording.seed, result.found.recording.settings["replicas"]) == (3, 3)


def test_every_field_is_varied_and_single_messages_are_acted_on() -> None:
    lab = get_lab("raft")
    words = Vocabulary(lab, Player.begin(Recording("raft")).run.view()["nodes"])
    said = {action_to_text(step.action) for step in words.wide}
    assert {"write x 2", "write x2 1", "write x 1 c1", "write x 1 node=n3", "add balance 200"} <= said
    assert {"slow_link n1 n2 1000ms", "slow_link n1 n2 10ms", "lose 100%", "pause n1 1000ms"} <= said
    assert {"deliver 0", "drop 0", "copy 0", "delay 0 100ms", "delay 0 1000ms"} <= said
    assert {step.place for step in words.wide if isinstance(step, OnMessage)} == set(range(MESSAGES))
    drawn = {words.draw(Random(number)).action.kind for number in range(1_000)}
    assert drawn == {button.action.kind for button in lab.buttons}


def test_a_step_on_a_message_finds_the_message_when_its_moment_has_come() -> None:
    lab = get_lab("raft")
    trial = Trial(target(lab, "messages_dropped >= 2"), 2_000)
    start = trial.start(Recording("raft"), 100.0)
    second = OnMessage(Drop(message=0), 1)
    reached = trial.follow(start, ((177.0, second), (177.0, second))).reached
    assert reached is not None
    dropped = [action.message for _, action in reached.recording.actions]  # type: ignore[attr-defined]
    assert len(set(dropped)) == 2
    assert trial.reached_at(reached.recording) == reached.at == 177.0
    assert not trial.follow(start, ((177.0, OnMessage(Drop(message=0), 7)),)).possible


STEADY = {"nodes": 3, "latency_low_ms": 5, "latency_high_ms": 5}  # messages of a link arrive as they were sent
LATE_HEARTBEAT = "broken_never_back >= 1 and elections <= 1"


def test_a_mistake_that_shows_only_when_messages_overtake_each_other_is_found() -> None:
    lab = get_lab("raft")
    mistaken = Recording("raft", {**STEADY, "bug": "takes-the-commit-back"}, 1)
    goal = target(lab, LATE_HEARTBEAT)
    found = search(mistaken, goal, most=2, for_ms=1_000, runs=400, wall_s=600).found
    assert found is not None
    assert [action.kind for _, action in found.recording.actions] == ["delay"]
    assert Trial(goal, 1_000).reached_at(found.recording) == found.at
    right = Recording("raft", STEADY, 1, found.recording.actions)
    assert Trial(goal, 1_000).reached_at(right) is None


def test_each_reordering_turns_a_race_round() -> None:
    lab = get_lab("raft")
    start = Trial(target(lab, "leaders > 1"), 400).start(Recording("raft", STEADY), 100.0)
    usual = arrivals(start, None)
    orders = Trial(target(lab, "leaders > 1"), 400).orders(start, ())
    assert len(orders) > 20
    assert all(at >= 100 for at, _ in orders)
    later = []
    for at, delay in orders[:40]:
        other = arrivals(start, (at, delay))
        who = next(node for node, came in usual.items() if delay.message in came)
        assert other[who] != usual[who]
        later.append(other[who].index(delay.message) > usual[who].index(delay.message))
    assert later.count(True) >= 30  # a message may also start the timer anew that would have overtaken it


def arrivals(start: Start, step: tuple[float, Delay] | None) -> dict[str, list[object]]:
    """What came to each node, in this order: the numbers of messages, and the names of timers that ran out."""
    player, came = start.player(), dict[str, list[object]]()
    if step is not None:
        player.script = start.recording.plus(*step).script()
    player.advance(400.0)
    for record in player.run.take_records():
        if isinstance(record, Delivered | Fired):
            came.setdefault(record.node, []).append(record.msg if isinstance(record, Delivered) else record.timer)
    return came


def test_what_was_not_found_is_told_with_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["search", "raft", "--for", "election-safety", "--actions", "1", "--runs", "110", "--within", "500ms"]
    assert main([*asked, "--json"]) == 0
    orders = json.loads(capsys.readouterr().out)["reordered"]
    assert 0 < orders < 110
    assert main(asked) == 0
    assert (
        f"No run of 110 reaches 'election-safety'. {orders} of them let a message be overtaken."
        in capsys.readouterr().out
    )


def test_the_command_says_what_was_probably_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "raft", "--for", "two-leader"]) == 2
    assert capsys.readouterr().err == "raft has no goal or invariant 'two-leader'. Did you mean two-leaders?\n"


def test_a_search_has_time_left_or_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "raft", "--for", "two-leaders", "--from", "9s"]) == 2
    assert capsys.readouterr().err == (
        "The search begins at 9s, when its runs have ended, at 8s: give them longer (--within), or begin earlier.\n"
    )


def test_the_command_goes_on_from_a_recording(capsys: pytest.CaptureFixture[str]) -> None:
    lab = get_lab("payments")
    start = Recording("payments", {}, 5, parse_script("1s crash r1", lab))
    asked = ["search", "--recording", start.to_text(), "--for", "nodes_down >= 2", "--json", "--progress"]
    assert main([*asked, "--from", "1500ms"]) == 1
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["found"]
    recording = Recording.from_text(found["recording"])
    assert (recording.seed, recording.actions[:1], found["actions"]) == (5, start.actions, 1)
    assert recording.actions[1][0] >= 1_500
    assert main([*asked[:-2], "--seeds", "8..9"]) == 1
    assert "seed 8" in capsys.readouterr().out
    assert main(["search", "--for", "nodes_down >= 2"]) == 2
    assert "Name a lab" in capsys.readouterr().err
