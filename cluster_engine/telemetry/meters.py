"""Meters: each reads records and keeps one value. They know observed fields, no protocol's code."""

from typing import Any

from cluster_engine.records import Changed, Dropped, Fault, Invoked, Noted, Record, Returned

_FOREVER = float("inf")
_ANYTHING = ("anything",)  # what an addition of unknown outcome may have made of a value; equal when unpickled


class WorldCount:
    """A counter that the world itself keeps: events, sent or dropped messages."""

    kinds: frozenset[type[Record]] = frozenset()

    def __init__(self, name: str) -> None:
        self.name = name
        self.value = 0

    def see(self, record: Record) -> None:
        """Reads no records."""

    def settle(self, world: Any) -> None:
        """Read the counter."""
        self.value = world.counts[self.name]


class FaultCount:
    """How many actions a person took."""

    kinds = frozenset({Fault})

    def __init__(self) -> None:
        self.value = 0

    def see(self, record: Record) -> None:
        """Count it."""
        self.value += 1


class DroppedCount:
    """How many messages were lost."""

    kinds = frozenset({Dropped})

    def __init__(self) -> None:
        self.value = 0

    def see(self, record: Record) -> None:
        """Count it."""
        self.value += 1


class NotedCount:
    """How often something was noted; with `fact`, the sum of that fact."""

    kinds = frozenset({Noted})

    def __init__(self, event: str, fact: str = "") -> None:
        self.event = event
        self.fact = fact
        self.value = 0

    def see(self, record: Record) -> None:
        """Count it if it is the event."""
        if isinstance(record, Noted) and record.event == self.event:
            self.value += record.facts[self.fact] if self.fact else 1


class Outcomes:
    """How many operations of certain kinds ended in one way."""

    kinds = frozenset({Invoked, Returned})

    def __init__(self, outcome: str, *functions: str) -> None:
        self.outcome = outcome
        self.functions = functions
        self.value = 0
        self._open: dict[int, str] = {}

    def see(self, record: Record) -> None:
        """Follow an operation."""
        if isinstance(record, Invoked):
            self._open[record.op] = record.f
        elif isinstance(record, Returned):
            f = self._open.pop(record.op, "")
            self.value += record.outcome == self.outcome and f in self.functions


class StaleReads:
    """How many reads returned a value older than one acknowledged before they began.

    A value counts as older when all writes of it ended before that newer write began; a write that is open, or
    whose outcome is unknown, may still take effect.
    """

    kinds = frozenset({Invoked, Returned})

    def __init__(self) -> None:
        self.value = 0
        self._open: dict[int, Invoked] = {}
        # By key: values, with where among the records they began and were acknowledged.
        self._writes: dict[str, list[tuple[Any, float, float]]] = {}

    def see(self, record: Record) -> None:
        """Follow an operation."""
        if isinstance(record, Invoked):
            self._open[record.op] = record
        elif isinstance(record, Returned) and (began := self._open.pop(record.op, None)):
            if began.f == "read":
                self.value += record.outcome == "ok" and self._is_stale(began, record.value)
            elif record.outcome != "failed":
                self._keep(began, record)

    def _keep(self, began: Invoked, ended: Returned) -> None:
        writes = self._writes.setdefault(began.key, [])
        if ended.outcome == "ok":
            writes.append((ended.value, began.seq, ended.seq))
        else:
            writes.append((_ANYTHING if began.f == "add" else began.value, began.seq, _FOREVER))
        del writes[:-200]

    def _is_stale(self, read: Invoked, value: Any) -> bool:
        writes = self._writes.get(read.key, [])
        newer = max((began for _, began, acknowledged in writes if acknowledged < read.seq), default=None)
        if newer is None or self._is_being_written(read.key, value):
            return False
        if value is None:
            return True
        ended = max((end for written, _, end in writes if written in (value, _ANYTHING)), default=None)
        return ended is not None and ended < newer

    def _is_being_written(self, key: str, value: Any) -> bool:
        """Whether an open operation may have made this the value."""
        return any(
            o.key == key and (o.f == "add" or (o.f == "write" and o.value == value)) for o in self._open.values()
        )


class NodeWatch:
    """Follows a few observed fields of every node; subclasses say what they make of them."""

    kinds = frozenset({Changed})
    fields: frozenset[str] = frozenset({"status", "role", "term"})

    def __init__(self) -> None:
        self.value: Any = 0
        self.nodes: dict[str, dict[str, Any]] = {}

    def see(self, record: Record) -> None:
        """Take a change."""
        assert isinstance(record, Changed), f"a node watch reads Changed records, not {record!r}"
        news = {field: value for field, value in record.changes.items() if field in self.fields}
        if news and record.node:
            self.nodes.setdefault(record.node, {}).update(news)
            self.judge(record)

    def judge(self, record: Changed) -> None:
        """Set `value` from what is known of the nodes."""
        raise NotImplementedError

    def leaders(self) -> list[str]:
        """Return the nodes that are not down and believe they lead."""
        return [
            name for name, node in self.nodes.items() if node.get("role") == "leader" and node.get("status") != "down"
        ]

    def present_leader(self) -> str | None:
        """Return the leader of the highest term."""
        return max(self.leaders(), key=lambda name: self.nodes[name].get("term", 0), default=None)


class LeaderCount(NodeWatch):
    """How many running nodes believe they lead."""

    def judge(self, record: Changed) -> None:
        self.value = len(self.leaders())


class LeaderName(NodeWatch):
    """Who leads in the highest term; "none" when nobody does."""

    def __init__(self) -> None:
        super().__init__()
        self.value = "none"

    def judge(self, record: Changed) -> None:
        self.value = self.present_leader() or "none"


