"""What is measured of an epidemic: how many know the latest news, in how many rounds all did, and who was left out."""

from typing import Any

from cluster_engine.records import Changed, Noted
from cluster_engine.telemetry.meters import NodeWatch


class Epidemic:
    """Follows the latest news that a client brought.

    `informed` counts the nodes that know it (or something later of the same key), `rounds` is the number of rounds
    until all did (None before), `left_out` how many do not know it when nobody tells any news any more.
    """

    kinds = frozenset({Changed, Noted})
    fields = frozenset({"rumours"})

    def __init__(self) -> None:
        self.informed = self.left_out = 0
        self.rounds: int | None = None
        self._key, self._version, self._began, self._of = "", (0, ""), 0, 0
        self._known: dict[str, tuple[int, str]] = {}
        self._telling: dict[str, int] = {}

    def see(self, record: Any) -> None:
        """Follow who hears what, and who still tells."""
        if isinstance(record, Changed):
            if "rumours" in record.changes:
                self._telling[record.node] = record.changes["rumours"]
        elif record.event in ("takes", "deletes"):
            self._begin(record)
        elif record.event == "learns" and record.facts["key"] == self._key:
            self._known[record.node] = record.facts["version"]
            self._count(record.facts["turn"])
        self.left_out = self._of - self.informed if self.quiet else 0

    @property
    def quiet(self) -> bool:
        """Whether nobody tells any news, though there was some."""
        return self._of > 0 and not any(self._telling.values())

    def _begin(self, record: Noted) -> None:
        facts = record.facts
        self._key, self._version, self._began, self._of = facts["key"], facts["version"], facts["turn"], facts["of"]
        self._known, self.rounds = {record.node: facts["version"]}, None
        self._count(facts["turn"])

    def _count(self, turn: int) -> None:
        self.informed = sum(version >= self._version for version in self._known.values())
        if self.informed == self._of and self.rounds is None:
            self.rounds = turn - self._began


class Spreading(NodeWatch):
    """How many running nodes have news that they still tell."""

    fields = frozenset({"status", "rumours"})

    def judge(self, record: Changed) -> None:
        self.value = sum(bool(one.get("rumours")) and one.get("status") != "down" for one in self.nodes.values())


class Compared(NodeWatch):
    """How many versions or hashes were compared, by all nodes together; a crash loses no count."""

    fields = frozenset({"compared"})

    def see(self, record: Any) -> None:
        """Add what a node's own count grew by."""
        before = self.nodes.get(record.node, {}).get("compared", 0)
        if "compared" in record.changes:
            now = record.changes["compared"]
            self.value += now - before if now >= before else now
        super().see(record)

    def judge(self, record: Changed) -> None:
        """Nothing more."""


class Resurrected:
    """How often a node heard again, as news, of what it had deleted."""

    kinds = frozenset({Noted})

    def __init__(self) -> None:
        self.value = 0
        self._deleted: dict[tuple[str, str], tuple[int, str]] = {}

    def see(self, record: Noted) -> bool:
        """Say whether this record is such a return."""
        if record.event not in ("deletes", "learns", "takes"):
            return False
        place, version = (record.node, record.facts["key"]), record.facts["version"]
        if record.event == "deletes":
            self._deleted[place] = version
        returns = record.event == "learns" and version[0] < self._deleted.get(place, (0, ""))[0]
        self.value += returns
        return returns
