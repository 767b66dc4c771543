"""The sockets of a class: who hears what, how often; and whose hands a driven lab is in."""

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.backends.db import SessionStore

from lessons.classes import announcing, consumer, hall
from lessons.classes.models import Classroom
from lessons.learning.models import Learner, Result
from lessons.routing import websocket_urlpatterns
from tests.classes import KEY, ROLES, World, new_world
from tests.tabs import PATIENCE_S, Process, Tab, log_of

pytestmark = pytest.mark.django_db(transaction=True)

MEMBER, LEADER, CO_AUTHOR = "learner of the class", "instructor", "co-author"
ALLOWED = {"follow": {MEMBER}, "lead": {LEADER, CO_AUTHOR}}
PAGES = [path.pattern._route.strip("/").rpartition("/")[2] for path in websocket_urlpatterns if "class" in str(path)]
SAID = [" ", "{", '{"do":"play"}', '{"do":"hand","member":1}', "x" * 100_000, b"\x00"]
COMMANDS = {
    "act": {"at": 5, "action": {"kind": "crash", "node": "n1"}},
    "play": {},
    "pause": {},
    "seek": {"to": 5},
    "step": {"by": 1},
    "speed": {"value": 1},
    "switch": {"branch": 0},
    "explore": {"question": "find"},
    "search": {"at": 5, "wanted": "leader-lost"},
}

application = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))


def session_of(world: World, role: str) -> str:
    cookie = world.browsers[role].cookies.get("sessionid")
    return cookie.value if cookie else ""


class Ear:
    """An open page's socket."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind."""
        while True:
            message = json.loads(await self.communicator.receive_from(timeout=PATIENCE_S))
            if message["type"] == kind:
                return message

    async def closed(self) -> int:
        """Return the code with which the server closes."""
        while True:
            output = await self.communicator.receive_output(timeout=PATIENCE_S)
            if output["type"] == "websocket.close":
                return int(output["code"])


@asynccontextmanager
async def opened(world: World, role: str, page: str):
    """Open a page's socket as somebody."""
    headers = [(b"cookie", f"sessionid={session_of(world, role)}".encode())]
    communicator = WebsocketCommunicator(application, f"/ws/classes/{world.classroom.pk}/{page}/", headers=headers)
    assert (await communicator.connect(timeout=PATIENCE_S))[0]
    try:
        yield Ear(communicator)
    finally:
        await communicator.disconnect(timeout=PATIENCE_S)


new = database_sync_to_async(new_world)


async def post(world: World, role: str, name: str, **fields: object) -> None:
    assert await database_sync_to_async(world.post)(role, name, **fields) == 302


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "BREATH_S", 0.02)
    monkeypatch.setattr(hall, "FRAME_S", 0.2)


async def test_each_socket_is_open_to_its_roles_alone() -> None:
    world = await new()
    assert sorted(PAGES) == sorted(ALLOWED)
    for page, roles in ALLOWED.items():
        for role in ROLES:
            async with opened(world, role, page) as ear:
                if role in roles:
                    assert ("matrix" in (await ear.hear("stamps"))["stamps"]) == (page == "lead")
                else:
                    assert await ear.closed() == 4404, (page, role)
    assert not hall.HALLS


async def test_whatever_is_said_to_it_the_socket_does_nothing_and_closes() -> None:
    world = await new()
    for said in SAID:
        for role, page in ((MEMBER, "follow"), (LEADER, "lead")):
            async with opened(world, role, page) as ear:
                await ear.hear("stamps")
                text = {"bytes_data": said} if isinstance(said, bytes) else {"text_data": said}
                await ear.communicator.send_to(**text)
                assert await ear.closed() == 4400
    assert (await database_sync_to_async(world.now)()).version == 1


async def test_all_pages_hear_of_a_change_also_where_nothing_tells_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await new()
    await database_sync_to_async(world.see)(LEADER, "class-lead")
    async with opened(world, MEMBER, "follow") as follow, opened(world, LEADER, "lead") as lead:
        before = [(await ear.hear("stamps"))["stamps"]["front"] for ear in (follow, lead)]
        await post(world, LEADER, "class-show", lesson=KEY, block="cluster")
        shown = [(await ear.hear("stamps"))["stamps"]["front"] for ear in (follow, lead)]
        assert shown[0] != before[0]
        assert shown[0].rpartition("|")[2] == "follow"
        assert shown[1].rpartition("|")[2] == "drive"
        monkeypatch.setattr(announcing, "_tell", lambda pk: None)
        await post(world, LEADER, "class-show", lesson=KEY, block="which")
        assert (await follow.hear("stamps"))["stamps"]["front"] not in (shown[0], before[0])


