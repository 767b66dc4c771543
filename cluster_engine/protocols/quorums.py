"""Replicas without a leader that ask one another: so many must take a write, so many are asked for a read.

Gifford, "Weighted Voting for Replicated Data", SOSP 1979 (R + W > N makes a read meet the last write); DeCandia and
others, "Dynamo: Amazon's Highly Available Key-value Store", SOSP 2007, sections 4.5 to 4.7 (coordinators, sloppy
quorums with hinted hand-off, read repair, anti-entropy). With `asks_first` and `repair` "before the answer" it is the
register of Attiya, Bar-Noy & Dolev, "Sharing Memory Robustly in Message-Passing Systems", JACM 1995: linearizable.

Any node coordinates what a client asks it. Versions are a counter and the coordinator's name; the greater one wins.
"""

from typing import Any, ClassVar

import msgspec

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired
from cluster_engine.protocols.planted import NO_BUG

NO_REPAIR, LATER, BEFORE = "none", "after the answer", "before the answer"
SMALL_MAJORITY, RESTAMPS, FORGETS_HINTS = "small-majority", "repair-restamps", "forgets-hints"
SKIPS_WRITE_BACK = "skips-write-back"
PING_MS = 50.0

Version = tuple[int, str]
NEVER: Version = (0, "")


class Stored(msgspec.Struct, frozen=True):
    """A value and its version."""

    version: Version = NEVER
    value: Any = None


class QuorumConfig(msgspec.Struct, frozen=True):
    """How the group works. Times in ms.

    Attributes:
        replicas: Each key lives on so many nodes: those after it on a ring.
        reads, writes: How many of them must answer a read, and take a write.
        sloppy: Whether another node may take a write in the place of one that does not answer.
        refuses: Whether a coordinator that hears too few nodes refuses at once, certainly without effect.
        asks_first: Whether a write begins by asking for the latest version.
        gossip_ms: How often a node compares all it has with another one (0: never).
        bug: A planted mistake.
    """

    nodes: tuple[str, ...]
    replicas: int
    reads: int
    writes: int
    sloppy: bool
    repair: str
    refuses: bool
    asks_first: bool
    gossip_ms: float
    substitute_ms: float
    bug: str = NO_BUG


class Get(msgspec.Struct, frozen=True):
    """What is your version of this key?"""

    ask: int
    key: str


class GetReply(msgspec.Struct, frozen=True):
    """This is."""

    ask: int
    stored: Stored


class Put(msgspec.Struct, frozen=True):
    """Store this, unless you have a later version; `hint`: keep it for that node, which does not answer."""

    ask: int
    key: str
    stored: Stored
    hint: str = ""


class PutReply(msgspec.Struct, frozen=True):
    """It is stored."""

    ask: int


class Compare(msgspec.Struct, frozen=True):
    """All my versions (anti-entropy); who has later ones sends them, and asks for those that I have."""

    versions: tuple[tuple[str, Version], ...]
    answer: bool


class Ping(msgspec.Struct, frozen=True):
    """I am here."""


class QuorumWrite(msgspec.Struct, frozen=True):
    """What goes to disk: a key with its version, and a hint kept or (with `done`) delivered."""

    key: str
    stored: Stored
    hint: str = ""
    done: bool = False


class Counted(msgspec.Struct, frozen=True):
    """What goes to disk where a coordinator keeps no copy itself: no version of its own may be given twice."""

    counter: int


class QuorumDurable:
    """What survives a crash: the store, the hints kept for others by (node, key), and the latest counter given."""

    __slots__ = ("counter", "hints", "store")

    def __init__(self) -> None:
        self.store: dict[str, Stored] = {}
        self.hints: dict[tuple[str, str], Stored] = {}
        self.counter = 0

    def apply(self, write: QuorumWrite | Counted) -> None:
        """Take a write that became durable."""
        if isinstance(write, Counted):
            self.counter = write.counter
        elif write.hint and write.done:
            self.hints.pop((write.hint, write.key), None)
        elif write.hint:
            self.hints[write.hint, write.key] = write.stored
        else:
            self.store[write.key] = write.stored


