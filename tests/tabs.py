"""Browser tabs and server processes as tests see them: verbs over websockets, without a browser or a server."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import path

from cluster_engine.recording import Recording
from lessons.labs.consumer import LabConsumer
from lessons.labs.models import Run
from lessons.labs.opening import begin
from lessons.labs.rooms import Rooms
from lessons.learning.learners import GUEST_KEY
from lessons.learning.models import Learner
from lessons.work.workshop import Workshop

PATIENCE_S = 60.0  # on a busy machine a process of its own takes long to begin


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail when it does not in all patience."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - what is asked may be of another process
            await asyncio.sleep(0.02)


@database_sync_to_async
def new_session() -> str:
    """Return the key of a guest's session."""
    session = SessionStore()
    session[GUEST_KEY] = secrets.token_urlsafe(8)
    session.create()
    Learner.objects.create(session_key=session[GUEST_KEY])
    return str(session.session_key)


@database_sync_to_async
def new_run(session: str, lab: str = "raft", resume_ms: float = 0.0, **given: Any) -> Run:
    """Return a run that belongs to the guest of a session."""
    learner = Learner.objects.get(session_key=SessionStore(session)[GUEST_KEY])
    return begin(learner, Recording(lab, given.pop("settings", {}), given.pop("seed", 7)), resume_ms=resume_ms)


@database_sync_to_async
def log_of(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """Return the kinds and payloads of a run's log, in order."""
    rows = list(run.entries.order_by("seq").values_list("seq", "kind", "payload"))
    assert [seq for seq, _, _ in rows] == list(range(1, len(rows) + 1)), "a log has no gap"
    return [(kind, payload) for _, kind, payload in rows]


@database_sync_to_async
def stored(run: Run) -> Run:
    """Return the run's row as it is now."""
    return Run.objects.get(pk=run.pk)


class Process:
    """One server process: rooms and a workshop of its own, and the way to them."""

    def __init__(self, workshop: Workshop | None = None) -> None:
        self.rooms, self.workshop = Rooms(), workshop or Workshop()
        consumer = type("Consumer", (LabConsumer,), {"rooms": self.rooms, "workshop": self.workshop})
        routes = URLRouter([path("ws/labs/<str:run_id>/", consumer.as_asgi())])
        self.application = AuthMiddlewareStack(routes)

    async def __aenter__(self) -> "Process":
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.rooms.notes.stop()
        for room in self.rooms.rooms.values():
            await room.rest()

    @asynccontextmanager
    async def tab(self, run_id: str, session: str | None = None, acks: bool = True):
        """Open a tab on a run, and close it in the end."""
        tab = Tab(self, run_id, session, acks)
        await tab.open()
        try:
            yield tab
        finally:
            await tab.close()


class Tab:
    """One websocket, with what a browser keeps of it: the records since the last whole view."""

    def __init__(self, process: Process, run_id: str, session: str | None, acks: bool) -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}".encode()
        scope = {
            "type": "websocket",
            "path": f"/ws/labs/{run_id}/",
            "query_string": b"",
            "headers": [(b"cookie", cookie)] if session else [],
            "subprotocols": [],
        }
        self.communicator = ApplicationCommunicator(process.application, scope)
        self.acks = acks
        self.heard: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.view: dict[str, Any] | None = None
        self.records: list[dict[str, Any]] = []
        self.begins = self.ends = 0.0
        self.branch: int | None = None
        self._refs = 0

    async def open(self) -> None:
        """Connect; the server accepts whatever it says afterwards."""
        await self.communicator.send_input({"type": "websocket.connect"})
        accepted = await self._output()
        assert accepted["type"] == "websocket.accept"

    async def close(self) -> None:
        """Go away, and wait until the server has noticed."""
        if not self.communicator.future.done():
            await self.communicator.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.communicator.wait(PATIENCE_S)

    async def vanish(self) -> None:
        """Go away as with a killed server: nothing is cleaned up in an orderly way."""
        self.communicator.future.cancel()
        await asyncio.gather(self.communicator.future, return_exceptions=True)

    async def say(self, do: str, **fields: Any) -> None:
        """Send a message."""
        await self.say_text(json.dumps({"do": do, **fields}))

    async def say_text(self, text: str) -> None:
        """Send whatever text."""
        await self.communicator.send_input({"type": "websocket.receive", "text": text})

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send a message and return the answer to it."""
        self._refs += 1
        ref = f"{id(self)}-{self._refs}"
        await self.say(do, ref=ref, **fields)
        return await self.hear(ref=ref)

    async def act(self, at: float, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask for an action and return the answer; when it was taken, the frame after it has come as well."""
        answer = await self.ask("act", at=at, action={"kind": kind, **fields})
        if answer["type"] == "acted":
            await self.hear(type="frame")
        return answer

    async def hear(self, **wanted: Any) -> dict[str, Any]:
        """Return the next message that has these values, taking in all before it."""
        while True:
            message = await self._next()
            if all(message.get(name) == value for name, value in wanted.items()):
                return message

    async def hear_all(self, quiet_s: float = 0.2) -> list[dict[str, Any]]:
        """Take in everything until it has been quiet for a while."""
        heard = len(self.heard)
        while True:
            try:
                await self._next(quiet_s)
            except TimeoutError:
                return self.heard[heard:]

    async def hear_close(self) -> int:
        """Return the code with which the server closed."""
        while self.closed is None:
            await self._next()
        return self.closed

    async def reach(self, at: float) -> None:
        """Take in frames until the run is known up to a moment."""
        while self.ends < at:
            await self._next()

    async def _next(self, patience: float = PATIENCE_S) -> dict[str, Any]:
        output = await self._output(patience)
        if output["type"] == "websocket.close":
            self.closed = output.get("code", 1000)
            return {"type": "closed"}
        message = json.loads(output["text"])
        self.heard.append(message)
        if message["type"] == "frame":
            await self._take(message)
        return message

    async def _output(self, patience: float = PATIENCE_S) -> dict[str, Any]:
        if self.communicator.future.done() and self.communicator.output_queue.empty():
            self.communicator.future.result()
        return await asyncio.wait_for(self.communicator.output_queue.get(), patience)

    async def _take(self, frame: dict[str, Any]) -> None:
        """Hold frames to the rules of the wire."""
        assert all(frame["from"] < record["at"] <= frame["to"] for record in frame["records"])
        if frame["view"] is not None:
            assert frame["view"]["at"] == frame["from"]
            self.view, self.records, self.begins = frame["view"], [], frame["from"]
        else:
            assert (frame["from"], frame["branch"]) == (self.ends, self.branch), "a frame without a view is contiguous"
        self.records += frame["records"]
        self.ends, self.branch = frame["to"], frame["branch"]
        if self.acks:
            await self.say("ack", n=frame["n"])
