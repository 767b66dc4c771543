"""A room: one run as this process plays it to its viewers.

The room owns nothing that matters: it folds the run's log, simulates the recording a little past the playhead
and hands each frame, serialised once, to its own sockets. Whoever appends to the log first wins; every other
room, in this process or another, reads the new row and does the same.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from cluster_engine.actions import Action, ActionError, Refused, action_from_json, action_to_json
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Goal, Lab
from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline, TimelineFull

from lessons.labs import store
from lessons.labs.frames import dumps, frame
from lessons.labs.log import Branch, Shared
from lessons.labs.models import Run
from lessons.labs.playhead import FASTEST, SLOWEST, Playhead
from lessons.labs.viewer import Viewer

logger = logging.getLogger(__name__)

BEAT_S = 0.5  # a frame at most this often
AHEAD_S = 1.2  # wall seconds simulated past the playhead
LEAST_RECORDS = 30  # so that slow motion and stepping always have something ahead
SLICE_MS = 100.0  # virtual time simulated before others may have their turn
BACK_S = 4.0  # wall seconds of the past that a keyed frame carries, for the panels that show it
LEAST_BACK_MS, MOST_BACK_MS = 300.0, 3_000.0
KEPT_TIMELINES = 4
SAVE_EVERY_S = 5.0


def group_name(run_id: str) -> str:
    """Return the channel layer's group for a run: it carries notes, never frames."""
    return f"run.{run_id}"


