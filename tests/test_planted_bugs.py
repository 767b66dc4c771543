"""Every planted mistake is caught, by the property it breaks; the correct Raft passes the very same schedules."""

from collections.abc import Callable
from typing import Any

import pytest

from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.node import Node
from cluster_engine.labs import get_lab
from cluster_engine.protocols import raft_bugs
from cluster_engine.protocols.raft import Raft
from cluster_engine.recording import Recording
from cluster_engine.run import Run
from tests.storm import storm
from tests.watched import Broken, Hand, Watched, agreed, caught

Schedule = Callable[..., None]

# --- votes (sections 5.2 and 5.4.1) -----------------------------------------------------------


def vote_before_and_after_a_restart(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3)
    c.fire("n1").deliver("n1", "n3")
    c.restart("n3").fire("n2").deliver("n2", "n3")
    c.deliver("n3", "n2")
    c.deliver("n3", "n1")


def two_candidates_ask_one_voter(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3)
    c.fire("n1").fire("n2").deliver(to="n3")
    c.deliver("n3")


def vote_then_step_down_within_the_term(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, pre_vote=True, logs={"n1": 3, "n2": 3, "n3": 1})
    for name in ("n1", "n2"):  # both learn that they could win term 2, and stand
        c.fire(name).deliver(name, "n3")
        c.deliver("n3", name)
    c.deliver("n1", "n3")
    c.deliver("n3", "n1")  # n1 leads term 2
    c.fire("n3").deliver("n1", "n3")  # n3 only asked; now it hears the leader, whose entries it can't take yet
    c.deliver("n2", "n3")
    c.deliver("n3", "n2")


def the_shorter_log_stands(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3)
    c.elect_by("n1", "n2").exchange("n1", "n2")  # an entry on n1 and n2 is committed
    c.do("crash n1").fire("n3").fire("n3")
    c.deliver("n3", "n2")
    c.deliver("n2", "n3")


def the_longer_log_of_an_older_term_stands(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=3)
    c.elect_by("n1", "n2")
    for client in ("c1", "c2", "c3"):
        c.request(client, "n1", "write x 1")
    c.drop("n1")
    c.fire("n3").drop("n3")  # to term 1
    c.elect_by("n3", "n2").exchange("n2", "n3")
    c.restart("n1").fire("n1").drop("n1").elect_by("n1", "n2")


def a_vote_arrives_twice(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=5)
    c.fire("n1").deliver("n1", "n2")
    c.do(f"copy {c.waiting('n2', 'n1')[0]}").deliver("n2", "n1")
    c.elect_by("n3", "n4", "n5")


def two_halves(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=4)
    c.elect_by("n1", "n2")
    c.elect_by("n3", "n4")


def a_term_led_before_its_own_vote_is_on_disk(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=5, clients=2)
    c.do("slow_disk n1 5000")
    c.elect_by("n1", "n2", "n3", "n4").request("c1", "n1", "write x 1")
    c.restart("n1").do("slow_disk n1 0")
    c.elect_by("n1", "n2", "n3", "n4").request("c2", "n1", "write x 2")


# --- the log (sections 5.3 and 5.4.2, figure 8) --------------------------------------------------


def figure_8(protocol: type[Raft]) -> None:
    """The paper's picture, with so long an old tail that it takes two messages.

    A leader's no-op always follows the old entries, so only a boundary between messages leaves a majority with the
    old ones alone.
    """
    c = Hand(protocol, nodes=5, logs={"n1": 66, "n2": 66, "n3": 1, "n4": 1, "n5": 1})
    c.elect_by("n5", "n3", "n4").do("crash n5").drop("n5")  # leads term 2, and only it has the no-op
    c.fire("n1").drop("n1").elect_by("n1", "n2", "n3")  # leads term 3
    c.deliver("n1", "n2")
    c.deliver("n2", "n1")
    for _ in range(2):  # refused, then as many old entries as one message takes
        c.deliver("n1", "n3")
        c.deliver("n3", "n1")
    c.do("crash n1").drop("n1")
    c.do("restart n5").fire("n5").drop("n5").elect_by("n5", "n3", "n4")  # leads term 4


