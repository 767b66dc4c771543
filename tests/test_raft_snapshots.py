"""Log compaction and snapshots: Raft section 7, figure 13."""

from cluster_engine.protocols.raft_log import Entry, Membership, RaftDurable, RaftLog, RaftStaged, RaftWrite, Snapshot
from cluster_engine.protocols.raft_messages import AppendEntriesReply, InstallSnapshot, InstallSnapshotReply
from tests.raft_bench import Bench, entries
from tests.watched import Watched, agreed

SNAPSHOT = Snapshot(5, 2, ("n1", "n2", "n3"), {"data": {"x": "old"}, "sessions": {}})


def test_a_log_keeps_its_indices_when_its_prefix_goes() -> None:
    log = RaftLog(Snapshot(), entries(1, 1, 2, 2))
    log.compact(Snapshot(3, 2))
    assert (log.first_index, log.last_index, log.last_term) == (4, 4, 2)
    assert [log.term_at(index) for index in (2, 3, 4, 5)] == [None, 2, 2, None]


def test_a_snapshot_that_disagrees_with_the_log_takes_its_place() -> None:
    log = RaftLog(Snapshot(), entries(1, 1, 1, 1))
    log.compact(Snapshot(3, 2))
    assert (log.entries, log.last_index, log.last_term) == ([], 3, 2)


def test_a_server_compacts_what_it_has_applied() -> None:
    b = Bench(snapshot_every=3)
    b.append(1, 0, 0, 1, 1, 1, 1, commit=3)
    assert (b.raft.log.first_index, b.raft.log.last_index) == (4, 4)
    assert (b.write.snapshot.index, b.write.snapshot.term) == (3, 1)
    assert [entry.term for entry in b.write.entries] == [1]


def test_nothing_is_compacted_when_that_is_off() -> None:
    b = Bench(snapshot_every=0)
    b.append(1, 0, 0, *[1] * 60, commit=60)
    assert b.raft.log.first_index == 1


def test_the_disk_restores_a_compacted_server() -> None:
    b = Bench(snapshot_every=3)
    b.append(1, 0, 0, 1, 1, 1, 1, commit=3)
    data = b.raft.store.data
    b.keep().restart()
    assert (b.raft.commit, b.raft.applied, b.raft.log.last_index, b.raft.term) == (3, 3, 4, 1)
    assert b.raft.store.data == data


def test_writes_that_follow_each_other_leave_the_disk_like_the_memory() -> None:
    b = Bench(snapshot_every=2)
    for index in range(6):
        b.append(1, index, 1 if index else 0, 1, commit=index)
        b.keep()
    assert b.disk.log.snapshot == b.raft.log.snapshot
    assert b.disk.log.entries == b.raft.log.entries


def test_a_cut_and_a_snapshot_in_one_write() -> None:
    disk = RaftDurable(RaftStaged(1, entries(1, 1, 1, 1)))
    disk.apply(RaftWrite(2, "", 4, entries(2), Snapshot(3, 2)))
    assert (disk.log.first_index, [entry.term for entry in disk.log.entries]) == (4, [2])


def test_a_snapshot_brings_state_log_and_configuration() -> None:
    b = Bench(term=3, log=(1,)).hear("n2", InstallSnapshot(3, SNAPSHOT, 1))
    assert b.only() == InstallSnapshotReply(3, 5, 1)
    assert (b.raft.commit, b.raft.applied, b.raft.log.last_index, b.raft.log.last_term) == (5, 5, 5, 2)
    assert b.raft.store.data == {"x": "old"}
    assert b.write.snapshot == SNAPSHOT
    assert b.raft.config == ("n1", "n2", "n3")


def test_what_follows_an_agreeing_snapshot_stays() -> None:
    b = Bench(term=3, log=(1, 1, 1, 1, 2, 2, 3)).hear("n2", InstallSnapshot(3, SNAPSHOT, 1))
    assert b.terms() == [2, 3]


def test_a_snapshot_of_the_past_changes_nothing() -> None:
    b = Bench(term=3, log=(1, 1, 1, 1, 2, 2))
    b.append(3, 6, 2, commit=6)
    b.hear("n2", InstallSnapshot(3, SNAPSHOT, 2))
    assert (b.raft.commit, b.raft.log.first_index, b.write) == (6, 1, None)


def test_a_snapshot_of_an_older_term_is_refused() -> None:
    b = Bench(term=9).hear("n2", InstallSnapshot(3, SNAPSHOT, 7))
    assert b.only() == InstallSnapshotReply(9, 0, 0)
    assert b.raft.commit == 0


def test_entries_that_the_snapshot_covers_agree() -> None:
    b = Bench(term=3).hear("n2", InstallSnapshot(3, SNAPSHOT, 1))
    assert b.append(3, 3, 1, 1, 2, 3).match_index == 6
    assert b.terms() == [3]


def test_a_leader_sends_a_snapshot_where_its_log_no_longer_reaches() -> None:
    b = Bench(snapshot_every=3, term=1, log=(1,) * 5).reign()
    assert b.raft.log.first_index > 5
    b.hear("n3", AppendEntriesReply(2, False, 0, 6, 2))
    assert isinstance(b.only("n3"), InstallSnapshot)
    follow_up = b.hear("n3", InstallSnapshotReply(2, b.raft.log.snapshot.index, 2)).raft.next["n3"]
    assert follow_up == b.raft.log.last_index + 1


def test_the_configuration_of_a_compacted_entry_lives_in_the_snapshot() -> None:
    b = Bench(servers=2, snapshot_every=2)
    b.raft.log.entries = [Entry(1, Membership(("n1", "n2", "n9")))]
    b.raft.config = b.raft._latest_config()
    b.append(1, 1, 1, 1, 1, commit=3)
    assert b.raft.log.snapshot.servers == ("n1", "n2", "n9")
    assert b.keep().restart().raft.config == ("n1", "n2", "n9")


def test_a_follower_that_missed_too_much_catches_up_by_a_snapshot() -> None:
    w = Watched(nodes=3, client_every_ms=20, snapshot_every=20)
    w.elect()
    gone = w.followers()[0]
    w.act(f"crash {gone}").run(2_000).act(f"restart {gone}").run(1_000)
    assert [note.node for note in w.notes("installs")] == [gone]
    w.world.nodes["c1"].timers.pop("next")
    assert w.run_until(lambda: agreed(w.rafts()), 1_000) < 500


def test_a_follower_that_missed_little_catches_up_by_entries() -> None:
    w = Watched(nodes=3, client_every_ms=50, snapshot_every=0)
    w.elect()
    gone = w.followers()[0]
    w.act(f"crash {gone}").run(2_000).act(f"restart {gone}").run(500)
    assert w.notes("installs") == []
    assert w.raft(gone).commit >= w.raft(w.leader()).commit - 2


def test_snapshots_survive_loss_of_the_message_that_carries_them() -> None:
    w = Watched(nodes=3, client_every_ms=20, snapshot_every=10, seed=4)
    w.elect()
    gone = w.followers()[0]
    w.act(f"crash {gone}").run(1_000).act("lose 40", f"restart {gone}").run(3_000)
    assert gone in {note.node for note in w.notes("installs")}
    assert w.raft(gone).commit > 20
