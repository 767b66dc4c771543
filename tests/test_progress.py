"""Liveness: what stands still is said while it stands still, with the reason, and never while all is well."""

import json
import pickle
from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.checkers.progress import InDoubt, Progress
from cluster_engine.checkers.reachability import Reachability, listed
from cluster_engine.command import main
from cluster_engine.labs import all_labs, get_lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Changed, Invoked, Record, Resumed, Returned, Stalled
from cluster_engine.searching.trial import target
from cluster_engine.timeline import Timeline


def played(lab: str, script: str, for_ms: float = 5_000, seed: int = 1, **settings: Any) -> list[Record]:
    """Return what was told about standstills."""
    player = Player.begin(Recording(lab, settings, seed, tuple(parse_script(script, get_lab(lab)))))
    player.advance(for_ms)
    return [one for one in player.run.take_records() if isinstance(one, Stalled | Resumed)]


def kinds(found: list[Record]) -> str:
    return " ".join(type(one).__name__.lower() for one in found)


SPLIT = "1s cut n1,n2 | n3,n4 | n5\n3s heal"


@pytest.mark.parametrize(
    ("lab", "script", "given", "reason"),
    [
        ("raft", SPLIT, {}, "no one can talk with a majority: n1, n2 | n3, n4 | n5."),
        (
            "raft",
            "1s crash n1\n1s crash n2\n1s pause n3\n3s resume n3",
            {},
            "a majority, 3 of 5 servers, must run, and n1 and n2 are down, n3 is paused.",
        ),
        ("one-system", "1s crash n1\n1s crash n2\n3s restart n1", {}, "a majority, 2 of 3 servers, must run"),
        ("one-system", "1s isolate kv\n3s heal", {}, "n1, n2 and n3 can talk, but c1 can reach none of them."),
        ("cap", SPLIT, {}, "no one can talk with a majority"),
        ("quorum", "1s cut n1 | n2 | n3 | n4,n5\n3s heal", {"w": 3}, "no one can talk with 3 of 5 servers: n1 |"),
        ("paxos", "1s cut n1 | n2 | n3\n3s heal", {}, "no one can talk with 2 of 3 servers"),
        ("payments", "1s crash r1\n3s promote r2", {"design": "single-leader"}, "r2 can talk, but does not lead (r1"),
        ("primary-backup", "1s cut r1 | r2\n3s heal", {"replication": "synchronous"}, "no one can talk with a"),
        ("two-phase-commit", "1s isolate p2\n3s heal", {}, "p1 and p2 are all needed, and p2 cannot be reached."),
    ],
)  # fmt: skip
def test_a_standstill_is_told_with_its_reason_and_ends(lab: str, script: str, given: Any, reason: str) -> None:
    found = [one for one in played(lab, script, **given) if getattr(one, "liveness", "") == "progress"]
    assert kinds(found[:1]) == "stalled"
    assert found[0].text.startswith("Progress stands still since 1")
    assert reason in found[0].text
    assert kinds(found).split().count("resumed") == 1
    assert kinds(found).endswith("resumed")
    assert found[-1].at >= 3_000
    assert found[-1].after == pytest.approx(found[-1].at - found[0].since)


def test_a_participant_in_doubt_is_blocked_until_the_coordinator_is_back() -> None:
    found = played("two-phase-commit", "1s transact x 1\n1012ms crash tc1\n4s restart tc1", 6_000)
    doubt = [one for one in found if one.liveness == "in-doubt"]
    assert "p1 and p2 have voted yes, may not decide alone, and hold the lock of x: tc1 is down." in doubt[0].text
    assert kinds(doubt).endswith("resumed")


def test_a_group_of_coordinators_goes_on_while_a_majority_of_it_runs() -> None:
    script = "1s transact x 1\n1010ms crash tc1"
    assert played("two-phase-commit", script, 8_000, coordinators=3) == []
    told = played("two-phase-commit", f"{script}\n1010ms crash tc2", 8_000, coordinators=3)
    assert {one.liveness for one in told} == {"progress", "in-doubt"}
    assert "a majority, 2 of 3 servers, must run, and tc1 and tc2 are down." in told[0].text


@pytest.mark.parametrize("lab", [lab.name for lab in all_labs() if lab.liveness])
def test_nothing_stands_still_while_all_is_well(lab: str) -> None:
    assert played(lab, "", 8_000) == []


@pytest.mark.parametrize(
    ("script", "given"),
    [
        ("1s crash leader", {}),
        ("1s isolate leader", {}),
        ("1s cut n1,n2 | n3,n4,n5", {"client_every_ms": 50}),
    ],
)
def test_a_failover_is_no_standstill(script: str, given: Any) -> None:
    assert played("raft", script, 8_000, **given) == []


def test_a_leader_that_hears_nobody_is_a_standstill_as_the_lesson_says() -> None:
    deaf = "\n".join(f"2s cut_one_way n{number} n1" for number in range(2, 6))
    [stall] = played("raft", deaf, 6_000, seed=324, client_every_ms=500, check_quorum=False)
    assert stall.at == 3_200
    assert "n2, n3, n4 and n5 can talk, and yet none of them leads." in stall.text


