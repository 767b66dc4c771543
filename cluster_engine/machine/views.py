"""What can be asked of a machine without moving it: next steps, waiting threads, values."""

from collections.abc import Collection, Sequence
from typing import Any

from cluster_engine.machine import heap
from cluster_engine.machine.accesses import NOBODY, Access, Failure, Hopeless, Waiting
from cluster_engine.machine.code.methods import Invoke
from cluster_engine.machine.futures import deed, future_of
from cluster_engine.machine.hopeless import Need, hopeless, to_blame
from cluster_engine.machine.objects import Atomic, Queue, SyncObject
from cluster_engine.machine.program import Function, Program
from cluster_engine.machine.spelling import plain, text
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import END, Task
from cluster_engine.machine.values import UNSET, Fault, Handle, Ref

MAX_SHOWN = 100


class Views(State):
    """The state of a machine with its threads, and questions about it."""

    __slots__ = ("failure", "tasks")

    program: Program
    tasks: tuple[Task, ...]
    failure: Failure | None

    @property
    def done(self) -> bool:
        """Whether every thread has ended; then the lines after the threads have run as well."""
        return all(task.pc == END for task in self.tasks)

    def enabled(self) -> list[int]:
        """Return the threads that can take a step now, lowest first; none once the run has failed."""
        if self.failure is not None:
            return []
        code, able = self.program.code, []
        for thread, task in enumerate(self.tasks):
            pc = task.pc
            if pc != END and (not code[pc].waits or code[pc].ready(self, thread, task)):
                able.append(thread)
        return able

    def peek(self, thread: int) -> Access | None:
        """Return what a thread's next step would touch, blocked or not; None once it has ended.

        A step that is going to fail before it touches anything has the op "error".
        """
        task = self.tasks[thread]
        if task.pc == END:
            return None
        try:
            return self.program.code[task.pc].access(self, task)
        except Fault:
            return Access("error", "")

    def next_words(self, thread: int) -> str:
        """Return a thread's next step in words ("load balance"); "" once it has ended."""
        task = self.tasks[thread]
        if task.pc == END:
            return ""
        try:
            return self.program.code[task.pc].next_words(self, task)
        except Fault:
            return self.program.code[task.pc].words(self.program)

    def blocked(self) -> list[Waiting]:
        """Return the threads that have not ended and cannot step, with what each waits for."""
        return [self._waiting(thread) for thread in self._stuck(self.enabled())]

    def hopeless(self) -> Hopeless:
        """Return the threads that wait for ever, whatever the others do, and which of them are to blame."""
        able = self.enabled()
        stuck = self._stuck(able)
        if not stuck:
            return NOBODY
        deeds = [future_of(task, self.program.code, self.program.futures) for task in self.tasks]
        needs = {thread: self._need(thread, deeds) for thread in stuck}
        lost = hopeless(needs, able)
        if not lost:
            return NOBODY
        waiting = {thread: self._waiting(thread) for thread in lost}
        groups = [tuple([waiting[thread] for thread in group]) for group in to_blame(needs, lost)]
        return Hopeless(tuple(waiting.values()), tuple(groups))

    def look(self, thread: int) -> int:
        """Return the place of a thread's next step if it may decide that the thread comes to a wait, or -1."""
        pc = self.tasks[thread].pc
        return pc if pc in self.program.deciding else -1

    def looks(self, thread: int) -> frozenset[int]:
        """Return the places of the steps that decided that a thread came to where it waits."""
        return self.program.looks.get(self.tasks[thread].pc, frozenset())

    def _stuck(self, able: Collection[int]) -> list[int]:
        """Return the threads that have neither ended nor are able to step; none, once the program has failed."""
        if self.failure:
            return []
        return [thread for thread, task in enumerate(self.tasks) if task.pc != END and thread not in able]

    def _need(self, thread: int, deeds: Sequence[int]) -> Need:
        target = self._blocker(thread)
        wanted, holders = deed(target.index, target.ended_by(self)), dict.fromkeys(target.holders(self))
        able = [other for other in holders or range(len(deeds)) if deeds[other] & wanted]
        return Need(len(holders) or target.missing(self), tuple(able))

    def _waiting(self, thread: int) -> Waiting:
        target, line = self._blocker(thread), self.program.code[self.tasks[thread].pc].line
        owners = tuple(dict.fromkeys(target.holders(self)))
        owner = owners[0] if owners else None
        return Waiting(thread, target.name, owner, line, owners, target.waiting_for(self))

    def _blocker(self, thread: int) -> SyncObject:
        """Return the object that a thread which cannot step waits for."""
        task = self.tasks[thread]
        instruction = self.program.code[task.pc]
        assert isinstance(instruction, Invoke), "only operations of objects wait"
        found = instruction.operation(self, task)
        assert found is not None, "only operations of objects wait"
        return found[0].blocker(self, thread, task.phase)

    def where(self, thread: int) -> tuple[int, int]:
        """Return line and column of a thread's next step, from 1; (0, 0) once it has ended."""
        pc = self.tasks[thread].pc
        return (self.program.code[pc].line, self.program.code[pc].column) if pc != END else (0, 0)

    def function_of(self, thread: int) -> Function | None:
        """Return the function that a thread is in; None once it has ended."""
        pc = self.tasks[thread].pc
        return self.program.function_at(pc) if pc != END else None

    def calls(self, thread: int) -> list[tuple[str, int]]:
        """Return the functions that a thread is in with the line of each, outermost first."""
        task, code = self.tasks[thread], self.program.code
        places = [task.pc] if task.pc != END else []
        frame = task.frames
        while frame is not None:
            places.append(frame.call)
            frame = frame.parent
        return [(self.program.function_at(pc).name, code[pc].line) for pc in reversed(places)]

    def locals(self, thread: int) -> dict[str, str]:
        """Return the local variables of the function that a thread is in, as text."""
        function = self.function_of(thread)
        names = function.names if function else ()
        values = zip(names, self.tasks[thread].slots, strict=False)
        return {name: text(self, value, quote=True) for name, value in values if value is not UNSET}

    def held(self, thread: int) -> list[str]:
        """Return the names of the objects that a thread holds."""
        return [target.name for target in self.program.objects if thread in target.holders(self)]

    def values(self) -> dict[str, str]:
        """Return what stands in each place of the shared memory, as text: "balance", "seats[0]"…"""
        named = dict(zip(self.program.variables, self.memory, strict=True))
        shown = {name: value for name, value in named.items() if not isinstance(value, Handle)}
        texts = {}
        for name, value in shown.items():
            texts.update(self._places(name, value))
        return texts

    def _places(self, name: str, value: Any) -> dict[str, str]:
        if value is UNSET:
            return {name: ""}
        found = heap.pairs(self.heap[value.number]) if isinstance(value, Ref) else []
        if any(isinstance(item, Handle) for _, item in found):
            return {}
        if not 0 < len(found) <= MAX_SHOWN:
            return {name: text(self, value, quote=True)}
        return {f"{name}[{text(self, key, quote=True)}]": text(self, item, quote=True) for key, item in found}

    def outcome(self) -> dict[str, Any]:
        """Return the values of the shared variables by name, as plain data; atomics and queues as what they hold."""
        values = dict(zip(self.program.variables, self.memory, strict=True))
        return {name: plain(self, values[name]) for name in sorted(values) if self._tells(values[name])}

    def _tells(self, value: Any) -> bool:
        if isinstance(value, Handle):
            return isinstance(self.program.objects[value.number], Atomic | Queue)
        found = heap.pairs(self.heap[value.number]) if isinstance(value, Ref) else []
        only_objects = bool(found) and all(isinstance(item, Handle) and not self._tells(item) for _, item in found)
        return value is not UNSET and not only_objects
