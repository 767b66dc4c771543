"""Condition, Event and Barrier: threads that wait for a word from another."""

from typing import Any, ClassVar

from cluster_engine.machine.accesses import Access
from cluster_engine.machine.objects.base import Operation, Paused, SyncObject
from cluster_engine.machine.objects.locks import Lock
from cluster_engine.machine.state import State
from cluster_engine.machine.values import Fault


def _enter(m: State, condition: Any, thread: int, arguments: list[Any]) -> Any:
    return condition.lock.operations["acquire"].run(m, condition.lock, thread, arguments)


def _enter_ready(m: State, condition: Any, thread: int) -> bool:
    ready = condition.lock.operations["acquire"].ready
    return bool(ready(m, condition.lock, thread))


def _try_enter(m: State, condition: Any, thread: int, arguments: list[Any]) -> Any:
    return condition.lock.operations["try_acquire"].run(m, condition.lock, thread, arguments)


def _leave(m: State, condition: Any, thread: int, arguments: list[Any]) -> Any:
    return condition.lock.operations["release"].run(m, condition.lock, thread, arguments)


def _wait(m: State, condition: Any, thread: int, arguments: list[Any]) -> Paused:
    if condition.lock.owner(m) != thread:
        raise Fault(f"{condition.name}.wait() needs `{condition.lock.name}`, which {m.name_of(thread)} does not hold.")
    m.put(condition.index, (*m.objects[condition.index], thread))
    return Paused(condition.lock.surrender(m, thread))


def _is_awake(m: State, condition: Any, thread: int) -> bool:
    return thread not in m.objects[condition.index] and condition.lock.available(m)


def _wake(m: State, condition: Any, thread: int, times: Any) -> None:
    condition.lock.take_back(m, thread, times)


def _notify(m: State, condition: Any, thread: int, arguments: list[Any]) -> None:
    count = arguments[0] if arguments else 1
    if not isinstance(count, int) or count < 1:
        raise Fault("notify(n) takes a number of threads from 1 on.")
    m.put(condition.index, m.objects[condition.index][count:])


def _notify_all(m: State, condition: Any, thread: int, arguments: list[Any]) -> None:
    m.put(condition.index, ())


class Condition(SyncObject):
    """A condition variable with its lock. Its state is the queue of sleeping threads, first come first.

    Signal and continue (Mesa, Lampson and Redell 1980, section 4): notify moves the longest sleeper out of the queue
    and goes on; the sleeper must take the lock again, against newcomers, before wait() returns, so what it waited for
    may be gone. wait() is two steps, "wait" (give the lock up and fall asleep, at once) and "wake" (take the lock
    again). As in POSIX, notify without the lock is allowed: lost wake-ups are made of it.
    """

    kind = "condition"
    end = "notify"
    initial: Any = ()
    operations: ClassVar[dict[str, Operation]] = {
        "acquire": Operation("lock", "lock {}", _enter, _enter_ready),
        "try_acquire": Operation("lock", "try to lock {}", _try_enter),
        "release": Operation("unlock", "unlock {}", _leave),
        "wait": Operation("wait", "wait on {}", _wait, None, _wake, _is_awake),
        "notify": Operation("notify", "notify one on {}", _notify, most=1),
        "notify_all": Operation("notify", "notify all on {}", _notify_all),
    }

    def __init__(self, index: int, lock: Lock) -> None:
        super().__init__(index)
        self.lock = lock

    def access(self, m: State, operation: Operation, phase: Any, arguments: list[Any]) -> Access:
        if operation.op == "notify":
            return Access("notify", self.location)
        if operation.op == "wait" and phase is None:
            return Access("wait", self.location, None, ((self.lock.location, True),))
        if operation.op == "wait":
            return Access("wake", self.lock.location, None, ((self.location, False),))
        return Access(operation.op, self.lock.location)

    def gives(self, operation: Operation) -> tuple[tuple[int, str], ...]:
        if operation.op == "notify":
            return ((self.index, operation.op),)
        return ((self.lock.index, "unlock"),) if operation.op in ("unlock", "wait") else ()

    def says(self, operation: Operation, phase: Any) -> str:
        if phase is not None:
            return f"wake from {self.name} and lock {self.lock.name}"
        own = operation.op in ("lock", "unlock")
        return operation.says.format(self.lock.name if own else self.name)

    def blocker(self, m: State, thread: int, phase: Any) -> SyncObject:
        return self if thread in m.objects[self.index] else self.lock

    def sleepers(self, m: State) -> tuple[int, ...]:
        queue: tuple[int, ...] = m.objects[self.index]
        return queue

    def waiting_for(self, m: State) -> str:
        return f"it sleeps on `{self.name}` until another thread notifies it"

    def forget(self, m: State, thread: int) -> None:
        m.put(self.index, tuple([other for other in m.objects[self.index] if other != thread]))

    def wake(self, m: State, thread: int) -> bool:
        asleep = thread in m.objects[self.index]
        self.forget(m, thread)
        return asleep


