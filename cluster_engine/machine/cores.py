"""Cores, and the threads that want them: what the timed world remembers beside the untimed machine."""

import msgspec

RUNNING, READY, BLOCKED, SLEEPING, ENDED, KILLED = "running", "ready", "blocked", "sleeping", "ended", "killed"
OVER = (ENDED, KILLED)


class MachineConfig(msgspec.Struct, frozen=True):
    """What the computer is like. Times in virtual ms.

    Attributes:
        scheduler: hand, round-robin, priority or random.
        step_ms: How long a step lasts on a warm core; after a switch, `cold_steps` steps last `cold_factor` times that.
        quantum_ms: How long a thread keeps its core while others want it.
        switch_ms: What a core spends on changing threads.
        ageing_ms: A ready thread gains one priority for each such wait (0: none).
        inheritance: Whether a thread runs at the priority of those who wait for what it holds.
    """

    scheduler: str = "hand"
    cores: int = 1
    step_ms: float = 10.0
    quantum_ms: float = 100.0
    switch_ms: float = 0.0
    cold_steps: int = 0
    cold_factor: float = 3.0
    ageing_ms: float = 0.0
    inheritance: bool = False


class Thread:
    """A thread's place in the world, and how its time went."""

    __slots__ = (
        "aged", "base", "blocked_ms", "core", "name", "number", "queued", "ran_ms", "ready_ms", "remaining", "role",
        "seq", "since", "steps", "switches", "until",
    )  # fmt: skip

    def __init__(self, number: int, name: str, priority: int) -> None:
        self.number, self.name, self.base = number, name, priority
        self.aged = 0.0  # the priority that it gained by waiting, and keeps while it has the core
        self.role = READY
        self.core = ""
        self.since = 0.0  # in this role
        self.queued = number  # its place among those that are ready
        self.until = 0.0  # sleeps until then
        self.remaining = 0.0  # of work(ms) under way
        self.steps = self.switches = 0
        self.seq = -1  # the record of its latest step
        self.ran_ms = self.ready_ms = self.blocked_ms = 0.0

    def turn(self, role: str, now: float) -> None:
        """Take on a role, and add the time in the former one to its account."""
        spent = now - self.since
        if self.role == RUNNING:
            self.ran_ms += spent
        elif self.role == READY:
            self.ready_ms += spent
        elif self.role == BLOCKED:
            self.blocked_ms += spent
        self.role, self.since = role, now


class Core:
    """A core, the thread that it serves, and how its time went."""

    __slots__ = (
        "began", "busy_ms", "chunk", "cold", "cold_ms", "epoch", "last", "name", "slice_ends", "slow", "switches",
        "switching", "switching_ms", "thread",
    )  # fmt: skip

    def __init__(self, name: str) -> None:
        self.name = name
        self.thread: int | None = None
        self.last: int | None = None
        self.epoch = 0  # events of former service are stale
        self.began = 0.0
        self.slice_ends = 0.0
        self.chunk = 0.0  # ms of work(ms) under way, 0: a step
        self.cold = 0  # so many steps are still slow
        self.slow = False  # the stretch under way is one of slow steps
        self.switching = False
        self.busy_ms = self.cold_ms = self.switching_ms = 0.0  # cold_ms is a part of busy_ms
        self.switches = 0
