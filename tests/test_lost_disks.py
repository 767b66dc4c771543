"""A lost disk breaks what Raft promises, never the run: the lab goes on, and says which promise is broken."""

from random import Random

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline

FOR_MS = 8_000.0
DEEDS = {
    "crash {a}": 2, "lose_disk {a}": 2, "restart {a}": 3, "write x 1": 1, "add y 2": 1, "heal": 2, "isolate {a}": 1,
    "cut_one_way {a} {b}": 1, "pause {a} 200": 1, "resume {a}": 1, "slow_disk {a} 50": 1, "transfer {a}": 1,
}  # fmt: skip


def broken(seed: int) -> list[str]:
    """Run a storm in which disks are lost; return what the checkers said."""
    dice, lab = Random(f"lost disks/{seed}"), get_lab("raft")
    names = ["n1", "n2", "n3", "n4", "n5"][: dice.choice((2, 3, 5))]
    lines, at = [], 0.0
    while (at := at + dice.expovariate(1 / 120)) < FOR_MS:
        a, b = dice.sample(names, 2)
        lines.append(f"{at:.0f}ms " + dice.choices(list(DEEDS), list(DEEDS.values()))[0].format(a=a, b=b))
    settings = {"nodes": len(names), "client_every_ms": 100, "snapshot_every": dice.choice((0, 5))}
    script = tuple(parse_script("\n".join(lines), lab))
    timeline = Timeline(Recording("raft", lab.check_settings(settings), seed, script))
    timeline.advance(FOR_MS + 1_000)
    return [mark["text"] for mark in timeline.marks if mark["kind"] == "violation"]


@pytest.mark.parametrize("tenth", range(10))
def test_a_run_goes_on_whatever_disks_are_lost_and_the_checkers_notice(tenth):
    said = [broken(seed) for seed in range(tenth * 10, tenth * 10 + 10)]
    assert any(said), "ten storms that lose disks should break something"


def test_two_leaders_of_one_term_that_meet_both_go_on():
    lab = get_lab("raft")
    script = "0s cut n1,n2 | n3\n500ms write x 1\n1s lose_disk n2\n1s heal\n1s isolate n1\n1010ms restart n2\n3s heal"
    settings = lab.check_settings({"nodes": 3, "check_quorum": False})
    timeline = Timeline(Recording("raft", settings, 113, tuple(parse_script(script, lab))))
    timeline.advance(4_000)
    nodes = timeline.view(4_000)["nodes"]
    leaders = [name for name in ("n1", "n2", "n3") if nodes[name]["role"] == "leader"]
    assert len(leaders) == 2
    assert {nodes[name]["term"] for name in leaders} == {1}
    assert timeline.view(4_000)["invariants"]["election-safety"]["violated"] is not None
