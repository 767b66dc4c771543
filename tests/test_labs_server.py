"""A lab on a real server: killed in mid-lab, told to stop, started again."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server import Server, hear, say
from tests.tabs import eventually


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.migrate()
    server.start()
    yield server
    if server.process is not None:
        server.stop(signal.SIGKILL)


async def played(server: Server, socket: str, session: str, to: float) -> list[dict]:
    """Seek, and return what happened in the last 300 ms before a moment."""
    async with server.socket(socket, session) as tab:
        await hear(tab, type="frame")
        await say(tab, "seek", to=to)
        await hear(tab, type="playback", at=to)
        frame = await hear(tab, type="frame")
        return [record for record in frame["records"] if to - 300 < record["at"] <= to]


async def test_a_server_that_is_killed_in_mid_lab_loses_no_action(server: Server) -> None:
    _, opened, session = server.post("/labs/open/", {"lab": "raft", "seed": 3})
    async with server.socket(opened["socket"], session) as tab:
        await hear(tab, type="frame")
        await say(tab, "seek", to=900)
        await hear(tab, type="playback", at=900)
        await say(tab, "play")
        for at, kind, node in ((900, "crash", "n1"), (905, "isolate", "n2")):
            await say(tab, "act", ref=kind, at=at, action={"kind": kind, "node": node})
            assert (await hear(tab, ref=kind))["type"] == "acted"
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
        await _listen(tab)
    server.start()
    async with server.socket(opened["socket"], session) as tab:
        hello = await hear(tab, type="hello")
        assert hello["branches"] == [{"number": 0, "parent": None, "at": 0.0, "actions": 2}]
        faults = [mark["text"] for mark in hello["marks"] if mark["kind"] == "fault"]
        await say(tab, "seek", to=910)
        await hear(tab, type="playback", at=910)
        frame = await hear(tab, type="frame")
        faults += [record["text"] for record in frame["records"] if record["kind"] == "fault"]
    assert len(set(faults)) == 2
    once = await played(server, opened["socket"], session, 1_500)
    server.stop(signal.SIGKILL)
    server.start()
    assert await played(server, opened["socket"], session, 1_500) == once
    assert len(once) > 30


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_no_long_work_outlives_its_server(server: Server, how: signal.Signals) -> None:
    assert server.process is not None
    program = "x = 0\ndef add():\n    for i in range(40):\n        x += 1\n" + "".join(
        f'Thread(add, name="{name}")\n' for name in "ABCD"
    )
    _, opened, session = server.post("/labs/open/", {"lab": "program", "settings": {"program": program}})
    async with server.socket(opened["socket"], session) as tab:
        await hear(tab, type="frame")
        await say(tab, "explore", question="prove", ref="r")
        await hear(tab, type="working", ref="r")
        working = _children(server.process.pid)
        assert working
        server.stop(how)
        await _listen(tab)
    await eventually(lambda: not any(map(_runs, working)))


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _runs(pid: int) -> bool:
    """Whether a process goes on; one that has ended may stay in the table until somebody looks at it."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def test_a_server_that_is_told_to_stop_says_goodbye_and_ends_in_order(server: Server) -> None:
    tabs = []
    for seed in range(3):
        _, opened, session = server.post("/labs/open/", {"lab": "raft", "seed": seed})
        tabs.append(await server.socket(opened["socket"], session))
        await hear(tabs[-1], type="frame")
    await say(tabs[0], "play")
    closing = [asyncio.create_task(tab.wait_closed()) for tab in tabs]
    listening = [asyncio.create_task(_listen(tab)) for tab in tabs]
    status = await asyncio.to_thread(server.stop)
    await asyncio.gather(*closing, *listening)
    assert [tab.close_code for tab in tabs] == [1012, 1012, 1012]
    assert status in (0, -signal.SIGTERM)
    assert "Traceback" not in server.log.read_text()


async def test_a_page_of_another_site_opens_no_socket(server: Server) -> None:
    _, opened, session = server.post("/labs/open/", {"lab": "raft"})
    connection = server.socket(opened["socket"], session)
    connection.additional_headers = connection.additional_headers | {"Origin": "https://evil.example"}
    connection.origin = None
    with pytest.raises(InvalidStatus):
        await connection


async def _listen(tab: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            await tab.recv()
