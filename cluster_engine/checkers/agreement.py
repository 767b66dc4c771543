"""Agreement: at most one value is chosen in each instance, and it was proposed (Lamport, "Paxos Made Simple", 2001,
section 2.1); servers that perform the same decrees are in the same state (section 3).

What a server has accepted on its disk it observes as `kept`: instance, ballot and value. A log of decrees is as many
instances, a single value is one.
"""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Invoked

NOTHING = "·"  # the decree that fills a gap, which nobody need ask for
REMEMBERED = 2_000  # instances, and states, that a checker looks back on


class OneValueChosen:
    """Counts, for every ballot, who has ever accepted in it: with a quorum its value is chosen, known or not."""

    kinds = frozenset({Changed})
    fields = frozenset({"kept"})

    def __init__(self, nodes: int, second: int) -> None:
        self._quorum = second or nodes // 2 + 1
        self._accepted: dict[int, dict[Any, set[str]]] = {}  # instance -> ballot -> who
        self._chosen: dict[int, tuple[Any, Any, int]] = {}  # instance -> value, ballot, the record with the quorum

    def see(self, record: Any) -> Violation | None:
        """Read what a server has accepted."""
        found = [self._count(record, *kept) for kept in record.changes["kept"]]
        while len(self._accepted) > REMEMBERED:
            del self._accepted[next(iter(self._accepted))]
        return next(filter(None, found), None)

    def _count(self, record: Changed, instance: int, ballot: Any, value: Any) -> Violation | None:
        who = self._accepted.setdefault(instance, {}).setdefault(ballot, set())
        who.add(record.node)
        if len(who) < self._quorum:
            return None
        first, earlier, seq = self._chosen.setdefault(instance, (value, ballot, record.seq))
        if first == value:
            return None
        place = f" in place {instance} of the log" if isinstance(ballot, int) else ""
        text = f"Two values are chosen{place}: {first} in ballot {_words(earlier)}, and {value} in ballot "
        return Violation(f"{text}{_words(ballot)}.", tuple(sorted(who)), (seq,))


class OnlyProposed:
    """Looks whether every value that is accepted was asked for by a client."""

    kinds = frozenset({Changed, Invoked})
    fields = frozenset({"kept"})

    def __init__(self) -> None:
        self._asked: set[Any] = {NOTHING}

    def see(self, record: Any) -> Violation | None:
        """Read a record."""
        if isinstance(record, Invoked):
            self._asked |= {record.value, _decree(record)}
            return None
        for _, _, value in record.changes["kept"]:
            if value not in self._asked:
                return Violation(f"{record.node} accepts {value}, which nobody proposed.", (record.node,))
        return None


class SameState:
    """Servers that have performed equally many decrees of one log hold the same."""

    kinds = frozenset({Changed})
    fields = frozenset({"applied", "store"})

    def __init__(self) -> None:
        self._servers: dict[str, dict[str, Any]] = {}
        # decrees performed -> who was there first, its state, and the record that says so
        self._states: dict[int, tuple[str, Any, int]] = {}

    def see(self, record: Any) -> Violation | None:
        """Read how far a server is, and what it holds."""
        server = self._servers.setdefault(record.node, {"applied": 0, "store": {}})
        server.update({field: record.changes[field] for field in self.fields & record.changes.keys()})
        here = record.node, server["store"], record.seq
        first, state, seq = self._states.setdefault(server["applied"], here)
        if len(self._states) > REMEMBERED:
            del self._states[next(iter(self._states))]
        if state == server["store"]:
            return None
        text = f"{first} and {record.node} have performed {server['applied']} decrees and differ: "
        return Violation(f"{text}{_held(state)} and {_held(server['store'])}.", (first, record.node), (seq,))


def _words(ballot: Any) -> str:
    return str(ballot) if isinstance(ballot, int) else f"{ballot[0]} of {ballot[1]}"


def _decree(asked: Invoked) -> str:
    match asked.f:
        case "read":
            return f"{asked.key}?"
        case "add":
            return f"{asked.key}{asked.value:+g}"
    return f"{asked.key}={asked.value}"


def _held(store: Any) -> str:
    return ", ".join(f"{key} = {value}" for key, value in sorted(store.items())) or "nothing"
