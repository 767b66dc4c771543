"""Livelocks: runs that go round for ever although no thread is kept waiting.

A livelock is a cycle in the graph of states in which every thread that is able to move somewhere on it does move, so
no scheduler, however fair, must leave it, and in which nobody makes progress: no thread ends (a state would not come
back), and nothing is printed. They are found as fair strongly connected components: a component in which a thread is
able to move but never does loses the states where it is able to, and what remains is searched again (Emerson, Lei,
"Modalities for model checking", 1987, for strong fairness).
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from cluster_engine.exploration.components import components
from cluster_engine.exploration.explorable import Explorable
from cluster_engine.exploration.findings import Fault, Finding
from cluster_engine.exploration.runs import Taken, preemptible, take
from cluster_engine.exploration.states import Reached, Visit


class Edge(NamedTuple):
    """A step without progress."""

    thread: int
    to: int
    line: int


def livelocks(graph: "Graph", start: Explorable) -> Iterator[Finding]:
    """Yield a livelock of each component in which a fair run can stay for ever."""
    for component in graph.fair_components():
        visit, edges = graph.round(component)
        path = visit.path()
        taken = _replay(start.copy(), [step.thread for step in path] + [edge.thread for edge in edges])
        lines = tuple(sorted({edge.line for edge in edges}))
        threads = tuple(sorted({edge.thread for edge in edges}))
        who = " and ".join(start.name_of(thread) for thread in threads)
        text = f"{who} can go on for ever and come back to where they were after {len(edges)} steps."
        yield Finding(Fault("livelock", lines, ""), threads, text, taken, len(edges))


def _replay(machine: Explorable, threads: list[int]) -> list[Taken]:
    steps: list[Taken] = []
    preempted = None
    for thread in threads:
        steps.append(take(machine, thread, preempted))
        preempted = preemptible(steps[-1], machine.enabled())
    return steps


@dataclass
class Graph:
    """All states by number: the steps that are possible there, and the cheapest visit."""

    edges: dict[int, list[Edge]] = field(default_factory=dict)
    able: dict[int, int] = field(default_factory=dict)  # the threads that can move, as bits
    visits: dict[int, Visit] = field(default_factory=dict)

    def add(self, reached: Reached) -> None:
        """Take in a state and its moves."""
        state = reached.visit.state
        if state in self.visits:
            return
        self.visits[state] = reached.visit
        self.able[state] = sum(1 << taken.thread for taken, _ in reached.moves)
        self.edges[state] = [Edge(taken.thread, to, taken.line) for taken, to in reached.moves if not taken.printed]

    def fair_components(self) -> Iterator[frozenset[int]]:
        """Yield the sets of states in which a fair run can stay for ever."""
        waiting = [frozenset(self.edges)]
        while waiting:
            for component in self._components(waiting.pop()):
                inside = [edge for state in component for edge in self._within(state, component)]
                moving = sum({1 << edge.thread for edge in inside})
                kept_waiting = {state for state in component if self.able[state] & ~moving}
                if inside and not kept_waiting:
                    yield component
                elif inside and kept_waiting != component:
                    waiting.append(component - kept_waiting)

    def round(self, component: frozenset[int]) -> tuple[Visit, list[Edge]]:
        """Return the cheapest state of a component, and a short way round in which each of its threads moves."""
        start = min(component, key=lambda state: (self.visits[state].cost, state))
        threads = sum({1 << edge.thread for state in component for edge in self._within(state, component)})
        came: dict[tuple[int, int], tuple[tuple[int, int], Edge]] = {}
        queue = deque([(start, 0)])
        while (start, threads) not in came:
            here = queue.popleft()
            for edge in self._within(here[0], component):
                there = edge.to, here[1] | 1 << edge.thread
                if there not in came and there != (start, 0):
                    came[there] = here, edge
                    queue.append(there)
        return self.visits[start], _back(came, (start, threads))

    def _components(self, states: frozenset[int]) -> Iterable[frozenset[int]]:
        follow = {state: [edge.to for edge in self.edges[state] if edge.to in states] for state in sorted(states)}
        return components(follow)

    def _within(self, state: int, component: frozenset[int]) -> list[Edge]:
        return [edge for edge in self.edges[state] if edge.to in component]


def _back(came: dict[tuple[int, int], tuple[tuple[int, int], Edge]], end: tuple[int, int]) -> list[Edge]:
    edges: list[Edge] = []
    while end in came:
        end, edge = came[end]
        edges.append(edge)
    return edges[::-1]
