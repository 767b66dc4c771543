"""What instructions, objects, lists and dicts see of the machine that they run on.

Everything in a state is immutable and replaced when it changes, so that machines share it when they are copied.
"""

from typing import Any

from cluster_engine.machine.cast import Cast
from cluster_engine.machine.tasks import Task
from cluster_engine.machine.values import Container, Fault

MAX_EFFORT = 2_000_000


class State:
    """The memory of a machine. Threads are numbered from 0 in the order of the program.

    Attributes:
        program: The objects and threads.
        timed: Whether work(ms) and sleep(ms) are steps of their own.
        memory: The values of the shared variables.
        heap: Lists and dicts.
        objects: The states of program.objects.
        printed: What the last step printed, or None.
        effort: The elements of large lists and dicts that were gone through since the last step.
    """

    __slots__ = ("effort", "heap", "memory", "objects", "printed", "program", "timed")

    program: Cast
    timed: bool
    memory: tuple[Any, ...]
    heap: tuple[Container, ...]
    objects: tuple[Any, ...]
    printed: str | None
    effort: int

    def put(self, number: int, state: Any) -> None:
        """Set the state of an object."""
        self.objects = (*self.objects[:number], state, *self.objects[number + 1 :])

    def spend(self, elements: int) -> None:
        """Count the work on large lists and dicts.

        Raises:
            Fault: It is too much between two steps.
        """
        self.effort += elements
        if self.effort > MAX_EFFORT:
            raise Fault(f"This goes through {MAX_EFFORT:,} elements of lists and dicts without a step.")

    def name_of(self, thread: int) -> str:
        """Return a thread's name ("main" for the lines outside the threads)."""
        return self.program.threads[thread].name if thread >= 0 else "main"

    def run_alone(self, pc: int, thread: int, task: Task) -> int:
        """Run to the end of the outermost function without a step in between, and return END."""
        raise NotImplementedError
