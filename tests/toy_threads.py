"""A tiny machine for tests of the exploration: threads that are lists of instructions, without a language.

An instruction is a tuple. Steps: ("read", register, place), ("write", place, value), ("lock", m), ("unlock", m),
("wait", m), ("notify", m), ("update", place, amount). Local work: ("when", test, instructions to skip if it fails),
("again", instructions to go back), ("check", test). A value is a number or a function of the registers, a test one
of them.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from cluster_engine.machine.hopeless import Need, hopeless, to_blame

Instruction = tuple[Any, ...]
LOCAL = ("when", "again", "check")


@dataclass(frozen=True)
class Access:
    op: str
    location: str
    also: tuple[tuple[str, bool], ...] = ()

    def conflicts(self, other: "Access") -> bool:
        return self.location == other.location and (self.op, other.op) != ("read", "read")


@dataclass(frozen=True)
class Failure:
    kind: str
    thread: int
    line: int
    text: str


@dataclass(frozen=True)
class Waiting:
    thread: int
    on: str
    owners: tuple[int, ...]
    line: int
    why: str


@dataclass(frozen=True)
class Hopeless:
    waiting: tuple[Waiting, ...]
    groups: tuple[tuple[Waiting, ...], ...]


class Toy:
    """Threads, plain variables, and one lock of each name, which is a condition as well."""

    printed = None

    def __init__(self, threads: Sequence[Sequence[Instruction]], memory: dict[str, int], check: Any = None) -> None:
        self.threads, self.check = threads, check
        self.names = [chr(65 + n) for n in range(len(threads))]
        self.memory = dict(memory)
        self.at = [0] * len(threads)
        self.registers: list[dict[str, int]] = [{} for _ in threads]
        self.owners: dict[str, int] = {}
        self.waiting: dict[int, bool] = {}  # thread: it was notified
        self.failure: Failure | None = None
        for thread in range(len(threads)):
            self._local(thread)

    @property
    def done(self) -> bool:
        return all(at >= len(code) for at, code in zip(self.at, self.threads, strict=True))

    def copy(self) -> "Toy":
        other = Toy.__new__(Toy)
        other.__dict__ = self.__dict__ | {
            "memory": dict(self.memory), "at": list(self.at), "registers": [dict(r) for r in self.registers],
            "owners": dict(self.owners), "waiting": dict(self.waiting),
        }  # fmt: skip
        return other

    def key(self) -> Hashable:
        mine = [tuple(sorted(part.items())) for part in (self.memory, *self.registers, self.owners, self.waiting)]
        return (*self.at, *mine, self.failure)

    def enabled(self) -> list[int]:
        if self.failure is not None:
            return []
        return [thread for thread in range(len(self.threads)) if self._can_step(thread)]

    def peek(self, thread: int) -> Access | None:
        if self.at[thread] >= len(self.threads[thread]):
            return None
        op, *rest = self.threads[thread][self.at[thread]]
        return Access("lock" if thread in self.waiting else op, rest[1] if op == "read" else rest[0])

    def where(self, thread: int) -> tuple[int, int]:
        return self.at[thread] + 1, 1

    def name_of(self, thread: int) -> str:
        return self.names[thread]

    def advance(self, thread: int) -> None:
        assert thread in self.enabled()
        if self._execute(thread, self.threads[thread][self.at[thread]]):
            self.at[thread] += 1
            self._local(thread)
        if self.done and self.failure is None and self.check is not None and not self.check(self.memory):
            self.failure = Failure("assertion", -1, 99, "the check at the end")

    def blocked(self) -> list[Waiting]:
        last = [(t, at) for t, at in enumerate(self.at) if at < len(self.threads[t]) and not self._can_step(t)]
        return [self._waiting(thread, str(self.threads[thread][at][1]), at + 1) for thread, at in last]

    def hopeless(self) -> Hopeless:
        waiting = {one.thread: one for one in self.blocked()}
        needs = {thread: self._need(thread) for thread in waiting}
        lost = hopeless(needs, self.enabled())
        groups = [tuple(waiting[thread] for thread in group) for group in to_blame(needs, lost)]
        return Hopeless(tuple(waiting[thread] for thread in lost), tuple(groups))

    def _need(self, thread: int) -> Need:
        place = str(self.threads[thread][self.at[thread]][1])
        if self.waiting.get(thread) is False:
            return Need(1, tuple(other for other in range(len(self.threads)) if self._may(other, "notify", place)))
        owner = self.owners[place]
        return Need(1, tuple(other for other in (owner,) if self._may(other, "unlock", place)))

    def _may(self, thread: int, op: str, place: str) -> bool:
        """Whether a thread may still come to this, by any way through its code; who waits gives its lock back."""
        code = self.threads[thread]
        rest = code if ("again",) in [one[:1] for one in code] else code[self.at[thread] + (thread in self.waiting) :]
        return any(one[1] == place and (one[0] == op or (one[0], op) == ("wait", "unlock")) for one in rest)

    def look(self, thread: int) -> int:
        return self.at[thread]

    def looks(self, thread: int) -> range:
        return range(len(self.threads[thread]))

    def outcome(self) -> dict[str, Any]:
        return dict(sorted(self.memory.items()))

    def _waiting(self, thread: int, place: str, line: int) -> Waiting:
        if self.waiting.get(thread) is False:
            return Waiting(thread, place, (), line, f"it sleeps on {place}")
        owners = (self.owners[place],) if place in self.owners else ()
        return Waiting(thread, f"lock {place}", owners, line, f"it waits for {place}")

    def _can_step(self, thread: int) -> bool:
        if self.at[thread] >= len(self.threads[thread]):
            return False
        op, place = self.threads[thread][self.at[thread]][:2]
        if thread in self.waiting:
            return self.waiting[thread] and place not in self.owners
        return not (op == "lock" and place in self.owners)

    def _execute(self, thread: int, instruction: Instruction) -> bool:
        """Carry out an instruction; return whether the thread has gone past it."""
        match instruction:
            case ("read", register, place):
                self.registers[thread][register] = self.memory[place]
            case ("write", place, value):
                self.memory[place] = self._value(thread, value)
            case ("update", place, amount):
                self.memory[place] += amount
            case ("lock", place):
                self.owners[place] = thread
            case ("unlock", place):
                del self.owners[place]
            case ("notify", place):
                self.waiting = {t: woken or self._waits_for(t) == place for t, woken in self.waiting.items()}
            case ("wait", place) if thread in self.waiting:
                del self.waiting[thread]
                self.owners[place] = thread
            case ("wait", place):
                self.waiting[thread] = False
                del self.owners[place]
                return False
        return True

    def _waits_for(self, thread: int) -> str:
        return str(self.threads[thread][self.at[thread]][1])

    def _value(self, thread: int, value: int | Callable[[dict[str, int]], int]) -> int:
        return value(self.registers[thread]) if callable(value) else value

    def _local(self, thread: int) -> None:
        while self.at[thread] < len(self.threads[thread]):
            op, what, *rest = self.threads[thread][self.at[thread]]
            if op not in LOCAL:
                return
            self.at[thread] += 1
            if op == "again":
                self.at[thread] -= 1 + what
            elif op == "when" and not what(self.registers[thread]):
                self.at[thread] += rest[0]
            elif op == "check" and not what(self.registers[thread]):
                self.failure = Failure("assertion", thread, self.at[thread], "a check")
                return
