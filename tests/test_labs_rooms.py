"""Live labs over their websockets: what is shared, what is kept, what leaves memory."""

import asyncio

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError

from cluster_engine.recording import Recording
from cluster_engine.records import encode
from cluster_engine.timeline import Timeline
from lessons.labs import room as room_module
from lessons.labs import rooms as rooms_module
from lessons.labs import store
from lessons.labs import viewer as viewer_module
from lessons.labs.models import Run
from tests.tabs import Process, Tab, eventually, log_of, new_run, new_session, stored

pytestmark = pytest.mark.django_db(transaction=True)


async def opened() -> tuple[str, Run]:
    session = await new_session()
    return session, await new_run(session)


def told_by_the_engine(run: Run, actions: list, begins: float, ends: float) -> bytes:
    """What a fresh engine, on its own, says happened in a run."""
    data = {"lab": run.lab, "settings": run.settings, "seed": run.seed, "actions": actions}
    return encode(Timeline(Recording.from_json(data)).records(begins, ends))


def same_as_the_engine(tab: Tab, run: Run, actions: list) -> bool:
    import msgspec

    return msgspec.json.decode(told_by_the_engine(run, actions, tab.begins, tab.ends)) == tab.records


async def test_a_tab_hears_what_the_run_is_and_sees_its_first_state() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        hello = await tab.hear(type="hello")
        assert (hello["run"], hello["seed"], hello["branch"]) == (run.pk, 7, 0)
        assert hello["lab"]["name"] == "raft"
        assert hello["settings"]["nodes"] == 5
        assert hello["branches"] == [{"number": 0, "parent": None, "at": 0.0, "actions": 0}]
        assert hello["playback"] == {"playing": False, "at": 0.0, "speed": hello["lab"]["speed"]}
        await tab.hear(type="frame")
        assert set(tab.view["nodes"]) >= {"n1", "n2", "n3", "n4", "n5"}
        assert len(tab.records) >= 30 or tab.ends >= 1_000


async def test_playing_sends_contiguous_frames_of_exactly_what_the_engine_says() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        await tab.say("speed", value=0.5)
        await tab.say("play")
        await tab.reach(1_500)
        assert tab.begins == 0
        assert same_as_the_engine(tab, run, [])


async def test_two_tabs_stay_together() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as one, process.tab(run.pk, session) as two:
        for tab in (one, two):
            await tab.hear(type="frame")
        await one.say("play")
        assert (await two.hear(type="playback"))["playing"] is True
        await two.say("seek", to=800)
        await one.hear(type="playback")
        await one.hear(type="frame")
        taken = await one.act(800, "crash", node="n2")
        assert (await two.hear(type="acted"))["seq"] == taken["seq"]
        await two.hear(type="frame")
        assert one.records[: len(two.records)] == two.records[: len(one.records)]
        assert any(record["kind"] == "fault" for record in two.records)


async def test_an_impossible_action_is_refused_and_nothing_is_written() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        assert (await tab.act(10, "crash", node="n2"))["type"] == "acted"
        again = await tab.act(11, "crash", node="n2")
        assert again["type"] == "refused"
        assert "n2" in again["reason"]
        for at, action in ((60_000, {"kind": "heal"}), (-1, {"kind": "heal"}), (11, {"kind": "boil"})):
            answer = await tab.ask("act", at=at, action=action)
            assert answer["type"] == "refused"
            assert answer["reason"].strip()
    assert len(await log_of(run)) == 1


async def test_what_would_be_refused_can_be_asked() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        await tab.act(10, "crash", node="n2")
        actions = [{"kind": "crash", "node": "n1"}, {"kind": "crash", "node": "n2"}, {"kind": "restart", "node": "n9"}]
        answer = await tab.ask("ask", at=12, actions=actions)
        assert answer["type"] == "refusals"
        assert set(answer["reasons"]) == {"1", "2"}
    assert len(await log_of(run)) == 1


async def test_acting_in_the_past_makes_a_branch_and_loses_none() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        await tab.say("seek", to=900)
        await tab.hear(type="frame")
        await tab.act(900, "crash", node="n1")
        branched = await tab.act(400, "crash", node="n2")
        assert branched["branch"] == tab.branch == 1
        shown = [message for message in tab.heard if message["type"] == "branches"][-1]
        assert [(b["number"], b["parent"], b["actions"]) for b in shown["branches"]] == [(0, None, 1), (1, 0, 1)]
        await tab.say("switch", branch=0)
        await tab.hear(type="frame", branch=0)
        assert same_as_the_engine(tab, run, [[900, {"kind": "crash", "node": "n1"}]])
        await tab.say("switch", branch=1)
        await tab.hear(type="frame", branch=1)
        assert same_as_the_engine(tab, run, [[400, {"kind": "crash", "node": "n2"}]])
        assert (await tab.ask("switch", branch=7))["type"] == "refused"
    assert [kind for kind, _ in await log_of(run)] == ["act", "fork", "act", "switch", "switch"]


