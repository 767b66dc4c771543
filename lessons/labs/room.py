"""A room: one run as this process plays it to its viewers.

The room owns nothing that matters: it folds the run's log, simulates the recording a little past the playhead
and hands each frame, serialised once, to its own sockets. Whoever appends to the log first wins; every other
room, in this process or another, reads the new row and does the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import DatabaseError

from cluster_engine.actions import Refused
from cluster_engine.checkers.ordering import orders, told, told_faults
from cluster_engine.checkers.promised import promises
from cluster_engine.labs.declaration import Goal
from cluster_engine.recording import Recording
from cluster_engine.why.replay import why_of
from lessons.database import with_database
from lessons.labs import store
from lessons.labs.audience import Audience
from lessons.labs.frames import dumps
from lessons.labs.hello import branches, hello
from lessons.labs.lines import Draft, Lines
from lessons.labs.log import Shared
from lessons.labs.models import Run
from lessons.labs.pace import simulate
from lessons.labs.playhead import FASTEST, SLOWEST, Playhead
from lessons.labs.viewer import Viewer

logger = logging.getLogger(__name__)

BEAT_S = 0.5  # a frame at most this often
AHEAD_S = 1.2  # wall seconds simulated past the playhead
BACK_S = 4.0  # wall seconds of the past that a keyed frame carries, for the panels that show it
LEAST_BACK_MS, MOST_BACK_MS = 300.0, 3_000.0
KEEP_EVERY_S = 10.0  # the playhead is saved, and the log looked at, this often
MOST_TRIES = 20
STOPPED = "This lab stopped: there is an error in it. Reset it to go on."

TellOthers = Callable[[dict[str, Any]], Awaitable[None]]


class Room:
    """Viewers, a playhead and the lines of the run. `tell_others` sends a note to the other processes' rooms."""

    def __init__(self, run: Run, shared: Shared, goals: tuple[Goal, ...], tell_others: TellOthers) -> None:
        self.run = run
        self.lines = Lines(run, shared, goals)
        self.clock = asyncio.get_running_loop().time
        self.playhead = Playhead(run.resume_ms, run.speed, self.clock())
        self.audience = Audience(self.clock)
        self._tell_others = tell_others
        self._lock = asyncio.Lock()
        self._beating: asyncio.Task[None] | None = None
        self._kept_at = self.clock()

    # --- viewers -----------------------------------------------------------------------------

    async def join(self, viewer: Viewer) -> None:
        """Welcome a viewer: what this run is, and a first frame with a whole view."""
        async with self._lock:
            await self._look_ahead()
            viewer.say(dumps(hello(self.lines, self._playback())))
            self.audience.viewers.add(viewer)
            self._show_anew([viewer])
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat())

    async def leave(self, viewer: Viewer) -> None:
        """Let a viewer go; the last one leaves a paused room behind."""
        self.audience.viewers.discard(viewer)
        if not self.audience.viewers:
            await self.rest()

    async def rest(self) -> None:
        """Stop playing and keep where the playhead is."""
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        self._move(playing=False)
        await self._keep()

    async def acknowledge(self, viewer: Viewer, number: int) -> None:
        """A frame arrived; a viewer that had fallen behind is brought up to date at once."""
        viewer.acknowledge(number, self.clock())
        if viewer.shown_to is None and viewer.keeps_up():
            async with self._lock:
                self._show_anew([viewer])

    # --- time --------------------------------------------------------------------------------

    async def play(self, playing: bool) -> None:
        """Play or pause, for all viewers."""
        async with self._lock:
            self._move(playing=playing and self._now() < self.lines.timeline.limit_ms)
            if playing and not self.playhead.playing:
                self._tell_end()
            await self._tell_playback()

    async def set_speed(self, speed: float) -> None:
        """Play slower or faster, for all viewers."""
        async with self._lock:
            self._move(speed=min(max(speed, SLOWEST), FASTEST))
            await self._tell_playback()

    async def seek(self, to: float) -> None:
        """Take all viewers to a moment."""
        async with self._lock:
            await self._go(min(max(to, 0.0), self.lines.timeline.limit_ms))
            await self._tell_playback()
            self._show_anew()

    async def step(self, by: int) -> None:
        """Go to the next or the previous event, and pause there."""
        async with self._lock:
            timeline, at = self.lines.timeline, self._now()
            moment = timeline.next_event(at) if by > 0 else timeline.previous_event(at)
            await self._go(at if moment is None else moment, playing=False)
            await self._tell_playback()
            self._show()
            at = self.playhead.at
            self._show_anew([viewer for viewer in self.audience.viewers if at < viewer.base])

    # --- actions -----------------------------------------------------------------------------

    async def act(self, at: float, action: dict[str, Any], ref: str) -> None:
        """Let an action happen; raise Refused with the reason when it is impossible."""
        await self._append(lambda: self.lines.drafts(at, action), ref)

    async def switch(self, branch: int) -> None:
        """Show another branch, to all viewers; raise Refused."""
        await self._append(lambda: self.lines.switch(branch))

    async def hear(self, note: dict[str, Any]) -> None:
        """Take a note from another process's room of this run."""
        if note.get("seq", 0) > self.lines.shared.seq:
            async with self._lock:
                await self._take(await self._news())
        if "playback" in note:
            async with self._lock:
                await self._go(**note["playback"])
                self.audience.tell({"type": "playback", **self._playback()})
                self._show_anew()
        if "where" in note and self.audience.viewers:
            await self._tell_others({"playback": self._playback()})

    def refusals(self, at: float, actions: list[dict[str, Any]]) -> dict[int, str]:
        """Return which of these actions are impossible at a moment, and why."""
        return self.lines.refusals(at, actions)

    async def orders(self, at: float, through: int | None, whole: bool) -> dict[str, Any]:
        """Return the order of the operations up to a moment, key by key, and which promises they keep; raise Refused
        where none can be told. The `whole` story has the operations as well, and when faults began and ended.
        """
        history, model, faults = await self.lines.history(at)
        keys = await asyncio.to_thread(orders, history, model, through)
        verdicts = [key["verdict"] for key in keys]
        kept = await asyncio.to_thread(promises, history, model, verdicts)
        found: dict[str, Any] = {"keys": keys, "promises": kept}
        return found | {"operations": told(history), "faults": told_faults(faults)} if whole else found

    async def why(self, invariant: str, at: float) -> list[dict[str, Any]]:
        """Return the steps that led to the violation of an invariant at a moment; raise Refused where there is none."""
        records = await self.lines.before_violation(invariant, at)
        return [step.to_json() for step in await asyncio.to_thread(why_of, records, invariant, self.lines.lab)]

    def recording(self) -> Recording:
        """Return the recording of the branch that is shown."""
        return self.lines.timeline.recording

    async def _append(self, draw: Callable[[], list[Draft]], ref: str = "") -> None:
        """Append what `draw` decides on, which is decided anew when another process was first."""
        async with self._lock:
            for _ in range(MOST_TRIES):
                rows = await with_database(store.append)(self.run.id, self.lines.shared.seq, draw())
                if rows is not None:
                    break
                await self._take(await self._news())
            else:
                raise Refused("Too many others are acting in this lab right now. Try again.")
            await self._take(rows, ref)
        await self._tell_others({"seq": self.lines.shared.seq})

    async def _news(self) -> list[store.Row]:
        return await with_database(store.rows_after)(self.run.id, self.lines.shared.seq)

    async def _take(self, rows: list[store.Row], ref: str = "") -> None:
        """Fold entries, bring the timeline along and show every viewer the result."""
        for row in rows:
            seq, kind, payload = row
            self.lines.take(row)
            if kind == "act":
                self.audience.tell({"type": "acted", "ref": ref, "seq": seq, **payload})
        if any(kind != "act" for _, kind, _ in rows):
            self.audience.tell(branches(self.lines))
        if rows:
            await self._look_ahead()
            self._show_anew()

    # --- playing on --------------------------------------------------------------------------

    async def _beat(self) -> None:
        """While somebody watches: keep ahead of the playhead, and show what is new."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                async with self._lock:
                    await self._go_on()
            except DatabaseError:
                logger.exception("%s plays on without the database", self.run)
            except Exception:
                logger.exception("%s stopped", self.run)
                self.audience.tell({"type": "error", "text": STOPPED})
                return

    async def _go_on(self) -> None:
        self.audience.check()
        if self.playhead.playing:
            if self._now() >= self.lines.timeline.limit_ms:
                self._move(playing=False)
                self._tell_end()
                await self._tell_playback()
            await self._look_ahead()
        self._show()
        if self.clock() - self._kept_at > KEEP_EVERY_S:
            await self._keep()
            await self._take(await self._news())

    async def _look_ahead(self) -> None:
        await simulate(self.lines.timeline, self.playhead.now(self.clock()))
        await self.lines.look_ahead(self._now(), AHEAD_S * 1000 * self.playhead.speed)

    async def _go(self, at: float, **changes: Any) -> None:
        """Go to a moment once it is simulated; the playhead waits there until it is."""
        self._move(at=at, **changes)
        await simulate(self.lines.timeline, at)
        self._move(at=at)
        await self._look_ahead()

    def _show(self) -> None:
        self.audience.show(self.lines.timeline, self.lines.shared.branch, self._back())

    def _show_anew(self, viewers: list[Viewer] | None = None) -> None:
        self.audience.show_anew(self.lines.timeline, self.lines.shared.branch, self._back(), viewers)

    def _back(self) -> float:
        """Return the moment at which a whole view begins: a little before the playhead."""
        back = min(max(LEAST_BACK_MS, BACK_S * 1000 * self.playhead.speed), MOST_BACK_MS)
        return round(max(0.0, self._now() - back), 3)

    # --- the playhead ------------------------------------------------------------------------

    def _now(self) -> float:
        """Where the playhead is: it does not play past what is simulated, even when simulation lags."""
        return min(self.playhead.now(self.clock()), max(self.playhead.at, self.lines.timeline.end))

    def _move(self, at: float | None = None, **changes: Any) -> None:
        self.playhead.move(self.clock(), self._now() if at is None else at, **changes)

    def _playback(self) -> dict[str, Any]:
        return {"playing": self.playhead.playing, "at": round(self._now(), 3), "speed": self.playhead.speed}

    async def _tell_playback(self) -> None:
        self.audience.tell({"type": "playback", **self._playback()})
        await self._tell_others({"playback": self._playback()})

    def _tell_end(self) -> None:
        end = f"{self.lines.timeline.limit_ms / 1000:g} s"
        text = f"This run ends here, at {end}. Step back, act in the past, or reset the lab."
        self.audience.tell({"type": "notice", "text": text})

    async def _keep(self) -> None:
        self._kept_at = self.clock()
        await with_database(store.remember)(self.run.id, round(self._now(), 3), self.playhead.speed)
