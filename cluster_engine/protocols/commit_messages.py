"""What coordinator and participants of two-phase commit are told, and what they tell each other."""

from typing import Any

import msgspec

BUGS = ("none", "impatient", "unlogged-commit", "first-vote")


class CommitConfig(msgspec.Struct, frozen=True):
    """What all are told. `vote_ms` is how long votes are waited for, `ask_ms` how often one in doubt asks."""

    coordinator: str
    participants: tuple[str, ...]
    cooperative: bool = False
    vote_ms: float = 150.0
    ask_ms: float = 200.0
    bug: str = "none"


class Prepare(msgspec.Struct, frozen=True):
    """Phase one: can you commit this write?"""

    transaction: str
    key: str
    value: Any


class PrepareReply(msgspec.Struct, frozen=True):
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
