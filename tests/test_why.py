"""Why an invariant broke: short, and with the fault and the event that decided it, for every planted mistake."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from cluster_engine.actions import parse_script
from cluster_engine.command import main
from cluster_engine.labs import get_lab
from cluster_engine.labs.program import PROGRAMS
from cluster_engine.protocols import raft_bugs
from cluster_engine.protocols.raft import Raft
from cluster_engine.recording import Recording
from cluster_engine.records import Noted
from cluster_engine.timeline import Timeline
from cluster_engine.why.replay import why
from cluster_engine.why.story import Step, story
from tests.test_lab_program import steps as hand
from tests.test_planted_bugs import DIRECTED
from tests.watched import Broken

RAFT = get_lab("raft")
SAFETY = [(bug, schedule) for bug, schedule, invariant in DIRECTED if invariant != "progress"]
MOST_STEPS = 13


def of_mistake(schedule: Callable[[type[Raft]], None], bug: type[Raft]) -> list[Step]:
    with pytest.raises(Broken) as caught:
        schedule(bug)
    broken = caught.value
    assert broken.violated is not None
    records = [replace(one, text=RAFT.narrate(one)) if isinstance(one, Noted) else one for one in broken.records]
    return story(records, broken.violated, {name: look.label for name, look in RAFT.messages.items()})


def of_run(lab: str, script: str, invariant: str, for_ms: float = 10_000, seed: int = 1, **settings: Any) -> list[Step]:
    actions = tuple(parse_script(script, get_lab(lab)))
    timeline = Timeline(Recording(lab, settings, seed, actions))
    timeline.advance(for_ms)
    at = timeline.view(timeline.end)["invariants"][invariant]["violated"]
    assert at is not None, f"{invariant} holds"
    return why(timeline, invariant, at)


def said(steps: list[Step], kind: str = "") -> str:
    return "\n".join(step.text for step in steps if kind in ("", step.kind))


@pytest.mark.parametrize(("bug", "schedule"), SAFETY, ids=lambda part: getattr(part, "__name__", ""))
def test_every_planted_mistake_has_a_short_story_that_ends_with_the_violation(bug: Any, schedule: Any) -> None:
    steps = of_mistake(schedule, bug)
    assert 3 <= len(steps) <= MOST_STEPS
    assert [step.seq for step in steps] == sorted({step.seq for step in steps})
    assert [step.kind for step in steps].index("violated") == len(steps) - 1
    assert all(step.text for step in steps)


def schedule_of(bug: type[Raft]) -> Any:
    return next(schedule for other, schedule in SAFETY if other is bug)


@pytest.mark.parametrize(
    ("bug", "faults", "events"),
    [
        (raft_bugs.ForgetsItsVote, ["n3 crashes", "n3 restarts"], ["n3 votes for n1", "n3 votes for n2"]),
        (raft_bugs.VotesTwice, [], ["n3 votes for n1", "n3 votes for n2"]),
        (raft_bugs.CountsItselfBeforeItsDisk, ["sync of n1's disk", "n1 crashes"], ["n1 commits", "n3 leads term 2"]),
        (raft_bugs.CountsVotesTwice, ["sent a second time"], ["(n1, n2, n2)", "n3 leads term 1"]),
        (raft_bugs.CountsOldTerms, [], ["Entry 65", "n5 leads term 4"]),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_the_culprit_and_the_deciding_event_are_in_it(bug: Any, faults: list[str], events: list[str]) -> None:
    steps = of_mistake(schedule_of(bug), bug)
    for fault in faults:
        assert fault in said(steps, "fault")
    for event in events:
        assert event in said(steps, "noted")


def test_a_stale_read_is_explained_by_the_lost_message_and_the_cut() -> None:
    script = "1s write x 1\n1500ms crash n5\n2s isolate n1\n2500ms slow_link n2 n4 50\n3s write x 2\n6s read x node=n1"
    steps = of_run("raft", script, "linearizable", reads="local")
    assert "n1 does not hear of it: “append entries” from n3 to n1 is lost (link cut)." in said(steps, "dropped")
    assert said(steps, "fault") == "n1 is cut off from the other servers.", "what is not to blame is left out"
    assert [step.kind for step in steps if step.node == "c1"] == ["invoked", "returned", "invoked", "returned"]


def test_a_pause_counts_while_it_lasts_also_when_it_began_long_before() -> None:
    script = "200ms skew n1 300\n300ms pause n3 for_ms=100ms\n2s isolate n1\n9s write x 2\n14s read x node=n1"
    steps = of_run("raft", script, "linearizable", for_ms=15_000, reads="local")
    assert "n3 commits it" in said(steps, "noted")
    faults = said(steps, "fault")
    assert "n1 is cut off from the other servers." in faults
    assert "pause" not in faults, "n3's was over long before"
    assert "n1's wall clock" in faults, "it is wrong still"


def test_a_timer_that_ran_out_is_explained_by_what_silenced_the_other_one() -> None:
    script = "400ms cut r1 | r2\n500ms deposit 5 node=r1\n600ms crash r1"
    steps = of_run("primary-backup", script, "no-lost-payment")
    assert said(steps, "fault") == "The network is cut: r1 | r2.\nr1 crashes."
    assert "r2 is primary of epoch 2, by its timeout" in said(steps, "noted")


def test_a_held_message_and_a_lost_answer_lead_to_their_faults() -> None:
    late = {"nodes": 3, "r": 1, "w": 1, "repair": "none", "asks_first": False}
    script = "1s hold n1 n3\n1s hold n1 n2\n1100ms write x 1 node=n1 client=c1\n1200ms read x node=n3 client=c3"
    steps = of_run("quorum", script, "no-stale-read", **late)
    assert "n3 does not hear of it: “put” from n1 to n3 is still under way." in said(steps, "sent")
    assert said(steps, "fault") == "Messages between n1 and n3 are held."
    script = "500ms cut_one_way r1 c1\n1s charge 30 node=r1 client=c1\n1500ms heal"
    steps = of_run("payments", script, "taken-once", keys=False)
    assert "the reply to" in said(steps, "dropped")
    assert "r1" in said(steps, "fault")
    assert said(steps, "noted").count("r1 takes the charge of $30") == 2


def test_an_overwritten_payment_is_in_the_story() -> None:
    script = "1s deposit 20 node=r1 client=c1\n1s charge 30 node=r2 client=c2"
    steps = of_run("payments", script, "nothing-overwritten")
    assert "r1 takes the deposit of $20" in said(steps, "noted")
    assert "r1 takes over r2's copy: it had $120, and has $70 now." in said(steps, "noted")


def test_two_values_are_explained_by_the_cut_between_the_quorums() -> None:
    script = "500ms cut n1,n2,c1 | n3,n4,c2\n1s write x 1 node=n1 client=c1\n1s write x 2 node=n3 client=c2"
    steps = of_run("paxos", script, "one-value", nodes=4, q1=2, q2=2)
    assert "The network is cut" in said(steps, "fault")
    assert "n3 does not hear of it" in said(steps, "dropped")
    assert said(steps, "noted").count("quorum of promises") == 2


def test_a_deadlock_is_explained_by_who_waits() -> None:
    steps = of_run("program", hand("A", "B", "A", "B"), "no-deadlock", program=PROGRAMS["two-locks"])
    assert {step.node for step in steps if step.kind == "blocked"} == {"A", "B"}
    assert "A: lock a (line 6)." in said(steps, "stepped")


def test_the_story_is_the_same_however_the_run_was_simulated() -> None:
    script = tuple(parse_script("1s write x 1\n2s isolate n1\n3s write x 2\n6s read x node=n1", RAFT))
    timeline = Timeline(Recording("raft", {"reads": "local"}, 1, script))
    timeline.advance(6_500)
    at = timeline.view(6_500)["invariants"]["linearizable"]["violated"]
    there = why(timeline, "linearizable", at)
    assert why(timeline.fork(6_200), "linearizable", at) == there
    assert why(Timeline(timeline.recording), "linearizable", at) == there


def test_the_command_line_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    run = ("run", "raft", "--set", "reads=local", "--for", "7s", "--do")
    assert main([*run, "1s write x 1; 2s isolate n1; 3s write x 2; 6s read x node=n1"]) == 1
    printed = capsys.readouterr().out
    assert "Why linearizable broke:\n   2000.000 ms  n1 is cut off from the other servers.\n" in printed
    [violation] = json.loads(printed.splitlines()[-1])["violations"]
    assert [step["kind"] for step in violation["why"]][-1] == "violated"
