"""Agreement: at most one value is chosen, and it was proposed (Lamport, "Paxos Made Simple", 2001, section 2.1)."""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Invoked


class OneValueChosen:
    """Counts, for every ballot, who has ever accepted in it: with a quorum its value is chosen, known or not."""

    kinds = frozenset({Changed})
    fields = frozenset({"accepted", "accepted_by", "value"})

    def __init__(self, nodes: int, second: int) -> None:
        self._quorum = second or nodes // 2 + 1
        self._servers: dict[str, dict[str, Any]] = {}
        self._accepted: dict[tuple[int, str], set[str]] = {}
        self._values: dict[tuple[int, str], Any] = {}
        self.chosen: dict[Any, tuple[int, str]] = {}
        self._chosen_by: dict[Any, int] = {}  # the record that completed the quorum

    @property
    def count(self) -> int:
        """How many values were chosen."""
        return len(self.chosen)

    def see(self, record: Any) -> Violation | None:
        """Read what a server has accepted."""
        server = self._servers.setdefault(record.node, {"accepted": 0, "accepted_by": "", "value": None})
        server.update({field: record.changes[field] for field in self.fields & record.changes.keys()})
        ballot = server["accepted"], server["accepted_by"]
        if not ballot[0]:
            return None
        self._accepted.setdefault(ballot, set()).add(record.node)
        self._values[ballot] = server["value"]
        if len(self._accepted[ballot]) < self._quorum or server["value"] in self.chosen:
            return None
        self.chosen[server["value"]] = ballot
        self._chosen_by[server["value"]] = record.seq
        if len(self.chosen) == 1:
            return None
        first, second = list(self.chosen.items())[:2]
        text = (
            f"Two values are chosen: {first[0]} in ballot {first[1][0]} of {first[1][1]}, and {second[0]} in ballot "
            f"{second[1][0]} of {second[1][1]}."
        )
        return Violation(text, tuple(sorted(self._accepted[ballot])), (self._chosen_by[first[0]],))


class OnlyProposed:
    """Looks whether every value that is accepted was asked for by a client."""

    kinds = frozenset({Changed, Invoked})
    fields = frozenset({"value"})

    def __init__(self) -> None:
        self._asked: set[Any] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Invoked):
            self._asked.add(record.value)
            return None
        value = record.changes["value"]
        if value is None or value in self._asked:
            return None
        return Violation(f"{record.node} accepts {value}, which nobody proposed.", (record.node,))
