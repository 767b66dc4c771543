"""Bad input, strangers and floods: each is answered with a sentence, and no room comes to harm."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

from cluster_engine.recording import Recording
from lessons.labs import rooms as rooms_module
from lessons.labs.messages import LARGEST, Malformed, decode
from lessons.labs.viewer import MOST_WAITING, Viewer
from tests.tabs import PATIENCE_S, Process, Tab, log_of, new_run, new_session

pytestmark = pytest.mark.django_db(transaction=True)

MALFORMED = [
    "",
    "{",
    "null",
    "[]",
    "17",
    '"play"',
    "{}",
    '{"do":"fly"}',
    '{"do":17}',
    '{"do":"seek"}',
    '{"do":"seek","to":"1e3"}',
    '{"do":"seek","to":null}',
    '{"do":"seek","to":NaN}',
    '{"do":"seek","to":1e999}',
    '{"do":"seek","to":true}',
    '{"do":"step","by":2}',
    '{"do":"switch","branch":1.5}',
    '{"do":"act","at":1}',
    '{"do":"act","at":1,"action":"crash n1"}',
    '{"do":"act","at":1,"action":{},"hurry":true}',
    '{"do":"ask","at":1,"actions":{}}',
    json.dumps({"do": "ask", "at": 1, "actions": [{}] * 201}),
    json.dumps({"do": "share", "at": 1, "ref": "x" * 101}),
    '{"do":"ack","n":"1"}',
    '{"do":"explore"}',
    '{"do":"explore","question":"why"}',
    '{"do":"cancel"}',
    '{"do":"search","at":0}',
    '{"do":"search","at":0,"wanted":""}',
    '{"do":"search","at":null,"wanted":"x"}',
    json.dumps({"do": "search", "at": 0, "wanted": "x" * 201}),
    '{"do":"cancel","work":17}',
    '{"do":"order","at":5,"through":"101"}',
    '{"do":"why","invariant":"linearizable"}',
    '{"do":"why","invariant":["linearizable"],"at":5}',
    '{"do":"act","at":1,"action":' + "[" * 5_000 + "]" * 5_000 + "}",
    '{"do":"play","ref":"\\ud800"}',
    '{"do":"play","ref":"\ud800"}',
    "\x00",
]

IMPOSSIBLE = [
    {},
    {"kind": None},
    {"kind": "crash"},
    {"kind": "crash", "node": "n77"},
    {"kind": "crash", "node": None},
    {"kind": "crash", "node": {"kind": "crash"}},
    {"kind": "crash", "node": "n1", "force": True},
    {"kind": "cut", "groups": [["n1"], 5]},
    {"kind": "cut", "groups": "n1 | n2"},
    {"kind": "slow_disk", "node": "n1", "extra_ms": 1e300},
    {"kind": "slow_disk", "node": "n1", "extra_ms": "long"},
    {"kind": "lose", "percent": -1},
    {"kind": "deliver", "message": 10**30},
    {"kind": "write", "key": "x" * 10_000, "value": "\n"},
    {"kind": "__class__"},
]


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_messages_are_told_from_good_ones(text: str) -> None:
    with pytest.raises(Malformed, match=r"^This message was not understood: .+\.$"):
        decode(text)


def test_a_message_has_a_largest_size() -> None:
    with pytest.raises(Malformed, match="65,536 bytes"):
        decode('{"do":"play","ref":"' + "x" * LARGEST + '"}')


@pytest.mark.parametrize("null", ["\\u0000", "\0"])
def test_no_null_character_reaches_the_log(null: str) -> None:
    with pytest.raises(Malformed, match="null character"):
        decode(f'{{"do":"act","at":0,"action":{{"kind":"write","key":"x{null}"}}}}')


async def test_each_malformed_message_is_answered_and_the_room_goes_on() -> None:
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        for text in (*MALFORMED, "x" * (LARGEST + 1)):
            if text:
                await tab.say_text(text)
                assert (await tab.hear(type="error"))["text"].endswith(".")
                await asyncio.sleep(0.06)
        await tab.communicator.send_input({"type": "websocket.receive", "bytes": b"\x00"})
        assert "binary" in (await tab.hear(type="error"))["text"]
        assert (await tab.act(5, "crash", node="n1"))["type"] == "acted"


async def test_each_impossible_action_is_refused_with_a_sentence() -> None:
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        for action in IMPOSSIBLE:
            answer = await tab.ask("act", at=5, action=action)
            assert answer["type"] == "refused", action
            assert 0 < len(answer["reason"]) < 500
            await asyncio.sleep(0.06)
        answer = await tab.ask("ask", at=5, actions=IMPOSSIBLE)
        assert len(answer["reasons"]) == len(IMPOSSIBLE)
        assert (await tab.ask("ask", at=1e300, actions=[{"kind": "heal"}]))["reasons"]
        await tab.say("seek", to=1e300)
        assert (await tab.hear(type="playback"))["at"] == 600_000
        await tab.say("speed", value=1e300)
        assert (await tab.hear(type="playback"))["speed"] <= 10
    assert await log_of(run) == []


async def test_the_order_of_the_operations_is_told_and_refused_with_a_sentence() -> None:
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        assert (await tab.ask("order", at=5))["keys"] == []
        for at in (-1, 600_001, 1e300):
            answer = await tab.ask("order", at=at)
            assert (answer["type"], "from 0 to 600 s" in answer["reason"]) == ("refused", True)


STALE_READ = {
    500: {"kind": "write", "value": "1"},
    800: {"kind": "isolate", "node": "n1"},
    1_200: {"kind": "write", "value": "2"},
    1_600: {"kind": "read", "node": "n1"},
}


@asynccontextmanager
async def stale_read() -> AsyncIterator[Tab]:
    """Play a read of the past in a tab, up to just after it."""
    session = await new_session()
    run = await new_run(session, settings={"reads": "local"}, seed=1)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        for at, action in STALE_READ.items():
            await tab.say("seek", to=at)
            await tab.hear(type="frame")
            assert (await tab.act(at, **action))["type"] == "acted"
        await tab.reach(1_650)
        yield tab


async def test_an_order_is_asked_again_after_the_past_was_changed() -> None:
    async with stale_read() as tab:
        answer = await tab.ask("order", at=1_650, through=201)
        [key] = answer["keys"]
        assert (key["fault"], key["through"]["op"], len(key["through"]["order"])) == (301, 201, 2)
        kept = {one["promise"]: one["kept"] for one in answer["promises"]}
        assert (kept["linearizable"], kept["read-your-writes"]) == (False, False)
        assert (await tab.ask("order", at=1_650, through=10**30))["keys"][0]["through"] is None
        await tab.act(1_000, "heal")  # a branch of its own, of which nothing is known yet
        await tab.say("seek", to=1_650)
        [key] = (await tab.ask("order", at=1_650))["keys"]
        assert (key["verdict"], len(key["order"])) == ("linearizable", 1)


async def test_the_causes_of_a_violation_are_told_and_refused_with_a_sentence() -> None:
    async with stale_read() as tab:
        [violated] = [one for one in tab.records if one["kind"] == "violated"]
        answer = await tab.ask("why", invariant="linearizable", at=violated["at"])
        assert [step["kind"] for step in answer["steps"]][-1] == "violated"
        assert any(step["text"] == "n1 is cut off from the other servers." for step in answer["steps"])
        for invariant, at in (("nothing", 5), ("linearizable", 5), ("linearizable", -1), ("log-matching", 1e300)):
            answer = await tab.ask("why", invariant=invariant, at=at)
            assert (answer["type"], answer["reason"][-1]) == ("refused", ".")


async def test_an_unknown_run_is_said_to_be_unknown() -> None:
    async with Process() as process, process.tab("nosuchrun") as tab:
        assert "no such lab" in (await tab.hear(type="error"))["text"]
        assert await tab.hear_close() == 4404
        await tab.say("play")
    assert not process.rooms.rooms


async def test_a_stranger_watches_and_may_take_a_copy_but_not_act() -> None:
    session, stranger = await new_session(), await new_session()
    run = await new_run(session)
    async with Process() as process:
        for other in (stranger, None):
            async with process.tab(run.pk, other) as tab:
                assert "someone else's lab" in (await tab.hear(type="watching"))["text"]
                assert tab.records
                for do, fields in (
                    ("act", {"at": 1, "action": {"kind": "crash", "node": "n1"}}),
                    ("play", {}),
                    ("seek", {"to": 5}),
                    ("step", {"by": 1}),
                    ("speed", {"value": 1}),
                    ("switch", {"branch": 0}),
                ):
                    answer = await tab.ask(do, **fields)
                    assert (answer["type"], answer["reason"][-1]) == ("refused", ".")
                shared = await tab.ask("share", at=5)
                assert Recording.from_text(shared["text"]).seed == run.seed
                assert shared["url"] == f"/labs/r/{shared['text']}/?at=5"
    assert await log_of(run) == []


async def test_a_socket_that_outlives_its_session_acts_no_more() -> None:
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        assert (await tab.act(1, "crash", node="n1"))["type"] == "acted"
        await database_sync_to_async(SessionStore(session).delete)()
        assert (await tab.act(2, "crash", node="n2"))["type"] == "refused"
    assert len(await log_of(run)) == 1


async def test_a_flood_is_told_off_and_then_closed_and_others_do_not_notice() -> None:
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as calm:
        await calm.hear(type="frame")
        async with process.tab(run.pk, session) as flood:
            for _ in range(500):
                await flood.say("ack", n=0)
            assert "Too many messages" in (await flood.hear(type="error"))["text"]
            assert await flood.hear_close() == 4429
        assert (await calm.act(1, "crash", node="n1"))["type"] == "acted"


async def test_a_full_server_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms_module, "MOST_ROOMS", 0)
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as tab:
        assert "Try again" in (await tab.hear(type="error"))["text"]
        assert await tab.hear_close() == 4503


async def test_an_error_in_a_room_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    session = await new_session()
    run = await new_run(session)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        room = process.rooms.rooms[run.pk]
        room.lines.refusals = lambda at, actions: 1 / 0
        answer = await tab.ask("ask", at=1, actions=[])
        assert (answer["type"], answer["reason"][:20]) == ("refused", "Something went wrong")
        assert "ZeroDivisionError" in caplog.text
        room._look_ahead = lambda: 1 / 0
        await tab.say("play")
        assert "stopped" in (await tab.hear(type="error"))["text"]


async def test_a_socket_that_takes_nothing_is_hung_up_on_once() -> None:
    stuck = asyncio.Event()
    calls = []

    async def send(text: str) -> None:
        await stuck.wait()

    viewer = Viewer(send, lambda: calls.append(1))
    writing = asyncio.create_task(viewer.write())
    for _ in range(MOST_WAITING + 10):
        viewer.say("hello")
    assert calls == [1]
    writing.cancel()


@database_sync_to_async
def signed_in() -> tuple[User, str]:
    user = User.objects.create_user("ada", password="lovelace")
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    return user, session.session_key


async def test_an_account_acts_in_its_own_runs() -> None:
    guest = await new_session()
    run = await new_run(guest)
    user, session = await signed_in()
    await database_sync_to_async(lambda: type(run.learner).objects.filter(pk=run.learner_id).update(user=user))()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        assert (await tab.act(1, "crash", node="n1"))["type"] == "acted"


async def test_a_foreign_origin_is_refused_before_it_reaches_a_room(caplog: pytest.LogCaptureFixture) -> None:
    from lessons.origins import KnownOrigins

    session = await new_session()
    run = await new_run(session)
    process = Process()
    for origin, welcome in ((b"https://evil.example", False), (b"null", False), (b"http://localhost:8000", True)):
        communicator = WebsocketCommunicator(
            KnownOrigins(process.application), f"/ws/labs/{run.pk}/", headers=[(b"origin", origin)]
        )
        assert (await communicator.connect(timeout=PATIENCE_S))[0] is welcome
        await communicator.disconnect(timeout=PATIENCE_S)
    assert "evil.example" in caplog.text


async def test_an_address_without_a_lab_says_so() -> None:
    from channels.routing import URLRouter

    from lessons.routing import websocket_urlpatterns

    communicator = WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/elsewhere/")
    assert (await communicator.connect(timeout=PATIENCE_S))[0]
    output = await communicator.receive_output(timeout=PATIENCE_S)
    assert (output["type"], output["code"]) == ("websocket.close", 4404)
    await communicator.disconnect(timeout=PATIENCE_S)
