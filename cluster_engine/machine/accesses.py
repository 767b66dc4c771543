"""What a step touches, and what is told about steps, failures and waiting threads."""

from typing import Any, NamedTuple


class Access(NamedTuple):
    """The shared thing that a step touches.

    Attributes:
        op: "read", "write" and "update" (read and write at once) of memory; "lock", "unlock", "wait", "wake", "notify",
            "acquire", "release", "put", "get", "set", "clear" of objects; "print", "yield", "work" and "sleep".
        location: "balance", "seats[1]", "lock:m"; "" for a step that touches nothing.
        value: What is read or written, as far as it is known; lists and dicts as text.
        also: Further places that are touched, each with whether it is changed.
    """

    op: str
    location: str
    value: Any = None
    also: tuple[tuple[str, bool], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the step may change its place; only reads do not."""
        return self.op != "read"

    def conflicts(self, other: "Access") -> bool:
        """Return whether the order of the two matters: both touch one place and at least one changes it."""
        if self.location == other.location and self.location and (self.op != "read" or other.op != "read"):
            return True
        if not self.also and not other.also:
            return False
        mine, theirs = self.places(), other.places()
        return any(place in theirs and (changed or theirs[place]) for place, changed in mine.items())

    def places(self) -> dict[str, bool]:
        """Return each place that is touched with whether it is changed."""
        places = dict(self.also)
        if self.location:
            places[self.location] = self.changes
        return places


class Step(NamedTuple):
    """One atomic step that was taken.

    `instruction` is the place of its instruction in the program (see Program.steps_of); `printed` is what it printed.
    """

    thread: int
    line: int
    column: int
    access: Access
    text: str
    printed: str | None
    instruction: int


class Failure(NamedTuple):
    """Why a run ended early: kind "assertion" or "error". `thread` is -1 for the lines after the threads."""

    kind: str
    thread: int
    line: int
    column: int
    text: str


class Waiting(NamedTuple):
    """A thread that cannot step: `on` is the object's name, `owners` hold it, `why` says what it waits for."""

    thread: int
    on: str
    owner: int | None
    line: int
    owners: tuple[int, ...]
    why: str


class Hopeless(NamedTuple):
    """Threads that wait for ever, whatever the others do: all of them, and the groups that stand behind nobody else."""

    waiting: tuple[Waiting, ...]
    groups: tuple[tuple[Waiting, ...], ...]


NOBODY = Hopeless((), ())
