"""What nodes that gossip are told, what they say to each other, and what goes to their disks."""

from typing import Any

import msgspec

from cluster_engine.protocols.planted import NO_BUG

PUSH, PULL, BOTH = "push", "pull", "push-pull"
TAKES_ANY, NAMELESS = "takes-any", "nameless-stamps"

Version = tuple[int, str]  # a counter, and who wrote it; the greater one wins
NEVER: Version = (0, "")
FIRST: Version = (1, "")  # what all nodes hold from the beginning


class Stored(msgspec.Struct, frozen=True):
    """A value and its version; `gone`: a death certificate, which says that the value was deleted."""

    version: Version
    value: Any = None
    gone: bool = False


NOTHING = Stored(NEVER)
Updates = tuple[tuple[str, Stored], ...]


class GossipConfig(msgspec.Struct, frozen=True):
    """What all nodes are told.

    Attributes:
        seed: From it follows whom a node calls in which round.
        together: Whether the rounds of all nodes begin at the same moment.
        interest: After so many calls on end to nodes that knew an item already, a node tells it no more; 0: it never
            tires.
        certificates: Whether a deletion is news too; else the node that is asked just forgets the key.
        depth: Of the hash trees that two nodes compare; 0: they compare all versions.
    """

    nodes: tuple[str, ...]
    seed: int
    mode: str
    round_ms: float
    together: bool = True
    interest: int = 0
    certificates: bool = True
    depth: int = 0
    bug: str = NO_BUG


class Tell(msgspec.Struct, frozen=True):
    """Here is news."""

    updates: Updates


class TellReply(msgspec.Struct, frozen=True):
    """Of each key that you told: whether I knew it."""

    knew: tuple[tuple[str, bool], ...]


class Ask(msgspec.Struct, frozen=True):
    """I have these versions, of all keys or of some leaves; what is later? With push-pull: and here is news."""

    versions: tuple[tuple[str, Version], ...]
    leaves: tuple[int, ...]
    updates: Updates


class AskReply(msgspec.Struct, frozen=True):
    """What I have is later; and of each key that you told: whether I knew it."""

    updates: Updates
    knew: tuple[tuple[str, bool], ...]


class Compare(msgspec.Struct, frozen=True):
    """These are my hashes at this level, by their place in it."""

    level: int
    hashes: tuple[tuple[int, str], ...]


class GossipWrite(msgspec.Struct, frozen=True):
    """What goes to disk: items, a key that is forgotten, and the answer given in a client's session."""

    updates: Updates = ()
    forgets: str = ""
    session: tuple[str, int, Any] | None = None
