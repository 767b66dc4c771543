"""Who can talk with whom: which machines run, and which links carry messages both ways.

A request needs its answer, so two machines talk only while neither way is cut or held. A message that is slow, or may
be lost, still counts as one that arrives.
"""

from collections.abc import Iterable, Sequence

from cluster_engine.records import Changed

FIELDS = frozenset({"status", "cuts", "held", "lose_percent"})

_SILENT = {"down": "down", "paused": "paused"}


class Reachability:
    """Follows the machines and the network."""

    def __init__(self) -> None:
        self._status: dict[str, str] = {}
        self._blocked: dict[str, set[tuple[str, str]]] = {"cuts": set(), "held": set()}
        self.lose_percent = 0.0

    def see(self, record: Changed) -> None:
        """Take a change of a machine, or of the network."""
        changes = record.changes
        if record.node:
            self._status[record.node] = changes.get("status", self._status.get(record.node, "up"))
            return
        for field in self._blocked.keys() & changes.keys():
            self._blocked[field] = {(a, b) for a, b in changes[field]}
        self.lose_percent = changes.get("lose_percent", self.lose_percent)

    def runs(self, name: str) -> bool:
        """Whether a machine is up, and not paused."""
        return self._status.get(name, "up") == "up"

    def talk(self, one: str, other: str) -> bool:
        """Whether two machines can exchange messages."""
        if not (self.runs(one) and self.runs(other)):
            return False
        ways = {(one, other), (other, one)}
        return one == other or not (self.lose_percent >= 100 or any(ways & links for links in self._blocked.values()))

    def circle(self, name: str, names: Iterable[str]) -> list[str]:
        """Return who of these can talk with one of them, itself included."""
        return [other for other in names if self.talk(name, other)]

    def widest(self, names: Sequence[str]) -> list[str]:
        """Return the largest circle among these, the first of several."""
        return max((self.circle(name, names) for name in names), key=len, default=[])

    def silent(self, names: Iterable[str]) -> str:
        """Return which of these do not run, in words: "n1 and n2 are down, n3 is paused"; "" where all run."""
        parts = []
        for status, word in _SILENT.items():
            them = [name for name in names if self._status.get(name) == status]
            if them:
                parts.append(f"{listed(them)} {'is' if len(them) == 1 else 'are'} {word}")
        return ", ".join(parts)

    def islands(self, names: Iterable[str]) -> list[list[str]]:
        """Return the running machines in groups between which no message gets through, directly or by others."""
        left = [name for name in names if self.runs(name)]
        found: list[list[str]] = []
        while left:
            island, edge = [left[0]], [left[0]]
            while edge:
                reached = [name for name in left if name not in island and self.talk(edge[-1], name)]
                edge[-1:] = reached
                island += reached
            found.append([name for name in left if name in island])
            left = [name for name in left if name not in island]
        return found


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "n1", "n1 and n2", "n1, n2 and n3"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
