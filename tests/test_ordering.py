"""The order that the history panel draws: legal, in real time, and where there is none, why."""

import asyncio
from dataclasses import replace

from cluster_engine.actions import parse_script
from cluster_engine.checkers.ordering import MOST, operations, orders
from cluster_engine.checkers.promised import promises
from cluster_engine.consistency.linearizability import Search
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.promises import PROMISES
from cluster_engine.consistency.specification import Illegal
from cluster_engine.recording import Recording
from cluster_engine.records import Invoked, Returned
from cluster_engine.timeline import Timeline
from lessons.labs.pace import read
from lessons.labs.told import Told
from tests.bench.consistency import history


def _asked(at, op, client, f, value=None):
    return Invoked(at=at, seq=op, cause=0, client=client, op=op, node="n1", f=f, key="x", value=value)


def _told(at, op, client, value=None, outcome="ok"):
    return Returned(at=at, seq=op, cause=0, client=client, op=op, outcome=outcome, value=value, why="")


WRITE = [_asked(1, 1, "c1", "write", 5), _told(4, 1, "c1")]


def _judged(records):
    (found,) = orders(operations(records, "cell"), "cell")
    return found


def test_an_order_is_legal_and_keeps_real_time():
    overlapping = [_asked(2, 2, "c2", "read"), _told(3, 2, "c2", 5)]
    records = sorted([*WRITE, *overlapping, _asked(6, 3, "c1", "read"), _told(7, 3, "c1", 5)], key=lambda one: one.at)
    found = _judged(records)
    assert found["verdict"] == "linearizable"
    assert [op for op, _ in found["order"]] == [1, 2, 3]
    spans = {1: (1, 4), 2: (2, 3), 3: (6, 7)}
    moments = [at for _, at in found["order"]]
    assert moments == sorted(moments)
    assert all(spans[op][0] <= at <= spans[op][1] for op, at in found["order"])
    state = MODELS["cell"].initial
    history = {one.index: one for one in operations(records, "cell")}
    for op, _ in found["order"]:
        state = MODELS["cell"].step(state, history[op])
        assert not isinstance(state, Illegal)


def test_a_stale_read_fits_nowhere_and_says_why():
    found = _judged([*WRITE, _asked(6, 2, "c2", "read"), _told(7, 2, "c2", None)])
    assert found["verdict"] == "not linearizable"
    assert found["fault"] == 2
    assert [op for op, _ in found["order"]] == [1]
    assert [(each["op"], bool(each["why"])) for each in found["next"]] == [(2, True)]
    assert "c2: read x -> nil fits nowhere" in found["text"]


def test_what_is_not_answered_may_have_taken_effect_or_not():
    unanswered = [_asked(1, 1, "c1", "write", 5)]
    assert _judged([*unanswered, _asked(2, 2, "c2", "read"), _told(3, 2, "c2", 5)])["verdict"] == "linearizable"
    assert _judged([*unanswered, _asked(2, 2, "c2", "read"), _told(3, 2, "c2", None)])["verdict"] == "linearizable"
    lost = [*unanswered, _told(2, 1, "c1", outcome="failed"), _asked(3, 2, "c2", "read"), _told(4, 2, "c2", 5)]
    assert _judged(lost)["fault"] == 2


async def test_a_long_run_is_read_in_turns_between_which_others_are_served():
    timeline = Timeline(Recording("raft", {"client_every_ms": 50.0}, 1, ()))
    timeline.advance(5_000)
    reading, served = asyncio.create_task(read(timeline, 4_000, (Invoked, Returned))), 0
    while not reading.done():
        await asyncio.sleep(0)
        served += 1
    whole = [one for one in timeline.records(-1.0, 4_000) if isinstance(one, Invoked | Returned)]
    assert await reading == whole
    assert served > 10


def test_the_longest_order_through_an_operation_is_legal():
    """Operations of histories with one wrong answer are looked through."""
    looked, model = 0, MODELS["etcd-register"]
    for seed in range(1, 40, 2):
        past = history(seed)
        for chosen in past[30:31]:
            search = Search(model, past, through=chosen.index)
            search.run(MOST)
            if search.verdict != "not linearizable" or search.with_it is None:
                continue
            looked += 1
            chain, state = search.with_it.chain, model.initial
            assert chosen in chain
            for place, one in enumerate(chain):
                state = model.step(state, one)
                assert not isinstance(state, Illegal)
                assert all(before.called <= one.returned for before in chain[:place]), "real time is kept"
            assert state == search.with_it.state
    assert looked >= 3


