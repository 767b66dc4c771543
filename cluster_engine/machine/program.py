"""A compiled program: instructions, functions, names, objects and threads."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.heap import Container
from cluster_engine.machine.objects import SyncObject
from cluster_engine.machine.values import Fault

MAX_THREADS = 8
PRIORITIES = range(1, 100)


@dataclass(slots=True)
class Function:
    """A function: its first instruction, how many slots it needs, and the names of the first of them."""

    name: str
    line: int
    start: int
    size: int
    names: tuple[str, ...]
    parameters: int


class ThreadPlan(NamedTuple):
    """A thread as the program starts it."""

    name: str
    function: str
    arguments: tuple[Any, ...]
    priority: int


class PlannedStep(NamedTuple):
    """A step that a line may take: its instruction's place, where it stands, and what it does in words."""

    instruction: int
    line: int
    column: int
    text: str


@dataclass(slots=True)
class Program:
    """What compile_program makes of a text. Pickles; never changes once it is compiled.

    Attributes:
        variables: The names of the shared variables, in the order of machine.memory.
        memory, heap, values: What the lines before the threads leave behind: variables, lists, states of objects.
        setup, check: Where the lines before the threads and those after them begin (check None: there are none).
    """

    text: str
    code: tuple[Instruction, ...]
    functions: dict[str, Function]
    variables: tuple[str, ...]
    setup: str
    check: str | None
    objects: list[SyncObject] = field(default_factory=list)
    threads: list[ThreadPlan] = field(default_factory=list)
    memory: tuple[Any, ...] = ()
    heap: tuple[Container, ...] = ()
    values: tuple[Any, ...] = ()

    def add_thread(self, function: str, arguments: list[Any], name: str | None, priority: Any) -> None:
        """Add a thread while the lines before the threads run.

        Raises:
            Fault: There are too many, or the name or the priority will not do.
        """
        if len(self.threads) == MAX_THREADS:
            raise Fault(f"A program has {MAX_THREADS} threads at most.")
        if not isinstance(priority, int) or priority not in PRIORITIES:
            raise Fault(f"A priority is a number from {PRIORITIES[0]} to {PRIORITIES[-1]}.")
        taken = [thread.name for thread in self.threads]
        if name in taken or (name is not None and not _is_name(name)):
            raise Fault(f"The name of a thread is a word of its own, up to 20 letters and digits, not {name!r}.")
        chosen = name or next(letter for letter in "ABCDEFGHIJKLMNOP" if letter not in taken)
        self.threads.append(ThreadPlan(chosen, function, tuple(arguments), priority))

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


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 20 and name.replace("-", "").replace("_", "").isalnum() and name != "main"
