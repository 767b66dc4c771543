"""Clients and their sessions: Raft section 8, dissertation 6.2 and 6.3."""

from cluster_engine.cluster.client import Command
from cluster_engine.protocols.kv_store import Store
from tests.linearity import counter_fault, operations
from tests.raft_bench import Bench
from tests.watched import Watched

# --- the store -------------------------------------------------------------------------------------


def test_a_sessions_operation_is_applied_once() -> None:
    store = Store()
    assert store.apply(Command("add", "b", 20), "c1", 1) == ("ok", 20)
    assert store.apply(Command("add", "b", 20), "c1", 1) == ("ok", 20)
    assert store.apply(Command("add", "b", 20), "c2", 1) == ("ok", 40)
    assert store.read("b") == 40


def test_sessions_are_part_of_the_state() -> None:
    store, other = Store(), Store()
    store.apply(Command("add", "b", 20), "c1", 1)
    other.restore(store.state())
    assert other.apply(Command("add", "b", 20), "c1", 1) == ("ok", 20)


def test_adding_to_what_is_no_number_fails_and_changes_nothing() -> None:
    store = Store()
    store.apply(Command("write", "b", "red"), "c1", 1)
    assert store.apply(Command("add", "b", 1), "c1", 2)[0] == "failed"
    assert store.read("b") == "red"


# --- the server ------------------------------------------------------------------------------------


def test_a_follower_sends_clients_to_the_leader() -> None:
    b = Bench()
    b.append(1, 0, 0)
    reply = b.ask("write", "x", "1").only("c1")
    assert (reply.status, reply.hint) == ("elsewhere", "n2")


def test_a_retry_of_an_answered_operation_gets_the_same_answer() -> None:
    b = Bench().reign().ask("add", "b", 20).sync().acknowledge("n2", 2)
    assert b.ask("add", "b", 20).only("c1").value == 20
    assert b.raft.log.last_index == 2


def test_a_retry_while_the_entry_is_under_way_is_no_second_entry() -> None:
    assert Bench().reign().ask("add", "b", 20).ask("add", "b", 20).raft.log.last_index == 2


def test_a_retry_at_another_leader_is_a_second_entry_applied_once() -> None:
    w = Watched(nodes=3, client_timeout_ms=5_000)
    leader = w.elect()
    w.act(f"add balance 10 client=c1 node={leader}")
    w.run_until(lambda: w.raft(leader).store.read("balance") == 10, 200)
    w.act(f"cut_link c1 {leader}", f"crash {leader}").run(2_000)  # the answer is lost, the entry is not
    assert [(r.outcome, r.value) for r in w.returned()] == [("ok", 10)]
    assert w.raft(w.leader()).store.read("balance") == 10


# --- the client ------------------------------------------------------------------------------------


def test_a_write_that_nobody_answers_is_unknown() -> None:
    w = Watched(nodes=3, client_timeout_ms=500)
    w.act("cut n1 | n2 | n3", "write x 1").run(600)
    assert [(r.outcome, r.why) for r in w.returned()] == [("unknown", "no answer within 500 ms")]


def test_an_unknown_write_may_take_effect_later() -> None:
    w = Watched(nodes=3, client_timeout_ms=300, check_quorum=False)
    leader = w.elect()
    w.act(f"hold {leader} c1", f"write x 1 node={leader}").run(1)
    w.act(f"release {leader} c1").run(12).act(f"cut_one_way {leader} c1").run(400)
    assert [r.outcome for r in w.returned()] == ["unknown"]
    assert w.raft(leader).store.read("x") == "1"


def test_a_late_answer_to_an_operation_given_up_is_ignored() -> None:
    w = Watched(nodes=3, client_timeout_ms=50)
    leader = w.elect()
    w.act(f"slow_link c1 {leader} 100", f"write x 1 client=c1 node={leader}", "write x 2 client=c1").run(600)
    first = w.returned()[0]
    assert (first.op, first.outcome) == (101, "unknown")
    assert len({r.op for r in w.returned()}) == 2


def test_a_client_finds_the_leader_by_itself() -> None:
    w = Watched(nodes=5)
    leader = w.elect()
    follower = w.followers()[0]
    w.act(f"write x 1 node={follower}").run(100)
    assert w.returned()[0].outcome == "ok"
    assert w.world.nodes["c1"].process.target == leader


def test_clients_do_not_crash() -> None:
    w = Watched(nodes=3)
    assert "must remember" in w.refusal("crash c1")
    assert "must remember" in w.refusal("lose_disk c1")
    assert w.refusal("pause c1") is None


def test_adds_are_applied_exactly_once_over_a_lossy_network_that_duplicates() -> None:
    for seed in range(1, 6):
        w = Watched(nodes=5, clients=3, seed=seed, client_timeout_ms=2_000)
        w.elect()
        w.act("lose 20", "duplicate 30", "reorder 30")
        for turn in range(30):
            w.act(f"add balance 5 client=c{turn % 3 + 1}").run(120)
        w.act("heal").run(3_000).act("read balance client=c1").run(200)
        assert counter_fault(operations(w.history)) is None
        assert w.returned()[-1].value == 150
