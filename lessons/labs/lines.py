"""The lines of a run: its folded log, and beside it the timeline of each branch that somebody looked at lately."""

import logging
from itertools import takewhile
from typing import Any

from cluster_engine.actions import Action, ActionError, Refused, action_from_json, action_to_json
from cluster_engine.checkers.linearizable import LinearizabilityChecker
from cluster_engine.checkers.ordering import operations
from cluster_engine.consistency.history import Operation
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Goal
from cluster_engine.recording import RecordingError
from cluster_engine.records import Changed, Record
from cluster_engine.timeline import Timeline
from cluster_engine.why.replay import read_for
from cluster_engine.wording import quoted
from lessons.labs.log import Shared
from lessons.labs.models import Run
from lessons.labs.pace import read, simulate
from lessons.labs.store import Row
from lessons.labs.told import Told

logger = logging.getLogger(__name__)

KEPT_TIMELINES = 4
MOST_ENTRIES = 5_000
LEAST_RECORDS = 30  # so that slow motion and stepping always have something ahead
NOTHING_SEEN_MS = 1_000.0  # how far to look for them at most

MOST_ORDERED = 3_000  # operations that are put in order at once

Draft = tuple[str, dict[str, Any]]  # an entry that has no place in the log yet: kind, payload


class Lines:
    """What a room plays. Nothing here touches the database or a socket."""

    def __init__(self, run: Run, shared: Shared, goals: tuple[Goal, ...]) -> None:
        self.run, self.shared, self.goals = run, shared, goals
        self.lab = get_lab(run.lab)
        self._timelines: dict[int, Timeline] = {}  # least recently shown first
        self._told: dict[int, Told] = {}  # of branches whose operations somebody wanted in order

    @property
    def timeline(self) -> Timeline:
        """The timeline of the branch that is shown; made on demand, standing at 0."""
        number = self.shared.branch
        timeline = self._timelines.pop(number, None)
        if timeline is None:
            timeline = Timeline(self.run.recording_of(self.shared), self.goals)
        self._timelines[number] = timeline
        while len(self._timelines) > KEPT_TIMELINES:
            del self._timelines[next(iter(self._timelines))]
        return timeline

    async def look_ahead(self, now: float, ahead_ms: float) -> None:
        """Simulate past the playhead: so far, and until there is something to see."""
        timeline = self.timeline
        await simulate(timeline, now + ahead_ms)
        farthest = min(now + ahead_ms + NOTHING_SEEN_MS, timeline.limit_ms)
        while timeline.end < farthest and len(timeline.records(now, timeline.end)) < LEAST_RECORDS:
            coming = timeline.next_event(timeline.end)
            if coming is None:
                return
            await simulate(timeline, min(coming, farthest))

    async def history(self, at: float) -> tuple[list[Operation], str, list[Changed]]:
        """Return the operations up to a moment, the name of their model, and the beginnings and ends of faults; raise
        Refused where none can be told.
        """
        judged = next((one.checker() for one in self.lab.invariants if one.name == "linearizable"), None)
        if not isinstance(judged, LinearizabilityChecker):
            raise Refused("This lab promises no order of its operations.")
        if not 0 <= at <= self.timeline.limit_ms:
            raise Refused(f"This run lasts from 0 to {self.timeline.limit_ms / 1_000:g} s.")
        told = self._told.setdefault(self.shared.branch, Told())
        records = await told.up_to(self.timeline, at)
        found = operations(records, judged.model)
        if len(found) > MOST_ORDERED:
            raise Refused(f"{len(found):,} operations are more than are put in order, {MOST_ORDERED:,}. Step back.")
        return found, judged.model, [one for one in records if isinstance(one, Changed)]

    async def before_violation(self, invariant: str, at: float) -> list[Record]:
        """Return what happened before, and with, the violation of an invariant at a moment; raise Refused."""
        found = [one for one in self.lab.invariants if one.name == invariant]
        if not found:
            raise Refused(f"This lab has no invariant {quoted(invariant)}.")
        timeline, at = self.timeline, round(at, 3)
        if not 0 <= at <= timeline.end:
            raise Refused(f"{at:g} ms is not a moment of this run.")
        reading = read_for(timeline, invariant, at)
        try:
            span = next(reading)
            while True:
                span = reading.send(await read(timeline, span[1], (Record,), span[0]))
        except StopIteration as done:
            records: list[Record] = done.value
        if records:
            return records
        raise Refused(f"“{found[0].title}” did not break at that moment of this branch.")

    def own_actions(self) -> int:
        """Return how many of the shown branch's actions are its lesson's; they are its first ones."""
        if not self.run.lesson:
            return 0
        pairs = zip(self.run.script, self.shared.current.actions, strict=False)
        return sum(1 for _ in takewhile(lambda pair: list(pair[0]) == list(pair[1]), pairs))

    # --- what may be done --------------------------------------------------------------------

    def drafts(self, at: float, data: dict[str, Any]) -> list[Draft]:
        """Return the entries that let an action happen at a moment; raise Refused with the reason.

        Before the last action of its branch, an action begins a branch of its own: no history is lost.
        """
        at, action = round(at, 3), self._action(data)
        self._check(at, action)
        branch = self.shared.current
        payload = {"at": at, "action": action_to_json(action)}
        if at >= branch.last_action_at():
            return self._room_for([("act", {"branch": branch.number, **payload})])
        number = len(self.shared.branches)
        fork = {"parent": branch.number, "branch": number, "at": at}
        return self._room_for([("fork", fork), ("act", {"branch": number, **payload})])

    def switch(self, branch: int) -> list[Draft]:
        """Return the entries that show another branch; raise Refused."""
        if not 0 <= branch < len(self.shared.branches):
            raise Refused(f"There is no branch {branch}: the last one is {len(self.shared.branches) - 1}.")
        if branch == self.shared.branch:
            return []
        return self._room_for([("switch", {"branch": branch})])

    def refusals(self, at: float, actions: list[dict[str, Any]]) -> dict[int, str]:
        """Return which of these actions are impossible at a moment, and why."""
        reasons = {}
        for place, data in enumerate(actions):
            try:
                self._check(round(at, 3), self._action(data))
            except Refused as refused:
                reasons[place] = str(refused)
        return reasons

    def _action(self, data: dict[str, Any]) -> Action:
        try:
            return action_from_json(data, self.lab)
        except ActionError as error:
            raise Refused(str(error)) from error

    def _check(self, at: float, action: Action) -> None:
        timeline = self.timeline
        if at < 0:
            raise Refused("Nothing can be done before the beginning.")
        if at > timeline.end:
            raise Refused(f"{at:g} ms is still to come: this run has reached {timeline.end:g} ms.")
        if reason := timeline.refusal(at, action):
            raise Refused(reason)
        try:
            timeline.recording.prefix(at).plus(at, action)
        except RecordingError as error:
            raise Refused(str(error)) from error

    def _room_for(self, drafts: list[Draft]) -> list[Draft]:
        if self.shared.seq + len(drafts) > MOST_ENTRIES:
            raise Refused(f"This lab's log is full, with {self.shared.seq:,} entries. Share it, and go on in the copy.")
        return drafts

    # --- what was done -----------------------------------------------------------------------

    def take(self, row: Row) -> None:
        """Fold an entry of the log and bring the timeline along."""
        seq, kind, payload = row
        if seq != self.shared.seq + 1:
            raise ValueError(f"{self.run} has entry {seq} after entry {self.shared.seq} in its log.")
        if kind == "fork" and payload["parent"] in self._timelines:
            self._timelines[payload["branch"]] = self._timelines[payload["parent"]].fork(payload["at"])
        elif kind == "act" and payload["branch"] in self._timelines:
            self._act(payload)
        if kind == "act" and payload["branch"] in self._told:
            self._told[payload["branch"]].cut(payload["at"])
        self.shared.take(kind, payload)

    def _act(self, payload: dict[str, Any]) -> None:
        timeline = self._timelines[payload["branch"]]
        try:
            timeline.act(payload["at"], action_from_json(payload["action"], self.lab))
        except ValueError:  # only a log that another version of the engine wrote can say so
            logger.warning("%s: an action in the log is refused now", self.run)
            del self._timelines[payload["branch"]]