class Room:
    """Viewers, a playhead and the timeline of the branch that is shown."""

    def __init__(self, run: Run, shared: Shared, goals: tuple[Goal, ...]) -> None:
        self.run = run
        self.lab: Lab = get_lab(run.lab)
        self.goals = goals
        self.shared = shared
        self.timelines: dict[int, Timeline] = {}
        self.viewers: set[Viewer] = set()
        self.frames = 0
        self.shown_to = 0.0
        self.clock: Callable[[], float] = asyncio.get_running_loop().time
        self.playhead = Playhead(run.resume_ms, run.speed, self.clock())
        self.lock = asyncio.Lock()
        self.beat: asyncio.Task[None] | None = None
        self.saved_at = self.clock()

    # --- viewers -----------------------------------------------------------------------------

    async def join(self, viewer: Viewer) -> None:
        """Welcome a viewer: what this run is, and a first frame with a whole view."""
        async with self.lock:
            await self._reach(self.playhead.now(self.clock()))
            await self._look_ahead()
            await viewer.send(dumps(self._hello()))
            self.viewers.add(viewer)
            await self._key(viewer)
        if self.beat is None:
            self.beat = asyncio.create_task(self._beat())

    async def leave(self, viewer: Viewer) -> None:
        """Let a viewer go; the last one leaves a paused room behind."""
        self.viewers.discard(viewer)
        if not self.viewers:
            await self.rest()

    async def rest(self) -> None:
        """Stop playing and keep where the playhead is."""
        if self.beat:
            self.beat.cancel()
            self.beat = None
        self.playhead.move(self.clock(), playing=False)
        await self._save()

    async def acknowledge(self, viewer: Viewer, number: int) -> None:
        """A frame arrived; a viewer that had fallen behind is brought up to date at once."""
        viewer.acknowledge(number)
        if viewer.shown_to is None and viewer.keeps_up():
            async with self.lock:
                await self._key(viewer)

    # --- time --------------------------------------------------------------------------------

    async def play(self, playing: bool) -> None:
        """Play or pause, for all viewers."""
        async with self.lock:
            at = self.playhead.now(self.clock())
            if playing and at >= self.timeline.limit_ms:
                await self._tell({"type": "notice", "text": self._ended()})
                return
            self.playhead.move(self.clock(), at=min(at, self.shown_to), playing=playing)
            await self._tell(self.playhead.message(self.clock()))

    async def set_speed(self, speed: float) -> None:
        """Play slower or faster, for all viewers."""
        async with self.lock:
            self.playhead.move(self.clock(), speed=min(max(speed, SLOWEST), FASTEST))
            await self._tell(self.playhead.message(self.clock()))
            await self._look_ahead()

    async def seek(self, to: float) -> None:
        """Take all viewers to a moment."""
        async with self.lock:
            to = min(max(to, 0.0), self.timeline.limit_ms)
            self.playhead.move(self.clock(), at=to)
            await self._reach(to)
            self.playhead.move(self.clock(), at=to)
            await self._look_ahead()
            await self._tell(self.playhead.message(self.clock()))
            await self._key_all()

    async def step(self, by: int) -> None:
        """Go to the next or the previous event, and pause there."""
        async with self.lock:
            at = min(self.playhead.now(self.clock()), self.shown_to)
            look = self.timeline.next_event if by > 0 else self.timeline.previous_event
            moment = look(at)
            self.playhead.move(self.clock(), at=at if moment is None else moment, playing=False)
            await self._look_ahead()
            await self._tell(self.playhead.message(self.clock()))

    # --- actions -----------------------------------------------------------------------------

    async def act(self, at: float, data: dict[str, Any], ref: str) -> None:
        """Append an action to the log; raise Refused with the reason when it is impossible."""
        action = self._action(data)
        async with self.lock:
            while True:
                self._check(at, action)
                entries = self._entries(at, action)
                if await database_sync_to_async(store.append)(self.run.id, self.shared.seq, entries):
                    break
                await self._read_rows(ref="")  # somebody else was first: take theirs, and look again
            seq = self.shared.seq
            await self._take([(seq + n, *entry) for n, entry in enumerate(entries, 1)], ref)
        await self._note()

    async def switch(self, branch: int) -> None:
        """Show another branch, to all viewers."""
        async with self.lock:
            if not 0 <= branch < len(self.shared.branches):
                raise Refused(f"there is no branch {branch}; there are {len(self.shared.branches)}")
            entry = ("switch", {"branch": branch})
            while not await database_sync_to_async(store.append)(self.run.id, self.shared.seq, [entry]):
                await self._read_rows(ref="")
            await self._take([(self.shared.seq + 1, *entry)], "")
        await self._note()

    async def catch_up(self, seq: int) -> None:
        """Somebody appended up to `seq`: read what is new, unless it is ours."""
        if seq > self.shared.seq:
            async with self.lock:
                await self._read_rows(ref="")

    def refusals(self, at: float, actions: list[dict[str, Any]]) -> dict[int, str]:
        """Return which of these actions are impossible at a moment, and why."""
        reasons = {}
        for place, data in enumerate(actions):
            try:
                self._check(at, self._action(data))
            except Refused as refused:
                reasons[place] = str(refused)
        return reasons

    def recording(self) -> Recording:
        """Return the recording of the branch that is shown."""
        return self.timeline.recording

    def _action(self, data: dict[str, Any]) -> Action:
        try:
            return action_from_json(data, self.lab)
        except ActionError as error:
            raise Refused(str(error)) from error

    def _check(self, at: float, action: Action) -> None:
        if at > self.shown_to:
            raise Refused(f"{at:g} ms is still to come: this run has reached {self.shown_to:g} ms")
        if at < 0:
            raise Refused("nothing can be done before the beginning")
        if reason := self.timeline.refusal(at, action):
            raise Refused(reason)

    def _entries(self, at: float, action: Action) -> list[tuple[str, dict[str, Any]]]:
        """An action before the branch's last one begins a branch of its own: no history is lost."""
        branch = self.shared.current
        data = action_to_json(action)
        if at >= branch.last_action_at():
            return [("act", {"branch": branch.number, "at": at, "action": data})]
        number = len(self.shared.branches)
        fork = ("fork", {"parent": branch.number, "branch": number, "at": at})
        return [fork, ("act", {"branch": number, "at": at, "action": data})]

    async def _read_rows(self, ref: str) -> None:
        await self._take(await database_sync_to_async(store.rows_after)(self.run.id, self.shared.seq), ref)

    async def _take(self, rows: list[store.Row], ref: str) -> None:
        """Fold entries, bring timelines along and show every viewer the result."""
        for seq, kind, payload in rows:
            self._bring_along(kind, payload)
            self.shared.take(kind, payload)
            assert self.shared.seq == seq, f"{self.run} has a gap in its log before entry {seq}"
            if kind == "act":
                answer = {"type": "acted", "ref": ref, "seq": seq, "branch": payload["branch"]}
                await self._tell(answer | {"at": payload["at"], "action": payload["action"]})
        if any(kind != "act" for _, kind, _ in rows):
            await self._tell(self._branches())
        at = min(self.playhead.now(self.clock()), self.timeline.limit_ms)
        await self._reach(at)
        self.shown_to = self.timeline.end
        await self._look_ahead()
        await self._key_all()

    def _bring_along(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "fork" and payload["parent"] in self.timelines:
            self.timelines[payload["branch"]] = self.timelines[payload["parent"]].fork(payload["at"])
        elif kind == "act" and payload["branch"] in self.timelines:
            action = action_from_json(payload["action"], self.lab)
            try:
                self.timelines[payload["branch"]].act(payload["at"], action)
            except Refused:  # only a log written by another version of the engine can say so
                logger.warning("%s: an action in the log is refused now", self.run)
                del self.timelines[payload["branch"]]

    async def _note(self) -> None:
        layer = get_channel_layer()
        await layer.group_send(group_name(self.run.id), {"type": "run.entry", "seq": self.shared.seq})

    # --- simulating ahead --------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """The timeline of the branch that is shown, made on demand."""
        number = self.shared.branch
        if number not in self.timelines:
            recording = self.run.recording_of(self.shared)
            self.timelines[number] = Timeline(recording, self.goals)
            for spare in [n for n in self.timelines if n != number][: -KEPT_TIMELINES or None]:
                del self.timelines[spare]
        return self.timelines[number]

    async def _reach(self, to: float) -> None:
        """Simulate up to a moment, in slices, so that other rooms have their turn."""
        to = min(to, self.timeline.limit_ms)
        while self.timeline.end < to:
            self.timeline.advance(min(to, self.timeline.end + SLICE_MS))
            await asyncio.sleep(0)

    async def _look_ahead(self) -> None:
        """Simulate what will be shown until the beat after the next."""
        timeline, now = self.timeline, self.playhead.now(self.clock())
        target = max(self.shown_to, now + AHEAD_S * 1000 * self.playhead.speed)
        await self._reach(target)
        while len(timeline.records(now, timeline.end)) < LEAST_RECORDS:
            coming = timeline.next_event(timeline.end)
            if coming is None:
                break
            await self._reach(coming)
        self.shown_to = timeline.end

    async def _beat(self) -> None:
        """While somebody watches: keep ahead of the playhead, and show what is new."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                async with self.lock:
                    await self._show_on()
            except TimelineFull:
                logger.debug("%s is at its end", self.run)
            except Exception:
                logger.exception("%s stopped", self.run)
                await self._tell({"type": "error", "text": "This lab stopped because of an error in it. Reset it to go on."})
                return

    async def _show_on(self) -> None:
        if self.playhead.playing:
            limit = self.timeline.limit_ms
            if self.playhead.now(self.clock()) >= limit:
                self.playhead.move(self.clock(), at=limit, playing=False)
                await self._tell(self.playhead.message(self.clock()))
                await self._tell({"type": "notice", "text": self._ended()})
            await self._look_ahead()
            if self.clock() - self.saved_at > SAVE_EVERY_S:
                await self._save()
        await self._show_new()

    async def _show_new(self) -> None:
        """Hand the frame since the last one, serialised once, to everyone who has the one before."""
        ready: dict[float, tuple[str, int]] = {}
        for viewer in list(self.viewers):
            start = viewer.shown_to
            if start == self.shown_to:
                continue
            if not viewer.keeps_up():
                viewer.shown_to = None  # it skips what it missed
            elif start is None or start > self.shown_to:
                await self._key(viewer)
            else:
                if start not in ready:
                    ready[start] = self._frame(start, keyed=False)
                text, number = ready[start]
                await viewer.frame(text, number, self.shown_to)

    async def _key_all(self) -> None:
        text, number = self._frame(self._back(), keyed=True)
        for viewer in list(self.viewers):
            await viewer.frame(text, number, self.shown_to)

    async def _key(self, viewer: Viewer) -> None:
        text, number = self._frame(self._back(), keyed=True)
        await viewer.frame(text, number, self.shown_to)

    def _back(self) -> float:
        back = min(max(LEAST_BACK_MS, BACK_S * 1000 * self.playhead.speed), MOST_BACK_MS)
        return round(max(0.0, min(self.playhead.now(self.clock()), self.shown_to) - back), 3)

    def _frame(self, start: float, keyed: bool) -> tuple[str, int]:
        self.frames += 1
        return frame(self.timeline, self.shared.branch, self.frames, start, self.shown_to, keyed), self.frames

    # --- words -------------------------------------------------------------------------------

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "run": self.run.id,
            "lab": self.lab.to_json(),
            "settings": dict(self.timeline.recording.settings),
            "seed": self.run.seed,
            "branch": self.shared.branch,
            "branches": [branch.to_json() for branch in self.shared.branches],
            "goals": [goal.to_json() for goal in self.goals],
            "marks": self.timeline.marks,
            "playback": self.playhead.message(self.clock()),
            "limit_ms": self.timeline.limit_ms,
        }

    def _branches(self) -> dict[str, Any]:
        branches: list[Branch] = self.shared.branches
        shown = {"branch": self.shared.branch, "branches": [branch.to_json() for branch in branches]}
        return {"type": "branches", **shown, "marks": self.timeline.marks}

    def _ended(self) -> str:
        return f"This run ends here, at {self.timeline.limit_ms / 1000:g} s. Step back, act in the past, or reset the lab."

    async def _tell(self, message: dict[str, Any]) -> None:
        text = dumps(message)
        for viewer in list(self.viewers):
            await viewer.send(text)

    async def _save(self) -> None:
        self.saved_at = self.clock()
        at = min(self.playhead.now(self.clock()), self.shown_to)
        await database_sync_to_async(store.remember)(self.run.id, round(at, 3), self.playhead.speed)