class Coordination(msgspec.Struct):
    """A client's operation that this node carries through. `phase` is get, put or repair."""

    client: str
    request: Request
    phase: str
    homes: tuple[str, ...]
    got: dict[str, Stored] = {}
    taken: tuple[str, ...] = ()
    stored: Stored = Stored()
    answered: bool = False


class QuorumNode:
    """A node: keeps keys, and coordinates what clients ask it."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "value", "version", "writer", "hints")

    def __init__(self, name: str, config: QuorumConfig, durable: QuorumDurable) -> None:
        self.name, self.config = name, config
        self.store, self.hints = dict(durable.store), dict(durable.hints)
        self.counter = max((durable.counter, *(one.version[0] for one in self.store.values())))
        self.asks = 0
        self.open: dict[int, Coordination] = {}
        self.begun: dict[str, int] = {}  # session -> the number of its last operation that was begun here
        self.heard: dict[str, float] = {}
        self.turn = 0  # whom anti-entropy asks next
        self.handing: dict[int, tuple[str, str, Version]] = {}  # ask -> the hint that is on its way

    # --- the process ------------------------------------------------------------------------

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(sender=sender, message=message):
                self.heard[sender] = out.now
                self._on_message(sender, message, out)
            case TimerFired(timer="ping"):
                self._ping(out)
            case TimerFired(timer="gossip"):
                self._gossip(out)
            case TimerFired(timer=timer):
                self._on_waited(int(timer.partition(" ")[2]), out)
            case Started():
                self.heard = dict.fromkeys(self.config.nodes, out.now)
                self._ping(out)
                if self.config.gossip_ms:
                    out.set_timer("gossip", self.config.gossip_ms)

    def observe(self) -> tuple[Any, ...]:
        """Return the value of the key with the latest version, that version, and how many hints the node keeps."""
        last = max(self.store.values(), key=lambda one: one.version, default=Stored())
        return ("replica", last.value, *last.version, len(self.hints))

    def log_delta(self) -> None:
        """It keeps no log."""

    def log_view(self) -> None:
        """It keeps no log."""

    def _on_message(self, sender: str, message: Any, out: Effects) -> None:
        match message:
            case Request():
                self._begin(sender, message, out)
            case Get(ask=ask, key=key):
                out.send(sender, GetReply(ask, self.store.get(key, Stored())))
            case GetReply(ask=ask, stored=stored) if ask in self.open:
                self._on_got(ask, sender, stored, out)
            case Put():
                self._on_put(sender, message, out)
            case PutReply(ask=ask) if ask in self.handing:
                self._handed_over(ask, out)
            case PutReply(ask=ask) if ask in self.open:
                self._on_taken(ask, sender, out)
            case Compare():
                self._on_compare(sender, message, out)

    # --- coordinating -----------------------------------------------------------------------

    def _homes(self, key: str) -> tuple[str, ...]:
        """Return the nodes on which a key lives: from its place on the ring onwards."""
        nodes = self.config.nodes
        start = sum(key.encode()) % len(nodes) if self.config.replicas < len(nodes) else 0
        return tuple(nodes[(start + step) % len(nodes)] for step in range(self.config.replicas))

    def _needed(self, count: int) -> int:
        return max(1, count - 1) if self.config.bug == SMALL_MAJORITY else count

    def _begin(self, client: str, request: Request, out: Effects) -> None:
        if self.begun.get(request.session, 0) >= request.number:
            return  # the network has brought it twice
        homes, reads = self._homes(request.command.key), request.command.f == "read"
        needed = self.config.reads if reads else self.config.writes
        heard = sum(self._hears(one, out.now) for one in homes)
        if self.config.refuses and heard < self._needed(needed):
            why = f"{self.name} hears {heard} of {len(homes)} replicas, and needs {needed}"
            out.send(client, RequestReply(request.session, request.number, "failed", why))
            return
        self.begun[request.session] = request.number
        self.asks += 1
        self.open = dict(list(self.open.items())[-50:])  # what was never answered is given up in the end
        if reads or self.config.asks_first:
            self.open[self.asks] = Coordination(client, request, "get", homes)
            for home in homes:
                self._send(home, Get(self.asks, request.command.key), out)
        else:
            self._write(self.asks, Coordination(client, request, "put", homes), out)
        out.set_timer(f"wait {self.asks}", self.config.substitute_ms)

    def _hears(self, node: str, now: float) -> bool:
        return node == self.name or now - self.heard.get(node, 0.0) <= 3 * PING_MS

    def _write(self, ask: int, one: Coordination, out: Effects) -> None:
        """Give the value a version that was never given before, and send it to all."""
        self.counter += 1
        if self.name not in one.homes:
            out.persist(Counted(self.counter))
        self._put(ask, one, Stored((self.counter, self.name), one.request.command.value), out)

    def _send(self, to: str, message: Any, out: Effects) -> None:
        """Send, or take it in at once where it is for this node itself."""
        if to == self.name:
            self._on_message(self.name, message, out)
        else:
            out.send(to, message)

    def _on_got(self, ask: int, sender: str, stored: Stored, out: Effects) -> None:
        one = self.open[ask]
        one.got = one.got | {sender: stored}
        self.counter = max(self.counter, stored.version[0])
        if one.phase == "get" and len(one.got) >= self._needed(self.config.reads):
            latest = max(one.got.values(), key=lambda each: each.version)
            if one.request.command.f != "read":
                self._write(ask, one, out)
            elif self.config.repair == BEFORE and self.config.bug != SKIPS_WRITE_BACK:
                one.phase = "repair"
                self._put(ask, one, latest, out)
            else:
                self._answer(ask, latest.value, out)
        if one.answered and self.config.repair == LATER and len(one.got) == len(one.homes):
            self._repair(ask, one, out)

    def _put(self, ask: int, one: Coordination, stored: Stored, out: Effects) -> None:
        one.phase, one.stored = ("repair" if one.phase == "repair" else "put"), stored
        self.open[ask] = one
        for home in one.homes:
            self._send(home, Put(ask, one.request.command.key, stored), out)

    def _on_taken(self, ask: int, sender: str, out: Effects) -> None:
        one = self.open[ask]
        one.taken = (*one.taken, sender)
        if (
            not one.answered
            and one.phase in ("put", "repair")
            and len(set(one.taken)) >= self._needed(self.config.writes)
        ):
            self._answer(ask, one.stored.value, out)

    def _answer(self, ask: int, value: Any, out: Effects) -> None:
        one = self.open[ask]
        one.answered = True
        out.send(one.client, RequestReply(one.request.session, one.request.number, "ok", value))
        if self.config.repair != LATER or one.request.command.f != "read":
            del self.open[ask]

    def _repair(self, ask: int, one: Coordination, out: Effects) -> None:
        """Bring replicas up to date that answered a read with an older version (Dynamo, section 5)."""
        latest = max(one.got.values(), key=lambda each: each.version)
        if self.config.bug == RESTAMPS:
            latest = Stored((self.counter + 1, self.name), min(one.got.values(), key=lambda each: each.version).value)
        behind = [home for home, stored in one.got.items() if stored.version < latest.version]
        del self.open[ask]
        if behind and latest.version != NEVER:
            out.note("repairs", behind=", ".join(behind), value=latest.value)
        for home in behind:
            self._send(home, Put(0, one.request.command.key, latest), out)

    # --- keeping ----------------------------------------------------------------------------

    def _on_put(self, sender: str, message: Put, out: Effects) -> None:
        self.counter = max(self.counter, message.stored.version[0])
        if message.hint:
            self._keep_hint(message, out)
        elif message.stored.version > self.store.get(message.key, Stored()).version:
            self.store = self.store | {message.key: message.stored}
            out.persist(QuorumWrite(message.key, message.stored))
        self._reply(sender, PutReply(message.ask), out)

    def _reply(self, to: str, message: Any, out: Effects) -> None:
        if message.ask:
            self._send(to, message, out)

    def _keep_hint(self, message: Put, out: Effects) -> None:
        hint = (message.hint, message.key)
        if message.stored.version <= self.hints.get(hint, Stored()).version:
            return  # it was overtaken by a later one
        if self.config.bug != FORGETS_HINTS:
            self.hints = self.hints | {hint: message.stored}
            out.persist(QuorumWrite(message.key, message.stored, message.hint))
        out.note("keeps-hint", node_for=message.hint, value=message.stored.value)

    def _on_waited(self, ask: int, out: Effects) -> None:
        """Go on without those that were waited for: repair who has answered, or have others take a write."""
        one = self.open.get(ask)
        if one is None:
            return
        if one.answered:
            self._repair(ask, one, out)
        elif one.phase == "put" and self.config.sloppy:
            self._substitute(ask, one, out)

    def _substitute(self, ask: int, one: Coordination, out: Effects) -> None:
        """Let others keep the write for those that have not taken it in time (Dynamo, section 4.6)."""
        silent = [home for home in one.homes if home not in one.taken]
        others = [node for node in self.config.nodes if node not in one.homes and self._hears(node, out.now)]
        others += [home for home in one.homes if home in one.taken and home != self.name] if not others else []
        for home, other in zip(silent, others, strict=False):
            self._send(other, Put(ask, one.request.command.key, one.stored, hint=home), out)

    # --- in the background ------------------------------------------------------------------

    def _ping(self, out: Effects) -> None:
        for node in self.config.nodes:
            if node != self.name:
                out.send(node, Ping())
        self._hand_over(out)
        out.set_timer("ping", PING_MS)

    def _hand_over(self, out: Effects) -> None:
        """Send each hint to its node while that is heard, again and again until it says that it has it."""
        for (node, key), stored in self.hints.items():
            if out.now - self.heard.get(node, 0.0) <= 2 * PING_MS:
                hint = (node, key, stored.version)
                ask = next((ask for ask, one in self.handing.items() if one == hint), self.asks + 1)
                self.asks = max(self.asks, ask)
                self.handing[ask] = hint
                out.send(node, Put(ask, key, stored))

    def _handed_over(self, ask: int, out: Effects) -> None:
        node, key, version = self.handing.pop(ask)
        stored = self.hints.get((node, key), Stored())
        if stored.version != version:
            return  # a later one is kept for that node by now
        self.hints = {hint: kept for hint, kept in self.hints.items() if hint != (node, key)}
        out.persist(QuorumWrite(key, stored, node, done=True))
        out.note("hands-over", to=node, value=stored.value)

    def _gossip(self, out: Effects) -> None:
        others = [node for node in self.config.nodes if node != self.name]
        if others:
            out.send(others[self.turn % len(others)], Compare(self._versions(), answer=True))
        self.turn += 1
        out.set_timer("gossip", self.config.gossip_ms)

    def _versions(self) -> tuple[tuple[str, Version], ...]:
        return tuple((key, stored.version) for key, stored in sorted(self.store.items()))

    def _on_compare(self, sender: str, message: Compare, out: Effects) -> None:
        theirs = dict(message.versions)
        for key, stored in self.store.items():
            if self.name in self._homes(key) and sender in self._homes(key) and stored.version > theirs.get(key, NEVER):
                out.send(sender, Put(0, key, stored))
        if message.answer:
            out.send(sender, Compare(self._versions(), answer=False))
