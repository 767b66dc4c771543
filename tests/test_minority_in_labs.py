"""A minority decides nothing, in every lab that promises so: every size up to seven, every way to cut it in two."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from cluster_engine.actions import parse_action
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.records import Invoked, Returned
from cluster_engine.run import Run
from tests.test_minority import cuts

READY_MS = 150.0
Side = tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A protocol whose minority decides nothing. `count` is the setting that says how many there are.

    `letter` begins their names. Each of `asks` is a request that a client makes on its own side. `goes_on` says whether
    the side of a majority must answer, where n1 is in it (True) or not (False).
    """

    lab: str
    count: str
    settings: Mapping[str, Any]
    asks: tuple[str, ...] = ("write x {client} node={node}",)
    letter: str = "n"
    least: int = 3
    goes_on: Callable[[bool], bool] = lambda with_first: True
    for_ms: float = 700.0

    def setting(self, size: int) -> dict[str, Any]:
        return {**self.settings, self.count: size, "clients": 2, "client_timeout_ms": self.for_ms}


QUICK = {"latency_low_ms": 1, "latency_high_ms": 4}
BOTH = ("write x {client} node={node}", "read x node={node}")
PAYS = ("deposit 5 node={node}", "look node={node}")
GROUPS = {
    "paxos": Group("paxos", "nodes", QUICK),
    "multi-paxos": Group("paxos", "nodes", {**QUICK, "decrees": "log"}, BOTH, for_ms=1_200),
    "multi-paxos-for-all": Group("paxos", "nodes", {**QUICK, "decrees": "log", "proposers": "everyone"}, BOTH),
    "payments": Group(
        "payments", "replicas", {**QUICK, "design": "single-leader-sync"}, PAYS, "r", 2, lambda with_first: with_first,
    ),
    "primary-backup": Group(
        "primary-backup", "servers",
        {**QUICK, "replication": "synchronous", "quorum": True, "witnesses": 0, "timeout_ms": 200, "heartbeat_ms": 50},
        PAYS, "r", 2, for_ms=1_500,
    ),
    "cap": Group("cap", "nodes", {**QUICK, "gossip_ms": 5_000}, BOTH),
}  # fmt: skip


def answered(run: Run, client: str) -> int:
    """How many of a client's operations were answered with ok."""
    return sum(isinstance(r, Returned) and r.client == client and r.outcome == "ok" for r in run.world.records)


def cut_and_ask(group: Group, size: int, there: Side) -> tuple[Run, Side]:
    """Cut a group in two, with a client on each side, and let both ask a server of theirs."""
    run = Run(Recording(group.lab, group.setting(size), seed=size + len(there)))
    here = tuple(name for name in run.world.servers() if name not in there)
    run.advance(READY_MS)
    act(run, f"cut {','.join((*here, 'c1'))} | {','.join((*there, 'c2'))}")
    for ask in group.asks:
        for client, side in (("c1", here), ("c2", there)):
            act(run, f"{ask.format(client=client, node=side[-1])} client={client}")
    run.advance(READY_MS + group.for_ms * len(group.asks) + 10)
    return run, here


def act(run: Run, text: str) -> None:
    run.apply(parse_action(text, get_lab(run.lab.name)))


@pytest.mark.parametrize("size", range(2, 8))
@pytest.mark.parametrize("name", GROUPS)
def test_a_minority_answers_nothing_and_a_majority_does(name: str, size: int) -> None:
    group = GROUPS[name]
    for there in cuts(size, group.letter) if size >= group.least else ():
        run, here = cut_and_ask(group, size, there)
        for client, side, with_first in (("c1", here, True), ("c2", there, False)):
            if 2 * len(side) <= size:
                assert answered(run, client) == 0, (there, client)
            elif group.goes_on(with_first):
                assert answered(run, client) > 0, (there, client)
        assert [found for found in run.violated.values() if found] == []


@pytest.mark.parametrize("witnesses", [1, 2, 3])
@pytest.mark.parametrize("servers", [2, 3, 4])
def test_witnesses_make_no_majority_of_servers(servers: int, witnesses: int) -> None:
    """Who answers has a majority of the servers; and who leads an epoch, the votes of a majority of all."""
    machines = [*(f"r{n}" for n in range(1, servers + 1)), *(f"w{n}" for n in range(1, witnesses + 1))]
    group = GROUPS["primary-backup"]
    for places in cuts(len(machines)):
        there = tuple(machines[int(place[1:]) - 1] for place in places)
        settings = {**group.setting(servers), "witnesses": witnesses, "servers": servers}
        run = Run(Recording("primary-backup", settings, seed=servers + len(there)))
        here = tuple(name for name in machines if name not in there)
        run.advance(READY_MS)
        act(run, f"cut {','.join((*here, 'c1'))} | {','.join((*there, 'c2'))}")
        for client, side in (("c1", here), ("c2", there)):
            asked = next((f" node={name}" for name in side if name.startswith("r")), "")
            act(run, f"deposit 5{asked} client={client}")
        run.advance(READY_MS + group.for_ms + 10)
        for client, side in (("c1", here), ("c2", there)):
            if 2 * sum(name.startswith("r") for name in side) <= servers:
                assert answered(run, client) == 0, (there, client)
        assert [found for found in run.violated.values() if found] == []


@pytest.mark.parametrize("size", range(2, 8))
@pytest.mark.parametrize("kind", ["write x 1", "read x"])
def test_strict_quorums_of_a_majority(kind: str, size: int) -> None:
    majority = size // 2 + 1
    dials = {**QUICK, "nodes": size, "n": size, "r": majority, "w": majority, "clients": 2, "client_timeout_ms": 500}
    for there in cuts(size) if size > 2 else ():
        run = Run(Recording("quorum", dials, seed=size))
        here = tuple(name for name in run.world.servers() if name not in there)
        act(run, f"cut {','.join((*here, 'c1'))} | {','.join((*there, 'c2'))}")
        for client, side in (("c1", here), ("c2", there)):
            act(run, f"{kind} node={side[0]} client={client}")
        run.advance(400)
        for client, side in (("c1", here), ("c2", there)):
            assert answered(run, client) == (len(side) >= majority), (there, client)


@pytest.mark.parametrize("size", range(2, 8))
@pytest.mark.parametrize("participants_there", [True, False])
def test_a_minority_of_coordinators_commits_nothing(size: int, participants_there: bool) -> None:
    """Client and participants are on one side of the cut, with some of the coordinators."""
    settings = {**QUICK, "coordinators": size, "clients": 1, "client_timeout_ms": 1_200}
    for there in cuts(size, "tc"):
        run = Run(Recording("two-phase-commit", settings, seed=size))
        here = tuple(f"tc{n}" for n in range(1, size + 1) if f"tc{n}" not in there)
        mine, others = (there, here) if participants_there else (here, there)
        run.advance(READY_MS)
        act(run, f"cut {','.join((*mine, 'p1', 'p2', 'c1'))} | {','.join(others)}")
        act(run, "transact x 1")
        run.advance(READY_MS + 1_210)
        begun = [record for record in run.world.records if isinstance(record, Invoked)]
        assert len(begun) == 1
        assert answered(run, "c1") == (2 * len(mine) > size), (there, mine)
        assert [found for found in run.violated.values() if found] == []