async def test_who_is_removed_or_signs_out_hears_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "LOOK_AGAIN_S", 0.1)
    world = await new()
    async with opened(world, MEMBER, "follow") as follow, opened(world, LEADER, "lead") as lead:
        for ear in (follow, lead):
            await ear.hear("stamps")
        member = await database_sync_to_async(world.member)()
        url = world.at("class-remove", member.pk)
        await database_sync_to_async(world.browsers[LEADER].post)(url)
        assert await follow.closed() == 4404
        await database_sync_to_async(SessionStore(session_of(world, LEADER)).delete)()
        assert await lead.closed() == 4404


def try_often(learner: Learner, times: int) -> None:
    """Try an exercise so many times, one right after the other."""
    result = Result.objects.create(learner=learner, lesson=KEY, block="which")
    for result.tries in range(1, times + 1):
        result.save()


async def test_cells_go_to_those_who_lead_alone_and_many_changes_in_few_frames() -> None:
    world = await new()
    learner = await database_sync_to_async(lambda: world.member().learner)()
    async with opened(world, MEMBER, "follow") as follow, opened(world, LEADER, "lead") as lead:
        for ear in (follow, lead):
            await ear.hear("stamps")
        await database_sync_to_async(try_often)(learner, 20)
        frames = [await lead.hear("swap")]
        while "20 tries" not in str(frames[-1]):
            frames.append(await lead.hear("swap"))
        assert len(frames) < 10
        assert await follow.communicator.receive_nothing(timeout=0.3)


async def test_counts_go_to_learners_only_while_they_are_shown() -> None:
    world = await new()
    await post(world, LEADER, "class-ask", lesson=KEY, block="which", hidden="on")
    async with opened(world, MEMBER, "follow") as follow, opened(world, LEADER, "lead") as lead:
        await follow.hear("stamps")
        assert "0 of 1 answered" in (await lead.hear("swap"))["pieces"]["poll-chart"]
        poll = (await database_sync_to_async(world.now)()).poll_id
        await post(world, MEMBER, "class-vote", poll=poll, answer="0")
        assert "1 of 1 answered" in (await lead.hear("swap"))["pieces"]["poll-chart"]
        await follow.hear("stamps")  # their own answer is in
        assert await follow.communicator.receive_nothing(timeout=0.3)


async def test_only_the_driver_acts_and_hands_change_on_open_sockets() -> None:
    world = await new()
    await post(world, LEADER, "class-show", lesson=KEY, block="cluster")
    shown = await database_sync_to_async(Classroom.objects.select_related("run").get)(pk=world.classroom.pk)
    sessions = {role: session_of(world, role) for role in (LEADER, CO_AUTHOR, MEMBER, "outsider", "anonymous")}
    async with Process() as process, AsyncExitStack() as stack:
        tabs = {
            role: await stack.enter_async_context(process.tab(shown.run_id, session or None))
            for role, session in sessions.items()
        }
        for tab in tabs.values():
            await tab.hear(type="frame")
        await check_hands(tabs, LEADER, 5)
        member = await database_sync_to_async(world.member)()
        await post(world, LEADER, "class-hand", member=member.pk)
        await check_hands(tabs, MEMBER, 7)
        await post(world, CO_AUTHOR, "class-hand")
        await tabs[MEMBER].say("play")
        assert (await tabs[MEMBER].hear(type="refused"))["reason"]
    assert [kind for kind, _ in await log_of(shown.run)] == ["act", "act"]


async def check_hands(tabs: dict[str, Tab], driver: str, at: float) -> None:
    """See that one of them drives, and that every command of every other one is refused."""
    for role, tab in tabs.items():
        for do, fields in COMMANDS.items():
            if role != driver:
                answer = await tab.ask(do, **fields)
                assert (answer["type"], "don't drive" in answer["reason"]) == ("refused", True), (role, do)
            await asyncio.sleep(0.06)
    acted = await tabs[driver].act(at, "crash", node="n1" if at < 6 else "n2")
    assert acted["type"] == "acted"
    await tabs[driver].say("seek", to=at)
    assert (await tabs["anonymous"].hear(type="playback"))["at"] == at
