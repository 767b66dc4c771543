"""What a sequential specification is, and the words that all of them share.

A model steps from state to state. States are hashable and equal exactly if no future can tell them apart.
"""

from collections.abc import Hashable
from typing import Any, NamedTuple, Protocol

from cluster_engine.consistency.history import OK, Operation, shown

State = Hashable


class Illegal(NamedTuple):
    """Why an operation cannot come next; the sentence ends what "It cannot come next: " begins."""

    why: str


class Model(Protocol):
    """A sequential specification."""

    name: str
    functions: frozenset[str]
    initial: State

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Return the state after the operation, or why it cannot be taken in this state."""

    def only_reads(self, operation: Operation) -> bool:
        """Say whether an operation changes nothing in any state in which it is legal."""

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """Say whether what a reader was told may be the writer's doing."""


def as_state(value: Any) -> State:
    state: State = frozen(value)
    return state


def frozen(value: Any) -> Any:
    """Return a value as a part of a state: lists become tuples."""
    return tuple(frozen(one) for one in value) if isinstance(value, list | tuple) else value


def told(operation: Operation, state: State, result: Any = ...) -> State | Illegal:
    """A read changes nothing, and is legal where it was told the truth."""
    seen = frozen(operation.result if result is ... else result)
    if operation.outcome == OK and seen != state:
        return Illegal(f"it was told {shown(seen)}, and the value is {shown(state)}")
    return state
