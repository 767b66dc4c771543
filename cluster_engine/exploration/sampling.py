"""Single schedules by chance: a random walk, and PCT.

PCT gives threads random priorities and always runs the highest that can move; at d - 1 moments drawn beforehand, the
running thread falls below all others. A bug of depth d (one that needs d steps to come in one order) in a program of n
threads and k steps shows with probability at least 1 / (n k^(d-1)): Burckhardt, Kothari, Musuvathi, Nagarakatte, "A
randomized scheduler with probabilistic guarantees of finding bugs" (ASPLOS 2010).
"""

from collections.abc import Callable, Hashable, Iterator
from random import Random

from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.runs import Run, Taken, preemptible, take

Choose = Callable[[Explorable, list[int]], int]


def random_runs(machine: Explorable, seed: int, max_steps: int) -> Iterator[Run]:
    """Yield runs without end in which each step is drawn among the threads that can move."""
    rng = Random(seed)
    while True:
        yield _run(machine.copy(), lambda _, enabled: rng.choice(enabled), max_steps)


def pct_runs(machine: Explorable, threads: int, seed: int, depth: int, max_steps: int) -> Iterator[Run]:
    """Yield runs without end by priorities with `depth` - 1 changes. k is the longest run so far."""
    rng = Random(seed)
    longest = 1
    while True:
        run = _run(machine.copy(), _Priorities(rng, threads, depth, longest).choose, max_steps)
        longest = max(longest, len(run.taken))
        yield run


class _Priorities:
    """The priorities of one run."""

    def __init__(self, rng: Random, threads: int, depth: int, steps: int) -> None:
        self._of = list(range(depth, depth + threads))
        rng.shuffle(self._of)
        # At the place i of a run, the running thread's priority becomes that of the change: 1 to d - 1, lower than all.
        self._changes = {rng.randint(1, steps): depth - 1 - n for n in range(depth - 1)}
        self._steps = 0
        self._spun: set[Hashable] = set()
        self._running = -1

    def choose(self, machine: Explorable, enabled: list[int]) -> int:
        """Return the thread of the highest priority."""
        thread = self._highest(enabled)
        self._steps += 1
        if self._steps in self._changes:
            self._of[thread] = self._changes[self._steps]
            thread = self._highest(enabled)
        if self._spins(machine, thread) and len(enabled) > 1:
            self._of[thread] = min(self._of) - 1
            thread = self._highest(enabled)
        self._running = thread
        return thread

    def _highest(self, enabled: list[int]) -> int:
        return max(enabled, key=self._of.__getitem__)

    def _spins(self, machine: Explorable, thread: int) -> bool:
        """Return whether the thread has come back to a state since it last began to run: it waits for the others."""
        if thread != self._running:
            self._spun.clear()
        key = machine.key()
        spins = key in self._spun
        self._spun.add(key)
        return spins


def _run(machine: Explorable, choose: Choose, max_steps: int) -> Run:
    steps: list[Taken] = []
    before, preempted = None, None
    while len(steps) < max_steps and (enabled := machine.enabled()):
        before = machine.copy()
        taken = take(machine, choose(machine, enabled), preempted)
        preempted = preemptible(taken, machine.enabled())
        steps.append(taken)
    return Run(machine, steps, (), not machine.enabled(), before)
