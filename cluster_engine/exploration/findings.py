"""What the runs of an exploration showed: outcomes, and each way to fail with its best schedule so far."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cluster_engine.exploration.explorable import Explorable, Failed, Waiting
from cluster_engine.exploration.exploration import Failure, Outcome, Schedule
from cluster_engine.exploration.races import Race, races
from cluster_engine.exploration.runs import Past, Run, Taken, has_outcome, missed_in, preemptions

_ORDER = ("assertion", "error", "deadlock", "lost-wakeup", "livelock", "race")


class Fault(NamedTuple):
    """A way to fail, whoever it happens to: two faults of equal kind, lines and object are one."""

    kind: str
    lines: tuple[int, ...]
    about: str


class Finding(NamedTuple):
    """A fault, who it happened to, and the steps that led there."""

    fault: Fault
    threads: tuple[int, ...]
    text: str
    taken: Sequence[Taken]
    cycle: int = 0

    @property
    def cost(self) -> tuple[int, int]:
        """Fewest preemptions first, then fewest steps."""
        return preemptions(self.taken), len(self.taken)


def failed(failure: Failed, taken: Sequence[Taken]) -> Finding:
    """Return the finding of an assertion that failed or an error."""
    threads = () if failure.thread < 0 else (failure.thread,)
    return Finding(Fault(failure.kind, (failure.line,), ""), threads, failure.text, taken)


def for_ever(machine: Explorable, missed: Past) -> dict[Fault, list[Waiting]]:
    """Return who waits for ever, though others may run on: each who lost a wake-up, and each group that waits for
    nobody but itself.
    """
    hopeless = machine.hopeless()
    found: dict[Fault, list[Waiting]] = {}
    lost = {one.thread: one for one in hopeless.waiting if missed.by(one.thread, one.on, machine.looks(one.thread))}
    for one in lost.values():
        found.setdefault(Fault("lost-wakeup", (one.line,), ""), []).append(one)
    for group in hopeless.groups:
        if not any(one.thread in lost for one in group):
            found.setdefault(Fault("deadlock", tuple(sorted(one.line for one in group)), ""), []).extend(group)
    return found


def waiting_for_ever(machine: Explorable, fault: Fault, waiting: Sequence[Waiting], taken: Sequence[Taken]) -> Finding:
    """Return the finding of threads that wait for what cannot come."""
    text = "; ".join(f"{machine.name_of(one.thread)} stands in line {one.line}: {one.why}" for one in waiting) + "."
    return Finding(fault, tuple(one.thread for one in waiting), text, taken)


def faults_of(run: Run) -> list[Finding]:
    """Return how a run failed: not at all, in one way, or in several of which each could have come first."""
    found = [failed(broken.failure, broken.taken) for broken in run.broken]
    if run.machine.failure is not None:
        found.append(failed(run.machine.failure, run.taken))
    machine, taken = run.standing()
    waits = for_ever(machine, missed_in(taken)).items()
    return found + [waiting_for_ever(machine, fault, waiting, taken) for fault, waiting in waits]


def fault_of(location: str, one: Taken, other: Taken) -> Fault:
    """Return the data race of two accesses to a place; elements of one list or dict are one variable."""
    lines = (one.line, other.line) if one.line < other.line else (other.line, one.line)
    return Fault("race", lines, variable_of(location))


def variable_of(location: str) -> str:
    """Return the variable that a place belongs to."""
    return location.partition("[")[0].partition(".")[0]


def raced(machine: Explorable, race: Race, taken: Sequence[Taken]) -> Finding:
    """Return the finding of a data race."""
    both = (taken[race.first], taken[race.second])
    verbs = ["writes" if one.access and one.access.op == "write" else "reads" for one in both]
    first, second = (
        f"{machine.name_of(one.thread)} {verb} {race.location} in line {one.line}"
        for one, verb in zip(both, verbs, strict=True)
    )
    text = f"{first} and {second}, and nothing orders the two."
    fault, threads = fault_of(race.location, *both), (both[0].thread, both[1].thread)
    return Finding(fault, threads, text, taken[: race.second + 1])


class Findings:
    """The runs that were seen, summed up."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.schedules = 0
        self.failing = 0
        self._outcomes: dict[str, Outcome] = {}
        self._found: dict[Fault, tuple[Finding, int]] = {}
        self._races: dict[Fault, tuple[Finding, int]] = {}
        self._shortest: set[Fault] = set()

    @property
    def faults(self) -> list[Fault]:
        """All ways to fail that were found, data races included."""
        return [*self._found, *self._races]

    def is_settled(self, fault: Fault) -> bool:
        """Return whether a shortest schedule is known."""
        return fault in self._shortest

    def unsettled(self) -> list[Fault]:
        """Return the ways to fail of which no shortest schedule is known."""
        return [fault for fault in self.faults if fault not in self._shortest]

    @property
    def fails(self) -> bool:
        """Whether a run failed."""
        return bool(self._found)

    def see(self, run: Run, count: int = 1) -> None:
        """Take in a run that stands for `count` schedules."""
        self.schedules += count
        faults = faults_of(run)
        self.failing += count if faults else 0
        for finding in faults:
            self.add(finding, count)
        self._see_races(run, count)
        if has_outcome(run.machine):
            self.end(run.machine, self.schedule(run.taken), count)

    def add(self, finding: Finding, count: int = 1) -> None:
        """Take in a way to fail that `count` schedules showed; keep the better schedule."""
        found = self._of_kind(finding)
        known, before = found.get(finding.fault, (finding, 0))
        better = finding if finding.cost < known.cost and finding.fault not in self._shortest else known
        found[finding.fault] = better, before + count

    def settle(self, finding: Finding) -> None:
        """Take in a way to fail with a shortest schedule; the first one given is kept."""
        if finding.fault not in self._shortest:
            found = self._of_kind(finding)
            found[finding.fault] = finding, found.get(finding.fault, (finding, 0))[1]
            self._shortest.add(finding.fault)

    def end(self, machine: Explorable, schedule: Schedule, count: int) -> None:
        """Take in the final values of runs in which all threads ended."""
        values = machine.outcome()
        known = self._outcomes.get(repr(values))
        if known is not None:
            count, schedule = count + known.count, known.schedule
        self._outcomes[repr(values)] = Outcome(values, count, schedule)

    def schedule(self, taken: Iterable[Taken]) -> Schedule:
        """Return the names of the threads that step."""
        return tuple(self._names[step.thread] for step in taken)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes, in the order of their values."""
        return tuple(self._outcomes[name] for name in sorted(self._outcomes))

    def failures(self) -> tuple[Failure, ...]:
        """Return the ways to fail that end a run or keep it from ending."""
        return self._told(self._found)

    def races(self) -> tuple[Failure, ...]:
        """Return the data races."""
        return self._told(self._races)

    def _of_kind(self, finding: Finding) -> dict[Fault, tuple[Finding, int]]:
        return self._races if finding.fault.kind == "race" else self._found

    def _see_races(self, run: Run, count: int) -> None:
        met: set[Fault] = set()
        for taken in (run.taken, *(broken.taken for broken in run.broken)):
            for race in races(taken):
                fault = fault_of(race.location, taken[race.first], taken[race.second])
                if fault in met:
                    continue
                met.add(fault)
                finding, before = self._races.get(fault) or (raced(run.machine, race, taken), 0)
                self._races[fault] = finding, before + count

    def _told(self, found: dict[Fault, tuple[Finding, int]]) -> tuple[Failure, ...]:
        told = [self._failure(finding, count) for finding, count in found.values()]
        return tuple(sorted(told, key=lambda one: (_ORDER.index(one.kind), one.preemptions, one.lines, one.text)))

    def _failure(self, finding: Finding, count: int) -> Failure:
        fault = finding.fault
        threads = tuple(self._names[thread] for thread in finding.threads)
        schedule = self.schedule(finding.taken)
        shortest = fault in self._shortest
        return Failure(
            fault.kind,
            finding.text,
            fault.lines,
            threads,
            finding.cost[0],
            schedule,
            max(count, 1),
            shortest,
            finding.cycle,
        )
