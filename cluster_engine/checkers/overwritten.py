"""How many entries of a replicated log a majority had stored, and yet they gave way to others (Raft, figure 8)."""

from typing import Any

from cluster_engine.checkers.replicated_log import KEPT, Boxed, LogChecker, Server

Stored = tuple[int, Boxed]  # an index, and the entry there


class MajorityOverwritten(LogChecker):
    """Counts entries that stood in the logs of a majority when one of these let it go for another.

    Unless an invariant broke, none of them was committed: figure 8 shows why a leader must not go by copies alone. A
    server that is down has what its disk has.
    """

    fields = frozenset({"status", "role", "term", "config", "log"})

    def __init__(self) -> None:
        super().__init__()
        self._members = 0  # of the latest configuration that was told
        self._holders: dict[Stored, set[str]] = {}
        self._overwritten: set[Stored] = set()

    @property
    def value(self) -> int:
        """How many there were."""
        return len(self._overwritten)

    def before(self, name: str, server: Server, changes: dict[str, Any]) -> None:
        self._members = len(changes.get("config", ())) or self._members
        if changes.get("status") == "down":
            for holders in self._holders.values():
                holders.discard(name)  # its disk is told with it
        elif "log" in changes:
            self._let_go(name, server, changes["log"])

    def _let_go(self, name: str, server: Server, delta: dict[str, Any]) -> None:
        members = self._members or len(self.servers)
        kept = {index: (term, label) for index, (term, label) in enumerate(delta["entries"], delta["from"])}
        for index in range(max(delta["from"], delta["start"]), server.last + 1):
            entry = server.log.get(index)
            if entry is not None and kept.get(index) != entry:
                holders = self._holders.get((index, entry), set())
                if 2 * len(holders) > members:
                    self._overwritten.add((index, entry))
                holders.discard(name)

    def after(self, name: str, server: Server, changes: dict[str, Any], added: dict[int, Boxed]) -> None:
        for index, entry in added.items():
            self._holders.setdefault((index, entry), set()).add(name)
        self.forget(self._holders, KEPT)
