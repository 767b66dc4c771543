"""Our accounts beside real Redis 7.0.15 (a primary, a replica, and `REPLICAOF` as failover), and etcd 3.5.1.

Redis answers before its replica has a write. Recorded there: an acknowledged write that a failover loses (r01), and two
primaries of which the one that is demoted throws its branch away (r02); etcd: two clients that read, add and write
(10, lost update). The account holds $100 at first, as there.
"""

from typing import Any

import pytest

from cluster_engine.records import Returned
from cluster_engine.run import Run
from tests.played import played


def told(run: Run) -> list[tuple[str, str, Any]]:
    """What clients were told, in order: who, how it ended, with which value."""
    return [(one.client, one.outcome, one.value) for one in run.world.records if isinstance(one, Returned)]


def balances(run: Run) -> dict[str, Any]:
    nodes = run.world.view()["nodes"]
    return {name: node["balance"] for name, node in nodes.items() if name.startswith("r")}


LABS = [("payments", {"design": "single-leader"}), ("primary-backup", {"timeout_ms": 0, "witnesses": 0})]


@pytest.mark.parametrize(("lab", "chosen"), LABS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_acknowledged_write_is_lost_in_a_failover(lab: str, chosen: dict[str, Any], seed: int) -> None:
    """r01: SET 120 is answered OK, no replica has it, the primary dies, the replica is promoted: GET says 100."""
    script = (
        "839ms cut r1 | r2\n844ms deposit 20 node=r1 client=c1\n1376ms crash r1\n1388ms promote r2\n"
        "1500ms look node=r2 client=c2"
    )
    run = played(lab, script, 4_000, seed, **chosen)
    assert told(run) == [("c1", "ok", 120), ("c2", "ok", 100)]
    assert run.measure("lost_payments") == 1


SPLIT = (
    "888ms cut r1,c1 | r2,c2\n894ms promote r2\n950ms deposit 20 node=r1 client=c1\n950ms charge 30 node=r2 client=c2\n"
    "1200ms look node=r1 client=c1\n1200ms look node=r2 client=c2\n1400ms heal"
)


@pytest.mark.parametrize(("lab", "chosen"), LABS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_primaries_go_on_until_one_is_told_and_its_branch_is_thrown_away(
    lab: str, chosen: dict[str, Any], seed: int
) -> None:
    """r02: 120 on one side and 70 on the other; so it stays after the heal; demoted, the old primary says 70."""
    split = played(lab, SPLIT, 3_000, seed, fencing=False, **chosen)
    assert sorted(told(split)) == [("c1", "ok", 120), ("c1", "ok", 120), ("c2", "ok", 70), ("c2", "ok", 70)]
    assert (balances(split), split.measure("leaders")) == ({"r1": 120, "r2": 70}, 2), "no automatic repair"
    demoted = played(lab, SPLIT, 3_000, seed, fencing=True, **chosen)  # it hears of the later primary
    assert (balances(demoted), demoted.measure("leaders")) == ({"r1": 70, "r2": 70}, 1), "the +20 is discarded"


@pytest.mark.parametrize("lab", ["raft", "quorum"])
def test_two_clients_that_read_and_then_write_lose_an_update(lab: str) -> None:
    """10: both read 0, both put 1, and the counter says 1; linearizable as each operation is."""
    script = (
        "1s write n 0 client=c1\n1500ms read n client=c1\n1500ms read n client=c2\n2s write n 1 client=c1\n"
        "2s write n 1 client=c2\n2500ms read n client=c1"
    )
    run = played(lab, script, 4_000, clients=2)
    values = [str(value) for _, _, value in told(run)]
    assert sorted(values[1:3]) == ["0", "0"]
    assert values[-1] == "1"
    assert run.violated["linearizable"] is None


def test_an_addition_by_the_servers_loses_none() -> None:
    """10: with a transaction that compares the revision, the counter says 3; here the servers add."""
    script = "1s add n 1 client=c1\n1s add n 1 client=c2\n1500ms add n 1 client=c1\n2s read n client=c2"
    assert str(told(played("raft", script, 4_000, clients=2))[-1][2]) == "3"
