"""Who plays in a program: its objects and its threads, as the lines before the threads make them."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cluster_engine.machine.values import Fault

MAX_THREADS = 8
PRIORITIES = range(1, 100)


class ThreadPlan(NamedTuple):
    """A thread as the program starts it."""

    name: str
    function: str
    arguments: tuple[Any, ...]
    priority: int


@dataclass(slots=True, kw_only=True)
class Cast:
    """The objects (each a SyncObject, by its index) and the threads, in the order in which they were made."""

    objects: list[Any] = field(default_factory=list)
    threads: list[ThreadPlan] = field(default_factory=list)

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


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 20 and name.replace("-", "").replace("_", "").isalnum() and name != "main"