class Highest(NodeWatch):
    """The highest value of a field on any node."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field
        self.fields = frozenset({field})

    def judge(self, record: Changed) -> None:
        self.value = max(self.value, *(node[self.field] for node in self.nodes.values()))


class Down(NodeWatch):
    """How many machines are down."""

    fields = frozenset({"status"})

    def judge(self, record: Changed) -> None:
        self.value = sum(node.get("status") == "down" for node in self.nodes.values())


class Leaderless(NodeWatch):
    """For how long, up to now, nobody has led (ms in total), once there was a first leader."""

    def __init__(self) -> None:
        super().__init__()
        self.value = 0.0
        self._since: float | None = None
        self._had_leader = False

    def judge(self, record: Changed) -> None:
        if self.leaders():
            self._count_up_to(record.at)
            self._since, self._had_leader = None, True
        elif self._had_leader and self._since is None:
            self._since = record.at

    def settle(self, world: Any) -> None:
        """Count the time that has passed without a leader."""
        self._count_up_to(world.now)

    def _count_up_to(self, now: float) -> None:
        if self._since is not None:
            self.value, self._since = round(self.value + now - self._since, 3), now


class TimeWithoutLeader(NodeWatch):
    """From the moment a leader is gone until another server follows a new one (ms; None until then).

    It measures as figure 16 of the Raft paper does: from the crash to the first heartbeat that arrives.
    """

    fields = frozenset({"status", "role", "term", "leader"})

    def __init__(self) -> None:
        super().__init__()
        self.value: float | None = None
        self._gone: tuple[float, int] | None = None  # when the last leader went, and its term

    def judge(self, record: Changed) -> None:
        if self.value is not None:
            return
        node = self.nodes[record.node]
        if record.changes.get("status") == "down" and self._led == record.node:
            self._gone = (record.at, self._term)
        elif node.get("role") == "leader":
            self._led, self._term = record.node, node.get("term", 0)
        elif self._gone and node.get("leader") and node.get("term", 0) > self._gone[1]:
            self.value = round(record.at - self._gone[0], 3)

    _led = ""
    _term = 0


class ElectionTime(NodeWatch):
    """From the start of the run until the first server is elected (ms; None until then)."""

    def __init__(self) -> None:
        super().__init__()
        self.value: float | None = None

    def judge(self, record: Changed) -> None:
        if self.value is None and self.leaders():
            self.value = record.at


class FirstElectionSplit(NodeWatch):
    """Whether the first term in which anyone stood ended without a leader (0 or 1; None until decided)."""

    def __init__(self) -> None:
        super().__init__()
        self.value: int | None = None
        self._first = 0

    def judge(self, record: Changed) -> None:
        role, term = (self.nodes[record.node].get(field) for field in ("role", "term"))
        if self.value is not None or role not in ("candidate", "leader"):
            return
        self._first = self._first or term or 0
        if role == "leader":
            self.value = int(term != self._first)


class CommittingSide:
    """Which side of a cut still commits: "majority", "minority" or "none" so far."""

    kinds = frozenset({Fault, Noted})

    def __init__(self) -> None:
        self.value = "none"
        self._groups: list[list[str]] = []
        self._members = 0

    def see(self, record: Record) -> None:
        """Remember the cut; look at who commits an entry after it."""
        if isinstance(record, Fault) and record.action["kind"] in ("cut", "heal"):
            self._groups = list(record.action.get("groups", []))
        elif isinstance(record, Noted) and record.event == "commits" and self._groups:
            group = next((group for group in self._groups if record.node in group), [])
            if group:
                self.value = "majority" if 2 * len(group) > record.facts["of"] else "minority"


class SinceFault:
    """How many operations ended in one way since a person's last action."""

    kinds = frozenset({Fault, Returned})

    def __init__(self, outcome: str) -> None:
        self.outcome = outcome
        self.value = 0

    def see(self, record: Record) -> None:
        """Begin anew at an action, count at a result."""
        if isinstance(record, Fault):
            self.value = 0
        elif isinstance(record, Returned):
            self.value += record.outcome == self.outcome


class DifferentValues(NodeWatch):
    """How many different values running nodes show."""

    fields = frozenset({"status", "value"})

    def judge(self, record: Changed) -> None:
        shown = [node.get("value") for node in self.nodes.values() if node.get("status") != "down"]
        self.value = len({repr(value) for value in shown if value is not None})


class StaleShare:
    """Which part of the reads that were answered was stale; None before the first."""

    kinds = frozenset({Invoked, Returned})

    def __init__(self) -> None:
        self.value: float | None = None
        self._stale = StaleReads()
        self._answered = Outcomes("ok", "read")

    def see(self, record: Any) -> None:
        """Follow an operation."""
        self._stale.see(record)
        self._answered.see(record)
        if self._answered.value:
            self.value = self._stale.value / self._answered.value


class ValuesLearned:
    """How many different values were learned to be chosen; more than one is one too many."""

    kinds = frozenset({Noted})

    def __init__(self) -> None:
        self.value = 0
        self._known: set[Any] = set()

    def see(self, record: Any) -> None:
        """Count it."""
        if record.event == "learns":
            self._known.add(record.facts["value"])
            self.value = len(self._known)


class Adopted:
    """How often a proposer had to propose what another one had begun."""

    kinds = frozenset({Noted})

    def __init__(self) -> None:
        self.value = 0

    def see(self, record: Any) -> None:
        """Count it."""
        self.value += record.event == "proposes" and not record.facts["free"]
