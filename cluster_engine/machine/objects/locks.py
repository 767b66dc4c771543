"""Lock, RLock and Semaphore.

A thread that finds a lock taken is blocked and takes no step; whoever steps first once it is free has it (barging),
which is what the locks of most systems allow.
"""

from typing import Any, ClassVar

from cluster_engine.machine.objects.base import Operation, SyncObject
from cluster_engine.machine.state import State
from cluster_engine.machine.values import Fault

MAX_COUNT = 1_000_000


def _is_free(m: State, lock: Any, thread: int) -> bool:
    return m.objects[lock.index] is None


def _lock(m: State, lock: Any, thread: int, arguments: list[Any]) -> None:
    m.put(lock.index, thread)


def _try_lock(m: State, lock: Any, thread: int, arguments: list[Any]) -> bool:
    if m.objects[lock.index] is not None:
        return False
    m.put(lock.index, thread)
    return True


def _unlock(m: State, lock: Any, thread: int, arguments: list[Any]) -> None:
    check_owner(m, lock, thread, "released")
    m.put(lock.index, None)


def _is_locked(m: State, lock: Any, thread: int, arguments: list[Any]) -> bool:
    return m.objects[lock.index] is not None


def check_owner(m: State, lock: "Lock", thread: int, doing: str) -> None:
    """Raise Fault unless the thread holds the lock."""
    owner = lock.owner(m)
    if owner == thread:
        return
    held = "nobody holds it" if owner is None else f"{m.name_of(owner)} holds it"
    raise Fault(f"`{lock.name}` cannot be {doing} by {m.name_of(thread)}: {held}.")


class Lock(SyncObject):
    """A mutex. Its state is the thread that holds it, or None. Taking it twice blocks the thread for ever."""

    kind = "lock"
    initial: Any = None
    operations: ClassVar[dict[str, Operation]] = {
        "acquire": Operation("lock", "lock {}", _lock, _is_free),
        "try_acquire": Operation("lock", "try to lock {}", _try_lock),
        "release": Operation("unlock", "unlock {}", _unlock),
        "locked": Operation("read", "look whether {} is locked", _is_locked),
    }

    def owner(self, m: State) -> int | None:
        """Return the thread that holds the lock (None: nobody)."""
        owner: int | None = m.objects[self.index]
        return owner

    def available(self, m: State) -> bool:
        """Return whether nobody holds the lock."""
        return self.owner(m) is None

    def surrender(self, m: State, thread: int) -> int:
        """Release the lock however often it is held; return how often (for take_back)."""
        m.put(self.index, None)
        return 1

    def take_back(self, m: State, thread: int, times: int) -> None:
        """Hold the lock as often as before it was surrendered."""
        m.put(self.index, thread)

    def holders(self, m: State) -> tuple[int, ...]:
        owner = self.owner(m)
        return () if owner is None else (owner,)

    def waiting_for(self, m: State) -> str:
        owner = self.owner(m)
        return f"it waits for `{self.name}`" + ("" if owner is None else f", which {m.name_of(owner)} holds")


def _is_free_or_mine(m: State, lock: Any, thread: int) -> bool:
    state = m.objects[lock.index]
    return state is None or state[0] == thread


def _lock_again(m: State, lock: Any, thread: int, arguments: list[Any]) -> None:
    state = m.objects[lock.index]
    times = 1 if state is None else state[1] + 1
    if times > MAX_COUNT:
        raise Fault(f"A thread holds an RLock {MAX_COUNT:,} times at most.")
    m.put(lock.index, (thread, times))


def _try_lock_again(m: State, lock: Any, thread: int, arguments: list[Any]) -> bool:
    if not _is_free_or_mine(m, lock, thread):
        return False
    _lock_again(m, lock, thread, arguments)
    return True


def _unlock_once(m: State, lock: Any, thread: int, arguments: list[Any]) -> None:
    check_owner(m, lock, thread, "released")
    times = m.objects[lock.index][1]
    m.put(lock.index, (thread, times - 1) if times > 1 else None)


class RLock(Lock):
    """A lock that its holder can take again. Its state is None, or the holder and how often it holds it."""

    operations: ClassVar[dict[str, Operation]] = {
        "acquire": Operation("lock", "lock {}", _lock_again, _is_free_or_mine),
        "try_acquire": Operation("lock", "try to lock {}", _try_lock_again),
        "release": Operation("unlock", "unlock {}", _unlock_once),
        "locked": Operation("read", "look whether {} is locked", _is_locked),
    }

    def owner(self, m: State) -> int | None:
        state = m.objects[self.index]
        return None if state is None else state[0]

    def surrender(self, m: State, thread: int) -> int:
        times: int = m.objects[self.index][1]
        m.put(self.index, None)
        return times

    def take_back(self, m: State, thread: int, times: int) -> None:
        m.put(self.index, (thread, times))

    def value(self, m: State) -> Any:
        state = m.objects[self.index]
        return None if state is None else state[1]


def _has_permit(m: State, semaphore: Any, thread: int) -> bool:
    return bool(m.objects[semaphore.index] > 0)


def _acquire(m: State, semaphore: Any, thread: int, arguments: list[Any]) -> None:
    m.put(semaphore.index, m.objects[semaphore.index] - 1)


def _try_acquire(m: State, semaphore: Any, thread: int, arguments: list[Any]) -> bool:
    if m.objects[semaphore.index] == 0:
        return False
    m.put(semaphore.index, m.objects[semaphore.index] - 1)
    return True


def _release(m: State, semaphore: Any, thread: int, arguments: list[Any]) -> None:
    if m.objects[semaphore.index] >= MAX_COUNT:
        raise Fault(f"A semaphore counts to {MAX_COUNT:,} at most.")
    m.put(semaphore.index, m.objects[semaphore.index] + 1)


class Semaphore(SyncObject):
    """A number of permits; nobody owns one, and any thread may release. Its state is how many are left."""

    kind = "semaphore"
    end = "release"
    operations: ClassVar[dict[str, Operation]] = {
        "acquire": Operation("acquire", "take a permit of {}", _acquire, _has_permit),
        "try_acquire": Operation("acquire", "try to take a permit of {}", _try_acquire),
        "release": Operation("release", "give a permit back to {}", _release),
    }

    def __init__(self, index: int, permits: int) -> None:
        super().__init__(index)
        self.initial = permits

    def value(self, m: State) -> Any:
        return m.objects[self.index]

    def waiting_for(self, m: State) -> str:
        return f"it waits for a permit of `{self.name}`, which has none left"
