"""The untimed machine: memory, threads and objects, moved one atomic step of one thread at a time.

The step rule
    A step is one read or write of one shared place, one atomic update, one operation of an object, one print or one
    yield_(). Local work is glued to the step before it; what a thread does before its first step is done at the
    start. A thread that is blocked takes no step: it can step once what it waits for is there, and whoever steps
    first has it. wait() of a condition is two steps: fall asleep and give the lock up, at once; later take the lock
    again, once another thread has notified and the lock is free. Leaving a `with` by its end, by return, break or
    continue is one step, the unlock. `and` and `or` read their right side only if they must. A failed assert ends
    the run within the step before it. The lines after the threads run, all at once, within the last step of the
    last thread.

With these rules the counts of schedules of all small programs in the tests come out as published.
"""

from collections.abc import Callable, Hashable
from itertools import repeat
from typing import Any

from cluster_engine.machine.accesses import Access, Failure, Step
from cluster_engine.machine.code.flow import AssertionFault
from cluster_engine.machine.code.instruction import ALWAYS, Instruction
from cluster_engine.machine.collecting import collect
from cluster_engine.machine.program import Program
from cluster_engine.machine.tasks import END, STAY, Task
from cluster_engine.machine.values import UNSET, Fault
from cluster_engine.machine.views import Views

MAX_LOCAL = 100_000
MAIN = -1
_ENDLESS = f"This line never touches anything shared and never ends: {MAX_LOCAL:,} instructions without a step."
_FOR_EVER = "This would wait for ever: no thread runs here that could end the waiting."


class Machine(Views):
    """A program in the middle of a run.

    Args:
        program: What compile_program returned.
        timed: Whether work(ms) and sleep(ms) are steps of their own, for a world that keeps time: their access has
            the op "work" or "sleep", touches nothing and has the milliseconds as value. If not, they cost nothing.
    """

    __slots__ = ("_at", "_code")

    def __init__(self, program: Program, timed: bool = False) -> None:
        self.program, self.timed, self._code = program, timed, program.code
        self.memory, self.heap, self.objects = program.memory, program.heap, program.values
        self.failure: Failure | None = None
        self.printed: str | None = None
        self._at: Instruction | None = None
        self.effort = 0
        self.tasks = tuple([self._new_task(plan.function, plan.arguments) for plan in program.threads])
        self._begin()

    def _new_task(self, name: str, arguments: tuple[Any, ...]) -> Task:
        function = self.program.functions[name]
        return Task(function.start, [*arguments, *[UNSET] * (function.size - len(arguments))])

    def _begin(self) -> None:
        for thread, task in enumerate(self.tasks):
            if self.failure is None:
                self._guard(self._run_local, thread, task)
            self.program.settle(task)
        collect(self)
        self._finish()

    def copy(self) -> "Machine":
        """Return a machine that goes on from here on its own. Cheap: all state is shared until it changes."""
        new = Machine.__new__(Machine)
        new.program, new.timed, new._code = self.program, self.timed, self._code
        new.memory, new.heap, new.objects, new.tasks = self.memory, self.heap, self.objects, self.tasks
        new.failure, new.printed, new._at = self.failure, self.printed, None
        return new

    def key(self) -> Hashable:
        """Return the state as far as it matters: machines with equal keys have equal futures and outcomes."""
        return (tuple([task.key for task in self.tasks]), self.memory, self.objects, self.heap, self.failure)

    def step(self, thread: int) -> Step:
        """Take the next step of a thread and tell about it.

        Raises:
            ValueError: The thread has ended or is blocked, or the run has failed.
        """
        if thread not in self.enabled():
            raise ValueError(f"{self.name_of(thread)} cannot take a step now.")
        instruction, access, words = self._code[self.tasks[thread].pc], self.peek(thread), self.next_words(thread)
        assert access is not None, "a thread that can step has a next step"
        self.advance(thread)
        text = words + _value_text(access)
        return Step(thread, instruction.line, instruction.column, access, text, self.printed, instruction.index)

    def advance(self, thread: int) -> None:
        """Take the next step of a thread that is enabled and tell nothing: step() for who explores."""
        old = self.tasks[thread]
        task = Task(old.pc, old.slots[:], old.frames, old.phase)
        self.printed, self.effort = None, 0
        self._guard(self._run_step, thread, task)
        self.tasks = (*self.tasks[:thread], task, *self.tasks[thread + 1 :])
        self.program.settle(task)
        if len(self.heap) > len(self.program.heap):
            collect(self)
        if task.pc == END:
            self._finish()

    def _guard(self, run: Callable[[int, Task], None], thread: int, task: Task) -> None:
        try:
            run(thread, task)
        except AssertionFault as fault:
            self._fail("assertion", thread, str(fault))
        except Fault as fault:
            self._fail("error", thread, str(fault))

    def _fail(self, kind: str, thread: int, text: str) -> None:
        at = self._at
        assert at is not None, "a fault comes from an instruction"
        self.failure = Failure(kind, thread, at.line, at.column, text)

    def _run_step(self, thread: int, task: Task) -> None:
        self._at = instruction = self._code[task.pc]
        pc = instruction.run(self, thread, task)
        if pc != STAY:
            task.pc = pc
            self._run_local(thread, task)

    def _run_local(self, thread: int, task: Task) -> None:
        code, pc = self._code, task.pc
        for _ in repeat(None, MAX_LOCAL):
            if pc == END:
                break
            self._at = instruction = code[pc]
            stops = instruction.stops
            if stops and (stops == ALWAYS or instruction.shared(self, task)):
                break
            pc = instruction.run(self, thread, task)
        else:
            raise Fault(_ENDLESS)
        task.pc = pc

    def run_main(self, task: Task) -> None:
        """Run lines of the top level; a fault becomes the machine's failure."""
        self.effort = 0
        self._guard(self._run_main, MAIN, task)

    def _run_main(self, thread: int, task: Task) -> None:
        self.run_alone(task.pc, thread, task)

    def run_alone(self, pc: int, thread: int, task: Task) -> int:
        """Run to the end of the outermost function without a step in between, and return END.

        Raises:
            Fault: Something fails, or would wait, or does not end.
        """
        for _ in repeat(None, MAX_LOCAL):
            if pc == END:
                return pc
            self._at = instruction = self._code[pc]
            if instruction.waits and not instruction.ready(self, thread, task):
                raise Fault(_FOR_EVER)
            pc = instruction.run(self, thread, task)
            if pc == STAY:
                raise Fault(_FOR_EVER)
        raise Fault(f"The lines outside the threads take {MAX_LOCAL:,} instructions at most.")

    def _finish(self) -> None:
        if self.failure is None and self.program.check is not None and self.done:
            self.run_main(self._new_task(self.program.check, ()))

    def kill(self, thread: int) -> None:
        """End a thread where it stands. What it holds stays held."""
        for target in self.program.objects:
            target.forget(self, thread)
        task = Task(END, [])
        task.killed, task.key = True, END
        self.tasks = (*self.tasks[:thread], task, *self.tasks[thread + 1 :])
        self._finish()

    def wake(self, thread: int) -> bool:
        """Wake a thread that sleeps on a condition, without a reason; return whether it slept on one."""
        woken = [target.wake(self, thread) for target in self.program.objects]
        return any(woken)


def _value_text(access: Access) -> str:
    """How a step's words end: with what was read or written."""
    if access.value is None or ":" in access.location or access.op not in ("read", "write"):
        return ""
    return f"{':' if access.op == 'read' else ' ='} {access.value!r}"
