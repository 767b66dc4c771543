"""The labs `quorum` and `cap`: when a read meets the last write, and what a cut network costs."""

import pytest

from cluster_engine.labs import get_lab
from cluster_engine.run import Run
from tests.played import broken, played


def value(run: Run, node: str) -> object:
    return run.world.nodes[node].process.observe()[1]


FAULTS = (
    "1s isolate n1\n2s heal\n2500ms crash n2\n3500ms restart n2\n4s cut n1,n2 | n3,n4,n5\n5s heal\n"
    "5500ms lose 20\n7s heal"
)
BUSY = {"client_every_ms": 60.0, "clients": 3}


@pytest.mark.parametrize(("n", "r", "w"), [(3, 2, 2), (3, 1, 3), (3, 3, 1), (5, 3, 3), (5, 2, 4)])
def test_with_r_plus_w_over_n_no_read_misses_an_acknowledged_write(n: int, r: int, w: int) -> None:
    for seed in range(1, 6):
        run = played("quorum", FAULTS, 8_000, seed, n=n, r=r, w=w, **BUSY)
        assert "no-stale-read" not in broken(run), run.violated
        assert run.measure("acked_reads") > 20


def test_reads_that_write_back_first_are_linearizable_and_others_need_not_be() -> None:
    """Attiya, Bar-Noy & Dolev: without the second phase, a later read may see less than an earlier one."""
    shared = (
        "500ms write x 1 node=n1 client=c1\n1s hold n1 n3\n1s write x 2 node=n1 client=c1\n"
        "1020ms read x node=n2 client=c2\n1s hold n1 n2"
    )
    for seed in range(1, 21):
        run = played("quorum", shared, 3_000, seed, nodes=3, repair="before the answer")
        assert broken(run) == set()


def test_a_hint_that_is_forgotten_is_a_write_that_is_lost() -> None:
    script = (
        "500ms crash n2\n600ms crash n3\n1s write x 1 node=n1 client=c1\n2s crash n1\n2100ms restart n2\n"
        "2100ms restart n3\n4s read x node=n2 client=c2"
    )
    dials = {"sloppy": True, "n": 3, "w": 2, "asks_first": False}
    kept, forgotten = (played("quorum", script, 6_000, bug=bug, **dials) for bug in ("none", "forgets-hints"))
    assert (kept.measure("acked_writes"), forgotten.measure("acked_writes")) == (1, 1)
    assert kept.measure("stale_reads") == 0
    assert value(kept, "n2") == "1"
    assert "no-stale-read" in broken(forgotten)


@pytest.mark.parametrize("lost_from_ms", range(2_000, 2_080, 10))
def test_a_hint_that_is_lost_on_its_way_is_handed_over_again(lost_from_ms: int) -> None:
    script = (
        "500ms crash n2\n1s write x 1 node=n1 client=c1\n2s restart n2\n"
        f"{lost_from_ms}ms lose 100\n{lost_from_ms + 40}ms lose 0"
    )
    run = played("quorum", script, 4_000, sloppy=True, w=3)
    assert (run.measure("hints_kept"), run.measure("hints_delivered"), value(run, "n2")) == (1, 1, "1")


def test_the_receipt_of_an_older_hint_does_not_end_a_later_one() -> None:
    """n4 keeps x = 1 for n3, hands it over, and keeps x = 2 for it before the receipt of the first is back."""
    script = (
        "500ms crash n3\n1s write x 1 node=n1 client=c1\n1500ms restart n3\n1500ms cut_link n1 n3\n"
        "1500ms slow_link n3 n4 200\n1850ms write x 2 node=n1 client=c1"
    )
    run = played("quorum", script, 4_000, sloppy=True, w=3, repair="none")
    assert (run.measure("hints_kept"), run.measure("hints_delivered"), value(run, "n3")) == (2, 1, "2")


