"""What locks, conditions, queues and their like share.

An object is a fixed description in the program; its state is an immutable value in the machine. An operation is one
step:
`ready` says whether the step can be taken, `run` takes it. An operation that waits in the middle (a condition's wait)
answers Paused with what the thread must remember; its second half is `resume_ready` and `resume`, a step of its own.
"""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from cluster_engine.machine.accesses import Access
from cluster_engine.machine.spelling import plain
from cluster_engine.machine.state import State
from cluster_engine.machine.values import Fault
from cluster_engine.wording import did_you_mean

Ready = Callable[[State, Any, int], bool]


class Paused(NamedTuple):
    """The first half of an operation is done; `memory` is what the second half needs."""

    memory: Any


class Operation(NamedTuple):
    """One method of an object.

    Attributes:
        op: The kind of access, as in Access.
        says: The step in words; {} is the object's name.
        least, most: How many arguments it takes.
    """

    op: str
    says: str
    run: Callable[[State, Any, int, list[Any]], Any]
    ready: Ready | None = None
    resume: Callable[[State, Any, int, Any], Any] | None = None
    resume_ready: Ready | None = None
    least: int = 0
    most: int = 0


class SyncObject:
    """A lock or another object of the program; `index` is its place in the machine's table."""

    kind = ""
    end = "unlock"  # what ends a wait for it
    initial: Any = None
    operations: ClassVar[dict[str, Operation]]

    def __init__(self, index: int) -> None:
        self.index = index
        self.name = f"{self.kind}{index + 1}"

    @property
    def location(self) -> str:
        """The object's name as a place that steps touch."""
        return f"{self.kind}:{self.name}"

    def operation(self, method: str, count: int) -> Operation:
        """Return the operation behind a method.

        Raises:
            Fault: There is none, or it takes another number of arguments.
        """
        if method not in self.operations:
            raise Fault(f"`{self.name}` is a {self.kind} and has no {method}.{did_you_mean(method, self.operations)}")
        operation = self.operations[method]
        if not operation.least <= count <= operation.most:
            takes = "no arguments" if not operation.most else f"{operation.least} to {operation.most} arguments"
            takes = f"{operation.most} argument" if operation.least == operation.most == 1 else takes
            raise Fault(f"{self.name}.{method}() takes {takes}, not {count}.")
        return operation

    def access(self, m: State, operation: Operation, phase: Any, arguments: list[Any]) -> Access:
        """Return what a step of this operation touches."""
        return Access(operation.op, self.location, plain(m, arguments[0]) if arguments else None)

    def says(self, operation: Operation, phase: Any) -> str:
        """Return the step in words."""
        return operation.says.format(self.name)

    def holders(self, m: State) -> tuple[int, ...]:
        """Return the threads that hold the object, lowest first."""
        return ()

    def blocker(self, m: State, thread: int, phase: Any) -> "SyncObject":
        """Return the object that a thread which cannot go on here waits for."""
        return self

    def gives(self, operation: Operation) -> tuple[tuple[int, str], ...]:
        """Return what an operation may do that ends a wait: the index of the object waited for, and how it is done."""
        return ((self.index, operation.op),)

    def ended_by(self, m: State) -> str:
        """Return the operation of others that ends a wait here, as in Operation.op."""
        return self.end

    def missing(self, m: State) -> int:
        """Return how many others must do so where nobody holds the object; 0: the wait ends by itself."""
        return 1

    def value(self, m: State) -> Any:
        """Return the object's own value (a count, a flag, items), or None."""
        return None

    def sleepers(self, m: State) -> tuple[int, ...]:
        """Return the threads in the object's own queue, first come first."""
        return ()

    def waiting_for(self, m: State) -> str:
        """Return what a blocked thread waits for, as the end of a sentence."""
        return f"it waits for `{self.name}`"

    def forget(self, m: State, thread: int) -> None:
        """Take a killed thread out of the object's own queue; what it holds it goes on holding."""

    def wake(self, m: State, thread: int) -> bool:
        """Wake a thread without a reason (a spurious wake-up); return whether it was asleep here."""
        return False
