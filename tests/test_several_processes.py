"""Several server processes on PostgreSQL and Redis: what one of them is told, those who are at another one see."""

import asyncio
import re
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest
from channels_redis.core import RedisChannelLayer
from redis import Redis
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from lessons import settings
from tests.server import Server, hear, say
from tests.services import postgres, redis

PASSWORD = "six feet of cable"
LESSON = {"lesson": "choosing-a-leader", "block": "first-election"}
DRAFT = "/teach/courses/mine/{}/first-module/first-lesson.md"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two processes of one site."""
    folder = tmp_path_factory.mktemp("site")
    with postgres() as database, redis() as layer:
        shared = {"DATABASE_URL": database, "REDIS_URL": layer, "DJANGO_DEBUG": "1"}  # static files are not collected
        pair = (Server(folder, **shared), Server(folder, **shared))
        pair[0].manage("migrate", "--verbosity", "0")
        yield pair
        for server in pair:
            if server.process is not None:
                server.stop(signal.SIGKILL)


@pytest.fixture
def both(servers: tuple[Server, Server]) -> tuple[Server, Server]:
    """The two, running."""
    for server in servers:
        if server.process is None:
            server.start()
    return servers


async def test_a_lab_is_one_for_tabs_at_two_servers_and_outlives_the_one_that_is_killed(
    both: tuple[Server, Server],
) -> None:
    left, right = both
    _, opened, session = left.post("/labs/open/", {"lab": "raft", "seed": 3})
    where = opened["socket"]
    async with left.socket(where, session) as one, right.socket(where, session) as other:
        for tab in (one, other):
            await hear(tab, type="frame")
        await say(one, "seek", to=900)
        await hear(other, type="playback", at=900)
        await act(one, 900, "crash", "n1")
        assert (await hear(other, type="acted", seq=1))["action"]["node"] == "n1"
        places = await asyncio.gather(act(one, 910, "isolate", "n2"), act(other, 910, "isolate", "n3"))
        assert sorted(places) == [2, 3], "each has a place of its own in the log"
        await hear((one, other)[places.index(2)], type="acted", seq=3)
        await say(other, "play")
        await hear(one, type="playback", playing=True)
        left.stop(signal.SIGKILL)
        await act(other, 910, "crash", "n4")
        with suppress(ConnectionClosed):
            await hear(one, type="nothing more")
    left.start()
    async with left.socket(where, session) as one, right.socket(where, session) as other:
        greetings = [await hear(tab, type="hello") for tab in (one, other)]
        assert [greeting["branches"][0]["actions"] for greeting in greetings] == [4, 4]


async def test_a_class_is_led_at_one_server_and_followed_at_another(both: tuple[Server, Server]) -> None:
    left, right = both
    ada = sign_up(left, "ada")
    page, _ = right.form("/classes/new/", {"name": "Monday", "course": "built-in"}, ada)
    code = re.search(r"/join/(\w{6})/", left.page(page, ada))
    assert code is not None
    follow, learner = right.form(f"/join/{code[1]}/", {"name": "Grace"})
    at = follow.rstrip("/")
    async with left.socket(f"/ws{at}/lead/", ada) as lead, right.socket(f"/ws{at}/follow/", learner) as follower:
        for page in (lead, follower):
            await hear(page, type="stamps")
        left.form(f"{at}/show/", LESSON, ada)
        assert LESSON["block"] in (await hear(follower, type="stamps"))["stamps"]["front"]
        run = re.search(r"&quot;run&quot;: &quot;([^&]+)&quot;", right.page(follow, learner))
        assert run is not None, "a follower sees the lab"
        async with (
            left.socket(f"/ws/labs/{run[1]}/", ada) as driver,
            right.socket(f"/ws/labs/{run[1]}/", learner) as tab,
        ):
            for one in (driver, tab):
                await hear(one, type="frame")
            await act(driver, 5, "crash", "n1")
            await hear(tab, type="acted", seq=1)
            assert await refused(tab, 6)
            member = re.search(r'<option value="(\d+)">Grace', left.page(f"{at}/lead/", ada))
            assert member is not None, "there is somebody to hand the lab to"
            left.form(f"{at}/hand/", {"member": member[1]}, ada)
            await hear(follower, type="stamps")
            await act(tab, 7, "restart", "n1")
            await hear(driver, type="acted", seq=2)
            assert await refused(driver, 8)
        left.form(f"{at}/ask/", {"lesson": "choosing-a-leader", "block": "four-servers"}, ada)
        poll = re.search(r'name="poll" value="(\d+)"', right.page(follow, learner))
        assert poll is not None, "the class is asked"
        right.form(f"{at}/vote/", {"poll": poll[1], "answer": "0"}, learner)
        told = ""
        while "1 of 1 answered" not in told or "trying" not in told:
            told += str((await hear(lead, type="swap"))["pieces"])


async def test_of_two_who_save_one_draft_at_two_servers_exactly_one_is_told(both: tuple[Server, Server]) -> None:
    left, right = both
    ada = sign_up(left, "grace")
    left.form("/teach/new/", {"title": "Mine", "slug": "mine"}, ada)
    for version in range(1, 6):
        saved = await asyncio.gather(
            *(
                asyncio.to_thread(server.post, DRAFT.format("save"), {"text": text, "version": version}, ada)
                for server, text in ((left, f"left {version}\n"), (right, f"right {version}\n"))
            )
        )
        assert sorted(status for status, _, _ in saved) == [200, 409], saved
        [won] = [answer for status, answer, _ in saved if status == 200]
        [lost] = [answer for status, answer, _ in saved if status == 409]
        assert won["version"] == lost["version"] == version + 1
        assert lost["theirs"] in (f"left {version}\n", f"right {version}\n")


def test_the_layer_waits_no_longer_for_a_message_than_its_connection_does() -> None:
    assert RedisChannelLayer.brpop_timeout < settings.LAYER_PATIENCE_S, "else a quiet minute is taken for a failure"


async def test_without_the_layer_all_goes_on_a_little_later(both: tuple[Server, Server]) -> None:
    left, right = both
    _, opened, session = left.post("/labs/open/", {"lab": "raft", "seed": 3})
    async with left.socket(opened["socket"], session) as one, right.socket(opened["socket"], session) as other:
        for tab in (one, other):
            await hear(tab, type="frame")
        await say(one, "seek", to=900)
        await hear(other, type="playback", at=900)
        for server in both:
            assert "Traceback" not in server.log.read_text()
        with Redis.from_url(left.environment["REDIS_URL"]) as layer:
            layer.shutdown(nosave=True)
        await act(one, 900, "crash", "n1")
        await hear(other, type="acted", seq=1)
        _, again, _ = right.post("/labs/open/", {"lab": "raft"}, session)
        async with right.socket(again["socket"], session) as tab:
            await hear(tab, type="frame")


def sign_up(server: Server, name: str) -> str:
    """Make an instructor; return their session."""
    _, session = server.form("/sign-up/", {"username": name, "password1": PASSWORD, "password2": PASSWORD})
    server.manage("instructor", name)
    return session


async def act(tab: ClientConnection, at: float, kind: str, node: str) -> int:
    """Act in a lab, and wait until it is taken; return its place in the log."""
    ref = f"{kind} {node}"
    await say(tab, "act", ref=ref, at=at, action={"kind": kind, "node": node})
    answer = await hear(tab, ref=ref)
    assert answer["type"] == "acted", answer
    return int(answer["seq"])


async def refused(tab: ClientConnection, at: float) -> bool:
    await say(tab, "act", ref="no", at=at, action={"kind": "crash", "node": "n2"})
    return (await hear(tab, ref="no"))["type"] == "refused"