def an_old_message_comes_late(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.request("c1", "n1", "write x 1")
    c.do(f"copy {c.waiting('n1', 'n2')[0]}")
    late = c.waiting("n1", "n2")[-1]
    c.deliver("n1", "n2", most=1)
    c.deliver("n1", "n3")
    c.request("c2", "n1", "write x 2")
    newest = c.waiting("n1", "n2")[-1]
    c.do(f"deliver {newest}").deliver("n2", "n1")  # committed on n1 and n2
    c.drop("n1", "n3").do(f"deliver {late}", "crash n1")
    c.elect_by("n3", "n2")


def an_old_heartbeat_comes_late(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3").fire("n1", "heartbeat")
    late = c.waiting("n1", "n2")[-1]
    c.request("c1", "n1", "write x 1")
    c.do(f"deliver {c.waiting('n1', 'n2')[-1]}").deliver("n2", "n1")
    c.fire("n1", "heartbeat").do(f"deliver {c.waiting('n1', 'n2')[-1]}", f"deliver {late}")


def two_requests_before_the_first_is_committed(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.request("c1", "n1", "write x 1").request("c2", "n1", "write x 2").exchange("n1", "n2")


def a_deposed_leader_speaks(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.request("c1", "n1", "write x 1").drop("n1", "n2")
    c.elect_by("n2", "n3").exchange("n2", "n3")  # commits its no-op where n1 has x
    c.deliver("n1", "n3")
    c.drop().restart("n1").fire("n1").drop("n1").elect_by("n1", "n3")


def an_answer_from_an_earlier_reign(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=5, clients=3)
    c.elect_by("n1", "n2", "n3").exchange(*c.world.servers())
    for client in ("c1", "c2", "c3"):
        c.request(client, "n1", "write x 1")
    c.deliver("n1", "n3")  # which says that it has entries 2 to 4; that answer stays under way
    c.drop("n1").elect_by("n2", "n4", "n5")
    for other in ("n1", "n3", "n4", "n5"):
        c.deliver("n2", other)
        c.deliver(other, "n2")
    c.drop("n2").elect_by("n1", "n4", "n5")
    c.deliver("n3", "n1")
    c.deliver("n1", "n4")
    c.deliver("n4", "n1")
    c.drop().do("crash n1").restart("n2").fire("n2").drop("n2").elect_by("n2", "n3", "n5")


def the_leader_loses_what_its_disk_never_had(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.do("slow_disk n1 5000").request("c1", "n1", "write x 1")
    c.deliver("n1", "n2")
    c.deliver("n2", "n1")
    c.drop("n1", "n3").do("crash n1", "restart n1", "slow_disk n1 0")
    c.elect_by("n3", "n1")


def a_follower_loses_what_its_disk_never_had(protocol: type[Raft], cluster: type[Cluster] = Cluster) -> None:
    c = Hand(protocol, cluster, nodes=3)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.do("slow_disk n2 5000").request("c1", "n1", "write x 1")
    c.deliver("n1", "n2")
    c.deliver("n2", "n1")
    c.drop("n1").do("crash n1", "crash n2", "restart n2", "slow_disk n2 0")
    c.elect_by("n3", "n2")


# --- membership (dissertation 4.1 and 4.2.2) -----------------------------------------------------


def change_before_an_entry_of_its_own_term(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=4, spares=1)
    c.elect_by("n1", "n2", "n3").exchange("n1", "n2", "n3", "n4")
    c.do("add_server n5").exchange("n1", "n5").drop("n1")
    c.elect_by("n2", "n3", "n4").drop("n2")
    c.try_to("remove_server n1")
    c.settle().drop("n2", "n4").exchange("n2", "n3")
    c.restart("n1").fire("n1").drop("n1").elect_by("n1", "n4", "n5")


def two_changes_at_once(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, spares=2)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.do("add_server n4").try_to("add_server n5")
    c.settle().exchange("n1", "n4").exchange("n1", "n5")
    c.drop("n1").elect_by("n2", "n3")


def the_leader_of_two_removes_itself_and_crashes(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=2)
    c.elect_by("n1", "n2").exchange("n1", "n2")
    c.do("remove_server n1").drop("n1")
    c.restart("n1").fire("n2").exchange("n1", "n2")
    c.fire("n1").exchange("n1", "n2")  # wins, commits its removal and leaves
    c.fire("n2")
    if not c.leaders():
        raise Broken("progress", "n2 can't win, and n1 does not stand")


# --- reads and clients (dissertation 6.3 and 6.4) ------------------------------------------------


def read_from_a_deposed_leader(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2)
    c.elect_by("n1", "n2").request("c1", "n1", "write x 1").exchange("n1", "n2", "n3", "c1")
    c.elect_by("n2", "n3").request("c2", "n2", "write x 2").exchange("n2", "n3", "c2")
    c.request("c1", "n1", "read x").deliver("n1", "c1")


def read_before_the_first_commit(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2)
    c.elect_by("n1", "n2").exchange("n1", "n2", "n3")
    c.request("c1", "n1", "write x 1")
    c.deliver("n1", "n2")
    c.deliver("n2", "n1")
    c.deliver("n1", "c1")  # committed and acknowledged, but nobody else knows
    c.do("crash n1").drop("n1").elect_by("n2", "n3")
    c.request("c2", "n2", "read x").exchange("n2", "n3", "c2")


def rounds_begin_anew(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2)
    c.elect_by("n1", "n2").request("c1", "n1", "write x 1").exchange("n1", "n2", "n3", "c1")
    for _ in range(9):
        c.fire("n1", "heartbeat").exchange("n1", "n2")
    late = c.waiting("n1", "n3")[-1]  # a high round of term 1 stays under way
    c.restart("n1").elect_by("n1", "n2", "n3").exchange("n1", "n2")  # and leads term 2
    c.do(f"deliver {late}")
    answer = c.waiting("n3", "n1")[-1]  # from a server in term 2
    c.elect_by("n2", "n3").request("c2", "n2", "write x 2").exchange("n2", "n3", "c2")
    c.request("c1", "n1", "read x").do(f"deliver {answer}").deliver("n1", "c1")


def read_under_a_lease_after_handing_over(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2, reads="lease")
    c.run(10_001)  # a server that has just started is loyal to it knows not whom
    c.elect_by("n1", "n2").request("c1", "n1", "write x 1").exchange("n1", "n2", "n3", "c1")
    c.do("transfer n2").fire("n1", "transfer")  # its time is up, and only then n2 hears of it
    c.deliver("n1", "n2")
    c.deliver("n2", "n3")
    c.deliver("n3", "n2")
    c.request("c2", "n2", "write x 2").exchange("n2", "n3", "c2")
    c.request("c1", "n1", "read x").deliver("n1", "c1")


def vote_while_a_forgotten_lease_lasts(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=5, clients=2, reads="lease")
    c.run(10_001)
    c.elect_by("n1", "n2", "n3").request("c1", "n1", "write x 1").exchange(*c.world.nodes)
    c.run(9_500)
    c.fire("n1", "heartbeat").exchange("n1", "n2", "n3")  # n4 and n5 don't hear it
    c.run(600)
    c.restart("n2").fire("n4").drop("n4").elect_by("n4", "n5", "n2")
    c.request("c2", "n4", "write x 2").exchange("n4", "n5", "n2", "c2")
    c.request("c1", "n1", "read x").deliver("n1", "c1")


def a_retry_meets_a_snapshot(protocol: type[Raft]) -> None:
    c = Hand(protocol, nodes=3, clients=2, snapshot_every=4)
    c.elect_by("n1", "n2").request("c1", "n1", "add balance 10").exchange("n1", "n2")
    c.drop("n1", "c1")
    for value in range(3):
        c.request("c2", "n1", f"write y {value}").exchange("n1", "n2", "c2")
    c.drop("n1", "n3").fire("n1", "heartbeat").exchange("n1", "n2", "n3")  # n3 takes a snapshot
    c.elect_by("n3", "n2").exchange("n1", "n2", "n3")
    c.fire("c1", "attempt").exchange("n1", "n2", "n3", "c1")


# --- the world -----------------------------------------------------------------------------------


class SendsBeforeTheDisk(Cluster):
    """Messages and answers leave a machine while its writes are under way."""

    def _put_out(
        self, node: Node, sends: list[tuple[str, Any]], results: list[tuple[int, str, Any, str]], cause: int
    ) -> None:
        writes, node.writes = node.writes, type(node.writes)()
        super()._put_out(node, sends, results, cause)
        node.writes = writes


# --- liveness -------------------------------------------------------------------------------------


def a_follower_returns_with_a_higher_term(protocol: type[Raft]) -> None:
    c = Watched(protocol, nodes=3, pre_vote=False)
    c.elect()
    c.act("isolate follower").run(2_000).act("heal").run(2_000)
    if not agreed(c.rafts()):
        raise Broken("progress", "the cluster never takes the follower back")


def the_leader_is_gone_for_good(protocol: type[Raft]) -> None:
    c = Watched(protocol, nodes=3)
    c.elect()
    c.act("crash leader").run(3_000)
    if not c.leaders():
        raise Broken("progress", "two of three servers run, and nobody leads")


DIRECTED = [
    (raft_bugs.ForgetsItsVote, vote_before_and_after_a_restart, "election-safety"),
    (raft_bugs.ForgetsItsTerm, vote_before_and_after_a_restart, "election-safety"),
    (raft_bugs.VotesTwice, two_candidates_ask_one_voter, "election-safety"),
    (raft_bugs.ForgetsItsVoteWhenSteppingDown, vote_then_step_down_within_the_term, "election-safety"),
    (raft_bugs.VotesForAnyLog, the_shorter_log_stands, "leader-completeness"),
    (raft_bugs.ComparesLogsByIndex, the_longer_log_of_an_older_term_stands, "leader-completeness"),
    (raft_bugs.CountsVotesTwice, a_vote_arrives_twice, "election-safety"),
    (raft_bugs.SmallMajority, two_halves, "election-safety"),
    (raft_bugs.LeadsBeforeItsOwnVote, a_term_led_before_its_own_vote_is_on_disk, "log-matching"),
    (raft_bugs.CountsOldTerms, figure_8, "leader-completeness"),
    (raft_bugs.AlwaysTruncates, an_old_message_comes_late, "leader-completeness"),
    (raft_bugs.AcceptsDeposedLeaders, a_deposed_leader_speaks, "leader-completeness"),
    (raft_bugs.TakesTheCommitBack, an_old_heartbeat_comes_late, "never-back"),
    (raft_bugs.WritesOverWhatIsOpen, two_requests_before_the_first_is_committed, "leader-append-only"),
    (raft_bugs.BelievesStaleAnswers, an_answer_from_an_earlier_reign, "leader-completeness"),
    (raft_bugs.CountsItselfBeforeItsDisk, the_leader_loses_what_its_disk_never_had, "leader-completeness"),
    (raft_bugs.ChangesMembersTooEarly, change_before_an_entry_of_its_own_term, "leader-completeness"),
    (raft_bugs.ChangesManyMembersAtOnce, two_changes_at_once, "leader-completeness"),
    (raft_bugs.StaysSilentWhenRemoved, the_leader_of_two_removes_itself_and_crashes, "progress"),
    (raft_bugs.ReadsLocally, read_from_a_deposed_leader, "linearizable"),
    (raft_bugs.ReadsBeforeItsFirstCommit, read_before_the_first_commit, "linearizable"),
    (raft_bugs.CountsOldRounds, rounds_begin_anew, "linearizable"),
    (raft_bugs.KeepsItsLeaseAfterHandingOver, read_under_a_lease_after_handing_over, "linearizable"),
    (raft_bugs.ForgetsALeaseByRestarting, vote_while_a_forgotten_lease_lasts, "linearizable"),
    (raft_bugs.SnapshotsWithoutSessions, a_retry_meets_a_snapshot, "linearizable"),
    (raft_bugs.AppliesRetries, a_retry_meets_a_snapshot, "linearizable"),
    (raft_bugs.IgnoresOldTerms, a_follower_returns_with_a_higher_term, "progress"),
    (raft_bugs.StaysLoyalForEver, the_leader_is_gone_for_good, "progress"),
]
SCHEDULES = sorted({schedule for _, schedule, _ in DIRECTED}, key=lambda schedule: schedule.__name__)


@pytest.mark.parametrize(
    ("protocol", "schedule", "invariant"), DIRECTED, ids=lambda part: getattr(part, "__name__", "")
)
def test_a_schedule_catches_the_mistake(protocol: type[Raft], schedule: Schedule, invariant: str) -> None:
    assert caught(schedule, protocol) == invariant


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.__name__)
def test_the_correct_raft_passes_it(schedule: Schedule) -> None:
    schedule(Raft)


def test_a_schedule_catches_sending_before_the_disk() -> None:
    schedule = a_follower_loses_what_its_disk_never_had
    assert caught(schedule, Raft, SendsBeforeTheDisk) == "leader-completeness"
    schedule(Raft)


STORMS = [
    (raft_bugs.ForgetsItsTerm, "election-safety"),
    (raft_bugs.VotesTwice, "one-vote"),
    (raft_bugs.VotesForAnyLog, "leader-completeness"),
    (raft_bugs.SmallMajority, "election-safety"),
    (raft_bugs.SkipsTheConsistencyCheck, "log-matching"),
    (raft_bugs.ForgetsTheSnapshotsTerm, "progress"),
    (raft_bugs.ReadsLocally, "linearizable"),
    (raft_bugs.AppliesRetries, "linearizable"),
]


@pytest.mark.parametrize(("protocol", "invariant"), STORMS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_storm_catches_the_mistake(protocol: type[Raft], invariant: str) -> None:
    found = (caught(storm, seed, 5, protocol) for seed in range(1, 61))  # each of which the correct Raft survives
    assert invariant in found


def test_every_mistake_has_its_test_and_names_what_it_breaks() -> None:
    tested = {bug for bug, *_ in (*DIRECTED, *STORMS)} | {
        raft_bugs.CommitsWhatIsNotVerified
    }  # in test_raft_replication
    assert set(raft_bugs.BUGS.values()) == tested
    assert {bug.breaks for bug in tested} <= {
        one.name for one in (*get_lab("raft").invariants, *get_lab("raft").liveness)
    }
    for bug, _, invariant in DIRECTED:
        assert bug.breaks == invariant


def test_every_invariant_has_a_mistake_that_breaks_it() -> None:
    assert {invariant.name for invariant in get_lab("raft").invariants} <= {
        bug.breaks for bug in raft_bugs.BUGS.values()
    }


@pytest.mark.parametrize("name", raft_bugs.BUGS)
def test_the_lab_plants_it_by_name(name: str) -> None:
    run = Run(Recording("raft", {"bug": name}))
    assert all(type(run.world.nodes[server].process) is raft_bugs.BUGS[name] for server in run.world.servers())
    assert name in next(setting for setting in get_lab("raft").settings if setting.name == "bug").meanings


def test_without_a_bug_it_is_raft() -> None:
    run = Run(Recording("raft"))
    assert {type(run.world.nodes[server].process) for server in run.world.servers()} == {Raft}
