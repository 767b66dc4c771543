"""The state of one thread. A Task is never changed once its step is over, so machines share it when they are copied."""

from collections.abc import Hashable
from typing import Any, NamedTuple, Optional

END = -1
STAY = -2


class Frame(NamedTuple):
    """A caller that waits for its callee: where it called and goes on, its slots, the slot that takes the result."""

    call: int
    pc: int
    slots: tuple[Any, ...]
    result: int
    parent: Optional["Frame"]
    depth: int
    key: Hashable


class Task:
    """A thread: the instruction of its next step, the slots of its innermost function, its callers.

    `phase` is None, or what the thread remembers between the two halves of an operation that waits in the middle.
    `key` stands for everything that can still matter: slots that are never read again are left out.
    """

    __slots__ = ("frames", "key", "killed", "pc", "phase", "slots")

    def __init__(self, pc: int, slots: list[Any], frames: Frame | None = None, phase: Any = None) -> None:
        self.pc = pc
        self.slots = slots
        self.frames = frames
        self.phase = phase
        self.key: Hashable = None
        self.killed = False