async def test_a_step_goes_to_the_next_event_and_back() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        await tab.say("step", by=1)
        first = (await tab.hear(type="playback"))["at"]
        await tab.say("step", by=1)
        second = (await tab.hear(type="playback"))["at"]
        await tab.say("step", by=-1)
        assert (await tab.hear(type="playback"))["at"] == first
        assert 0 < first < second


async def test_seeking_far_ahead_and_back_brings_whole_views() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        for to in (20_000, 3_000, 0):
            await tab.say("seek", to=to)
            assert (await tab.hear(type="playback"))["at"] == to
            await tab.hear(type="frame")
            assert tab.begins <= to < tab.ends
            assert same_as_the_engine(tab, run, [])


async def test_a_run_ends_at_its_limit() -> None:
    session, run = await opened()
    run.resume_ms = 599_990
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        process.rooms.rooms[run.pk].lines.timeline.limit_ms = 1_000.0
        await tab.say("seek", to=10_000_000)
        assert (await tab.hear(type="playback"))["at"] == 1_000
        await tab.say("play")
        assert "ends here" in (await tab.hear(type="notice"))["text"]
        assert (await tab.hear(type="playback"))["playing"] is False


async def test_reopening_resumes_where_the_playhead_was() -> None:
    session, run = await opened()
    async with Process() as process:
        async with process.tab(run.pk, session) as tab:
            await tab.hear(type="frame")
            await tab.say("seek", to=1_234.5)
            await tab.hear(type="playback")
            await tab.act(1_234.5, "write", key="x", value="1")
        assert (await stored(run)).resume_ms == 1_234.5
    async with Process() as process, process.tab(run.pk, session) as tab:
        assert (await tab.hear(type="hello"))["playback"]["at"] == 1_234.5
        await tab.hear(type="frame")
        assert tab.begins <= 1_234.5 < tab.ends
        assert same_as_the_engine(tab, run, [[1_234.5, {"kind": "write", "key": "x", "value": "1"}]])


async def test_a_killed_server_loses_no_action() -> None:
    session, run = await opened()
    actions = [[200.0, {"kind": "crash", "node": "n1"}], [700.0, {"kind": "isolate", "node": "n2"}]]
    process = Process()
    tab = Tab(process, run.pk, session, acks=True)
    await tab.open()
    await tab.hear(type="frame")
    await tab.say("seek", to=700)
    await tab.hear(type="playback")
    await tab.hear(type="frame")
    for at, action in actions:
        assert (await tab.act(at, **action))["type"] == "acted"
    before = tab.records
    process.rooms.notes.stop()
    room = process.rooms.rooms.pop(run.pk)
    room._beating.cancel()
    async with Process() as other, other.tab(run.pk, session) as again:
        await again.hear(type="frame")
        await again.say("seek", to=700)
        await again.hear(type="playback")
        await again.hear(type="frame")
        assert [tuple(timed) for timed in actions] == (await database_sync_to_async(run.shared)()).current.actions
        common = min(len(before), len(again.records))
        assert common > 30
        assert before[:common] == again.records[:common]
    await tab.vanish()


async def test_a_room_plays_on_while_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    session, run = await opened()
    kept: list[float] = []

    def remember(run_id: str, resume_ms: float, speed: float) -> None:
        kept.append(resume_ms)
        if len(kept) < 3:
            raise OperationalError("the connection is closed")

    monkeypatch.setattr(room_module, "KEEP_EVERY_S", 0.1)
    monkeypatch.setattr(store, "remember", remember)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        await tab.say("play")
        await eventually(lambda: len(kept) > 4)
        assert not [message for message in tab.heard if message["type"] == "error"]
        assert process.rooms.rooms[run.pk].playhead.playing


async def test_rooms_leave_memory_some_time_after_the_last_viewer_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    session, run = await opened()
    async with Process() as process:
        async with process.tab(run.pk, session) as one:
            await one.hear(type="frame")
        assert run.pk in process.rooms.rooms, "a reload finds its room still warm"
        monkeypatch.setattr(rooms_module, "GRACE_S", 0.05)
        async with process.tab(run.pk, session) as one:
            await one.hear(type="frame")
            async with process.tab(run.pk, session) as two:
                await two.hear(type="frame")
            await asyncio.sleep(0.1)
            assert run.pk in process.rooms.rooms, "somebody is still there"
        await eventually(lambda: not process.rooms.rooms)
        assert not process.rooms._guests
        assert not process.rooms._sockets


