"""A compiled program: instructions, functions, names, objects and threads."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cluster_engine.machine.cast import Cast
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.objects import SyncObject
from cluster_engine.machine.tasks import END, Task
from cluster_engine.machine.values import Container


@dataclass(slots=True)
class Function:
    """A function: its first instruction, how many slots it needs, and the names of the first of them."""

    name: str
    line: int
    start: int
    size: int
    names: tuple[str, ...]
    parameters: int


class PlannedStep(NamedTuple):
    """A step that a line may take: its instruction's place, where it stands, and what it does in words."""

    instruction: int
    line: int
    column: int
    text: str


@dataclass(slots=True)
class Program(Cast):
    """What compile_program makes of a text. Pickles; never changes once it is compiled.

    Attributes:
        variables: The names of the shared variables, in the order of machine.memory.
        futures: For each instruction what may come from there on that ends a wait of others (see futures.py).
        looks: For the place of each wait the steps that decide that a thread comes there (see deciding.py).
        deciding: All of these steps.
        memory, heap, values: What the lines before the threads leave behind: variables, lists, states of objects.
        setup, check: Where the lines before the threads and those after them begin (check None: there are none).
    """

    text: str
    code: tuple[Instruction, ...]
    functions: dict[str, Function]
    variables: tuple[str, ...]
    setup: str
    check: str | None
    objects: list[SyncObject] = field(default_factory=list, kw_only=True)
    memory: tuple[Any, ...] = ()
    heap: tuple[Container, ...] = ()
    values: tuple[Any, ...] = ()
    futures: tuple[int, ...] = ()
    looks: dict[int, frozenset[int]] = field(default_factory=dict)
    deciding: frozenset[int] = frozenset()

    def settle(self, task: Task) -> None:
        """Compute the key of a thread whose step is over."""
        if task.pc == END:
            task.slots, task.key = [], END
            return
        pick, frames = self.code[task.pc].pick, task.frames
        slots = pick(task.slots) if pick else None
        task.key = (task.pc, slots, task.phase, frames.key) if frames else (task.pc, slots, task.phase)

    def function_at(self, index: int) -> Function:
        """Return the function that an instruction belongs to."""
        ordered = sorted(self.functions.values(), key=lambda function: function.start)
        starts = [function.start for function in ordered]
        return ordered[bisect_right(starts, index) - 1]

    def steps_of(self, line: int) -> list[PlannedStep]:
        """Return the steps of one line of a function, in order: `x += 1` is a load and a store.

        A list or dict that only the run can tell shared or local counts as shared.
        """
        planned = [step for step in self.code if step.line == line and step.stops]
        return [
            PlannedStep(step.index, line, step.column, words)
            for step in planned
            if (words := step.words(self)) and self.function_at(step.index).name not in (self.setup, self.check)
        ]

    def lines(self) -> list[str]:
        """Return the program's lines of text; line 1 is the first."""
        return self.text.split("\n")
