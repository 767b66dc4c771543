"""Whether replicas that merge their states keep what they promise, judged from what each has seen.

The replicas tell each update with its past (what its replica had seen by then), and observe `seen`, `holds` and
`contents`. What should follow is worked out here from the updates alone.
"""

from collections.abc import Iterable
from math import isclose
from typing import Any

from cluster_engine.consistency.history import shown
from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Invoked, Noted, Returned

UpdateId = tuple[str, int]
MOST = 2_000  # updates followed; a longer run is judged no further


class Replicas:
    """Follows the updates and what each replica makes of them; subclasses judge a replica that changed."""

    kinds: frozenset[Any] = frozenset({Changed, Noted})
    fields = frozenset({"seen", "holds", "contents"})

    def __init__(self) -> None:
        self.updates: dict[UpdateId, dict[str, Any]] = {}
        self.pasts: dict[UpdateId, dict[str, int]] = {}
        self.replicas: dict[str, dict[str, Any]] = {}

    def see(self, record: Any) -> Violation | None:
        """Take a record; a replica's change comes just before the update that made it."""
        if isinstance(record, Changed):
            if not record.node or self.fields.isdisjoint(record.changes):
                return None
            self.replicas[record.node] = self.replicas.get(record.node, {}) | record.changes
            self._forget_what_a_crash_undid(record.node)
        elif record.event != "updates" or len(self.updates) >= MOST:
            return None
        else:
            update = (record.node, record.facts["number"])
            self.updates[update] = record.facts
            self.pasts[update] = dict(record.facts["past"])
        return self.judge(record.node) if self._is_known(record.node) else None

    def _forget_what_a_crash_undid(self, node: str) -> None:
        """An update that was not on disk yet is gone, and the next one bears its number."""
        number = self.seen(node).get(node, 0) + 1
        while self.pasts.pop((node, number), None) is not None:
            del self.updates[node, number]
            number += 1

    def judge(self, node: str) -> Violation | None:
        """Look at a replica all of whose updates are known."""
        return None

    def seen(self, node: str) -> dict[str, int]:
        """Return how many updates of each replica this one has merged."""
        return dict(self.replicas[node].get("seen", ()))

    def part(self, node: str, name: str) -> dict[str, tuple[Any, ...]]:
        """Return `holds` or `contents` of a replica by key."""
        return dict(self.replicas[node].get(name, ()))

    def seen_updates(self, node: str, key: str) -> list[UpdateId]:
        """Return the updates of a key that a replica has merged, oldest first."""
        seen = self.seen(node)
        return [u for u, facts in self.updates.items() if facts["key"] == key and u[1] <= seen.get(u[0], 0)]

    def is_past(self, earlier: UpdateId, later: UpdateId) -> bool:
        """Whether the later update's replica had seen the earlier one."""
        return earlier != later and self.pasts.get(later, {}).get(earlier[0], 0) >= earlier[1]

    def dropped(self, node: str) -> list[tuple[UpdateId, tuple[UpdateId, ...]]]:
        """Return the updates that a replica has seen and holds neither itself nor in the past of one it holds."""
        found = []
        for key, held in self.part(node, "holds").items():
            if held:
                found += [
                    (u, held)
                    for u in self.seen_updates(node, key)
                    if u not in held and not any(self.is_past(u, h) for h in held)
                ]
        return found

    def surviving(self, node: str, key: str) -> set[str]:
        """Return the elements of which an insertion was seen that no seen removal had in its past."""
        updates = self.seen_updates(node, key)
        removals = [u for u in updates if self.updates[u]["f"] == "remove"]
        return {
            str(self.updates[u]["value"])
            for u in updates
            if self.updates[u]["f"] == "insert"
            and not any(self.is_past(u, r) and self._is_same(u, r) for r in removals)
        }

    def _is_same(self, one: UpdateId, other: UpdateId) -> bool:
        return str(self.updates[one]["value"]) == str(self.updates[other]["value"])

    def _is_known(self, node: str) -> bool:
        """Whether the latest update of the replica's own has been told."""
        return node in self.replicas and all((n, count) in self.pasts for n, count in self.seen(node).items())


class Convergence(Replicas):
    """Two replicas that have merged the same updates hold the same (strong eventual consistency)."""

    def judge(self, node: str) -> Violation | None:
        seen, contents = self.seen(node), self.part(node, "contents")
        for other in self.replicas:
            there = self.part(other, "contents")
            if other != node and self.seen(other) == seen and there != contents:
                key = next(key for key in (*contents, *there) if contents.get(key) != there.get(key))
                one, another = (_listed(part.get(key, ())) for part in (contents, there))
                text = f"{node} and {other} have merged the same updates and differ: {key} is {one} at {node}"
                return Violation(f"{text} and {another} at {other}.", (node, other))
        return None