def test_what_stops_the_longest_order_through_an_operation_is_said():
    two = [_asked(5, 2, "c1", "write", 6), _told(8, 2, "c1"), _asked(6, 3, "c2", "write", 7), _told(9, 3, "c2")]
    records = sorted([*WRITE, *two, _asked(10, 4, "c2", "read"), _told(11, 4, "c2", 5)], key=lambda one: one.at)
    (found,) = orders(operations(records, "cell"), "cell", through=2)
    assert found["fault"] == 4
    assert sorted(op for op, _ in found["through"]["order"]) == [1, 2, 3]
    assert "holds 3 of 4 operations. Then c2: read x -> 5 must follow, and cannot" in found["through"]["text"]


def test_an_operation_that_was_called_too_late_is_in_no_order():
    late = [_asked(6, 2, "c2", "read"), _told(7, 2, "c2", None), _asked(9, 3, "c1", "read"), _told(10, 3, "c1", 5)]
    (found,) = orders(operations([*WRITE, *late], "cell"), "cell", through=3)
    assert found["through"]["order"] == []
    assert "called after c2: read x -> nil had returned" in found["through"]["text"]
    (found,) = orders(operations([*WRITE, *late], "cell"), "cell", through=2)
    assert found["through"] is None, "it is the fault itself"


def _later(past, by):
    return [
        replace(one, index=one.index + 1_000 * by, called=one.called + by, returned=one.returned + by) for one in past
    ]


def test_what_takes_too_long_is_undecided():
    many = [one for seed in range(10) for one in _later(history(2 * seed), 100 * seed)]
    (found,) = orders(many, "etcd-register", seconds=0.0)
    assert found["verdict"] == "undecided"
    assert "not decided" in found["text"]


def _kept(records, model="cell"):
    past = operations(sorted(records, key=lambda one: one.at), model)
    verdicts = [one["verdict"] for one in orders(past, model)]
    return {one["promise"]: one["kept"] for one in promises(past, model, verdicts)}


def test_the_promises_that_a_run_keeps_are_told_from_the_strongest_on():
    fresh = _kept([*WRITE, _asked(6, 2, "c2", "read"), _told(7, 2, "c2", 5)])
    assert set(fresh.values()) == {True}
    stale = _kept([*WRITE, _asked(6, 2, "c2", "read"), _told(7, 2, "c2", None)])
    assert {name for name, kept in stale.items() if not kept} == {"linearizable"}, "a process of its own may lag"
    own = _kept([*WRITE, _asked(6, 2, "c1", "read"), _told(7, 2, "c1", None)])
    assert [name for name, kept in own.items() if kept] == ["monotonic-reads", "convergent"]
    assert list(own) == ["linearizable", *PROMISES]


def test_a_promise_that_cannot_be_judged_says_why():
    past = operations([_asked(1, 1, "c1", "add", 5), _told(4, 1, "c1", 9)], "cell")
    told = {one["promise"]: one for one in promises(past, "cell", ["not linearizable"])}
    assert told["causal"]["kept"] is None
    assert "no two write the same value" in told["causal"]["why"]


async def test_operations_are_read_once_and_anew_where_the_past_was_changed():
    timeline = Timeline(Recording("raft", {"client_every_ms": 50.0}, 1, ()))
    timeline.advance(3_000)
    told = Told()
    both = await asyncio.gather(told.up_to(timeline, 2_000), told.up_to(timeline, 1_500))
    whole = [one for one in timeline.records(-1.0, 2_000) if isinstance(one, Invoked | Returned)]
    assert both[0] == whole
    assert both[1] == [one for one in whole if one.at <= 1_500]
    timeline.act(1_000, parse_script("0s write y 1 client=c1", timeline.recording.declaration)[0][1])
    told.cut(1_000)
    timeline.advance(3_000)
    assert await told.up_to(timeline, 2_000) == [
        one for one in timeline.records(-1.0, 2_000) if isinstance(one, Invoked | Returned)
    ]
    assert told.until == 2_000
