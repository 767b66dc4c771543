"""The untimed machine: memory, threads and objects, moved one atomic step of one thread at a time.

The step rule
    A step is one read or write of one shared place, one atomic update, one operation of an object, one print or one
    yield_(). Local work is glued to the step before it; what a thread does before its first step is done at the
    start. A thread that is blocked takes no step: it becomes able to step once what it waits for is there, and
    whoever steps first has it. wait() of a condition is two steps: fall asleep and give the lock up, at once; later
    take the lock again, as soon as another thread has notified and the lock is free. Leaving a `with` by its end, by
    return, break or continue is one step, the unlock. `and` and `or` read their right side only if they must. A
    failed assert ends the run within the step before it. The lines after the threads run, all at once, within the
    last step of the last thread.

With these rules the counts of all small programs in the tests come out as published.
"""

from collections.abc import Callable, Hashable
from itertools import repeat
from typing import Any

from cluster_engine.machine import heap
from cluster_engine.machine.accesses import Access, Failure, Step, Waiting
from cluster_engine.machine.code.flow import AssertionFault
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.code.methods import Invoke
from cluster_engine.machine.collecting import collect
from cluster_engine.machine.heap import Container
from cluster_engine.machine.nodes import Node
from cluster_engine.machine.objects import Atomic, Queue
from cluster_engine.machine.program import Function, Program
from cluster_engine.machine.tasks import END, STAY, Task
from cluster_engine.machine.values import UNSET, Fault, Handle, Ref

MAX_LOCAL = 100_000
MAIN = -1
_ENDLESS = f"This line never touches anything shared and never ends: {MAX_LOCAL:,} instructions without a step."