class NothingDropped(Replicas):
    """With version vectors no update goes unless a later one had seen it."""

    def __init__(self, strategy: str = "version-vectors") -> None:
        super().__init__()
        self._applies = strategy == "version-vectors"

    def judge(self, node: str) -> Violation | None:
        for (origin, number), held in self.dropped(node) if self._applies else ():
            value, by = shown(self.updates[origin, number]["value"]), ", ".join(f"{n}'s {c}" for n, c in held)
            text = f"{node} has dropped {origin}'s update {number} ({value}), which nothing it holds had seen ({by})."
            return Violation(text, (node,))
        return None


class Folded(Replicas):
    """A counter is the sum of the updates merged; a set has what was added and not removed by one who saw it."""

    def __init__(self, strategy: str = "pn-counter") -> None:
        super().__init__()
        self._strategy = strategy

    def judge(self, node: str) -> Violation | None:
        for key, contents in self.part(node, "contents").items():
            if self._strategy == "or-set":
                should: Any = tuple(sorted(self.surviving(node, key)))
            elif self._strategy in ("g-counter", "pn-counter", "escrow"):
                should = sum(self.updates[u]["value"] for u in self.seen_updates(node, key))
            else:
                return None
            if contents != (should,) and not _are_close(contents[0], should):
                return Violation(
                    f"{node} has {key} = {shown(contents[0])}; the updates it merged make {shown(should)}.", (node,)
                )
        return None


def _are_close(held: Any, should: Any) -> bool:
    return isinstance(held, int | float) and isclose(held, should, abs_tol=1e-6)


class NeverOversold:
    """With escrow no more is sold, and that confirmed, than was ever brought in."""

    kinds = frozenset({Invoked, Returned})

    def __init__(self, strategy: str = "escrow") -> None:
        self._applies = strategy == "escrow"
        self._asked: dict[int, Invoked] = {}
        self._left: dict[str, float] = {}

    def see(self, record: Any) -> Violation | None:
        """Count what comes in when it is asked for, what goes out when it is confirmed."""
        if isinstance(record, Invoked):
            if self._applies and record.f == "add":
                self._asked[record.op] = record
                self._left[record.key] = self._left.get(record.key, 0) + max(record.value, 0)
            return None
        asked = self._asked.pop(record.op, None)
        if asked is None or record.outcome != "ok" or asked.value >= 0:
            return None
        self._left[asked.key] += asked.value
        if self._left[asked.key] >= 0:
            return None
        return Violation(f"{-self._left[asked.key]:g} more of {asked.key} was sold than there ever was.", (asked.node,))


class Losses(Replicas):
    """What is lost, measured: `value` updates acknowledged and dropped, `reversed` of them newer than the winner.

    `conflicts` are updates to a key that another one did not see and was not seen by; `resurrected` are elements that
    stood again in a set after everyone who had added them was seen by a removal; `oversold` is how far a number of
    stock, all updates counted, went below zero.
    """

    def __init__(self) -> None:
        super().__init__()
        self.value = self.reversed = self.conflicts = self.resurrected = 0
        self.oversold = 0.0
        self._lost: set[UpdateId] = set()
        self._reversed: set[UpdateId] = set()
        self._conflicts: set[UpdateId] = set()
        self._resurrected: set[tuple[str, str]] = set()

    def judge(self, node: str) -> None:
        for update, held in self.dropped(node):
            self._lost.add(update)
            if any(self.is_past(winner, update) for winner in held):
                self._reversed.add(update)
        for key, contents in self.part(node, "contents").items():
            self._compare(node, key)
            if len(contents) == 1 and isinstance(contents[0], tuple):
                self._resurrected |= {(key, e) for e in contents[0] if e not in self.surviving(node, key)}
        self.value, self.reversed = len(self._lost), len(self._reversed)
        self.conflicts, self.resurrected = len(self._conflicts), len(self._resurrected)

    def _compare(self, node: str, key: str) -> None:
        updates = self.seen_updates(node, key)
        total = sum(u["value"] for u in (self.updates[i] for i in updates) if u["f"] == "add")
        if all(self.updates[i]["f"] == "add" for i in updates):
            self.oversold = max(self.oversold, -total)
        newest = updates[-1:]
        for update in newest:
            if any(not self.is_past(u, update) and not self.is_past(update, u) for u in updates if u != update):
                self._conflicts.add(update)


def _listed(contents: Iterable[Any]) -> str:
    return " or ".join(map(shown, contents)) or "nothing"
