"""Raft's safety properties, checked on records (Raft extended version, figure 3).

Each checker follows the servers' observed state, told in `Changed` records, and says what was broken at the
moment it breaks. The properties hold for any protocol that observes `role`, `term`, `commit`, `applied` and a log.
"""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Record

Boxed = tuple[int, str]  # an entry as observed: its term and label

KEPT = 5_000  # indices a checker remembers behind the newest one
KEPT_COMPACTED = 100  # and how many of those that every server has compacted, so that memory stays small


class Server:
    """What is known of one server from its records."""

    __slots__ = ("applied", "commit", "kept_from", "last", "log", "role", "snapshot_term", "start", "term")

    def __init__(self) -> None:
        self.role = ""
        self.term = 0
        self.commit = 0
        self.applied = 0
        self.start = 1  # the first index that is not compacted
        self.kept_from = 1  # compacted entries stay for one more change: they may be applied in the same step
        self.snapshot_term = 0  # the term of the entry before `start`
        self.last = 0
        self.log: dict[int, Boxed] = {}

    def holds(self, index: int, entry: Boxed) -> bool:
        """Whether the server has this entry, in its log or in the prefix it compacted."""
        return index < self.start or self.log.get(index) == entry

    def take(self, delta: dict[str, Any]) -> dict[int, Boxed]:
        """Take a log's change; return the entries that came with it."""
        for index in range(self.kept_from, self.start):
            self.log.pop(index, None)
        first, self.kept_from = delta["from"], self.start
        if self.start < delta["start"] and self.log.get(delta["start"] - 1, (None,))[0] != self.snapshot_term:
            # A snapshot of another history took the place of what was here: none of that was applied.
            for index in range(self.start, delta["start"]):
                self.log.pop(index, None)
        for index in range(first, self.last + 1):
            self.log.pop(index, None)
        added = {index: (term, label) for index, (term, label) in enumerate(delta["entries"], first)}
        self.log |= added
        self.last = first + len(added) - 1
        self.start = delta["start"]
        return added


class LogChecker:
    """Follows every server's log; subclasses look at each change."""

    kinds = frozenset({Changed})
    fields = frozenset({"status", "role", "term", "commit", "applied", "log"})

    def __init__(self) -> None:
        self.servers: dict[str, Server] = {}
        self.seq = -1  # of the record that is looked at

    def see(self, record: Record) -> Violation | None:
        """Take a record; return what it broke, if anything."""
        assert isinstance(record, Changed), f"a log checker reads Changed records, not {record!r}"
        changes, self.seq = record.changes, record.seq
        if record.node not in self.servers and changes.keys().isdisjoint(("role", "term", "log")):
            return None  # a client, the network, or a server that is still as it began
        server = self.servers.setdefault(record.node, Server())
        if changes.get("status") == "down":
            server.log, server.role = {}, ""
        violation = self.before(record.node, server, changes)
        server.role = changes.get("role", server.role)
        server.term = changes.get("term", server.term)
        server.commit = changes.get("commit", server.commit)
        server.snapshot_term = changes.get("snapshot_term", server.snapshot_term)
        added = server.take(changes["log"]) if "log" in changes else {}
        return violation or self.after(record.node, server, changes, added)

    def before(self, name: str, server: Server, changes: dict[str, Any]) -> Violation | None:
        """Look at a change before it is taken."""
        return None

    def after(self, name: str, server: Server, changes: dict[str, Any], added: dict[int, Boxed]) -> Violation | None:
        """Look at the server after a change; `added` are the entries that came with it."""
        return None

    def forget(self, memory: dict[Any, Any], most: int) -> None:
        """Drop the oldest of a memory by index: what is beyond `most`, and what no server's log holds any more."""
        if len(memory) <= 2 * KEPT_COMPACTED:
            return
        compacted = min(server.start for server in self.servers.values()) - KEPT_COMPACTED
        while len(memory) > most or _index(next(iter(memory))) < compacted:
            del memory[next(iter(memory))]


class ElectionSafety(LogChecker):
    """At most one leader can be elected in a given term (section 5.2)."""

    fields = frozenset({"status", "role", "term"})

    def __init__(self, words: str = "leader in term") -> None:
        super().__init__()
        self._words = words
        self.leaders: dict[int, tuple[str, int]] = {}  # term -> the leader, and the record that says so

    def after(self, name: str, server: Server, changes: dict[str, Any], added: dict[int, Boxed]) -> Violation | None:
        if changes.get("role") != "leader":
            return None
        first, seq = self.leaders.setdefault(server.term, (name, self.seq))
        if first == name:
            return None
        text = f"{first} and {name} were both elected {self._words} {server.term}"
        return Violation(text, (first, name), (seq,))


