"""Lock-order inversion: locks that threads take in opposite orders, so that they can deadlock though they have not.

Havelund, "Using Runtime Analysis to Guide Model Checking of Java Programs", SPIN 2000 (Goodlock), section 3: an edge
for each lock taken while another is held; a cycle over different threads is a possible deadlock, unless a further
lock, held around both, keeps them apart.
"""

from typing import Any, NamedTuple

from cluster_engine.monitors import Violation
from cluster_engine.records import Stepped

_KINDS = ("lock", "rlock")


class _Edge(NamedTuple):
    held: str
    taken: str
    thread: str
    line: int
    gates: frozenset[str]


class LockOrderChecker:
    """Keeps in which order each thread took its locks."""

    kinds = frozenset({Stepped})

    def __init__(self) -> None:
        self._held: dict[str, list[str]] = {}
        self._edges: dict[tuple[str, str, str], _Edge] = {}
        self._told: set[frozenset[str]] = set()

    def see(self, record: Any) -> Violation | None:
        """Read a step."""
        if record.location.partition(":")[0] not in _KINDS:
            return None
        held = self._held.setdefault(record.node, [])
        if record.op == "unlock" and record.location in held:
            held.remove(record.location)
        elif record.op == "lock" and record.value != "False":
            edges = [self._edge(record, other, held) for other in held if other != record.location]
            held.append(record.location)
            return next((found for edge in edges if (found := self._judge(edge))), None)
        return None

    def _edge(self, record: Stepped, other: str, held: list[str]) -> _Edge:
        edge = _Edge(other, record.location, record.node, record.line, frozenset(held) - {other, record.location})
        return self._edges.setdefault((record.node, other, record.location), edge)

    def _judge(self, edge: _Edge) -> Violation | None:
        for path in self._paths([edge]):
            locks = frozenset(step.held for step in path)
            if locks not in self._told:
                self._told.add(locks)
                text = "; ".join(map(_words, path))
                return Violation(f"{text}: under another schedule they deadlock.", tuple(e.thread for e in path))
        return None

    def _paths(self, path: list[_Edge]) -> Any:
        last = path[-1]
        if last.taken == path[0].held:
            yield path
            return
        for edge in list(self._edges.values()):
            if edge.held == last.taken and all(_apart(edge, other) for other in path):
                yield from self._paths([*path, edge])


def _apart(one: _Edge, other: _Edge) -> bool:
    """Whether two edges can be part of one cycle: other threads, and no common lock around them."""
    return one.thread != other.thread and one.held != other.held and one.gates.isdisjoint(other.gates)


def _name(location: str) -> str:
    return location.partition(":")[2]


def _words(edge: _Edge) -> str:
    return f"{edge.thread} takes `{_name(edge.taken)}` in line {edge.line} holding `{_name(edge.held)}`"
