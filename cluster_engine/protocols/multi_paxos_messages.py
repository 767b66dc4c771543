"""What the servers of Multi-Paxos are told, tell one another, and write to disk."""

from typing import Any

import msgspec

from cluster_engine.protocols.planted import NO_BUG


class MultiPaxosConfig(msgspec.Struct, frozen=True):
    """How the group works. `first` and `second` are the sizes of the quorums of the two phases. Times in ms.

    With `distinguished`, a server proposes only once it has heard no leader for `silence_ms` to twice as long, and
    sends clients to whoever leads. Without, each proposes what it is asked, and tries again after up to `backoff_ms`.
    """

    servers: tuple[str, ...]
    first: int
    second: int
    round_ms: float
    backoff_ms: float
    distinguished: bool = True
    heartbeat_ms: float = 50.0
    silence_ms: float = 150.0
    bug: str = NO_BUG


class Noop(msgspec.Struct, frozen=True):
    """The command that changes nothing: it fills a gap."""


class Decree(msgspec.Struct, frozen=True):
    """What one instance of Paxos decides: a command, and the client's operation that it carries out."""

    command: Any
    session: str = ""
    number: int = 0


class Slot(msgspec.Struct, frozen=True):
    """A place in the log: the decree accepted there, in which ballot, and whether it is known to be chosen."""

    ballot: int
    decree: Decree
    chosen: bool = False


Slots = tuple[tuple[int, Slot], ...]  # by instance


class Prepare(msgspec.Struct, frozen=True):
    """Phase 1a, for all instances from `start` on: will you take nothing below this ballot any more?"""

    ballot: int
    start: int


class PrepareReply(msgspec.Struct, frozen=True):
    """Phase 1b: granted, and what stands in those instances; or refused, for `promised` is higher."""

    ballot: int
    granted: bool
    promised: int
    slots: Slots = ()


class Accept(msgspec.Struct, frozen=True):
    """Phase 2a: accept this decree in this instance and ballot."""

    ballot: int
    instance: int
    decree: Decree


class AcceptReply(msgspec.Struct, frozen=True):
    """Phase 2b: accepted, or refused."""

    ballot: int
    instance: int
    granted: bool
    promised: int


class Chosen(msgspec.Struct, frozen=True):
    """A quorum has accepted this decree in this instance."""

    instance: int
    ballot: int
    decree: Decree


class Heartbeat(msgspec.Struct, frozen=True):
    """The leader of this ballot is here, and knows all instances up to `known`."""

    ballot: int
    known: int


class HeartbeatReply(msgspec.Struct, frozen=True):
    """You lead no longer: a higher ballot was promised."""

    promised: int


class CatchUp(msgspec.Struct, frozen=True):
    """What was chosen from this instance on?"""

    start: int


class CatchUpReply(msgspec.Struct, frozen=True):
    """This was, as far as one message holds it."""

    slots: Slots


class MultiPaxosWrite(msgspec.Struct, frozen=True):
    """What goes to disk: the promise, and the places that changed."""

    promised: int
    slots: Slots


class MultiPaxosDurable:
    """What survives a crash: an acceptor's promise, and its log."""

    __slots__ = ("promised", "slots")

    def __init__(self) -> None:
        self.promised = 0
        self.slots: dict[int, Slot] = {}

    def apply(self, write: MultiPaxosWrite) -> None:
        """Take a write that became durable."""
        self.promised = write.promised
        self.slots.update(write.slots)