def test_a_coordinator_that_keeps_no_copy_gives_no_version_twice() -> None:
    script = (
        "500ms write x 1 node=n4 client=c1\n1s crash n4\n1500ms restart n4\n2s write x 2 node=n4 client=c1\n"
        "3s read x node=n1 client=c1"
    )
    run = played("quorum", script, 4_000, asks_first=False)
    assert (run.measure("acked_writes"), broken(run)) == (2, set())


def test_a_read_repairs_who_has_answered_though_another_copy_is_down() -> None:
    script = (
        "500ms isolate n1\n600ms write x 1 node=n2 client=c2\n1s heal\n1100ms crash n3\n1500ms read x node=n2 client=c2"
    )
    run = played("quorum", script, 3_000, nodes=3)
    assert (run.measure("repairs"), value(run, "n1")) == (1, "1")


def test_anti_entropy_brings_everybody_up_to_date_without_a_read() -> None:
    script = "500ms isolate n3\n1s write x 1 node=n1 client=c1\n2s heal"
    dials = {"nodes": 3, "asks_first": False}
    assert value(played("quorum", script, 4_000, **dials), "n3") is None
    assert value(played("quorum", script, 4_000, gossip_ms=200, **dials), "n3") == "1"


def test_a_stale_read_counts_as_one_in_spite_of_overlapping_quorums_only_where_they_overlap() -> None:
    goals = {goal.name: goal for goal in get_lab("quorum").goals}
    loose = played("quorum", goals["stale-read"].reference, 3_000, **goals["stale-read"].reference_settings)
    assert (loose.reached["stale-read"] is None, loose.reached["stale-sloppy"]) == (False, None)


# --- refuse or answer -----------------------------------------------------------------------------

CUT = "500ms write x 1 node=n3 client=c3\n1s cut n1,n2,c1 | n3,n4,n5,c2,c3\n"


@pytest.mark.parametrize("mode", ["refuse", "answer"])
@pytest.mark.parametrize(("side", "client"), [("n1", "c1"), ("n3", "c3")])
def test_the_table_of_a_cut(mode: str, side: str, client: str) -> None:
    """On the side of a majority all goes on; on the other one it is refused, or answered from what is there."""
    minority = side == "n1"
    wrote = played("cap", f"{CUT}1500ms write x 2 node={side} client={client}", 4_000, writes=mode, reads=mode)
    assert wrote.measure("acked_writes") == (1 if minority and mode == "refuse" else 2)
    assert wrote.measure("failed_writes") == (1 if minority and mode == "refuse" else 0)
    read = played("cap", f"{CUT}1500ms read x node={side} client={client}", 4_000, writes=mode, reads=mode)
    assert read.measure("acked_reads") == (0 if minority and mode == "refuse" else 1)


def test_who_refuses_is_linearizable_and_agrees_after_the_heal() -> None:
    for seed in range(1, 6):
        run = played("cap", FAULTS, 10_000, seed, **BUSY)
        assert broken(run) == set()


def test_who_answers_has_two_values_and_then_one_of_them_is_gone() -> None:
    both = f"{CUT}1500ms write x 2 node=n1 client=c1\n1500ms write x 3 node=n3 client=c3"
    split = played("cap", both, 2_000, writes="answer", reads="answer")
    assert (value(split, "n1"), value(split, "n3")) == ("2", "3")
    healed = played("cap", f"{both}\n3s heal", 8_000, writes="answer", reads="answer")
    assert len({value(healed, node) for node in healed.world.servers()}) == 1


@pytest.mark.parametrize("lab", ["quorum", "cap"])
def test_each_goal_is_reached_by_its_reference_and_by_nothing_else(lab: str) -> None:
    for goal in get_lab(lab).goals:
        for seed in (1, 2, 3):
            run = played(lab, goal.reference, goal.reference_for_ms, seed, **goal.reference_settings)
            assert run.reached[goal.name] is not None, goal.name
            assert run.refused == []
            assert played(lab, "", goal.reference_for_ms, seed, **goal.reference_settings).reached[goal.name] is None
