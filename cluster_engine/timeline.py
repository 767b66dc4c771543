"""The timeline that a recording generates: records and states at any time, fork, and acting at a
time.

The run is simulated forward once and cut into segments, each beginning with a keyframe (the pickled
run). A past state is the last keyframe before it and a little replay. Keyframes are dense near the
end, where people act, and thinned out behind it; records of old segments are dropped and
regenerated when somebody asks for them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from cluster_engine.actions import Action, Refused
from cluster_engine.labs.declaration import Ask, Goal
from cluster_engine.monitors import TICK_MS
from cluster_engine.player import Player, packed
from cluster_engine.recording import Recording, RecordingError
from cluster_engine.records import Fault, Measured, Noted, Reached, Record, Stalled, Violated

LIMIT_MS = 600_000.0

DENSE_MS = 15_000.0  # so far behind the end keyframes stay as close as they were taken
SEGMENT_RECORDS = 500  # a keyframe is taken after so many records
SEGMENT_MS = 1_000.0  # or after so much virtual time
SPARSE_RECORDS = 1_100  # thinned-out keyframes are no farther apart than this
SPARSE_MS = 2_000.0
KEPT_RECORDS = 10_000  # records held in memory, the youngest segment apart


class TimelineFull(ValueError):
    """The timeline ends here: no run is longer than its limit."""


@dataclass(slots=True)
class _Segment:
    """What happened after a keyframe: `at` and `done` (actions applied) say where the keyframe
    stands.

    `records` is None while they are dropped; the marks and the number of records are always kept.
    Only the last segment's lists grow; those of the others may be shared between timelines.
    """

    at: float
    done: int
    state: bytes
    count: int = 0
    marks: list[dict[str, Any]] = field(default_factory=list)
    records: list[Record] | None = field(default_factory=list)

    def fill(self, records: list[Record], landmarks: frozenset[str]) -> None:
        """Add what happened."""
        assert self.records is not None, "the last segment always has its records"
        self.records += records
        self.count += len(records)
        self.marks += [mark for record in records if type(record) in _MARKED and (mark := _mark(record, landmarks))]

    def copy(self) -> "_Segment":
        """Return a segment of its own, with the same content."""
        return _Segment(self.at, self.done, self.state, self.count, self.marks, self.records)

    def empty(self) -> None:
        """Forget what happened after the keyframe."""
        self.records, self.marks, self.count = [], [], 0


class Timeline:
    """A recording unrolled. Times are virtual ms; `end` is how far it has been simulated."""

    def __init__(self, recording: Recording, goals: Iterable[Goal] = (), *, limit_ms: float = LIMIT_MS) -> None:
        self.recording = recording
        self.goals = tuple(goals)
        self.limit_ms = limit_ms
        self.end = 0.0
        self._head = Player.begin(recording, self.goals)
        self._segments = [_Segment(0.0, 0, self._head.save())]
        self._scout: tuple[float, Player] | None = None  # where somebody last looked
        self._used: dict[int, None] = {}  # segments with records besides the last, least recently used first
        self._thinned = 0  # segments before this one are as sparse as they get
        self._simulate(0.0)

    @property
    def marks(self) -> list[dict[str, Any]]:
        """Return what the scrubber marks: faults, violations, goals and landmarks, in order."""
        return [mark for segment in self._segments for mark in segment.marks]

    def advance(self, to_ms: float) -> None:
        """Simulate up to `to_ms`; raise TimelineFull past the limit. Going back in time is no
        error: it is done.
        """
        to_ms = _moment(to_ms)
        if to_ms > self.limit_ms:
            raise TimelineFull(f"This run ends at {self.limit_ms / 1000:g} s: fork it, or begin a new one.")
        while self.end < to_ms:
            self._simulate(min(to_ms, self._next_tick()))
            last = self._segments[-1]
            if last.count >= SEGMENT_RECORDS or self.end - last.at >= SEGMENT_MS:
                self._take_keyframe()

    def records(self, a: float, b: float) -> list[Record]:
        """Return the records with a < at <= b (a = -1 includes those at 0)."""
        self.advance(b)
        found: list[Record] = []
        for place in range(self._place_before(a), len(self._segments)):
            if self._segments[place].at > b:
                break
            records = self._records_of(place)
            first, last = _after(records, a), _after(records, b)
            found += records[first:last]
        return found

    def view(self, at: float) -> dict[str, Any]:
        """Return the state at a time, after everything that happened then."""
        return self._player_at(at).run.view()

    def refusal(self, at: float, action: Action) -> str | None:
        """Say why the action would be impossible at that time, or None."""
        return self._player_at(at).run.refusal(action)

    def answer(self, ask: Ask) -> Any:
        """Return the value of what is asked: at its time, or as the run stands at its end."""
        return self._player_at(self.end if ask.at_ms is None else ask.at_ms).run.measure(ask.measure)

    def act(self, at: float, action: Action) -> None:
        """Let an action happen at a time, after all that happened by then; raise Refused with the
        reason.

        What was simulated past `at`, and any action later than it, is dropped: fork first to keep
        it.
        """
        at = _moment(at)
        if at < 0:
            raise Refused("nothing can be done before the beginning")
        if reason := self.refusal(at, action):
            raise Refused(reason)
        try:
            recording = self.recording.prefix(at).plus(at, action)
        except RecordingError as error:
            raise Refused(str(error)) from error
        self._cut_back(at)
        self.recording = recording
        self._head.script = recording.script()
        self._simulate(at)

    def fork(self, at: float) -> "Timeline":
        """Return a timeline of its own that shares everything up to `at`."""
        at = _moment(at)
        self.advance(at)
        other = object.__new__(Timeline)
        other.__dict__ |= self.__dict__ | {"_used": dict(self._used), "_scout": None}
        other.recording = self.recording.prefix(at)
        other._segments = [segment.copy() for segment in self._segments]
        other._restore(at)
        return other

    def next_event(self, at: float) -> float | None:
        """Return when something next happens after `at`, simulating ahead as needed; None: never."""
        self.advance(max(at, 0.0))
        while True:
            for place in range(self._place_before(at), len(self._segments)):
                records = self._records_of(place)
                for record in records[_after(records, at) :]:
                    if not isinstance(record, Measured):
                        return record.at
            at = max(at, self.end)
            coming = max(self._head.next_at(), self.end)
            if coming > self.limit_ms:
                return None
            self.advance(coming)

    def previous_event(self, at: float) -> float | None:
        """Return when something last happened before `at`; None: nothing did."""
        for place in range(self._place_before(min(at, self.end)), -1, -1):
            records = self._records_of(place)
            for record in reversed(records[: bisect_left(records, at, key=_time)]):
                if not isinstance(record, Measured):
                    return record.at
        return None

    # --- going forward -----------------------------------------------------------------------

    def _next_tick(self) -> float:
        return (self.end // TICK_MS + 1) * TICK_MS

    def _simulate(self, to_ms: float) -> None:
        self._head.advance(to_ms)
        self.end = max(self.end, to_ms)
        self._segments[-1].fill(self._head.run.take_records(), self._head.run.lab.landmarks)

    def _take_keyframe(self) -> None:
        self._segments.append(_Segment(self.end, self._head.done, self._head.save()))
        self._use(len(self._segments) - 2)
        self._thin_out()

    def _thin_out(self) -> None:
        """Merge neighbours that have fallen far behind the end, while the result stays within the
        bounds.
        """
        while self._thinned + 2 < len(self._segments):
            first, second, third = self._segments[self._thinned : self._thinned + 3]
            if third.at > self.end - DENSE_MS:
                return
            first.state = packed(first.state)
            if third.at - first.at > SPARSE_MS or first.count + second.count > SPARSE_RECORDS:
                self._thinned += 1
                continue
            first.count += second.count
            first.marks = first.marks + second.marks
            first.records = None
            del self._segments[self._thinned + 1]
            self._renumber(self._thinned)

    def _renumber(self, merged: int) -> None:
        self._used = {
            place if place < merged else place - 1: None for place in self._used if place not in (merged, merged + 1)
        }

    # --- going back --------------------------------------------------------------------------

    def _place_before(self, at: float) -> int:
        """Return the last segment whose keyframe stands at or before a time."""
        return max(bisect_right(self._segments, at, key=_start) - 1, 0)

    def _player_at(self, at: float) -> Player:
        """Return a player standing at a time, to look at only."""
        at = _moment(at)
        self.advance(at)
        if at >= self.end:
            return self._head
        segment = self._segments[self._place_before(at)]
        if self._scout is None or not segment.at <= self._scout[0] <= at:
            player = Player.restore(segment.state, self._head.script, segment.done)
        else:
            player = self._scout[1]
        player.advance(at)
        player.run.take_records()
        self._scout = (at, player)
        return player

    def _cut_back(self, at: float) -> None:
        """Drop what was simulated past a time."""
        if at < self.end:
            self._restore(at)
        self._scout = None

    def _restore(self, at: float) -> None:
        """Let the timeline end at `at`: restore the keyframe before it and replay."""
        place = self._place_before(at)
        del self._segments[place + 1 :]
        self._used = {used: None for used in self._used if used < place}
        self._thinned = min(self._thinned, place)
        segment, script = self._segments[place], self.recording.prefix(at).script()
        seen, self._scout = self._scout, None
        self.end = at
        if seen is not None and seen[0] == at and segment.records is not None:
            self._head = seen[1]
            self._head.script = script
            known = segment.records[: _after(segment.records, at)]
            segment.empty()
            segment.fill(known, self._head.run.lab.landmarks)
        else:
            self._head = Player.restore(segment.state, script, segment.done)
            segment.empty()
        self._simulate(at)

    def _records_of(self, place: int) -> list[Record]:
        """Return the records of a segment, regenerating them where they were dropped."""
        segment = self._segments[place]
        if segment.records is None:
            following = self._segments[place + 1]
            player = Player.restore(segment.state, self._head.script, segment.done)
            player.advance(following.at, following.done)
            segment.records = player.run.take_records()
        self._use(place)
        return segment.records

    def _use(self, place: int) -> None:
        """Remember that a segment's records were wanted, and drop those not wanted for longest."""
        if place == len(self._segments) - 1:
            return
        self._used.pop(place, None)
        self._used[place] = None
        kept = sum(self._segments[used].count for used in self._used)
        while kept > KEPT_RECORDS and len(self._used) > 1:
            oldest = next(iter(self._used))
            del self._used[oldest]
            kept -= self._segments[oldest].count
            self._segments[oldest].records = None


def _moment(at: float) -> float:
    """Return a time as the engine counts: in whole microseconds."""
    if isnan(at):
        raise ValueError("A time is a number of milliseconds.")
    return round(float(at), 3)


def _time(record: Record) -> float:
    return record.at


def _start(segment: _Segment) -> float:
    return segment.at


def _after(records: list[Record], at: float) -> int:
    return bisect_right(records, at, key=_time)


_MARKED = frozenset({Fault, Violated, Stalled, Reached, Noted})


def _mark(record: Record, landmarks: frozenset[str]) -> dict[str, Any] | None:
    match record:
        case Fault():
            return {"at": record.at, "kind": "fault", "text": record.text}
        case Violated():
            return {"at": record.at, "kind": "violation", "text": record.text}
        case Stalled():
            return {"at": record.at, "kind": "stall", "text": record.text}
        case Reached():
            return {"at": record.at, "kind": "goal", "text": record.text}
        case Noted() if record.event in landmarks:
            return {"at": record.at, "kind": "note", "text": record.text}
    return None
