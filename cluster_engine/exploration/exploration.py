"""What an exploration found, as data."""

from dataclasses import dataclass
from typing import Any

Schedule = tuple[str, ...]
"""The names of the threads in the order in which they step: a run, since nothing else is left to chance."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Final values of the shared variables, in how many of the schedules, and one that leads to them."""

    values: dict[str, Any]
    count: int
    schedule: Schedule

    def to_json(self) -> dict[str, Any]:
        return {"values": self.values, "count": self.count, "schedule": list(self.schedule)}


@dataclass(frozen=True, slots=True)
class Failure:
    """A way to fail: where, who, and the schedule with the fewest preemptions, then the fewest steps.

    `kind` is assertion, error, deadlock, livelock, race or lost-wakeup. `lines` are those of the failed assertion, of
    the threads that wait, or of the two accesses of a race. `shortest` is False if the search for a shorter schedule
    had to be given up. A livelock's schedule ends with a round of its cycle, `cycle` steps long.
    """

    kind: str
    text: str
    lines: tuple[int, ...]
    threads: tuple[str, ...]
    preemptions: int
    schedule: Schedule
    count: int
    shortest: bool
    cycle: int = 0

    def to_json(self) -> dict[str, Any]:
        told = {
            "kind": self.kind, "text": self.text, "lines": list(self.lines), "threads": list(self.threads),
            "preemptions": self.preemptions, "steps": len(self.schedule), "schedule": list(self.schedule),
            "count": self.count, "shortest": self.shortest,
        }  # fmt: skip
        return told | ({"cycle": self.cycle} if self.cycle else {})


@dataclass(frozen=True, slots=True)
class Exploration:
    """What became of a program under the schedules that were tried.

    `complete`: no schedule can do anything else. `schedules`: runs to an end; None if there are endlessly many.
    `failing`: how many of them failed (a data race alone fails no run). `states`: different states met. `outcomes`
    tells of runs in which all threads ended. `races` holds the data races that do no harm: no schedule fails, though
    the program asserts something; other races are among the failures. `method`: reduction, states, preemptions,
    counting or sampling. `stopped` says in a sentence why the search was given up, or is empty.
    """

    strategy: str
    method: str
    complete: bool
    schedules: int | None
    failing: int | None
    states: int
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]
    races: tuple[Failure, ...] = ()
    stopped: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "strategy": self.strategy, "method": self.method, "complete": self.complete, "schedules": self.schedules,
            "failing": self.failing, "states": self.states, "outcomes": [one.to_json() for one in self.outcomes],
            "failures": [one.to_json() for one in self.failures], "races": [one.to_json() for one in self.races],
            "stopped": self.stopped,
        }  # fmt: skip
