"""A client of a replicated service, and the request vocabulary that every such service shares.

A client performs one operation at a time and knows only what its replies tell it. An attempt that is not
answered says nothing: the client tries again with the same sequence number, so that a service with client
sessions applies it once, and when its patience ends the outcome is `unknown`.
"""

from collections import deque
from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.process import Asked, Effects, Received, Started, TimerFired

MAX_WAITING = 100  # operations that one client queues behind the one under way


class Command(msgspec.Struct, frozen=True):
    """An operation on a key-value store: f is read, write or add."""

    f: str
    key: str
    value: Any = None


class Request(msgspec.Struct, frozen=True):
    """A client's attempt; the same `number` in a session is the same operation."""

    session: str
    number: int
    command: Command


class RequestReply(msgspec.Struct, frozen=True):
    """The answer to a request: `status` is ok, failed or elsewhere (then `hint` may name the leader)."""

    session: str
    number: int
    status: str
    value: Any = None
    hint: str = ""


class ClientConfig(msgspec.Struct, frozen=True):
    """How a client behaves. Times in ms; `every_ms` of 0 means only what a person asks for.

    A client that `sticks` asks one server only, for there every server may answer; it is the one a person named,
    else the last one, else the client's own: the client's number among the servers.

    Where `doubts`, servers forget what they were asked or may have been deposed: who refuses an operation of which an
    earlier attempt was never answered does not know what became of that, and the outcome is `unknown`.
    """

    number: int
    servers: tuple[str, ...]
    sticks: bool = False
    patience_ms: float = 1_000.0
    attempt_ms: float = 200.0
    backoff_ms: float = 30.0
    every_ms: float = 0.0
    doubts: bool = False


class Operation(msgspec.Struct):
    """The operation under way."""

    op: int
    number: int
    command: Command
    unanswered: int = 0  # attempts that nobody answered


class Client:
    """A client process: finds the leader, retries, gives up."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("target", "pending", "done", "waiting")

    def __init__(self, name: str, config: ClientConfig, durable: None) -> None:
        self.name = name
        self.config = config
        self.target = config.servers[(config.number - 1) % len(config.servers) if config.sticks else 0]
        self.current: Operation | None = None
        self.waiting: deque[Asked] = deque()
        self.sent = 0  # sequence numbers used
        self.done = 0

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(message=RequestReply() as reply):
                self._on_reply(reply, out)
            case TimerFired(timer=timer):
                self._on_timer(timer, out)
            case Asked():
                if len(self.waiting) < MAX_WAITING:
                    self.waiting.append(event)
                self._begin_next(out)
            case Started() if self.config.every_ms:
                out.set_timer("next", self.config.every_ms)

    def observe(self) -> tuple[Any, ...]:
        """Return target, number of the pending operation (None: idle), operations done and waiting."""
        pending = self.current.op if self.current else None
        return (self.target, pending, self.done, len(self.waiting))

    def log_delta(self) -> None:
        """Clients keep no log."""

    def log_view(self) -> None:
        """Clients keep no log."""

    def _on_timer(self, timer: str, out: Effects) -> None:
        if timer == "next":
            out.set_timer("next", self.config.every_ms)
            if not self.waiting:
                self.waiting.append(self._routine())
            self._begin_next(out)
        elif self.current is None:
            return
        elif timer == "patience":
            self._give_up(out)
        elif timer == "attempt":
            self.current.unanswered += 1
            self._turn_to_next_server()
            self._attempt(out)
        else:
            self._attempt(out)

    def _routine(self) -> Asked:
        """What a client does by itself: it writes a running number, then reads it back."""
        turn, reads = divmod(self.sent, 2)
        key = f"k{self.config.number}"
        return Asked("read", key) if reads else Asked("write", key, f"{self.config.number}.{turn + 1}")

    def _begin_next(self, out: Effects) -> None:
        if self.current or not self.waiting:
            return
        asked = self.waiting.popleft()
        self.sent += 1
        op = self.sent * 100 + self.config.number
        self.target = asked.to or self.target
        self.current = Operation(op, self.sent, Command(asked.f, asked.key, asked.value))
        out.invoke(op, self.target, asked.f, asked.key, asked.value)
        out.set_timer("patience", self.config.patience_ms)
        self._attempt(out)

    def _attempt(self, out: Effects) -> None:
        assert self.current is not None, f"{self.name} has nothing to attempt"
        out.send(self.target, Request(self.name, self.current.number, self.current.command))
        out.set_timer("attempt", self.config.attempt_ms)

    def _on_reply(self, reply: RequestReply, out: Effects) -> None:
        if self.current is None or reply.number != self.current.number:
            return  # the answer to an operation given up long ago
        if reply.status == "elsewhere":
            self._follow(reply.hint, out)
            return
        if reply.status == "failed" and self.config.doubts and self.current.unanswered:
            why = f"{reply.value}; but an earlier attempt, which was not answered, may have been taken"
            self._end("unknown", None, why, out)
            return
        self._end(reply.status, reply.value, "" if reply.status == "ok" else str(reply.value), out)

    def _follow(self, hint: str, out: Effects) -> None:
        out.cancel_timer("attempt")
        if hint and hint != self.target:
            self.target = hint
            self._attempt(out)
        else:
            self._turn_to_next_server()
            out.set_timer("backoff", self.config.backoff_ms)

    def _turn_to_next_server(self) -> None:
        if self.config.sticks:
            return
        servers = self.config.servers
        at = servers.index(self.target) if self.target in servers else -1
        self.target = servers[(at + 1) % len(servers)]

    def _give_up(self, out: Effects) -> None:
        assert self.current is not None, f"{self.name} has nothing to give up"
        # Even an attempt that was sent elsewhere may have a twin in the network that a later leader accepts.
        self._end("unknown", None, f"no answer within {self.config.patience_ms:g} ms", out)

    def _end(self, outcome: str, value: Any, why: str, out: Effects) -> None:
        assert self.current is not None, f"{self.name} has nothing to end"
        out.result(self.current.op, outcome, value, why)
        for timer in ("patience", "attempt", "backoff"):
            out.cancel_timer(timer)
        self.current = None
        self.done += 1
        self._begin_next(out)
