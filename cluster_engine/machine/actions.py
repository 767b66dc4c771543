"""What a learner can do to threads."""

from dataclasses import dataclass
from typing import ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.machine.cast import PRIORITIES
from cluster_engine.machine.cores import OVER, RUNNING, Thread
from cluster_engine.machine.world import MachineWorld
from cluster_engine.wording import did_you_mean, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadAction(Action):
    """Something done to one thread."""

    group: ClassVar[str] = "Threads"
    target: ClassVar[str | None] = "node"

    node: str = entry("node", "Thread")

    def refusal(self, world: MachineWorld) -> str | None:
        thread = world.thread(self.node)
        if thread is None:
            names = [thread.name for thread in world.threads]
            return f"there is no thread {quoted(self.node)}.{did_you_mean(self.node, names)}".rstrip(".")
        if world.machine.failure is not None or thread.role in OVER:
            return world.reason(thread)
        return self.objection(world, thread)

    def objection(self, world: MachineWorld, thread: Thread) -> str | None:
        """Say why this is impossible for that thread now, or None."""
        return None

    def apply(self, world: MachineWorld) -> None:
        thread = world.thread(self.node)
        assert thread is not None, "refusal has looked"
        self.act(world, thread)

    def act(self, world: MachineWorld, thread: Thread) -> None:
        """Do it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class StepThread(ThreadAction):
    """Let a thread take one step."""

    kind: ClassVar[str] = "step"
    label: ClassVar[str] = "Step"
    help: ClassVar[str] = "The thread takes one atomic step; you are the scheduler."
    is_fault: ClassVar[bool] = False

    def objection(self, world: MachineWorld, thread: Thread) -> str | None:
        if not world.by_hand:
            return f"the scheduler here is {world.config.scheduler}; choose the scheduler hand to step threads yourself"
        return world.reason(thread) or None

    def act(self, world: MachineWorld, thread: Thread) -> None:
        world.take(thread)

    def words(self) -> str:
        return f"{self.node} takes a step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preempt(ThreadAction):
    """Take a core away from a thread."""

    kind: ClassVar[str] = "preempt"
    label: ClassVar[str] = "Preempt"
    help: ClassVar[str] = "The running thread loses its core and queues up behind the others."

    def objection(self, world: MachineWorld, thread: Thread) -> str | None:
        if world.by_hand:
            return "you are the scheduler: step another thread instead"
        return None if thread.role == RUNNING else f"{thread.name} is not running, it is {thread.role}"

    def act(self, world: MachineWorld, thread: Thread) -> None:
        world.preempt(thread)

    def words(self) -> str:
        return f"{self.node} loses its core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(ThreadAction):
    """Let a thread stand still for a while."""

    kind: ClassVar[str] = "delay"
    label: ClassVar[str] = "Delay"
    help: ClassVar[str] = "The thread stands still for a while, as after a page fault or a long interrupt."

    for_ms: float = entry("number", "For", default=100.0, low=0.001, high=600_000, unit="ms")

    def act(self, world: MachineWorld, thread: Thread) -> None:
        world.delay(thread, self.for_ms)

    def words(self) -> str:
        return f"{self.node} is delayed by {self.for_ms:g} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority(ThreadAction):
    """Give a thread another priority."""

    kind: ClassVar[str] = "set_priority"
    label: ClassVar[str] = "Set priority"
    help: ClassVar[str] = "A higher number goes first; it counts under the scheduler priority."

    priority: int = entry("integer", "Priority", default=10, low=PRIORITIES[0], high=PRIORITIES[-1])

    def act(self, world: MachineWorld, thread: Thread) -> None:
        thread.base = self.priority

    def words(self) -> str:
        return f"{self.node} gets priority {self.priority}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill(ThreadAction):
    """End a thread where it stands."""

    kind: ClassVar[str] = "kill"
    label: ClassVar[str] = "Kill"
    help: ClassVar[str] = "The thread ends where it stands. A lock that it holds is never given back."

    def act(self, world: MachineWorld, thread: Thread) -> None:
        world.kill(thread)

    def words(self) -> str:
        return f"{self.node} is killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake(ThreadAction):
    """Wake a thread from a condition for no reason."""

    kind: ClassVar[str] = "wake"
    label: ClassVar[str] = "Spurious wake-up"
    help: ClassVar[str] = "The thread comes back from wait() though nobody has notified it, as POSIX allows."

    def objection(self, world: MachineWorld, thread: Thread) -> str | None:
        asleep = any(thread.number in target.sleepers(world.machine) for target in world.machine.program.objects)
        return None if asleep else f"{thread.name} does not wait for a condition"

    def act(self, world: MachineWorld, thread: Thread) -> None:
        world.wake(thread)

    def words(self) -> str:
        return f"{self.node} wakes up for no reason"


THREAD_ACTIONS: tuple[type[Action], ...] = (StepThread, Preempt, Delay, SetPriority, Kill, Wake)
