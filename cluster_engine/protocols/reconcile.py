"""Replicas that each take writes and tell one another what they hold: no leader, no votes.

State-based replication (Shapiro et al., INRIA RR-7506, 2011, section 2.2.1): from time to time each replica sends its
whole state to the others, which merge it. How two states become one is the strategy's business.
"""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired
from cluster_engine.protocols.merging import (
    STRATEGIES,
    Counts,
    Mergeable,
    Unmergeable,
    Update,
    as_number,
    joined,
)
from cluster_engine.protocols.planted import NO_BUG


class ReconcileConfig(msgspec.Struct, frozen=True):
    """What all replicas are told; `gossip_ms` is the time between two gossips."""

    replicas: tuple[str, ...]
    strategy: str
    gossip_ms: float = 200.0
    bug: str = NO_BUG


class State(msgspec.Struct, frozen=True):
    """All that a replica knows; replaced, never changed in place.

    `seen` counts the updates of each replica that are merged in, `tick` is Lamport's clock.
    """

    data: dict[str, Mergeable] = {}
    seen: Counts = {}
    tick: int = 0

    def merge(self, other: "State") -> "State":
        """Join two replicas' states, key by key."""
        keys = sorted({*self.data, *other.data})
        data = {key: _merged(self.data.get(key), other.data.get(key)) for key in keys}
        return State(data, joined(self.seen, other.seen), max(self.tick, other.tick))


class Stored(msgspec.Struct, frozen=True):
    """The state that a step leaves, and the answer it gave in each session."""

    state: State
    sessions: dict[str, tuple[int, str, Any]]


class ReconcileDurable:
    """What survives a crash: everything."""

    def __init__(self) -> None:
        self.stored = Stored(State(), {})

    def apply(self, write: Stored) -> None:
        """Take a write."""
        self.stored = write


class Gossip(msgspec.Struct, frozen=True):
    """A replica's whole state."""

    state: State


class Replica:
    """A replica: answers at once from what it holds, and gossips."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("value", "merged", "seen", "holds", "contents")

    def __init__(self, name: str, config: ReconcileConfig, durable: ReconcileDurable) -> None:
        self.name = name
        self.config = config
        self.state = durable.stored.state
        self.sessions = durable.stored.sessions

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(message=Request() as request):
                self._on_request(request, event.sender, out)
            case Received(message=Gossip() as gossip):
                self._on_gossip(gossip, out)
            case TimerFired():
                for peer in self.config.replicas:
                    if peer != self.name:
                        out.send(peer, Gossip(self.state))
                out.set_timer("gossip", self.config.gossip_ms)
            case Started():
                out.set_timer("gossip", self.config.gossip_ms)

    def observe(self) -> tuple[Any, ...]:
        """Return the values in words, how many updates are merged, which, what registers hold of them, the values."""
        data = self.state.data.items()
        contents = tuple((key, value.contents()) for key, value in data)
        words = ", ".join(f"{key} = {shown(alternatives)}" for key, alternatives in contents)
        holds = tuple((key, value.holds()) for key, value in data)
        seen = self.state.seen
        return (words, sum(seen.values()), tuple(seen.items()), holds, contents)

    def log_delta(self) -> None:
        """It keeps no log."""

    def log_view(self) -> None:
        """It keeps no log."""

    def _on_request(self, request: Request, asker: str, out: Effects) -> None:
        last = self.sessions.get(request.session)
        if last and last[0] > request.number:
            return  # an attempt that its client gave up long ago
        if last and last[0] == request.number:
            status, value = last[1:]
        elif request.command.f == "read":
            held = self.state.data.get(request.command.key)
            status, value = "ok", shown(held.contents()) if held else None
        else:
            status, value = self._update(request, out)
            self.sessions = self.sessions | {request.session: (request.number, status, value)}
            out.persist(Stored(self.state, self.sessions))
        out.send(asker, RequestReply(request.session, request.number, status, value))

    def _update(self, request: Request, out: Effects) -> tuple[str, Any]:
        state, command, config = self.state, request.command, self.config
        number = int(state.seen.get(self.name, 0)) + 1
        update = Update(
            f=command.f,
            value=command.value,
            id=(self.name, number),
            wall=out.wall,
            tick=state.tick + 1,
            replicas=config.replicas,
            bug=config.bug,
        )
        before = state.data.get(command.key) or STRATEGIES[config.strategy]()
        try:
            after = before.update(update)
        except Unmergeable as refused:
            return "failed", str(refused)
        seen = state.seen | {self.name: number}
        data = state.data | {command.key: after}
        self.state = State(
            {key: data[key] for key in sorted(data)}, {node: seen[node] for node in sorted(seen)}, update.tick
        )
        out.note("updates", key=command.key, f=command.f, value=command.value, number=number, past=tuple(seen.items()))
        return "ok", as_number(command.value) if command.f == "write" else shown(after.contents())

    def _on_gossip(self, gossip: Gossip, out: Effects) -> None:
        merged = self.state.merge(gossip.state)
        if merged == self.state:
            return
        before, self.state = self.state, merged
        for key, value in merged.data.items():
            if len(value.contents()) > 1 and value != before.data.get(key):
                out.note("siblings", key=key, values=shown(value.contents()))
        out.persist(Stored(self.state, self.sessions))


def shown(alternatives: tuple[Any, ...]) -> Any:
    """Return a value as a client is told it: siblings side by side, a set in braces."""
    told = ["{" + ", ".join(one) + "}" if isinstance(one, tuple) else one for one in alternatives]
    return told[0] if len(told) == 1 else " | ".join(str(one) for one in told)


def _merged(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one.merge(other)
