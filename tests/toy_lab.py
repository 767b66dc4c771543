"""A lab as small as can be, for tests of what all labs share: a counter that grows at random intervals."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from cluster_engine import labs
from cluster_engine.actions import Action, Refused, action_to_json, entry
from cluster_engine.labs.declaration import (
    Button,
    Goal,
    Invariant,
    Lab,
    Measure,
    MessageLook,
    RoleLook,
    Setting,
    SettingError,
    Situation,
    TimerLook,
)
from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Fault, Fired, Noted, Record
from cluster_engine.simulation import Simulation


class Counter:
    """The world: it counts, more or less every `every_ms`."""

    def __init__(self, seed: int, every_ms: float) -> None:
        self.simulation = Simulation(seed)
        self.every_ms = every_ms
        self.count = 0
        self.running = True
        self.records: list[Record] = []
        self.notable: list[Record] = []
        self.seq = 0
        self.emit(Changed, "t1", {"count": 0})
        self._plan()

    @property
    def now(self) -> float:
        return self.simulation.now

    def next_at(self) -> float:
        return self.simulation.next_at()

    def advance_clock(self, to_ms: float) -> None:
        self.simulation.now = max(self.simulation.now, to_ms)

    def step(self) -> None:
        self.simulation.pop()
        self.records.append(Fired(self.seq, self.now, -1, "t1", "count"))
        self.seq += 1
        if self.running:
            self.add(1)
        self._plan()

    def refusal(self, action: Action) -> str | None:
        return action.refusal(self)

    def apply(self, action: Action) -> None:
        if reason := self.refusal(action):
            raise Refused(reason)
        cause = self.emit(Fault, action_to_json(action), action.words()).seq
        action.apply(self)
        self.cause = cause

    def emit(self, kind: type[Record], *values: Any, cause: int = -1) -> Record:
        record = kind(self.seq, self.now, cause, *values)
        self.seq += 1
        self.records.append(record)
        self.notable.append(record)
        return record

    def view(self) -> dict[str, Any]:
        return {"at": self.now, "nodes": {"t1": {"count": self.count, "running": self.running}}}

    def add(self, amount: int) -> None:
        self.count += amount
        self.emit(Changed, "t1", {"count": self.count})
        if self.count % 10 == 0:
            self.emit(Noted, "t1", "round", {"count": self.count}, "")

    def _plan(self) -> None:
        pause = self.simulation.stream("pause").uniform(0.5, 1.5) * self.every_ms
        self.simulation.schedule(self.now + pause, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump(Action):
    kind: ClassVar[str] = "bump"
    label: ClassVar[str] = "Bump"
    group: ClassVar[str] = "Nodes"
    target: ClassVar[str | None] = "node"
    help: ClassVar[str] = "Adds to the counter at once."

    node: str = entry("node", "Node")
    by: int = entry("integer", "By", default=1, low=1, high=100)

    def refusal(self, world: Counter) -> str | None:
        return None if self.node == "t1" else f"there is no node {self.node!r}"

    def apply(self, world: Counter) -> None:
        world.add(self.by)

    def words(self) -> str:
        return f"{self.node} is bumped by {self.by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt(Action):
    kind: ClassVar[str] = "halt"
    group: ClassVar[str] = "Nodes"
    undo: ClassVar[str | None] = "go_on"

    def refusal(self, world: Counter) -> str | None:
        return None if world.running else "the counter stands still already"

    def apply(self, world: Counter) -> None:
        world.running = False

    def words(self) -> str:
        return "the counter halts"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn(Action):
    kind: ClassVar[str] = "go_on"
    group: ClassVar[str] = "Nodes"

    def refusal(self, world: Counter) -> str | None:
        return "the counter runs" if world.running else None

    def apply(self, world: Counter) -> None:
        world.running = True

    def words(self) -> str:
        return "the counter goes on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Action):
    kind: ClassVar[str] = "part"
    group: ClassVar[str] = "Network"

    groups: tuple[tuple[str, ...], ...] = entry("groups", "Groups")
    for_ms: float = entry("number", "For", default=0.0, low=0, high=1000, unit="ms")
    how: str = entry("choice", "How", default="softly", choices=("softly", "hard"))

    def apply(self, world: Counter) -> None:
        world.emit(Noted, "", "parted", {}, "")

    def words(self) -> str:
        return "the network parts"


class Count:
    kinds = frozenset({Changed})
    fields = frozenset({"count"})

    def __init__(self) -> None:
        self.value = 0
        self.even: str | None = None

    def see(self, record: Changed) -> None:
        self.value = record.changes["count"]
        self.even = None if self.value == 0 else "even" if self.value % 2 == 0 else "odd"


class Idle:
    """Time since the last count: a meter that grows by itself."""

    kinds = frozenset({Changed})

    def __init__(self) -> None:
        self.value = 0.0
        self._last = 0.0

    def see(self, record: Changed) -> None:
        self._last = record.at

    def settle(self, world: Counter) -> None:
        self.value = world.now - self._last


class Ceiling:
    kinds = frozenset({Changed})
    fields = frozenset({"count"})

    def see(self, record: Changed) -> Violation | None:
        count = record.changes["count"]
        return Violation(f"t1 counts {count}, more than 1,000", ("t1",)) if count > 1_000 else None


def build(settings: dict[str, Any], seed: int) -> Counter:
    return Counter(seed, settings["every_ms"])


def _sense(settings: dict[str, Any]) -> SettingError | None:
    too_fast = settings["loud"] and settings["every_ms"] < 5
    return SettingError("every_ms", "A loud counter needs at least 5 ms.") if too_fast else None


LAB = Lab(
    name="toy",
    title="A counter",
    summary="Counts.",
    settings=(
        Setting("every_ms", "float", 10.0, low=1, high=1_000, unit="ms", help="How often it counts."),
        Setting("size", "int", 3, low=1, high=9),
        Setting("loud", "bool", False),
        Setting("mood", "choice", "calm", choices=("calm", "wild")),
        Setting("note", "text", ""),
    ),
    buttons=(Button(Bump), Button(Halt), Button(GoOn), Button(Part, label="Part ways", group="Net")),
    panels=("cluster", "events"),
    goals=(
        Goal("ten", "Count to ten", "count >= 10", reference="", reference_for_ms=200),
        Goal("idle", "Idle for 200 ms", "idle_ms >= 200", reference="50ms halt"),
    ),
    invariants=(Invariant("ceiling", "A ceiling", "toy", "Never above 1,000.", Ceiling),),
    measures=(
        Measure("count", "Count", meter=Count, ask="how far it counts"),
        Measure("parity", "Parity", kind="text", live=False, meter=Count, attribute="even", choices=("odd", "even")),
        Measure("idle_ms", "Idle", unit="ms", meter=Idle),
        Measure("who", "Who", kind="node", meter=Count, choices=lambda s: [f"t{n + 1}" for n in range(s["size"])]),
    ),
    situations=(
        Situation("rush", "A rush", "Counts fast, then jumps.", {"every_ms": 2.0}, "20ms bump t1 50"),
    ),
    messages={"Tick": MessageLook("tick", "circle", 1)},
    timers={"count": TimerLook("count")},
    roles={"counter": RoleLook("counter")},
    epoch="count",
    speed=0.1,
    narration={"round": "{node} has counted to {count}.", "parted": lambda record: "Parted."},
    build=build,
    landmarks=frozenset({"round"}),
    rule=_sense,
)  # fmt: skip


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Return the toy lab, known by its name for the length of a test."""
    real = labs.all_labs()
    monkeypatch.setattr(labs, "all_labs", lambda: (*real, LAB))
    return LAB
