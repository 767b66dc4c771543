"""What a thread may still do for those who wait, by the program alone: every way through the code counts as possible.

A deed is an operation that can end a wait of others (give a lock back, notify, put…) on one object, and is a bit of a
mask.
"""

from collections.abc import Sequence

from cluster_engine.machine.code.flow import Call
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.objects import SyncObject
from cluster_engine.machine.tasks import END, Task

_DEEDS = ("unlock", "release", "notify", "set", "put", "get", "wait")


def deed(index: int, op: str) -> int:
    """Return the bit of an operation on an object; 0 if it ends nobody's wait."""
    return 1 << index * len(_DEEDS) + _DEEDS.index(op) if op in _DEEDS else 0


def futures(code: Sequence[Instruction], objects: Sequence[SyncObject]) -> tuple[int, ...]:
    """Return for each instruction the deeds that may come from there on, until its function returns."""
    found = [_own(instruction, objects) for instruction in code]
    changed = True
    while changed:
        changed = False
        for instruction in reversed(code):
            mask = found[instruction.index]
            for place in _ways(instruction):
                mask |= found[place]
            if mask != found[instruction.index]:
                found[instruction.index], changed = mask, True
    return tuple(found)


def future_of(task: Task, code: Sequence[Instruction], found: Sequence[int]) -> int:
    """Return the deeds that a thread may still come to."""
    if task.pc == END:
        return 0
    # Whoever waits in the middle of an operation has done its first half, which was all that others wait for.
    places = (task.pc,) if task.phase is None else code[task.pc].targets()
    mask, frame = 0, task.frames
    for place in places:
        mask |= found[place]
    while frame is not None:
        mask |= found[frame.pc]
        frame = frame.parent
    return mask


def _own(instruction: Instruction, objects: Sequence[SyncObject]) -> int:
    mask = 0
    for index, op in instruction.gives(objects):
        mask |= deed(index, op)
    return mask


def _ways(instruction: Instruction) -> tuple[int, ...]:
    if isinstance(instruction, Call):
        return (instruction.next, instruction.start)
    return instruction.targets()
