"""Every schedule of a program, walked one by one without any cleverness: what explorations are held against."""

from dataclasses import dataclass, field

from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.findings import Fault, Finding, faults_of, raced
from cluster_engine.exploration.races import races
from cluster_engine.exploration.runs import Run, Taken, has_outcome, preemptible, take


@dataclass
class Naive:
    """What the whole tree holds."""

    threads: int
    schedules: int = 0
    failing: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    faults: set[Fault] = field(default_factory=set)
    races: set[Fault] = field(default_factory=set)
    least: dict[Fault, tuple[int, int]] = field(default_factory=dict)  # preemptions, then steps

    def met(self, finding: Finding) -> None:
        """Keep the least cost of a fault."""
        self.least[finding.fault] = min(finding.cost, self.least.get(finding.fault, finding.cost))

    def costs(self) -> dict[tuple[str, tuple[int, ...]], tuple[int, int]]:
        """Return the least cost of each kind of fault and its lines, as explorations tell them apart."""
        costs: dict[tuple[str, tuple[int, ...]], tuple[int, int]] = {}
        for fault, cost in self.least.items():
            key = fault.kind, fault.lines
            costs[key] = min(cost, costs.get(key, cost))
        return costs


class TooMany(Exception):
    """The tree is too large to be walked."""


def walk(machine: Explorable, threads: int, limit: int = 20_000) -> Naive:
    """Return what every schedule does."""
    naive = Naive(threads)
    _walk(machine, None, [], naive, limit)
    return naive


def _walk(machine: Explorable, before: Explorable | None, taken: list[Taken], naive: Naive, limit: int) -> None:
    enabled = machine.enabled()
    for finding in faults_of(Run(machine, taken, (), not enabled, before)):
        naive.faults.add(finding.fault)
        naive.met(finding)
    if not enabled:
        _end(Run(machine, taken, (), True, before), naive)
        if naive.schedules > limit:
            raise TooMany
    for thread in enabled:
        after = machine.copy()
        preempted = preemptible(taken[-1], enabled) if taken else None
        _walk(after, machine, [*taken, take(after, thread, preempted)], naive, limit)


def _end(run: Run, naive: Naive) -> None:
    naive.schedules += 1
    naive.failing += bool(faults_of(run))
    if has_outcome(run.machine):
        values = repr(run.machine.outcome())
        naive.outcomes[values] = naive.outcomes.get(values, 0) + 1
    for race in races(run.taken):
        finding = raced(run.machine, race, run.taken)
        naive.races.add(finding.fault)
        naive.met(finding)
