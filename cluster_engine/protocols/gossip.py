"""Gossip: in every round each node calls another one, chosen by chance, and tells it news, asks it for news, or both.

Demers and others, "Epidemic Algorithms for Replicated Database Maintenance", PODC 1987: news that is pushed, pulled or
both (section 1.3), news of which a node tires (1.4: feedback and counter), death certificates (2). What is told in a
round is what was known when it began, as in the paper's cycles, so news goes one step a round.
"""

from collections.abc import Iterable
from random import Random
from typing import Any, ClassVar

from cluster_engine.cluster.client import Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired
from cluster_engine.protocols.gossip_messages import (
    BOTH,
    FIRST,
    NAMELESS,
    NEVER,
    NOTHING,
    PUSH,
    TAKES_ANY,
    Ask,
    AskReply,
    Compare,
    GossipConfig,
    GossipWrite,
    Stored,
    Tell,
    TellReply,
    Updates,
    Version,
)
from cluster_engine.protocols.merkle import Levels, leaf_of, levels


class GossipDurable:
    """What survives a crash: the store, the greatest counter ever seen, and the last answer of each session."""

    def __init__(self, store: dict[str, Stored] | None = None) -> None:
        self.store = dict(store or {})
        self.counter = FIRST[0]
        self.sessions: dict[str, tuple[int, Any]] = {}

    def apply(self, write: GossipWrite) -> None:
        """Take a write that became durable."""
        self.store |= dict(write.updates)
        self.counter = max(self.counter, *(one.version[0] for _, one in write.updates), 0)
        self.store.pop(write.forgets, None)
        if write.session:
            self.sessions[write.session[0]] = write.session[1:]


