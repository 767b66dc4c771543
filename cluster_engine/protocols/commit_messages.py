"""What coordinator and participants of two-phase commit are told, and what they tell each other."""

from typing import Any

import msgspec

from cluster_engine.protocols.planted import NO_BUG

IMPATIENT, UNLOGGED, FIRST_VOTE = "impatient", "unlogged-commit", "first-vote"
HASTY, PRESUMES_ABORT = "hasty", "presumes-abort"


class CommitConfig(msgspec.Struct, frozen=True):
    """What all are told. `vote_ms` is how long votes are waited for, `ask_ms` how often one in doubt asks."""

    coordinators: tuple[str, ...]
    participants: tuple[str, ...]
    cooperative: bool = False
    vote_ms: float = 150.0
    ask_ms: float = 200.0
    bug: str = NO_BUG


class CanCommit(msgspec.Struct, frozen=True):
    """Phase one, the prepare message: can you commit this write?"""

    transaction: str
    key: str
    value: Any


class CanCommitReply(msgspec.Struct, frozen=True):
    """The vote. Who says yes gives up the right to abort."""

    transaction: str
    yes: bool


class Decide(msgspec.Struct, frozen=True):
    """Phase two: the decision."""

    transaction: str
    commit: bool


class DecideReply(msgspec.Struct, frozen=True):
    """The decision is on the participant's disk."""

    transaction: str


class Inquire(msgspec.Struct, frozen=True):
    """A participant in doubt asks how it ended."""

    transaction: str