class Machine:
    """A program in the middle of a run.

    Args:
        program: What compile_program returned. timed: Whether work(ms) and sleep(ms) are steps of their own
        (access.op "work" and "sleep", touching nothing, with
            the milliseconds as value) for a world that keeps time; if not, they cost nothing.
    """

    __slots__ = (
        "_code", "_line", "failure", "heap", "memory", "objects", "printed", "program", "tasks", "timed",
    )  # fmt: skip

    def __init__(self, program: Program, timed: bool = False) -> None:
        self.program, self.timed = program, timed
        self._code = program.code
        self.memory: tuple[Any, ...] = program.memory
        self.heap: tuple[Container, ...] = program.heap
        self.objects: tuple[Any, ...] = program.values
        self.failure: Failure | None = None
        self.printed: str | None = None
        self._line: Instruction | None = None
        self.tasks: tuple[Task, ...] = tuple([self._new_task(*plan[1:3]) for plan in program.threads])
        self._begin()

    def _new_task(self, name: str, arguments: tuple[Any, ...]) -> Task:
        function = self.program.functions[name]
        return Task(function.start, [*arguments, *[UNSET] * (function.size - len(arguments))])

    def _begin(self) -> None:
        for thread, task in enumerate(self.tasks):
            if self.failure is None:
                self._guard(self._run_local, thread, task)
                self.settle(task)
        self._finish()

    def copy(self) -> "Machine":
        """Return a machine that goes on from here on its own. Cheap: all state is shared until it changes."""
        new = Machine.__new__(Machine)
        new.program, new.timed, new._code = self.program, self.timed, self._code
        new.memory, new.heap, new.objects, new.tasks = self.memory, self.heap, self.objects, self.tasks
        new.failure, new.printed, new._line = self.failure, self.printed, None
        return new

    def key(self) -> Hashable:
        """Return the state as far as it matters: machines with equal keys have equal futures and outcomes."""
        return (tuple([task.key for task in self.tasks]), self.memory, self.objects, self.heap, self.failure)

    @property
    def done(self) -> bool:
        """Whether every thread has ended."""
        return all(task.pc == END for task in self.tasks)

    def enabled(self) -> list[int]:
        """Return the threads that can take a step now, lowest first; none once the run has failed."""
        if self.failure is not None:
            return []
        code, able = self._code, []
        for thread, task in enumerate(self.tasks):
            pc = task.pc
            if pc != END and (not code[pc].waits or code[pc].ready(self, thread, task)):
                able.append(thread)
        return able

    def step(self, thread: int) -> Step:
        """Take the next step of a thread and tell about it.

        Raises:
            ValueError: The thread has ended, is blocked, or the run has failed.
        """
        if thread not in self.enabled():
            raise ValueError(f"{self.name_of(thread)} cannot take a step now.")
        instruction, access = self._code[self.tasks[thread].pc], self.peek(thread)
        assert access is not None, "a thread that can step has a next step"
        text = self.next_words(thread)
        self.advance(thread)
        return Step(thread, instruction.line, instruction.column, access, text, self.printed, instruction.index)

    def advance(self, thread: int) -> None:
        """Take the next step of a thread that is enabled, and tell nothing: step() for explorers."""
        old = self.tasks[thread]
        task = Task(old.pc, old.slots[:], old.frames, old.phase)
        self.printed = None
        self._guard(self._run_step, thread, task)
        self.tasks = (*self.tasks[:thread], task, *self.tasks[thread + 1 :])
        self.settle(task)
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
        at = self._line
        assert at is not None, "a fault comes from an instruction"
        self.failure = Failure(kind, thread, at.line, at.column, text)

    def _run_step(self, thread: int, task: Task) -> None:
        self._line = instruction = self._code[task.pc]
        pc = instruction.run(self, thread, task)
        if pc != STAY:
            task.pc = pc
            self._run_local(thread, task)

    def _run_local(self, thread: int, task: Task) -> None:
        code, pc = self._code, task.pc
        for _ in repeat(None, MAX_LOCAL):
            if pc == END:
                break
            self._line = instruction = code[pc]
            stops = instruction.stops
            if stops and (stops == 2 or instruction.shared(self, task)):
                break
            pc = instruction.run(self, thread, task)
        else:
            raise Fault(_ENDLESS)
        task.pc = pc

    def run_alone(self, pc: int, thread: int, task: Task) -> int:
        """Run to the end of the outermost function without a step in between, as the top level does."""
        for _ in repeat(None, MAX_LOCAL):
            if pc == END:
                return pc
            self._line = instruction = self._code[pc]
            if instruction.waits and not instruction.ready(self, thread, task):
                raise Fault("This would wait for ever: no thread runs here that could end the waiting.")
            pc = instruction.run(self, thread, task)
            if pc == STAY:
                raise Fault("This would wait for ever: no thread runs here that could end the waiting.")
        raise Fault(f"The lines outside the threads take {MAX_LOCAL:,} instructions at most.")

    def settle(self, task: Task) -> None:
        """Compute the key of a thread whose step is over."""
        if task.pc == END:
            task.slots, task.key = [], END
            return
        pick, frames = self._code[task.pc].pick, task.frames
        slots = pick(task.slots) if pick else None
        task.key = (task.pc, slots, task.phase, frames.key) if frames else (task.pc, slots, task.phase)

    def _finish(self) -> None:
        """Run the lines after the threads once all threads have ended."""
        if self.failure is not None or self.program.check is None or not self.done:
            return
        self.run_main(self._new_task(self.program.check, ()))

    def run_main(self, task: Task) -> None:
        """Run lines of the top level; a fault becomes the machine's failure."""
        self._guard(self._run_main, MAIN, task)

    def _run_main(self, thread: int, task: Task) -> None:
        self.run_alone(task.pc, thread, task)

    def peek(self, thread: int) -> Access | None:
        """Return what a thread's next step would touch, blocked or not; None once it has ended."""
        task = self.tasks[thread]
        if task.pc == END:
            return None
        try:
            return self._code[task.pc].access(self, task)
        except Fault:
            return Access("error", "")

    def next_words(self, thread: int) -> str:
        """Return a thread's next step in words ("load balance"); "" once it has ended."""
        task = self.tasks[thread]
        if task.pc == END:
            return ""
        instruction = self._code[task.pc]
        if isinstance(instruction, Invoke) and (found := instruction.operation(self, task)):
            return found[0].says(found[1], task.phase)
        return instruction.words(self.program)

    def blocked(self) -> list[Waiting]:
        """Return the threads that have not ended and cannot step, with what each waits for."""
        able = self.enabled()
        stuck = [thread for thread, task in enumerate(self.tasks) if task.pc != END and thread not in able]
        return [] if self.failure else [self._waiting(thread) for thread in stuck]

    def _waiting(self, thread: int) -> Waiting:
        task = self.tasks[thread]
        instruction = self._code[task.pc]
        assert isinstance(instruction, Invoke), "only operations of objects wait"
        found = instruction.operation(self, task)
        assert found is not None, "only operations of objects wait"
        target = found[0].blocker(self, task.phase)
        if task.phase is not None and thread not in target.sleepers(self) and hasattr(target, "lock"):
            target = target.lock
        owners = tuple(dict.fromkeys(target.holders(self)))
        owner = owners[0] if owners else None
        return Waiting(thread, target.name, owner, instruction.line, owners, target.waiting_for(self))

    def kill(self, thread: int) -> None:
        """End a thread where it stands. What it holds stays held."""
        for target in self.program.objects:
            target.forget(self, thread)
        task = Task(END, [])
        task.killed, task.key = True, END
        self.tasks = (*self.tasks[:thread], task, *self.tasks[thread + 1 :])
        self._finish()

    def wake(self, thread: int) -> bool:
        """Wake a thread that sleeps on a condition without a reason; return whether it slept."""
        woken = [target.wake(self, thread) for target in self.program.objects]
        return any(woken)

    def outcome(self) -> dict[str, Any]:
        """Return the values of the shared variables by name, as plain data; atomics and queues as what they hold."""
        values = dict(zip(self.program.variables, self.memory, strict=True))
        return {name: self.plain(values[name]) for name in sorted(values) if self._tells(values[name])}

    def _tells(self, value: Any) -> bool:
        held = self.program.objects[value.number] if isinstance(value, Handle) else None
        return value is not UNSET and (held is None or isinstance(held, Atomic | Queue))

    def plain(self, value: Any, depth: int = 20) -> Any:
        """Return a value as plain data: lists and dicts in full, objects by what they hold or their name."""
        if not depth:
            return "…"
        match value:
            case tuple():
                return [self.plain(part, depth - 1) for part in value]
            case Ref():
                return self._plain_container(self.heap[value.number], depth)
            case Handle():
                held = self.program.objects[value.number]
                return self.plain(held.value(self), depth - 1) if isinstance(held, Atomic | Queue) else held.name
        return None if value is UNSET else value

    def _plain_container(self, container: Container, depth: int) -> Any:
        if container.kind == heap.LIST:
            return [self.plain(item, depth - 1) for item in container.items]
        return {
            key if isinstance(key, str) else self.text(key): self.plain(item, depth - 1)
            for key, item in container.items
        }

    def foreseen(self, node: Node, task: Task) -> Any:
        """Return the value that a step is about to write, as plain data; None if computing it will fail."""
        try:
            return self.plain(node.evaluate(task.slots))
        except Fault:
            return None

    def text(self, value: Any, quote: bool = False) -> str:
        """Return a value as people write it."""
        return heap.text(self, value, quote)

    def name_of(self, thread: int) -> str:
        """Return a thread's name ("main" for the lines outside the threads)."""
        return self.program.threads[thread].name if thread >= 0 else "main"

    def put(self, number: int, state: Any) -> None:
        """Set the state of an object."""
        self.objects = (*self.objects[:number], state, *self.objects[number + 1 :])

    def where(self, thread: int) -> tuple[int, int]:
        """Return line and column of a thread's next step; (0, 0) once it has ended."""
        pc = self.tasks[thread].pc
        return (self._code[pc].line, self._code[pc].column) if pc != END else (0, 0)

    def function_of(self, thread: int) -> Function | None:
        """Return the function that a thread is in; None once it has ended."""
        pc = self.tasks[thread].pc
        return self.program.function_at(pc) if pc != END else None
