"""Lists and dicts that nobody can reach are dropped, and the rest numbered in the order in which they are found.

So two machines that differ only in the order in which lists were made have equal keys, and a loop that makes a list a
round does not grow without end. What the top level made is never dropped.
"""

from typing import Any

from cluster_engine.machine.tasks import END, Frame, Task
from cluster_engine.machine.values import UNSET, Ref, ref
from cluster_engine.machine.views import Views


class _Collector:
    def __init__(self, m: Views) -> None:
        self.m = m
        self.order = list(range(len(m.program.heap)))
        self.number = {old: old for old in self.order}

    def reach(self, value: Any) -> None:
        """Number what a value refers to, and all that this contains, in order."""
        pending = [value]
        while pending:
            value = pending.pop()
            if isinstance(value, tuple):
                pending.extend(reversed(value))
            elif isinstance(value, Ref) and value.number not in self.number:
                self.number[value.number] = len(self.order)
                self.order.append(value.number)
                pending.append(self.m.heap[value.number].items)

    def renew(self, value: Any) -> Any:
        """Return a value with the new numbers; what is gone becomes UNSET."""
        if isinstance(value, Ref):
            return ref(self.number[value.number]) if value.number in self.number else UNSET
        if isinstance(value, tuple):
            parts = [self.renew(part) for part in value]
            return value._make(parts) if hasattr(value, "_make") else tuple(parts)
        return value


def collect(m: Views) -> None:
    """Drop unreachable lists and dicts of a machine and renumber the others."""
    collector = _Collector(m)
    base = len(m.program.heap)
    for container in m.heap[:base]:
        collector.reach(container.items)
    for value in (*m.memory, *m.objects):
        collector.reach(value)
    for task in m.tasks:
        _reach_task(m, collector, task)
    _renew(m, collector)


def _reach_task(m: Views, collector: _Collector, task: Task) -> None:
    if task.pc == END:
        return
    collector.reach(task.phase)
    for slot in m.program.code[task.pc].live:
        collector.reach(task.slots[slot])
    frame = task.frames
    while frame is not None:
        collector.reach(frame.slots)
        frame = frame.parent


def _renew(m: Views, collector: _Collector) -> None:
    same = all(old == new for new, old in enumerate(collector.order))
    if same and len(collector.order) == len(m.heap):
        return
    m.heap = tuple([m.heap[old]._replace(items=collector.renew(m.heap[old].items)) for old in collector.order])
    m.memory, m.objects = collector.renew(m.memory), collector.renew(m.objects)
    m.tasks = tuple([_renew_task(m, collector, task) for task in m.tasks])


def _renew_task(m: Views, collector: _Collector, task: Task) -> Task:
    if task.pc == END:
        return task
    new = Task(
        task.pc, [collector.renew(value) for value in task.slots], _renew_frame(collector, task.frames), task.phase
    )
    m.program.settle(new)
    return new


def _renew_frame(collector: _Collector, frame: Frame | None) -> Frame | None:
    if frame is None:
        return None
    parent = _renew_frame(collector, frame.parent)
    return frame._replace(slots=collector.renew(frame.slots), parent=parent, key=collector.renew(frame.key))