async def test_nobody_watching_means_no_time_passes() -> None:
    session, run = await opened()
    async with Process() as process:
        async with process.tab(run.pk, session) as tab:
            await tab.hear(type="frame")
            await tab.say("play")
            await tab.hear(type="playback")
        room = process.rooms.rooms[run.pk]
        end, at = room.lines.timeline.end, room.playhead.at
        await asyncio.sleep(0.6)
        assert (room.lines.timeline.end, room.playhead.at) == (end, at)
        assert room._beating is None


async def test_a_viewer_that_does_not_acknowledge_is_skipped_forward() -> None:
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session) as keen, process.tab(run.pk, acks=False) as slow:
        await keen.hear(type="frame")
        await keen.say("speed", value=0.5)
        await keen.say("play")
        for _ in range(viewer_module.MOST_UNACKNOWLEDGED + 3):
            await keen.hear(type="frame")
        await slow.hear_all()
        frames = [message for message in slow.heard if message["type"] == "frame"]
        assert len(frames) == viewer_module.MOST_UNACKNOWLEDGED
        assert slow.ends < keen.ends - 200
        await slow.say("ack", n=frames[-1]["n"])
        frame = await slow.hear(type="frame")
        assert frame["view"] is not None
        assert slow.ends >= keen.ends - 600


async def test_a_viewer_that_never_listens_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer_module, "PATIENCE_S", 0.3)
    session, run = await opened()
    async with Process() as process, process.tab(run.pk, session, acks=False) as tab:
        assert await tab.hear_close() == 4408


async def test_two_processes_converge_on_the_same_run() -> None:
    session, run = await opened()
    async with (
        Process() as here,
        Process() as there,
        here.tab(run.pk, session) as one,
        there.tab(run.pk, session) as two,
    ):
        for tab in (one, two):
            await tab.hear(type="frame")
        await one.say("seek", to=500)
        await two.hear(type="playback", at=500)
        await one.act(500, "crash", node="n1")
        assert (await two.hear(type="acted"))["action"]["node"] == "n1"
        await two.hear(type="frame")
        await two.act(300, "crash", node="n3")
        await one.hear(type="acted")
        await one.hear(type="frame", branch=1)
        assert one.records == two.records
        await two.say("play")
        assert (await one.hear(type="playback"))["playing"] is True
    assert [kind for kind, _ in await log_of(run)] == ["act", "fork", "act"]


async def test_two_processes_that_act_at_once_both_succeed_in_one_order() -> None:
    session, run = await opened()
    async with (
        Process() as here,
        Process() as there,
        here.tab(run.pk, session) as one,
        there.tab(run.pk, session) as two,
    ):
        for tab in (one, two):
            await tab.hear(type="frame")
        for n in range(5):
            at = 10.0 + n
            answers = await asyncio.gather(
                one.act(at, "write", key="x", value=f"a{n}"), two.act(at, "write", key="x", value=f"b{n}")
            )
            assert [answer["type"] for answer in answers] == ["acted", "acted"]
        lines = [process.rooms.rooms[run.pk].lines for process in (here, there)]
        await eventually(lambda: lines[0].shared == lines[1].shared)
        assert here.rooms.rooms[run.pk].recording() == there.rooms.rooms[run.pk].recording()
    assert len(await log_of(run)) == 10


async def test_a_process_that_missed_a_note_catches_up_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons.labs.room.KEEP_EVERY_S", 0.1)
    session, run = await opened()
    async with Process() as here, Process() as deaf, here.tab(run.pk, session) as one, deaf.tab(run.pk, session) as two:
        for tab in (one, two):
            await tab.hear(type="frame")
        deaf.rooms.notes.stop()
        await one.act(20, "crash", node="n1")
        assert (await two.hear(type="acted"))["seq"] == 1


async def test_a_second_process_joins_at_the_playhead_of_the_first() -> None:
    session, run = await opened()
    async with Process() as here, Process() as there, here.tab(run.pk, session) as one:
        await one.hear(type="frame")
        await one.say("seek", to=2_000)
        await one.hear(type="frame")
        async with there.tab(run.pk, session) as two:
            await two.hear(type="playback", at=2_000)


async def test_a_stopping_server_says_so_and_keeps_the_playhead() -> None:
    session, run = await opened()
    async with Process() as process:
        tabs = [Tab(process, run.pk, session, acks=True) for _ in range(3)]
        for tab in tabs:
            await tab.open()
            await tab.hear(type="frame")
        await tabs[0].say("seek", to=700)
        await tabs[0].hear(type="frame")
        draining = asyncio.create_task(process.rooms.drain())
        for tab in tabs:
            assert await tab.hear_close() == 1012
            await tab.close()
        await draining
        assert (await stored(run)).resume_ms == 700
        late = Tab(process, run.pk, session, acks=True)
        await late.open()
        assert await late.hear_close() == 1012
        await late.close()