def test_messages_that_are_lost_by_chance_are_named() -> None:
    found = played("raft", "1s lose 30", 8_000, client_every_ms=50)
    assert "can talk, and yet no client gets a good answer (30 % of all messages are lost)." in found[0].text


def test_a_planted_deadlock_of_pre_vote_is_a_standstill_though_a_majority_can_talk() -> None:
    found = played("raft", "1s crash leader", 20_000, nodes=3, bug="stays-loyal-for-ever")
    assert kinds(found) == "stalled"
    assert "n1 and n2 can talk, and yet none of them leads (n3 is down)." in found[0].text
    assert played("raft", "1s crash leader", 20_000, nodes=3) == []


def test_an_expression_asks_for_it_and_a_search_can_look_for_it() -> None:
    raft = get_lab("raft")
    assert target(raft, "progress").expression == "stalled_progress >= 1"
    player = Player.begin(Recording("raft", {}, 1, tuple(parse_script(SPLIT, raft))), (target(raft, "progress"),))
    player.advance(2_500)
    assert player.run.reached["progress"] == 2_200
    assert player.run.values["stalled_progress"] == 1
    player.advance(5_000)
    assert player.run.values["stalled_progress"] == 0


def test_it_is_on_the_scrubber_in_the_view_and_the_same_from_a_keyframe() -> None:
    timeline = Timeline(Recording("raft", {}, 1, tuple(parse_script(SPLIT, get_lab("raft")))))
    timeline.advance(5_000)
    assert [mark["at"] for mark in timeline.marks if mark["kind"] == "stall"] == [2_200, 3_000]
    assert timeline.view(2_500)["liveness"]["progress"]["since"] == 1_000
    assert timeline.view(4_500)["liveness"]["progress"] == {"since": None, "text": ""}
    player = Player.begin(timeline.recording)
    player.advance(2_500)
    player.run.take_records()
    again = pickle.loads(pickle.dumps(player))
    again.advance(5_000)
    assert again.run.take_records() == timeline.records(2_500, 5_000)


def test_the_command_line_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "raft", "--for", "5s", "--do", SPLIT.replace("\n", ";")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("STALLED progress: Progress stands still since 1 s: no one" in line for line in lines)
    assert any("GOES ON progress: Progress goes on, after" in line for line in lines)
    [stall] = json.loads(lines[-1])["stalls"]
    assert (stall["liveness"], stall["since"], stall["until"] > 3_000) == ("progress", 1_000, True)


# --- the watchdogs themselves -----------------------------------------------------------------


def change(node: str, at: float = 0.0, **changes: Any) -> Changed:
    return Changed(0, at, -1, node, changes)


def asked(at: float, op: int = 1) -> Invoked:
    return Invoked(0, at, -1, "c1", op, "n1", "write", "x", 1)


def told(at: float, outcome: str = "ok", op: int = 1) -> Returned:
    return Returned(0, at, -1, "c1", op, outcome, None, "")


def test_who_can_talk() -> None:
    reach = Reachability()
    names = ["n1", "n2", "n3", "n4"]
    reach.see(change("", cuts=[("n1", "n2")], held=[["n3", "n1"]], lose_percent=0))
    assert [reach.talk("n1", name) for name in names] == [True, False, False, True], "one way is not enough"
    assert reach.widest(names[:3]) == ["n2", "n3"]
    assert reach.islands(names) == [names], "n4 stands between them"
    reach.see(change("n4", status="down"))
    assert reach.islands(names) == [["n1"], ["n2", "n3"]]
    assert reach.silent(names) == "n4 is down"
    reach.see(change("", lose_percent=100.0))
    assert reach.widest(names) == ["n1"]
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_waiting_counts_from_the_first_request_without_a_good_answer() -> None:
    watchdog = Progress(["n1"])
    watchdog.see(asked(100))
    assert watchdog.stall(1_099) is None
    assert watchdog.stall(1_100) is not None
    watchdog.see(asked(1_150, op=2))
    watchdog.see(told(1_200, "unknown"))
    stall = watchdog.stall(1_200)
    assert stall is not None
    assert stall.since == 100
    watchdog.see(told(1_300, op=2))
    assert watchdog.stall(9_000) is None, "nobody waits any more"


def test_a_doubt_counts_only_where_its_server_runs() -> None:
    watchdog = InDoubt("locked", ["tc1"])
    watchdog.see(change("p1", 100, locked="x"))
    watchdog.see(change("p1", 200, locked="x, y"))
    assert watchdog.stall(1_000) is None
    stall = watchdog.stall(1_100)
    assert stall is not None
    assert "the lock of x, y: tc1 has not told how it ended" in stall.text
    watchdog.see(change("p1", 1_150, status="down"))
    assert watchdog.stall(1_200) is None