class GossipNode:
    """A node. In the words of epidemics it is susceptible, infective, or removed: it knows, and no longer tells."""

    OBSERVED: ClassVar[tuple[str, ...]] = ("role", "value", "news", "rumours", "compared", "stored")

    def __init__(self, name: str, config: GossipConfig, durable: GossipDurable) -> None:
        self.name, self.config = name, config
        self.place = config.nodes.index(name)
        self.store, self.sessions = dict(durable.store), dict(durable.sessions)
        self.rumours = {key: 0 for key, one in self.store.items() if one.version > FIRST}  # key -> calls in vain on end
        self.counter = durable.counter
        self.turn = self.compared = 0
        self.last = max(self.rumours, key=lambda key: self.store[key].version, default="")
        self._shown: tuple[Any, ...] = self._show()
        self._begin()

    # --- the process ------------------------------------------------------------------------

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        match event:
            case Received(sender=sender, message=Request() as request):
                self._on_request(sender, request, out)
            case Received(sender=sender, message=message):
                self._on_message(sender, message, out)
            case TimerFired():
                self._begin()
                self.turn = round(out.now / self.config.round_ms)
                out.set_timer("round", self.config.round_ms)
                self._call(self._partner(), out)
            case Started():
                self.turn = int(out.now // self.config.round_ms)
                rest = self.config.round_ms - out.now % self.config.round_ms
                out.set_timer("round", rest if self.config.together else 0.0, rest)

    def observe(self) -> tuple[Any, ...]:
        """Return the role, the last item, the greatest counter, how many items it tells, versions or hashes compared,
        and all items that were ever changed.
        """
        value, stored = self._shown
        role = "infective" if self.rumours else "removed" if stored else "susceptible"
        return (role, value, self.counter - 1, len(self.rumours), self.compared, stored)

    def log_delta(self) -> None:
        """It keeps no log."""

    def log_view(self) -> None:
        """It keeps no log."""

    # --- a round ----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Fix what is told until the next round."""
        self.told = self.store
        self.news = tuple((key, self.store[key]) for key in self.rumours)
        self.tree: Levels | None = None

    def _partner(self) -> str:
        """Draw whom to call: the same for the same seed, node and round."""
        others = len(self.config.nodes) - 1
        drawn = Random(f"{self.config.seed}/{self.name}/{self.turn}").randrange(others)
        return self.config.nodes[drawn + (drawn >= self.place)]

    def _call(self, to: str, out: Effects) -> None:
        if self.config.depth:
            out.send(to, Compare(0, ((0, self._hashes()[0][0]),)))
        elif self.config.mode != PUSH:
            out.send(to, Ask(self._versions(), (), self.news if self.config.mode == BOTH else ()))
        elif self.news:
            out.send(to, Tell(self.news))

    def _on_message(self, sender: str, message: Any, out: Effects) -> None:
        match message:
            case Tell(updates=updates):
                knew = self._take(updates, out)
                if self.config.interest:
                    out.send(sender, TellReply(knew))
            case Ask():
                later = self._later(message)
                out.send(sender, AskReply(later, self._take(message.updates, out)))
            case AskReply(updates=updates, knew=knew):
                self._take(updates, out)
                self._tire(knew, out)
            case TellReply(knew=knew):
                self._tire(knew, out)
            case Compare():
                self._on_compare(sender, message, out)

    def _later(self, ask: Ask) -> Updates:
        theirs = dict(ask.versions)
        self.compared += len(theirs)
        return tuple((key, one) for key, one in self._among(ask.leaves) if one.version > theirs.get(key, NEVER))

    def _on_compare(self, sender: str, message: Compare, out: Effects) -> None:
        """Go down where the hashes differ; at the leaves, ask for what is later, and tell what one has."""
        mine, level = self._hashes(), message.level
        self.compared += len(message.hashes)
        differing = tuple(place for place, theirs in message.hashes if mine[level][place] != theirs)
        if differing and level == self.config.depth:
            updates = tuple(self._among(differing))
            out.send(sender, Ask(tuple((key, one.version) for key, one in updates), differing, updates))
        elif differing:
            below = [child for place in differing for child in (2 * place, 2 * place + 1)]
            out.send(sender, Compare(level + 1, tuple((child, mine[level + 1][child]) for child in below)))

    def _among(self, leaves: tuple[int, ...]) -> Iterable[tuple[str, Stored]]:
        if not leaves:
            return self.told.items()
        return ((key, one) for key, one in self.told.items() if leaf_of(key, self.config.depth) in leaves)

    def _hashes(self) -> Levels:
        if self.tree is None:
            self.tree = levels(dict(self._versions()), self.config.depth)
        return self.tree

    def _versions(self) -> tuple[tuple[str, Version], ...]:
        return tuple((key, one.version) for key, one in self.told.items())

    # --- what is known ----------------------------------------------------------------------

    def _take(self, updates: Updates, out: Effects) -> tuple[tuple[str, bool], ...]:
        """Keep what is later than what is here; return of each key whether it was known when the round began."""
        fresh = tuple((key, one) for key, one in updates if self._wants(one, self.store.get(key, NOTHING)))
        if fresh:
            self._keep(fresh)
            out.persist(GossipWrite(fresh))
        for key, one in fresh:
            self._tell_of("learns", key, one, out)
        return tuple((key, self.told.get(key, NOTHING).version >= one.version) for key, one in updates)

    def _wants(self, told: Stored, held: Stored) -> bool:
        return told.version != held.version if self.config.bug == TAKES_ANY else told.version > held.version

    def _keep(self, updates: Updates) -> None:
        self.store = self.store | dict(updates)
        self.counter = max(self.counter, *(one.version[0] for _, one in updates))
        self.rumours = self.rumours | {key: 0 for key, _ in updates}
        self.last = updates[-1][0]
        self._shown = self._show()

    def _tire(self, knew: tuple[tuple[str, bool], ...], out: Effects) -> None:
        """Count the calls in vain since the last one that was not, and give up telling what all seem to know."""
        if not self.config.interest:
            return
        vain = {key: self.rumours[key] + 1 if known else 0 for key, known in knew if key in self.rumours}
        self.rumours = {key: count for key, count in (self.rumours | vain).items() if count < self.config.interest}
        for key in vain:
            if key not in self.rumours:
                out.note("tires", key=key, vain=vain[key])

    def _show(self) -> tuple[Any, ...]:
        """Return the last item in words, and every item that was ever changed."""
        stored = tuple((key, one.version, one.value) for key, one in self.store.items() if one.version > FIRST)
        last = self.store.get(self.last, NOTHING)
        words = "" if last is NOTHING else f"{self.last} deleted" if last.gone else f"{self.last} = {last.value}"
        return words, stored

    def _tell_of(self, event: str, key: str, one: Stored, out: Effects) -> None:
        version, of = one.version, len(self.config.nodes)
        out.note(event, key=key, value=one.value, gone=one.gone, version=version, turn=self.turn, of=of)

    # --- clients ----------------------------------------------------------------------------

    def _on_request(self, client: str, request: Request, out: Effects) -> None:
        command, session = request.command, self.sessions.get(request.session, (0, None))
        if session[0] > request.number:
            return  # an attempt that its client gave up long ago
        if command.f == "read":
            answer = self.store.get(command.key, NOTHING).value
        elif session[0] == request.number:
            answer = session[1]
        else:
            answer = command.value
            self._change(request, out)
        out.send(client, RequestReply(request.session, request.number, "ok", answer))

    def _change(self, request: Request, out: Effects) -> None:
        key, deletes = request.command.key, request.command.f == "delete"
        name = "" if self.config.bug == NAMELESS else self.name
        self.counter += 1
        one = Stored((self.counter, name), request.command.value, deletes)
        answered = (request.session, request.number, request.command.value)
        self.sessions = self.sessions | {request.session: answered[1:]}
        if deletes and not self.config.certificates:
            self._forget(key)
            out.persist(GossipWrite(forgets=key, session=answered))
        else:
            self._keep(((key, one),))
            out.persist(GossipWrite(((key, one),), session=answered))
        self._tell_of("deletes" if deletes else "takes", key, one, out)

    def _forget(self, key: str) -> None:
        self.store = {one: held for one, held in self.store.items() if one != key}
        self.rumours = {one: vain for one, vain in self.rumours.items() if one != key}
        self._shown = self._show()
