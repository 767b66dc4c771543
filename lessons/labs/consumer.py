"""The websocket of a lab: decodes, checks rights, hands over to the room, answers in sentences."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from cluster_engine.actions import Refused
from lessons.database import with_database
from lessons.labs import messages
from lessons.labs.bucket import Bucket
from lessons.labs.exploring import exploring
from lessons.labs.frames import dumps
from lessons.labs.rights import may_act
from lessons.labs.room import Room
from lessons.labs.rooms import ROOMS, SERVICE_RESTART, Full
from lessons.labs.searching import searching
from lessons.labs.sharing import NotShared, share_url
from lessons.labs.viewer import Viewer
from lessons.labs.works import Works
from lessons.work.workshop import WORKSHOP

logger = logging.getLogger(__name__)

UNKNOWN_RUN, TOO_SLOW, FLOODED, FULL = 4404, 4408, 4429, 4503
RIGHTS_COUNT = messages.Act | messages.Switch | messages.Explore | messages.Search
RATE, BURST = 20.0, 40.0  # messages a second, acknowledgements included
COMPLAINTS_A_SECOND, MOST_COMPLAINTS = 0.5, 20.0

NO_RUN = "There is no such lab. It may have been deleted; reload the page for a new one."
CROWDED = "This server plays as many labs as it can. Try again in a few minutes."
WATCHING = "You are watching someone else's lab. Share it to take a copy that you can act in."
NOT_DRIVING = "You don't drive this lab now, so this was not done."
NOT_YOURS = (
    "This lab belongs to someone else, or you have signed in or out since. Share it to take a copy that you can act in."
)
FLOOD = f"Too many messages: more than {RATE:g} a second are not heard."
FLOODS = "Too many messages, too fast: the connection is closed for a while."
BINARY = "This lab understands text messages, no binary ones."
BROKEN = "Something went wrong on the server, and this was not done. Try again; if it stays so, reset the lab."


class LabConsumer(AsyncWebsocketConsumer):
    """One viewer's socket."""

    rooms = ROOMS
    workshop = WORKSHOP
    room: Room | None = None
    writing: asyncio.Task[None] | None = None

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Serve the socket, one message at a time, and clean up however it ends.

        Channels' own loop makes two tasks a message and crosses to the database's thread for each; with a
        thousand viewers that acknowledge frames this is most of the work.
        """
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            await self._clean_up()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the handler of a message."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """End; `_clean_up` does the rest."""
        raise StopConsumer

    async def connect(self) -> None:
        """Accept first, then say why not: a browser learns nothing from a refused handshake."""
        clock = asyncio.get_running_loop().time
        self.bucket = Bucket(RATE, BURST, clock)
        self.patience = Bucket(COMPLAINTS_A_SECOND, MOST_COMPLAINTS, clock)
        self.viewer = Viewer(self._send, self._hang_up)
        self.works = Works(lambda ref, answer: self.viewer.say(dumps({**answer, "ref": ref})))
        await self.accept()
        self.rooms.opened(self.close)
        if self.rooms.stopping:
            await self.close(SERVICE_RESTART)
            return
        self.writing = asyncio.create_task(self.viewer.write())
        await self._enter(self.scope["url_route"]["kwargs"]["run_id"])

    async def _enter(self, run_id: str) -> None:
        self.owner = await with_database(may_act)(self.scope, run_id)
        try:
            self.room = await self.rooms.enter(run_id, self.viewer)
        except Full:
            await self._close(FULL, CROWDED)
            return
        if self.room is None:
            await self._close(UNKNOWN_RUN, NO_RUN)
        elif not self.owner and self.room.run.learner_id is not None:
            self._say("watching", WATCHING)

    async def _clean_up(self) -> None:
        """Leave without a trace."""
        self.rooms.closed(self.close)
        if self.writing is not None:
            self.writing.cancel()
        room, self.room = self.room, None
        if room is not None:
            await self.works.end()
            await self.rooms.leave(room, self.viewer)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one message; whatever it is, the socket lives on unless it floods."""
        if not self.bucket.take():
            await self._slow_down()
        elif text_data is None:
            self._say("error", BINARY)
        elif self.room is not None:
            try:
                await self._obey(self.room, messages.decode(text_data))
            except messages.Malformed as error:
                self._say("error", str(error))

    async def _obey(self, room: Room, message: messages.Message) -> None:
        try:
            if isinstance(message, messages.Ack):
                await room.acknowledge(self.viewer, message.n)
            elif isinstance(message, messages.Order):
                self._reply(
                    message, {"type": "orders", **await room.orders(message.at, message.through, message.whole)}
                )
            elif isinstance(message, messages.Why):
                self._reply(message, {"type": "why", "steps": await room.why(message.invariant, message.at)})
            elif isinstance(message, messages.Ask | messages.Share):
                self._answer(room, message)
            elif isinstance(message, messages.Cancel):
                self.works.cancel(message.work)
            elif await self._may(room, message):
                await self._direct(room, message)
            else:
                raise Refused(NOT_DRIVING if room.run.learner_id is None else NOT_YOURS)
        except (Refused, NotShared) as refused:
            self._refuse(message, str(refused))
        except Exception:
            logger.exception("%s could not take %s", room.run, type(message).__name__)
            self._refuse(message, BROKEN)

    async def _may(self, room: Room, message: messages.Message) -> bool:
        """Look again whether they may: before the log grows or long work begins, and always where hands may change."""
        if room.run.learner_id is None or isinstance(message, RIGHTS_COUNT):
            self.owner = await with_database(may_act)(self.scope, room.run.id)
        return self.owner

    def _answer(self, room: Room, message: messages.Ask | messages.Share) -> None:
        match message:
            case messages.Ask(at=at, actions=actions):
                answer = {"type": "refusals", "reasons": room.refusals(at, actions)}
            case messages.Share(at=at):
                answer = {"type": "shared", **share_url(room.recording(), at)}
        self._reply(message, answer)

    async def _direct(self, room: Room, message: messages.Message) -> None:
        match message:
            case messages.Act(at=at, action=action, ref=ref):
                await room.act(at, action, ref)
            case messages.Play():
                await room.play(True)
            case messages.Pause():
                await room.play(False)
            case messages.Speed(value=value):
                await room.set_speed(value)
            case messages.Seek(to=to):
                await room.seek(to)
            case messages.Step(by=by):
                await room.step(by)
            case messages.Switch(branch=branch):
                await room.switch(branch)
            case messages.Explore() | messages.Search():
                self._begin(room, message)

    def _begin(self, room: Room, message: messages.Explore | messages.Search) -> None:
        """Let long work begin, of which this socket will hear."""
        person = self.scope["session"].session_key
        match message:
            case messages.Explore(question=question):
                work = exploring(self.workshop, room.recording(), question, person)
            case messages.Search(at=at, wanted=wanted):
                work = searching(self.workshop, room.lines, at, wanted, person)
        self.works.begin(message.ref, work)

    def _refuse(self, message: messages.Message, reason: str) -> None:
        self._reply(message, {"type": "refused", "reason": reason})

    def _reply(self, message: messages.Message, answer: dict[str, Any]) -> None:
        self.viewer.say(dumps({**answer, "ref": message.ref}))

    async def _slow_down(self) -> None:
        if self.patience.take():
            self._say("error", FLOOD)
            await asyncio.sleep(0)  # a flood that is queued up already keeps nobody else waiting
        else:
            await self._close(FLOODED, FLOODS)
            raise StopConsumer

    def _say(self, kind: str, text: str) -> None:
        self.viewer.say(dumps({"type": kind, "text": text}))

    async def _close(self, code: int, reason: str) -> None:
        """Say why, then close: the outbox may be full, so this goes past it."""
        await self._send(dumps({"type": "error", "text": reason}))
        await self.close(code, reason)

    async def _send(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    def _hang_up(self) -> None:
        """Close on a viewer that does not listen, without waiting for it."""
        self.hanging_up = asyncio.ensure_future(self.close(TOO_SLOW))
