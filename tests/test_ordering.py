"""The order that the history panel draws: legal, in real time, and where there is none, why."""

import asyncio

from cluster_engine.checkers.ordering import operations, orders
from cluster_engine.consistency.models import MODELS, Illegal
from cluster_engine.recording import Recording
from cluster_engine.records import Invoked, Returned
from cluster_engine.timeline import Timeline
from lessons.labs.pace import read


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