class LeaderAppendOnly(LogChecker):
    """A leader never overwrites or deletes entries in its log; it only appends (section 5.3)."""

    fields = frozenset({"status", "role", "term", "log"})

    def before(self, name: str, server: Server, changes: dict[str, Any]) -> Violation | None:
        delta = changes.get("log")
        if not delta or server.role != "leader" or changes.get("role", "leader") != "leader":
            return None
        if delta["from"] <= server.last and delta["from"] >= server.start:
            return Violation(
                f"{name}, leader of term {server.term}, changed its log from entry {delta['from']} on",
                (name,),
            )
        return None


class LogMatching(LogChecker):
    """Logs that hold an entry of the same index and term are identical up to it (section 5.3)."""

    fields = frozenset({"status", "log"})

    def __init__(self) -> None:
        super().__init__()
        # -> label, term before, first holder, and the record that says so
        self.known: dict[tuple[int, int], tuple[str, int | None, str, int]] = {}

    def after(self, name: str, server: Server, changes: dict[str, Any], added: dict[int, Boxed]) -> Violation | None:
        for index, (term, label) in added.items():
            before = server.log[index - 1][0] if index - 1 in server.log else None
            known = self.known.setdefault((index, term), (label, before, name, self.seq))
            if known[0] != label or (None not in (before, known[1]) and known[1] != before):
                differ = f"{known[2]} and {name} hold entry {index} of term {term}, yet their logs differ up to it"
                again = f"{name} makes entry {index} of term {term} a second time: {known[0]} before, {label} now"
                return Violation(
                    again if name == known[2] and known[0] != label else differ, (known[2], name), (known[3],)
                )
        self.forget(self.known, 4 * KEPT)
        return None


class LeaderCompleteness(LogChecker):
    """A committed entry is present in the logs of the leaders of all later terms (section 5.4)."""

    def __init__(self) -> None:
        super().__init__()
        # index -> entry, the term in which it was committed, and the record that says so
        self.committed: dict[int, tuple[Boxed, int, int]] = {}
        self.newest = 0

    def after(self, name: str, server: Server, changes: dict[str, Any], added: dict[int, Boxed]) -> Violation | None:
        if changes.get("role") == "leader" and (violation := self._missing(name, server, self.committed)):
            return violation
        if "commit" not in changes:
            return None
        new = {
            index: (server.log[index], server.term, self.seq)
            for index in range(max(self.newest + 1, server.kept_from), server.commit + 1)
            if index in server.log
        }
        self.committed |= new
        self.newest = max(self.newest, server.commit)
        self.forget(self.committed, KEPT)
        for other, leader in self.servers.items():
            if leader.role == "leader" and (violation := self._missing(other, leader, new)):
                return violation
        return None

    def _missing(self, name: str, leader: Server, committed: dict[int, tuple[Boxed, int, int]]) -> Violation | None:
        for index, (entry, term, seq) in committed.items():
            if leader.term > term and not leader.holds(index, entry):
                return Violation(
                    f"{name} leads term {leader.term} without entry {index} ({entry[1]}), committed in term {term}",
                    (name,),
                    (seq,),
                )
        return None


class StateMachineSafety(LogChecker):
    """No two servers apply different entries for the same index (section 5.4.3)."""

    fields = frozenset({"status", "log", "applied"})

    def __init__(self) -> None:
        super().__init__()
        self.applied: dict[int, tuple[Boxed, str, int]] = {}  # index -> entry, who applied it first, and the record

    def after(self, name: str, server: Server, changes: dict[str, Any], added: dict[int, Boxed]) -> Violation | None:
        before, server.applied = server.applied, changes.get("applied", server.applied)
        if server.applied == before:
            return None
        for index in range(before + 1, server.applied + 1):
            mine = added.get(index) or server.log.get(index)
            if mine is None:
                continue  # it came with a snapshot
            entry, first, seq = self.applied.setdefault(index, (mine, name, self.seq))
            if entry != mine:
                return Violation(
                    f"{first} applied {entry[1]} of term {entry[0]} as entry {index}, "
                    f"{name} applied {mine[1]} of term {mine[0]}",
                    (first, name),
                    (seq,),
                )
        self.forget(self.applied, KEPT)
        return None


class NeverBack(LogChecker):
    """Terms and commit indices only grow while a server runs (figure 2)."""

    fields = frozenset({"status", "term", "commit"})

    def before(self, name: str, server: Server, changes: dict[str, Any]) -> Violation | None:
        if changes.get("status") == "down":
            server.term = server.commit = 0  # a crash may lose what was not yet on disk
            return None
        for field in ("term", "commit"):
            was = getattr(server, field)
            if changes.get(field, was) < was:
                return Violation(f"{name}'s {field} went back from {was} to {changes[field]}", (name,))
        return None


def _index(key: Any) -> int:
    index: int = key if isinstance(key, int) else key[0]
    return index
