"""What can be done to one message in flight."""

from dataclasses import dataclass
from typing import ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.network import Flight


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFault(Action):
    """What can be done to one message in flight."""

    group: ClassVar[str] = "Messages"
    target: ClassVar[str | None] = "message"

    message: int = entry("message", "Message")

    def refusal(self, world: Cluster) -> str | None:
        if self.message in world.in_flight:
            return None
        return f"message {self.message} is not in flight; it has arrived, was lost or was never sent"

    def flight(self, world: Cluster) -> Flight:
        """Return the message's flight."""
        return world.in_flight[self.message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver(MessageFault):
    """Deliver a message at once."""

    kind: ClassVar[str] = "deliver"
    label: ClassVar[str] = "Deliver now"
    help: ClassVar[str] = "The message arrives at once."

    def apply(self, world: Cluster) -> None:
        world.reschedule(self.flight(world), world.now)

    def words(self) -> str:
        return f"message {self.message} is delivered by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(MessageFault):
    """Delay a message."""

    kind: ClassVar[str] = "delay"
    label: ClassVar[str] = "Delay"
    help: ClassVar[str] = "The message arrives later than it would have."

    extra_ms: float = entry("number", "Delay", default=100.0, low=0.001, high=60_000, unit="ms")

    def apply(self, world: Cluster) -> None:
        flight = self.flight(world)
        planned = world.now if flight.arrives is None else flight.arrives
        world.reschedule(flight, planned + self.extra_ms)

    def words(self) -> str:
        return f"message {self.message} is delayed by {self.extra_ms:g} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(MessageFault):
    """Lose a message."""

    kind: ClassVar[str] = "drop"
    label: ClassVar[str] = "Drop"
    help: ClassVar[str] = "The message is lost."

    def apply(self, world: Cluster) -> None:
        world.drop(self.flight(world), "dropped by hand", world.present_cause())

    def words(self) -> str:
        return f"message {self.message} is dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(MessageFault):
    """Deliver a message twice."""

    kind: ClassVar[str] = "copy"
    label: ClassVar[str] = "Duplicate message"
    help: ClassVar[str] = "A second copy of the message sets out now."

    def apply(self, world: Cluster) -> None:
        world.copy(self.flight(world))

    def words(self) -> str:
        return f"message {self.message} is sent a second time"


MESSAGE_FAULTS: tuple[type[Action], ...] = (Deliver, Delay, Drop, Copy)
