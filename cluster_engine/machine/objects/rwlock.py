"""A lock for many readers or one writer, with three rules of who goes first.

`readers`: a reader enters whenever no writer is inside, so readers who overlap can keep a writer out for ever.
`writers`:
no reader enters while a writer is inside or has asked. `fair`: first come, first served. The last two must know who
has asked, so a thread that cannot enter takes one step to ask, and later one to enter. Threads that ask with
`readers` need no queue: they take no step until they can enter.
"""

from typing import Any, ClassVar, NamedTuple

from cluster_engine.machine.accesses import Access
from cluster_engine.machine.objects.base import Operation, Paused, SyncObject
from cluster_engine.machine.state import State
from cluster_engine.machine.values import Fault

PREFERENCES = ("readers", "writers", "fair")
READ, WRITE = "read", "write"


class Holding(NamedTuple):
    """Who is inside, and who has asked (thread and what for), first come first."""

    readers: tuple[int, ...] = ()
    writer: int | None = None
    asked: tuple[tuple[int, str], ...] = ()


def _may_enter(lock: "RWLock", state: Holding, thread: int, want: str) -> bool:
    if state.writer is not None or (want == WRITE and state.readers):
        return False
    ahead = _ahead(state, thread)
    if lock.prefer == "readers":
        return True
    if lock.prefer == "writers":
        return WRITE not in ahead
    return not ahead if want == WRITE else WRITE not in ahead


def _ahead(state: Holding, thread: int) -> list[str]:
    wants = []
    for other, want in state.asked:
        if other == thread:
            break
        wants.append(want)
    return wants


def _entered(state: Holding, thread: int, want: str) -> Holding:
    asked = tuple([entry for entry in state.asked if entry[0] != thread])
    if want == WRITE:
        return Holding(state.readers, thread, asked)
    return Holding(tuple(sorted((*state.readers, thread))), None, asked)


def _ask(m: State, lock: "RWLock", thread: int, want: str) -> Paused | None:
    state = m.objects[lock.index]
    if _may_enter(lock, state, thread, want):
        m.put(lock.index, _entered(state, thread, want))
        return None
    m.put(lock.index, state._replace(asked=(*state.asked, (thread, want))))
    return Paused(want)


def _ask_to_read(m: State, lock: Any, thread: int, arguments: list[Any]) -> Paused | None:
    return _ask(m, lock, thread, READ)


def _ask_to_write(m: State, lock: Any, thread: int, arguments: list[Any]) -> Paused | None:
    return _ask(m, lock, thread, WRITE)


def _can_ask_to_read(m: State, lock: Any, thread: int) -> bool:
    return lock.prefer != "readers" or _may_enter(lock, m.objects[lock.index], thread, READ)


def _can_ask_to_write(m: State, lock: Any, thread: int) -> bool:
    return lock.prefer != "readers" or _may_enter(lock, m.objects[lock.index], thread, WRITE)


def _can_enter(m: State, lock: Any, thread: int) -> bool:
    state = m.objects[lock.index]
    want = dict(state.asked)[thread]
    if lock.prefer == "writers" and want == READ and WRITE in dict(state.asked).values():
        return False
    return _may_enter(lock, state, thread, want)


def _enter(m: State, lock: Any, thread: int, want: Any) -> None:
    m.put(lock.index, _entered(m.objects[lock.index], thread, want))


def _release_read(m: State, lock: Any, thread: int, arguments: list[Any]) -> None:
    state = m.objects[lock.index]
    if thread not in state.readers:
        raise Fault(f"{m.name_of(thread)} does not read under `{lock.name}`.")
    readers = list(state.readers)
    readers.remove(thread)
    m.put(lock.index, state._replace(readers=tuple(readers)))


def _release_write(m: State, lock: Any, thread: int, arguments: list[Any]) -> None:
    state = m.objects[lock.index]
    if state.writer != thread:
        raise Fault(f"{m.name_of(thread)} does not write under `{lock.name}`.")
    m.put(lock.index, state._replace(writer=None))


class RWLock(SyncObject):
    """A readers-writer lock; `prefer` is one of PREFERENCES."""

    kind = "rwlock"
    initial: Any = Holding()
    operations: ClassVar[dict[str, Operation]] = {
        "acquire_read": Operation("lock", "lock {} for reading", _ask_to_read, _can_ask_to_read, _enter, _can_enter),
        "acquire_write": Operation("lock", "lock {} for writing", _ask_to_write, _can_ask_to_write, _enter, _can_enter),
        "release_read": Operation("unlock", "unlock {} after reading", _release_read),
        "release_write": Operation("unlock", "unlock {} after writing", _release_write),
    }

    def __init__(self, index: int, prefer: str) -> None:
        super().__init__(index)
        self.prefer = prefer

    def access(self, m: State, operation: Operation, phase: Any, arguments: list[Any]) -> Access:
        return Access(operation.op, self.location)

    def holders(self, m: State) -> tuple[int, ...]:
        state: Holding = m.objects[self.index]
        return state.readers if state.writer is None else (state.writer,)

    def missing(self, m: State) -> int:
        return 0  # the first who has asked can enter

    def value(self, m: State) -> Any:
        state: Holding = m.objects[self.index]
        if state.writer is not None:
            return "writing"
        return f"{len(state.readers)} reading" if state.readers else "free"

    def sleepers(self, m: State) -> tuple[int, ...]:
        return tuple([thread for thread, _ in m.objects[self.index].asked])

    def waiting_for(self, m: State) -> str:
        inside = [m.name_of(thread) for thread in dict.fromkeys(self.holders(m))]
        holds = f", which {' and '.join(inside)} hold{'' if len(inside) > 1 else 's'}"
        return f"it waits for `{self.name}`" + (holds if inside else ", where others asked before")

    def forget(self, m: State, thread: int) -> None:
        state: Holding = m.objects[self.index]
        m.put(self.index, state._replace(asked=tuple([entry for entry in state.asked if entry[0] != thread])))
