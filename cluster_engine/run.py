"""A run: a world together with those who watch it. The whole of it pickles, and that is a keyframe."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from cluster_engine.actions import Action, Refused
from cluster_engine.labs.declaration import Goal, Lab
from cluster_engine.labs.liveness import Liveness
from cluster_engine.monitors import TICK_MS, Meter, Stall, wants
from cluster_engine.recording import Recording
from cluster_engine.records import Changed, Fault, Measured, Noted, Reached, Record, Resumed, Stalled, Violated

MAX_EVENTS_A_TICK = 200_000
MOST_STALLS = 100  # past ones that are remembered

Read = tuple[str, Any, str]  # measure, meter, attribute
See = Callable[[Any], Any]
Route = tuple[tuple[See, ...], tuple[Read, ...], tuple[tuple[str, See], ...]]


class RunAway(RuntimeError):
    """The world does so much in so little virtual time that it would never end."""


class Run:
    """A lab's world under way: steps, measures, judges and narrates.

    Everything that happens between two ticks (every 50 virtual ms, when timed meters are settled)
    depends on the recording alone, never on how the run was advanced.
    """

    def __init__(self, recording: Recording, goals: Iterable[Goal] = ()) -> None:
        lab = recording.declaration
        self.lab: Lab = lab
        self.world: Any = lab.build(dict(recording.settings), recording.seed)
        self.meters = [factory() for factory in _factories(lab)]
        self.checkers = [invariant.judge(recording.settings) for invariant in lab.invariants]
        self.watchdogs = [one.watchdog(recording.settings) for one in lab.liveness]
        self.extra = tuple(goals)
        every = (*lab.goals, *self.extra)
        self.reached: dict[str, float | None] = {goal.name: None for goal in every}
        self.open = [goal.name for goal in every if goal.where is None or goal.where(recording.settings)]
        names = [invariant.name for invariant in lab.invariants]
        self.violated: dict[str, tuple[float, str] | None] = dict.fromkeys(names)
        self.violations = dict.fromkeys(names, 0)
        self.stalls: dict[str, Stall | None] = {one.name: None for one in lab.liveness}
        self.stands_still = False  # whether any of these is in force
        self.stalled_before: list[tuple[str, Stall, float]] = []  # what went on again, and when
        self.faults = 0
        self.refused: list[tuple[float, str]] = []
        self.values: dict[str, Any] = {}
        self.tick_at = TICK_MS
        self._prepare()
        self._begin()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    @property
    def now(self) -> float:
        """The present moment in virtual ms."""
        now: float = self.world.now
        return now

    def advance(self, to_ms: float) -> None:
        """Execute all events up to and including `to_ms`, and let time pass until then."""
        world, to_ms = self.world, float(to_ms)  # a whole number would stand otherwise in the records' text
        while True:
            bound = min(to_ms, self.tick_at)
            self._execute(bound)
            world.advance_clock(bound)
            if bound == self.tick_at:
                self._tick()
            if bound >= to_ms:
                return

    def refusal(self, action: Action) -> str | None:
        """Say why the action is impossible now, or None."""
        reason: str | None = self.world.refusal(action)
        return reason

    def apply(self, action: Action) -> None:
        """Do what a person asked for, at the present moment; raise Refused."""
        self.world.apply(action)
        self._judge()

    def replay(self, action: Action) -> None:
        """Do what a recording asks for; what is impossible is noted and skipped."""
        try:
            self.apply(action)
        except Refused as refused:
            self.refused.append((self.now, f"{action.words()}: {refused}"))
            text = f"Not possible: {action.words()}, because {refused}."
            self.world.emit(Noted, "", "refused", {"action": action.kind, "reason": str(refused)}, text)
            self._judge()

    def take_records(self) -> list[Record]:
        """Return what was recorded since the last time, and forget it."""
        records: list[Record] = self.world.records[:]
        self.world.records.clear()
        return records

    def measure(self, name: str) -> Any:
        """Return the present value of a measure; None while it has none."""
        return self.values[name]

    def view(self) -> dict[str, Any]:
        """Return the present state, as the panels draw it."""
        view: dict[str, Any] = self.world.view()
        view["measures"] = self.measures()
        view["goals"] = {name: {"reached": at} for name, at in self.reached.items()}
        view["invariants"] = {
            name: {"violated": found[0] if found else None, "text": found[1] if found else ""}
            for name, found in self.violated.items()
        }
        view["liveness"] = {
            name: {"since": stall.since if stall else None, "text": stall.text if stall else ""}
            for name, stall in self.stalls.items()
        }
        return view

    def measures(self) -> dict[str, Any]:
        """Return all measures by name."""
        return {measure.name: self.values[measure.name] for measure in self.lab.measures}

    # --- what happens at each event ---------------------------------------------------------

    def _execute(self, bound: float) -> None:
        world = self.world
        next_at, step, notable = world.next_at, world.step, world.notable
        for _ in range(MAX_EVENTS_A_TICK):
            if next_at() > bound:
                return
            step()
            if notable:
                self._judge()
        raise RunAway(f"{MAX_EVENTS_A_TICK:,} events within {TICK_MS:g} ms, at {self.now:g} ms: more than a run may do")

    def _judge(self) -> None:
        """Let meters, checkers and goals read what the last event left; one round, in the order of
        happening.
        """
        notable = self.world.notable
        news = notable[:]
        notable.clear()
        routes, values = self._routes, self.values
        changes: dict[str, Any] = {}
        cause = -1
        for record in news:
            kind = type(record)
            key = tuple(record.changes) if kind is Changed else kind
            sees, reads, checks = routes.get(key) or self._route(key, record)
            if kind is Noted or kind is Fault:
                self._tell(record)
            for see in sees:
                see(record)
            for name, meter, attribute in reads:
                value = getattr(meter, attribute)
                if value != values[name]:
                    values[name] = changes[name] = value
                    cause = record.seq
            for name, see in checks:
                violation = see(record)
                if violation is not None:
                    self._violate(name, violation, record.seq)
        if changes:
            self._changed(changes, cause)
        if self.stands_still and news:
            self._look_for_stalls(news[-1].seq)

    def _route(self, key: Any, record: Record) -> Route:
        kind, fields = type(record), getattr(record, "changes", ())
        meters = [meter for meter in self.meters if wants(meter, kind, fields)]
        route: Route = (
            tuple(monitor.see for monitor in (*meters, *self.watchdogs) if wants(monitor, kind, fields)),
            tuple(read for read in self._reads if any(read[1] is meter for meter in meters)),
            tuple(
                (invariant.name, checker.see)
                for invariant, checker in zip(self.lab.invariants, self.checkers, strict=True)
                if wants(checker, kind, fields)
            ),
        )
        if len(self._routes) < 1_000:
            self._routes[key] = route
        return route

    def _tell(self, record: Record) -> None:
        if isinstance(record, Fault):
            self.faults += self.lab.is_fault(record.action["kind"])
        elif isinstance(record, Noted) and not record.text:
            records = self.world.records
            place = record.seq - records[0].seq
            records[place] = replace(record, text=self.lab.narrate(record))

    def _violate(self, name: str, violation: Any, cause: int) -> None:
        self.violations[name] += 1
        if self.violated[name] is None:
            self.violated[name] = (self.now, violation.text)
            self._emit(Violated, name, violation.text, list(violation.nodes), list(violation.against), cause=cause)
            breach = self._breaches[name]
            self.values[breach] = 1
            self._aim({breach: 1}, cause)

    def _look_for_stalls(self, cause: int = -1) -> None:
        """Say what has come to a standstill, what goes on again, and where the reason is another one now."""
        for liveness, watchdog in zip(self.lab.liveness, self.watchdogs, strict=True):
            before, found = self.stalls[liveness.name], watchdog.stall(self.now)
            stall = found and liveness.told(found, before.since if before else found.since)
            if stall == before:
                continue
            self.stalls[liveness.name] = stall
            self.stands_still = any(self.stalls.values())
            if stall is not None:
                self._emit(Stalled, liveness.name, stall.text, stall.since, list(stall.nodes), cause=cause)
            elif before is not None:
                self._resume(liveness, before, cause)
            if (stall is None) != (before is None):
                self.values[liveness.stalled] = int(stall is not None)
                self._aim({liveness.stalled: self.values[liveness.stalled]}, cause)

    def _resume(self, liveness: Liveness, stall: Stall, cause: int) -> None:
        lasted = self.now - stall.since
        self.stalled_before.append((liveness.name, stall, self.now))
        del self.stalled_before[:-MOST_STALLS]
        self._emit(Resumed, liveness.name, f"{liveness.title} goes on, after {lasted:,.0f} ms", lasted, cause=cause)

    def _changed(self, changes: Mapping[str, Any], cause: int) -> None:
        live = {name: value for name, value in changes.items() if name in self._live}
        if live:
            self._emit(Measured, live, cause=cause)
        self._aim(changes, cause)

    def _aim(self, changes: Mapping[str, Any], cause: int) -> None:
        """Look which goals the changed measures have brought about."""
        for name in self.open[:]:
            goal, expression = self._goals[name]
            if expression.names.isdisjoint(changes) or not expression.holds(self.values):
                continue
            if goal.budget is not None and self.faults > goal.budget:
                continue
            self.open.remove(name)
            if goal.within_ms is None or self.now <= goal.within_ms:
                self.reached[name] = self.now
                self._emit(Reached, name, goal.title, cause=cause)

    def _tick(self) -> None:
        self.tick_at += TICK_MS
        self.settle()
        self._look_for_stalls()

    def settle(self) -> None:
        """Bring the timed meters up to the present moment."""
        for settle in self._settle:
            settle(self.world)
        changes = {
            name: value
            for name, meter, attribute in self._timed_reads
            if (value := getattr(meter, attribute)) != self.values[name]
        }
        if changes:
            self.values |= changes
            self._changed(changes, -1)

    # --- making and restoring ---------------------------------------------------------------

    def _prepare(self) -> None:
        """Make what follows from the lab and the watchers, and is not worth a place in a keyframe."""
        lab = self.lab
        self._routes: dict[Any, Route] = {}
        self._breaches = {invariant.name: invariant.breach for invariant in lab.invariants}
        self._live = frozenset(measure.name for measure in lab.measures if measure.live)
        self._goals = {g.name: (g, lab.compile(g.expression)) for g in (*lab.goals, *self.extra)}
        meters = dict(zip(_factories(lab), self.meters, strict=True))
        self._reads: list[Read] = [(m.name, meters[m.meter], m.attribute) for m in lab.measures]
        timed = [meter for meter in self.meters if hasattr(meter, "settle")]
        self._settle = [meter.settle for meter in timed]
        self._timed_reads = [read for read in self._reads if any(read[1] is meter for meter in timed)]

    def _begin(self) -> None:
        """Measure the world as it was built: whatever already holds at the start is true from the
        start.
        """
        self.values = {name: getattr(meter, attribute) for name, meter, attribute in self._reads}
        self.values |= dict.fromkeys(self._breaches.values(), 0)
        self.values |= {one.stalled: 0 for one in self.lab.liveness}
        started = dict(self.values)
        self._judge()
        unsaid = {n: v for n, v in started.items() if n in self._live and v == self.values[n]}
        if unsaid:
            self._emit(Measured, unsaid)
        self._aim(self.values, -1)

    def _emit(self, kind: type[Record], *values: Any, cause: int = -1) -> None:
        """Record something found; nobody needs to judge it again."""
        self.world.emit(kind, *values, cause=cause)
        self.world.notable.clear()


def _factories(lab: Lab) -> list[Callable[[], Meter]]:
    """Return the lab's factories of meters, each once: measures that name the same one share its
    meter.
    """
    return list(dict.fromkeys(measure.meter for measure in lab.measures))