def _is_set(m: State, event: Any, thread: int) -> bool:
    return bool(m.objects[event.index])


def _look(m: State, event: Any, thread: int, arguments: list[Any]) -> bool:
    return bool(m.objects[event.index])


def _set(m: State, event: Any, thread: int, arguments: list[Any]) -> None:
    m.put(event.index, True)


def _clear(m: State, event: Any, thread: int, arguments: list[Any]) -> None:
    m.put(event.index, False)


class Event(SyncObject):
    """A flag that threads can wait for; it stays set until it is cleared."""

    kind = "event"
    end = "set"
    initial: Any = False
    operations: ClassVar[dict[str, Operation]] = {
        "wait": Operation("read", "wait for {}", _look, _is_set),
        "set": Operation("set", "set {}", _set),
        "clear": Operation("clear", "clear {}", _clear),
        "is_set": Operation("read", "look whether {} is set", _look),
    }

    def value(self, m: State) -> Any:
        return m.objects[self.index]

    def waiting_for(self, m: State) -> str:
        return f"it waits until `{self.name}` is set"


def _arrive(m: State, barrier: Any, thread: int, arguments: list[Any]) -> int | Paused:
    arrived = m.objects[barrier.index]
    if len(arrived) + 1 == barrier.parties:
        m.put(barrier.index, ())
        return len(arrived)
    m.put(barrier.index, (*arrived, thread))
    return Paused(len(arrived))


def _has_opened(m: State, barrier: Any, thread: int) -> bool:
    return thread not in m.objects[barrier.index]


def _pass(m: State, barrier: Any, thread: int, number: Any) -> Any:
    return number


class Barrier(SyncObject):
    """A meeting of n threads, again and again. Its state is who has arrived, in order.

    The last to arrive opens the barrier and goes on in the same step; each of the others needs a step to leave. wait()
    returns how many had arrived before. Who has left may arrive for the next round while others are still leaving.
    """

    kind = "barrier"
    end = "wait"
    initial: Any = ()
    operations: ClassVar[dict[str, Operation]] = {
        "wait": Operation("wait", "arrive at {}", _arrive, None, _pass, _has_opened),
    }

    def __init__(self, index: int, parties: int) -> None:
        super().__init__(index)
        self.parties = parties

    def access(self, m: State, operation: Operation, phase: Any, arguments: list[Any]) -> Access:
        return Access("wait" if phase is None else "wake", self.location)

    def says(self, operation: Operation, phase: Any) -> str:
        return f"arrive at {self.name}" if phase is None else f"leave {self.name}"

    def missing(self, m: State) -> int:
        return self.parties - len(m.objects[self.index])

    def value(self, m: State) -> Any:
        return len(m.objects[self.index])

    def sleepers(self, m: State) -> tuple[int, ...]:
        arrived: tuple[int, ...] = m.objects[self.index]
        return arrived

    def waiting_for(self, m: State) -> str:
        return f"it waits at `{self.name}` for {self.missing(m)} more"
