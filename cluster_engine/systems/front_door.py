"""One address for many servers: it takes requests, finds the leader behind it and passes the answer on."""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired

MOST_PENDING = 1_000


class FrontDoorConfig(msgspec.Struct, frozen=True):
    """The servers behind the address; an attempt unanswered for `attempt_ms` is sent to the next one."""

    servers: tuple[str, ...]
    attempt_ms: float = 120.0
    look_ms: float = 30.0
    forget_ms: float = 5_000.0


class Pending(msgspec.Struct):
    """A request that waits for its answer. `due` is when it is tried again."""

    asker: str
    request: Request
    since: float
    due: float


class FrontDoor:
    """A stateless proxy: the client's session travels along, so retries stay exactly-once."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("target", "waiting", "answered")

    def __init__(self, name: str, config: FrontDoorConfig, durable: None) -> None:
        self.name = name
        self.config = config
        self.target = config.servers[0]
        self.pending: dict[tuple[str, int], Pending] = {}
        self.answered = 0

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(message=Request() as request):
                self._on_request(event.sender, request, out)
            case Received(message=RequestReply() as reply):
                self._on_reply(event.sender, reply, out)
            case TimerFired():
                self._look_after(out)
            case Started():
                out.set_timer("look", self.config.look_ms)

    def observe(self) -> tuple[Any, ...]:
        """Return the server it takes for the leader, and how many requests wait and were answered."""
        return (self.target, len(self.pending), self.answered)

    def log_delta(self) -> None:
        """It keeps no log."""

    def log_view(self) -> None:
        """It keeps no log."""

    def _on_request(self, asker: str, request: Request, out: Effects) -> None:
        known = self.pending.get((request.session, request.number))
        if known is None and len(self.pending) < MOST_PENDING:
            known = Pending(asker, request, out.now, 0.0)
            self.pending[(request.session, request.number)] = known
            self._attempt(known, out)

    def _attempt(self, pending: Pending, out: Effects) -> None:
        pending.due = out.now + self.config.attempt_ms
        out.send(self.target, pending.request)

    def _on_reply(self, server: str, reply: RequestReply, out: Effects) -> None:
        pending = self.pending.get((reply.session, reply.number))
        if pending is None:
            return
        if reply.status != "elsewhere":
            del self.pending[(reply.session, reply.number)]
            self.answered += 1
            out.send(pending.asker, reply)
        elif server == self.target and reply.hint:
            self.target = reply.hint
            self._attempt(pending, out)

    def _look_after(self, out: Effects) -> None:
        """Try again what is overdue, at the next server; forget what no client waits for any more."""
        out.set_timer("look", self.config.look_ms)
        self.pending = {
            key: pending for key, pending in self.pending.items() if out.now - pending.since < self.config.forget_ms
        }
        overdue = [pending for pending in self.pending.values() if pending.due <= out.now]
        if overdue:
            servers = self.config.servers
            self.target = servers[(servers.index(self.target) + 1) % len(servers)]
        for pending in overdue:
            self._attempt(pending, out)
