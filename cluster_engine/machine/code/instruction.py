"""What all instructions share."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from cluster_engine.machine.accesses import Access
from cluster_engine.machine.state import State
from cluster_engine.machine.tasks import Task

NEVER, MAYBE, ALWAYS = 0, 1, 2


class Instruction:
    """One instruction: local work (`stops` NEVER), a step (ALWAYS), or a step when what it touches is shared (MAYBE).

    Attributes:
        index, next: Its own place and that of its successor in the program.
        live: The slots that are read again from here on; all others are left out of a thread's key.
    """

    __slots__ = ("column", "index", "line", "live", "next", "pick")
    stops = NEVER
    waits = False

    line: int
    column: int
    index: int
    next: int
    live: tuple[int, ...]
    pick: Callable[[Any], Any] | None

    def run(self, m: State, thread: int, task: Task) -> int:
        """Do the work and return the place of the next instruction (or END or STAY)."""
        raise NotImplementedError

    def shared(self, m: State, task: Task) -> bool:
        """Return whether an instruction that MAYBE stops is a step now."""
        return True

    def ready(self, m: State, thread: int, task: Task) -> bool:
        """Return whether the step can be taken now; asked only where `waits`."""
        return True

    def access(self, m: State, task: Task) -> Access:
        """Return what the step would touch."""
        return Access("yield", "")

    def gives(self, objects: Sequence[Any]) -> Iterable[tuple[int, str]]:
        """Return what the step may do that can end a wait of others: objects, by index, with the operation."""
        return ()

    def may_wait(self, objects: Sequence[Any]) -> bool:
        """Return whether the step may have to wait for one of these objects."""
        return False

    def uses(self) -> int:
        """Return the bit mask of the slots that are read."""
        return 0

    def defines(self) -> int:
        """Return the bit mask of the slots that are written."""
        return 0

    def targets(self) -> tuple[int, ...]:
        """Return where the instruction can go from here, besides to END."""
        return (self.next,)

    def move(self, place: Callable[[int], int]) -> None:
        """Replace the places that the instruction goes to."""
        self.next = place(self.next)

    def words(self, program: Any) -> str:
        """Return the step in words, before it is known what it will touch; "" for local work."""
        return ""

    def next_words(self, m: State, task: Task) -> str:
        """Return the step in words, now that it is known what it will touch."""
        return self.words(m.program)

    def set_live(self, mask: int) -> None:
        """Note the slots that are read again from here on."""
        self.live = tuple([slot for slot in range(mask.bit_length()) if mask >> slot & 1])
        self.pick = itemgetter(*self.live) if self.live else None
