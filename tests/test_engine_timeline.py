"""Timelines: whichever way they are advanced, one recording has one list of records."""

from random import Random
from typing import Any

import pytest

from cluster_engine import timeline as module
from cluster_engine.actions import Action, Refused, parse_script
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Goal, Lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Measured, Record, encode
from cluster_engine.timeline import Timeline, TimelineFull
from tests.toy_lab import Bump, GoOn, Halt, toy

__all__ = ["toy"]

pytestmark = pytest.mark.usefixtures("toy")

SCRIPT = "2s cut n1,n2 | n3,n4,n5\n2.5s write x 1\n4s heal\n5s crash leader\n7s restart n1"


def straight(recording: Recording, to_ms: float) -> list[Record]:
    player = Player.begin(recording)
    player.advance(to_ms)
    return player.run.take_records()


def raft(seed: int = 1, script: str = SCRIPT, **settings: Any) -> Recording:
    return Recording("raft", settings, seed, tuple(parse_script(script, get_lab("raft"))))


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make keyframes so dense, and memory so short, that a short run meets all of it."""
    monkeypatch.setattr(module, "DENSE_MS", 600.0)
    monkeypatch.setattr(module, "SEGMENT_RECORDS", 60)
    monkeypatch.setattr(module, "SEGMENT_MS", 100.0)
    monkeypatch.setattr(module, "SPARSE_RECORDS", 200)
    monkeypatch.setattr(module, "SPARSE_MS", 400.0)
    monkeypatch.setattr(module, "KEPT_RECORDS", 150)


def test_records_between_two_times() -> None:
    timeline = Timeline(Recording("toy"))
    everything = timeline.records(-1, 1_000)
    assert everything == straight(Recording("toy"), 1_000)
    assert [r for r in everything if 100 < r.at <= 200] == timeline.records(100, 200)
    assert timeline.records(0, 0) == []
    assert {record.at for record in timeline.records(-1, 0)} == {0}


def test_marks_are_faults_goals_violations_and_landmarks() -> None:
    timeline = Timeline(Recording("toy", {}, 5, ((50.0, Bump(node="t1", by=3)),)))
    timeline.advance(300)
    kinds = [mark["kind"] for mark in timeline.marks]
    assert {"fault", "goal", "note"} == set(kinds)
    assert timeline.marks[0] == {"at": 50.0, "kind": "fault", "text": "t1 is bumped by 3"}


def test_acting_drops_what_came_after() -> None:
    timeline = Timeline(Recording("toy"))
    timeline.advance(1_000)
    timeline.act(333.3, Halt())
    assert timeline.end == 333.3
    assert timeline.view(333.3)["nodes"]["t1"]["running"] is False
    assert timeline.recording.actions == ((333.3, Halt()),)
    timeline.advance(1_000)
    assert timeline.records(-1, 1_000) == straight(timeline.recording, 1_000)
    assert timeline.view(300)["nodes"]["t1"]["running"] is True


def test_a_refused_action_changes_nothing() -> None:
    timeline = Timeline(Recording("toy"))
    timeline.advance(1_000)
    before = timeline.records(-1, 1_000)
    assert timeline.refusal(500, GoOn()) == "the counter runs"
    with pytest.raises(Refused, match="the counter runs"):
        timeline.act(500, GoOn())
    with pytest.raises(Refused, match="before the beginning"):
        timeline.act(-1, Halt())
    assert timeline.end == 1_000
    assert timeline.records(-1, 1_000) == before
    assert timeline.recording.actions == ()


def test_actions_of_one_moment_happen_in_the_order_given() -> None:
    timeline = Timeline(Recording("toy"))
    for action in (Halt(), GoOn(), Bump(node="t1", by=9)):
        timeline.act(100, action)
    assert [action for _, action in timeline.recording.actions] == [Halt(), GoOn(), Bump(node="t1", by=9)]
    assert timeline.records(-1, 400) == straight(timeline.recording, 400)


def test_an_action_before_others_drops_them_but_a_fork_keeps_them() -> None:
    timeline = Timeline(Recording("toy", {}, 1, ((100.0, Halt()), (300.0, GoOn()))))
    timeline.advance(500)
    fork = timeline.fork(200)
    assert fork.recording.actions == ((100.0, Halt()),)
    assert fork.end == 200
    fork.act(200, GoOn())
    assert fork.records(-1, 900) == straight(fork.recording, 900)
    assert timeline.records(-1, 900) == straight(timeline.recording, 900)
    timeline.act(200, Bump(node="t1"))
    assert [at for at, _ in timeline.recording.actions] == [100.0, 200.0]


def test_a_fork_is_independent(small_segments: None) -> None:
    timeline = Timeline(raft())
    timeline.advance(6_000)
    before = encode(timeline.records(-1, 6_000))
    marks = list(timeline.marks)
    fork = timeline.fork(3_000)
    fork.act(3_100, parse_script("0s crash n3", get_lab("raft"))[0][1])
    fork.advance(8_000)
    assert encode(timeline.records(-1, 6_000)) == before
    assert timeline.marks == marks
    assert encode(fork.records(-1, 8_000)) == encode(straight(fork.recording, 8_000))


def test_the_next_and_previous_event() -> None:
    timeline = Timeline(Recording("toy", {"every_ms": 400.0}, 3))
    times = sorted({r.at for r in straight(Recording("toy", {"every_ms": 400.0}, 3), 5_000) if type(r) is not Measured})
    at = 0.0
    for expected in times[1:]:
        found = timeline.next_event(at)
        assert found == expected
        assert timeline.previous_event(expected) == at
        at = expected
    assert timeline.previous_event(0) is None
    assert timeline.next_event(-1) == 0


def test_the_end_of_a_timeline() -> None:
    timeline = Timeline(Recording("toy"), limit_ms=1_000)
    timeline.advance(1_000)
    with pytest.raises(TimelineFull, match="ends at 1 s"):
        timeline.advance(1_001)
    with pytest.raises(TimelineFull):
        timeline.act(2_000, Halt())
    assert timeline.next_event(999.9999) is None
    assert timeline.end == 1_000


def test_the_actions_of_a_timeline_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster_engine.recording.MAX_ACTIONS", 2)
    timeline = Timeline(Recording("toy", {}, 1, ((1.0, Halt()), (2.0, GoOn()))))
    with pytest.raises(Refused, match="at most 2 actions"):
        timeline.act(10, Halt())
    assert timeline.refusal(10, Halt()) is None


def test_answers_to_questions() -> None:
    timeline = Timeline(raft())
    lab = get_lab("raft")
    assert timeline.answer(lab.ask("which node leads at 1s")) == timeline.view(1_000)["measures"]["leader"]
    timeline.advance(3_000)
    assert timeline.answer(lab.ask("side that commits after the cut")) == "majority"


def test_a_lessons_own_goals_are_watched() -> None:
    timeline = Timeline(Recording("toy"), (Goal("challenge:x", "Twenty", "count >= 20"),))
    timeline.advance(1_000)
    reached = timeline.view(1_000)["goals"]["challenge:x"]["reached"]
    assert reached is not None
    assert timeline.fork(reached - 1).view(reached - 1)["goals"]["challenge:x"]["reached"] is None


def test_keyframes_thin_out_and_memory_is_bounded(small_segments: None) -> None:
    timeline = Timeline(Recording("toy"))
    timeline.advance(20_000)
    gaps = [b.at - a.at for a, b in zip(timeline._segments, timeline._segments[1:], strict=False)]
    assert max(gaps) <= module.SPARSE_MS
    assert sum(gap > module.SEGMENT_MS for gap in gaps) > 0.8 * len(gaps)
    kept = sum(len(segment.records or []) for segment in timeline._segments[:-1])
    assert kept <= module.KEPT_RECORDS + module.SPARSE_RECORDS
    assert timeline.records(-1, 20_000) == straight(Recording("toy"), 20_000)


ACTIONS = (
    "crash n1", "restart n1", "crash leader", "restart n2", "isolate n3", "heal", "cut n1,n2 | n3,n4,n5",
    "write x 1", "read x", "pause n4 300ms", "lose 20", "lose 0", "hold n1 n2", "release n1 n2", "slow_disk n5 5",
)  # fmt: skip


def random_action(rng: Random, lab: Lab) -> Action:
    return parse_script(f"0s {rng.choice(ACTIONS)}", lab)[0][1]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_advancing_acting_and_looking_gives_one_run(seed: int, small_segments: None) -> None:
    rng = Random(seed)
    lab = get_lab("raft")
    timeline = Timeline(raft(seed, "", client_every_ms=100))
    for _ in range(60):
        now = timeline.end
        match rng.randrange(7):
            case 0 | 1:
                timeline.advance(now + rng.uniform(0, 700))
            case 2 | 3:
                at = round(max(0.0, now - rng.expovariate(1 / 300)), 3)
                action = random_action(rng, lab)
                if timeline.refusal(at, action) is None:
                    timeline.act(at, action)
            case 4:
                at = rng.uniform(0, now)
                assert timeline.view(at)["at"] == round(at, 3)
            case 5:
                timeline.records(*sorted((rng.uniform(0, now), rng.uniform(0, now))))
            case 6:
                timeline = timeline.fork(rng.uniform(now * 0.5, now))
    timeline.advance(timeline.end + 500)
    expected = straight(timeline.recording, timeline.end)
    assert encode(timeline.records(-1, timeline.end)) == encode(expected)
    player = Player.begin(timeline.recording)
    half = round(timeline.end / 2, 3)
    player.advance(half)
    assert timeline.view(half) == player.run.view()


def test_a_time_that_is_no_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="A time is a number"):
        Timeline(Recording("toy")).view(float("nan"))
