"""What a program must offer to be explored: steps that one thread takes at a time, on a copyable machine."""

from collections.abc import Collection, Hashable, Sequence
from typing import Any, Protocol, Self


class Access(Protocol):
    """What a step touches: the operation and the shared location, which decide what conflicts."""

    @property
    def op(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def also(self) -> tuple[tuple[str, bool], ...]:
        """Further places that the step touches, each with whether it is changed."""

    def conflicts(self, other: Any, /) -> bool: ...


class Failed(Protocol):
    """A failed assertion or an error; it ended the run."""

    @property
    def kind(self) -> str: ...
    @property
    def thread(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def text(self) -> str: ...


class Waiting(Protocol):
    """A thread that cannot step: what it waits for, which threads hold that, and why as the end of a sentence."""

    @property
    def thread(self) -> int: ...
    @property
    def on(self) -> str: ...
    @property
    def owners(self) -> tuple[int, ...]: ...
    @property
    def line(self) -> int: ...
    @property
    def why(self) -> str: ...


class Hopeless(Protocol):
    """Threads that wait for ever, whatever the others do: all of them, and the groups that stand behind nobody else."""

    @property
    def waiting(self) -> Sequence[Waiting]: ...
    @property
    def groups(self) -> Sequence[Sequence[Waiting]]: ...


class Explorable(Protocol):
    """A program part-way through a run. A state in which no thread is enabled is the end of a run."""

    @property
    def done(self) -> bool:
        """Whether every thread has ended."""

    @property
    def failure(self) -> Failed | None:
        """Why the run ended before its time, or after all threads (thread -1: the lines after them)."""

    @property
    def printed(self) -> str | None:
        """What the last step printed."""

    def enabled(self) -> list[int]:
        """Return the threads that can step, lowest first; none once the run has failed."""

    def advance(self, thread: int, /) -> None:
        """Take one step of a thread that is enabled."""

    def peek(self, thread: int, /) -> Access | None:
        """Return what a thread's next step would touch; None once it has ended."""

    def where(self, thread: int, /) -> tuple[int, int]:
        """Return line and column of a thread's next step."""

    def copy(self) -> Self:
        """Return a machine that goes on from here on its own."""

    def key(self) -> Hashable:
        """Return a value that is equal for states with equal futures."""

    def blocked(self) -> Sequence[Waiting]:
        """Return the threads that have not ended and cannot step."""

    def hopeless(self) -> Hopeless:
        """Return the threads that wait for ever; once it is true of some, it stays true of them."""

    def look(self, thread: int, /) -> int:
        """Return the place of a thread's next step if it may decide that the thread comes to a wait, or -1."""

    def looks(self, thread: int, /) -> Collection[int]:
        """Return the places of the steps that decided that a thread came to where it waits."""

    def outcome(self) -> dict[str, Any]:
        """Return the values of the shared variables, by name."""

    def name_of(self, thread: int, /) -> str:
        """Return a thread's name."""
