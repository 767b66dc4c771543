"""Two-phase commit with a group of coordinators: blocked exactly while a majority of them is gone, and never wrong."""

from itertools import combinations
from typing import Any

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs.two_phase_commit import LAB
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Noted, Returned
from tests.played import broken

ONE = "1s transact x 1"
CALM = {"latency_low_ms": 5, "latency_high_ms": 5, "disk_low_ms": 1, "disk_high_ms": 1}
# Asked 1000, asks for votes 1005, votes on disk 1011, decree proposed and on tc1's disk 1017, on the others' 1023;
# tc1 hears so 1028 and tells it once it has written that down, 1029.
PREPARED, CHOSEN, TOLD = 1_005, 1_023, 1_029
MOMENTS = range(1_002, 1_034)


def play(script: str, for_ms: float = 4_000, seed: int = 1, **settings: Any) -> Player:
    given = {"coordinators": 3, **settings}
    player = Player.begin(Recording("two-phase-commit", given, seed, tuple(parse_script(script, LAB))))
    player.advance(for_ms)
    assert player.run.refused == []
    return player


def doubts(player: Player) -> list[str]:
    nodes = player.run.world.view()["nodes"]
    return [name for name, node in nodes.items() if node["status"] == "up" and node.get("locked")]


def decided(player: Player, transaction: str = "c1.1/1") -> set[bool]:
    """What participants have decided about a transaction; the first of c1, under ballot 1, unless another is named."""
    told = [r for r in player.run.world.records if isinstance(r, Noted) and r.event == "decides"]
    mine = [record for record in told if record.facts["transaction"] == transaction]
    return {record.facts["commit"] for record in mine if record.node.startswith("p")}


def crashes(at: float, *names: str) -> str:
    return "\n".join(f"{at}ms crash {name}" for name in names)


def restarts(at: float, *names: str) -> str:
    return "\n".join(f"{at}ms restart {name}" for name in names)


@pytest.mark.parametrize("crash_at", MOMENTS)
@pytest.mark.parametrize("gone", [("tc1",), ("tc2",), ("tc1", "tc2"), ("tc2", "tc3")], ids=" and ".join)
def test_participants_are_blocked_exactly_while_a_majority_of_coordinators_is_gone(
    crash_at: int, gone: tuple[str, ...]
) -> None:
    player = play(f"{ONE}\n{crashes(crash_at, *gone)}\n{restarts(2_500, *gone)}", 2_400, **CALM)
    # Where tc1 lives, it asks for votes in any case, and waits for a second coordinator to have the decree.
    is_undecided = PREPARED <= crash_at < TOLD if "tc1" in gone else crash_at < CHOSEN
    is_blocked = len(gone) == 2 and is_undecided
    assert doubts(player) == (["p1", "p2"] if is_blocked else [])
    player.advance(4_000)
    assert (doubts(player), broken(player.run)) == ([], set())
    assert len(decided(player)) <= 1


@pytest.mark.parametrize("gone", [*combinations(range(1, 6), 2), (1, 2, 3), (1, 4, 5)])
def test_five_coordinators_bear_the_loss_of_two_and_not_of_three(gone: tuple[int, ...]) -> None:
    names = [f"tc{number}" for number in gone]
    player = play(f"{ONE}\n{crashes(1_015, *names)}", 2_900, coordinators=5, **CALM)
    assert doubts(player) == ([] if len(gone) == 2 else ["p1", "p2"])
    assert broken(player.run) == set()


@pytest.mark.parametrize("crash_at", [1_012, 1_018, 1_024])
def test_a_new_leader_commits_what_it_finds_in_the_log_and_aborts_what_it_does_not(crash_at: int) -> None:
    player = play(f"{ONE}\n{crash_at}ms crash tc1", 3_000, **CALM)
    assert decided(player) == {crash_at >= 1_017}, "from then on the decree was under way to the others"
    assert player.run.values["settled"] == (crash_at < 1_017)


def test_a_decision_is_told_two_message_delays_later_than_by_a_single_coordinator() -> None:
    answered = [
        next(r.at for r in play(ONE, 1_200, coordinators=count, **CALM).run.world.records if isinstance(r, Returned))
        for count in (1, 3)
    ]
    assert answered[1] - answered[0] == pytest.approx(2 * 5 + 2 * 1)


def test_the_client_is_answered_by_the_new_leader_whatever_became_of_its_first_attempt() -> None:
    for crash_at in MOMENTS:
        player = play(f"{ONE}\n{crash_at}ms crash tc1", 4_000, client_timeout_ms=3_000, **CALM)
        values = player.run.values
        assert values["acked_writes"] + values["failed_writes"] == 1, crash_at
        if values["acked_writes"]:
            nodes = player.run.world.view()["nodes"]
            assert [nodes[name]["value"] for name in ("p1", "p2")] == ["x = 1", "x = 1"]


def test_a_coordinator_that_was_cut_off_cannot_commit_what_the_others_have_aborted() -> None:
    """tc1 has all votes, and proposes the commit to nobody who hears it; then the participants find the others."""
    script = f"900ms cut tc1,p1,p2,c1 | tc2,tc3\n{ONE}\n1100ms heal\n1100ms cut tc1,c1 | tc2,tc3,p1,p2"
    alone = play(script, 4_000, **CALM)
    assert (doubts(alone), decided(alone)) == ([], {False})
    healed = play(f"{script}\n5s heal", 9_000, **CALM)
    assert (doubts(healed), decided(healed), broken(healed.run)) == ([], {False}, set())


@pytest.mark.parametrize("seed", range(1, 13))
def test_no_storm_breaks_atomicity(seed: int) -> None:
    nodes = ("tc1", "tc2", "tc3", "p1", "p2", "p3")
    faults = [f"{300 + 170 * n}ms crash {nodes[(n * 7 + seed) % 6]}" for n in range(24)]
    faults += [f"{420 + 170 * n}ms restart {nodes[(n * 7 + seed) % 6]}" for n in range(24)]
    script = "\n".join(["0s lose 5", "0s duplicate 20", *faults, "5s lose 0"])
    busy = {"participants": 3, "clients": 3, "client_every_ms": 30}
    player = play(script, 8_000, seed, termination=("coordinator", "cooperative")[seed % 2], **busy)
    assert broken(player.run) == set()
    assert player.run.values["acked_writes"] > 10
