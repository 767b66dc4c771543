"""Raft's log with its compacted prefix (Raft extended version, sections 5.3 and 7)."""

from collections.abc import Sequence
from typing import Any

import msgspec

from cluster_engine.cluster.client import Command


class Noop(msgspec.Struct, frozen=True):
    """What a new leader appends to commit its predecessors' entries (section 8)."""


class Membership(msgspec.Struct, frozen=True):
    """A configuration: the servers that vote (dissertation, chapter 4)."""

    servers: tuple[str, ...]


class Entry(msgspec.Struct, frozen=True):
    """A log entry. `session` and `number` identify the client operation, for exactly-once retries."""

    term: int
    command: Command | Membership | Noop
    session: str = ""
    number: int = 0


def noops(*terms: int) -> tuple[Entry, ...]:
    """Return a log of entries that say nothing, each of a term."""
    return tuple(Entry(term, Noop()) for term in terms)


class Snapshot(msgspec.Struct, frozen=True):
    """The state machine's state after entry `index` of `term`, with the configuration then in force."""

    index: int = 0
    term: int = 0
    servers: tuple[str, ...] = ()
    state: dict[str, Any] = {}


class RaftLog:
    """Entries after the snapshot; indices begin at 1 and survive compaction."""

    __slots__ = ("entries", "snapshot")

    def __init__(self, snapshot: Snapshot, entries: Sequence[Entry] = ()) -> None:
        self.snapshot = snapshot
        self.entries = list(entries)

    @property
    def first_index(self) -> int:
        """The index of the first entry that is still here, or would be."""
        return self.snapshot.index + 1

    @property
    def last_index(self) -> int:
        """The index of the last entry; that of the snapshot when nothing follows it."""
        return self.snapshot.index + len(self.entries)

    @property
    def last_term(self) -> int:
        """The term of the last entry."""
        return self.entries[-1].term if self.entries else self.snapshot.term

    def term_at(self, index: int) -> int | None:
        """Return the term at an index; None where the log does not reach or was compacted."""
        position = index - self.snapshot.index - 1
        if position >= 0:
            return self.entries[position].term if position < len(self.entries) else None
        return self.snapshot.term if position == -1 else None

    def entry(self, index: int) -> Entry:
        """Return the entry at an index that is here."""
        return self.entries[index - self.snapshot.index - 1]

    def since(self, index: int, most: int | None = None) -> tuple[Entry, ...]:
        """Return the entries from an index on, `most` of them at most."""
        start = index - self.snapshot.index - 1
        return tuple(self.entries[start : None if most is None else start + most])

    def replace_from(self, index: int, entries: Sequence[Entry]) -> None:
        """Cut the log to the indices before `index`, then append."""
        del self.entries[index - self.snapshot.index - 1 :]
        self.entries.extend(entries)

    def compact(self, snapshot: Snapshot) -> None:
        """Let a snapshot stand for the prefix; keep what follows it only if the log agrees with it (section 7)."""
        agrees = self.term_at(snapshot.index) == snapshot.term
        self.entries = list(self.since(snapshot.index + 1)) if agrees else []
        self.snapshot = snapshot


class RaftWrite(msgspec.Struct, frozen=True):
    """One write: the hard state always, and where they changed, entries from `start` on or a snapshot."""

    term: int
    voted_for: str
    start: int = 0  # 0: the log did not change
    entries: tuple[Entry, ...] = ()
    snapshot: Snapshot | None = None


class RaftStaged(msgspec.Struct, frozen=True):
    """What a disk holds at the start of a staged situation."""

    term: int = 0
    entries: tuple[Entry, ...] = ()
    voted_for: str = ""


EMPTY = RaftStaged()


class RaftDurable:
    """What survives a crash (figure 2, persistent state): owned by the disk."""

    __slots__ = ("log", "term", "voted_for")

    def __init__(self, staged: RaftStaged = EMPTY) -> None:
        self.term, self.voted_for = staged.term, staged.voted_for
        self.log = RaftLog(Snapshot(), staged.entries)

    def apply(self, write: RaftWrite) -> None:
        """Take a write that became durable."""
        self.term, self.voted_for = write.term, write.voted_for
        if write.snapshot is not None:
            self.log.compact(write.snapshot)
        if write.start:
            self.log.replace_from(write.start, write.entries)


def label(command: Command | Membership | Noop) -> str:
    """Return a few characters that fit into a log box."""
    match command:
        case Noop():
            return "·"
        case Membership(servers=servers):
            return f"{len(servers)}⚙"
        case Command(f="add"):
            return f"{command.key}{command.value:+g}"
        case Command(f="read"):
            return f"{command.key}?"
    return f"{command.key}={command.value}"
