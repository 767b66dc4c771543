"""Puts the functions of a program in one row: resolves labels and calls, and finds out which slots matter where."""

from collections.abc import Sequence

from cluster_engine.machine.code.flow import Call, Jump
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.language.builder import Builder
from cluster_engine.machine.program import Function


def link(builders: Sequence[tuple[Function, Builder]]) -> tuple[Instruction, ...]:
    """Return all instructions with their final places; fill in start and size of each function."""
    code: list[Instruction] = []
    for function, builder in builders:
        function.start, function.size = len(code), builder.size
        _append(code, builder)
    for index, instruction in enumerate(code):
        instruction.index = index
        instruction.move(lambda place: _past_jumps(code, place))
    functions = {function.name: function for function, _ in builders}
    for instruction in code:
        if isinstance(instruction, Call):
            called = functions[instruction.function]
            instruction.start, instruction.size = called.start, called.size
    for function, builder in builders:
        _find_live(code[function.start : function.start + len(builder.code)])
    return tuple(code)


def _append(code: list[Instruction], builder: Builder) -> None:
    base = len(code)

    def place(target: int) -> int:
        return base + (builder.labels[target] if target < 0 else target)

    for instruction in builder.code:
        instruction.move(place)
    code.extend(builder.code)


def _past_jumps(code: Sequence[Instruction], place: int) -> int:
    """Follow jumps to where work is; an empty endless loop leads back to one of its own jumps."""
    seen = {place}
    while place < len(code) and isinstance(code[place], Jump) and code[place].next not in seen:
        place = code[place].next
        seen.add(place)
    return place


def _find_live(code: Sequence[Instruction]) -> None:
    """Work backwards, again and again, until no instruction needs more slots than it was known to need."""
    base = code[0].index
    live = [0] * len(code)
    after = [0] * len(code)
    changed = True
    while changed:
        changed = False
        for i in range(len(code) - 1, -1, -1):
            instruction = code[i]
            after[i] = _union(live, instruction, base)
            needed = instruction.uses() | (after[i] & ~instruction.defines())
            if needed != live[i]:
                live[i], changed = needed, True
    for i, instruction in enumerate(code):
        instruction.set_live(live[i])
        if isinstance(instruction, Call):
            instruction.set_kept(after[i] & ~instruction.defines())


def _union(live: list[int], instruction: Instruction, base: int) -> int:
    mask = 0
    for target in instruction.targets():
        mask |= live[target - base]
    return mask
