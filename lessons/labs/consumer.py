"""The websocket of a lab: decodes, checks rights, hands over to the room, answers in sentences."""

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from cluster_engine.actions import Refused

from lessons.labs import messages
from lessons.labs.bucket import Bucket
from lessons.labs.frames import dumps
from lessons.labs.room import Room, group_name
from lessons.labs.rooms import ROOMS
from lessons.labs.sharing import share_url
from lessons.labs.viewer import Viewer
from lessons.learning.learners import learner_of_scope

UNKNOWN_RUN, FLOODED = 4404, 4429
RATE, BURST = 30.0, 60.0  # messages a second, acknowledgements included
MOST_WARNINGS = 20
MOST_ASKED = 200


class LabConsumer(AsyncWebsocketConsumer):
    """One viewer's socket."""

    room: Room | None = None
    viewer: Viewer | None = None

    async def connect(self) -> None:
        """Accept first, then say why not: a browser learns nothing from a refused handshake."""
        await self.accept()
        self.bucket = Bucket(RATE, BURST, asyncio.get_running_loop().time)
        self.warnings = 0
        ROOMS.sockets.add(self.close)
        run_id = self.scope["url_route"]["kwargs"]["run_id"]
        self.learner = await database_sync_to_async(learner_of_scope)(self.scope)
        await self.channel_layer.group_add(group_name(run_id), self.channel_name)
        viewer = Viewer(self._send, may_act=True)
        room = await ROOMS.enter(run_id, viewer)
        if room is None:
            await self._close(UNKNOWN_RUN, "There is no such lab. It may have been deleted; reload the page for a new one.")
            return
        self.room, self.viewer = room, viewer
        viewer.may_act = self.learner is not None and room.run.learner_id == self.learner.pk
        if not viewer.may_act:
            await self._say("notice", "You are watching someone else's lab. Share it to take a copy that you can act in.")

    async def disconnect(self, code: int) -> None:
        """Leave without a trace."""
        ROOMS.sockets.discard(self.close)
        await self.channel_layer.group_discard(group_name(self.scope["url_route"]["kwargs"]["run_id"]), self.channel_name)
        if self.room is not None and self.viewer is not None:
            await ROOMS.leave(self.room, self.viewer)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one message; whatever it is, the socket lives on unless it floods."""
        if not self.bucket.take():
            await self._slow_down()
        elif text_data is None:
            await self._say("error", "This lab understands text messages, no binary ones.")
        elif self.room is not None:
            try:
                await self._obey(messages.decode(text_data))
            except messages.Malformed as error:
                await self._say("error", str(error))

    async def run_entry(self, event: dict[str, Any]) -> None:
        """A note from the channel layer: somebody appended to the log."""
        if self.room is not None:
            await self.room.catch_up(event["seq"])

    async def _obey(self, message: messages.Message) -> None:
        room, viewer = self.room, self.viewer
        assert room is not None and viewer is not None, "a socket obeys only inside a room"
        match message:
            case messages.Ack(n=n):
                await room.acknowledge(viewer, n)
                return
            case messages.Ask(at=at, actions=actions, ref=ref):
                reasons = room.refusals(at, actions[:MOST_ASKED])
                await self._send(dumps({"type": "refusals", "ref": ref, "reasons": reasons}))
                return
            case messages.Share(at=at, ref=ref):
                await self._send(dumps({"type": "shared", "ref": ref, **share_url(room.recording(), at)}))
                return
        if viewer.may_act:
            await self._direct(room, message)
        else:
            await self._refuse(message, "this is someone else's lab; share it to take a copy that you can act in")

    async def _direct(self, room: Room, message: messages.Message) -> None:
        try:
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
        except Refused as refused:
            await self._refuse(message, str(refused))

    async def _refuse(self, message: messages.Message, reason: str) -> None:
        await self._send(dumps({"type": "refused", "ref": getattr(message, "ref", ""), "reason": reason}))

    async def _slow_down(self) -> None:
        self.warnings += 1
        if self.warnings > MOST_WARNINGS:
            await self._close(FLOODED, "Too many messages, too fast. Reload the page to go on.")
        elif self.warnings == 1:
            await self._say("error", f"Too many messages: more than {RATE:g} a second are dropped.")

    async def _say(self, kind: str, text: str) -> None:
        await self._send(dumps({"type": kind, "text": text}))

    async def _close(self, code: int, reason: str) -> None:
        await self._say("error", reason)
        await self.close(code, reason)

    async def _send(self, text: str) -> None:
        await self.send(text_data=text)
