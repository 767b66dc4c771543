"""Multi-Paxos: a log of decrees, each chosen by Paxos, and one leader for whom a first phase serves them all.

Lamport, "Paxos Made Simple", 2001, section 3 (the distinguished proposer, one phase 1 for all instances, no-ops in
the gaps); van Renesse & Altinbuken, "Paxos Made Moderately Complex", ACM Computing Surveys 47(3), 2015, sections 2
and 4 (replicas perform decrees in the order of their places; pre-emption and back-off). Ballots are numbers, and each
server has its own: with three servers n1 owns 1, 4, 7 and so on. Every server is proposer, acceptor and replica.
"""

from collections import deque
from itertools import count
from typing import Any, ClassVar

from cluster_engine.cluster.client import Command, Request, RequestReply
from cluster_engine.cluster.process import Effects, Received, Started, TimerFired, WriteSynced
from cluster_engine.protocols.kv_store import Store
from cluster_engine.protocols.multi_paxos_messages import (
    Accept,
    AcceptReply,
    CatchUp,
    CatchUpReply,
    Chosen,
    Decree,
    Heartbeat,
    HeartbeatReply,
    MultiPaxosConfig,
    MultiPaxosDurable,
    MultiPaxosWrite,
    Noop,
    Prepare,
    PrepareReply,
    Slot,
    Slots,
)
from cluster_engine.protocols.paxos import ACCEPTS_OLD, FORGETS, IGNORES

SKIPS_PHASE_1, PAST_GAPS = "skips-phase-1", "performs-past-gaps"
READS_LOCALLY, APPLIES_RETRIES = "reads-locally", "applies-retries"
MOST_CAUGHT_UP = 50  # places that one answer to a server that is behind holds

NOTHING = Decree(Noop())
Operation = tuple[str, int]  # a client's session, and the number of its operation
Kept = tuple[int, int, str]  # instance, ballot, the decree in words


class MultiPaxosServer:
    """A server of the group, with the key-value store that the decrees change."""

    OBSERVED: ClassVar[tuple[str, ...]] = (
        "role", "ballot", "leader", "commit", "applied", "changes", "last_index", "kept", "store",
    )  # fmt: skip

    def __init__(self, name: str, config: MultiPaxosConfig, durable: MultiPaxosDurable) -> None:
        self.name, self.config = name, config
        self.promised, self.slots = durable.promised, dict(durable.slots)
        if config.bug == FORGETS:
            self.promised, self.slots = 0, {}
        self.store = Store()
        self.role, self.leader = "acceptor", ""
        self.ballot = 0  # the one that this server tries, or leads
        self.highest = self.promised  # that was ever heard of
        self.promises: dict[str, Slots] = {}
        self.agreed: dict[int, tuple[str, ...]] = {}  # instances under way -> who has accepted
        self.end = 0  # the last instance that is in use, as the leader knows
        self.asking: dict[Operation, tuple[str, Decree]] = {}  # clients that wait here
        self.known = self.applied = 0  # all instances up to here are known to be chosen, and performed
        self.told = 0  # how far the leader knew all instances at its last heartbeat
        self.changes = 0  # how often a place of its log has changed
        self.kept: tuple[Kept, ...] = ()  # what it has accepted with the last sync
        self.unsynced: deque[tuple[Kept, ...]] = deque()  # what it has accepted with each write under way
        self._changed: dict[int, Slot] = {}
        self._accepted: list[Kept] = []
        self._log_seen, self._log_told = 1, 0  # the first place that changed since, and the last that was told

    @property
    def term(self) -> int:
        """The ballot that it has promised."""
        return self.promised

    # --- the process ------------------------------------------------------------------------

    def step(self, event: Any, out: Effects) -> None:
        """Take one event in, put effects out."""
        before = self.promised
        match event:
            case Received(sender=sender, message=message):
                self._on_message(sender, message, out)
            case TimerFired(timer=timer):
                self._on_timer(timer, out)
            case WriteSynced(count=writes):
                self._on_synced(writes, out)
            case Started():
                self._on_started(out)
        if self._changed or self.promised != before:
            out.persist(MultiPaxosWrite(self.promised, tuple(self._changed.items())))
            self.unsynced.append(tuple(self._accepted))
            self._changed, self._accepted = {}, []

    def _on_started(self, out: Effects) -> None:
        self._perform_what_is_known(out)
        if not self.config.distinguished:
            return
        if self.promised == 0 and self.name == self.config.servers[0]:
            self._prepare(out)
        else:
            self._await(out)

    def _on_message(self, sender: str, message: Any, out: Effects) -> None:
        match message:
            case Request():
                self._on_request(sender, message, out)
            case Prepare():
                self._on_prepare(sender, message, out)
            case PrepareReply() if message.ballot == self.ballot and self.role == "proposer":
                self._on_promise(sender, message, out)
            case Accept():
                self._on_accept(sender, message, out)
            case AcceptReply() if message.ballot == self.ballot and self.role == "leader":
                self._on_accepted(sender, message, out)
            case Chosen(instance=instance, ballot=ballot, decree=decree):
                self._learn(instance, Slot(ballot, decree), out)
            case Heartbeat():
                self._on_heartbeat(sender, message, out)
            case HeartbeatReply(promised=promised) if self.role != "acceptor" and promised > self.ballot:
                self._lose(promised, out)
            case CatchUp(start=start):
                self._on_catch_up(sender, start, out)
            case CatchUpReply(slots=slots):
                self._on_caught_up(sender, slots, out)

    def _on_timer(self, timer: str, out: Effects) -> None:
        match timer:
            case "heartbeat" if self.role == "leader":
                self._beat(out)
            case "silence" | "again" if self.role == "acceptor":
                self._prepare(out)
            case "round" if self.role == "proposer":
                self._prepare(out)

    def _others(self) -> list[str]:
        return [server for server in self.config.servers if server != self.name]

    def owner(self, ballot: int) -> str:
        """Return whose ballot that is; servers take their numbers from disjoint sets (section 2.5)."""
        return self.config.servers[(ballot - 1) % len(self.config.servers)] if ballot else ""

    # --- clients ----------------------------------------------------------------------------

    def _on_request(self, client: str, request: Request, out: Effects) -> None:
        operation, command = (request.session, request.number), request.command
        if answer := self.store.answered(*operation):
            out.send(client, RequestReply(*operation, *answer))
        elif self.role != "leader" and self.config.distinguished:
            out.send(client, RequestReply(*operation, "elsewhere", hint=self.leader))
        elif self.config.bug == READS_LOCALLY and command.f == "read":
            out.send(client, RequestReply(*operation, "ok", self.store.read(command.key)))
        elif operation not in self.asking:
            self.asking[operation] = client, Decree(command, *operation)
            if self.role == "leader" and not self._is_under_way(operation):
                self._propose(self.end + 1, self.asking[operation][1], out)
            elif self.role == "acceptor":
                self._prepare(out)

    def _is_under_way(self, operation: Operation) -> bool:
        decrees = (self.slots[instance].decree for instance in self.agreed)
        return any((decree.session, decree.number) == operation for decree in decrees)

    # --- phase 1 ----------------------------------------------------------------------------

    def _prepare(self, out: Effects) -> None:
        """Ask for promises, for all instances that are not known to be chosen."""
        self.highest = max(self.highest, self.promised)
        self.ballot = next(ballot for ballot in count(self.highest + 1) if self.owner(ballot) == self.name)
        self.role, self.leader, self.highest = "proposer", "", self.ballot
        self.promised = self.ballot
        self.promises = {self.name: self._slots_from(self.known + 1)}
        out.note("prepares", ballot=self.ballot)
        out.set_timer("round", self.config.round_ms, 2 * self.config.round_ms)
        for server in self._others():
            out.send(server, Prepare(self.ballot, self.known + 1))
        self._count_promises(out)

    def _on_prepare(self, sender: str, message: Prepare, out: Effects) -> None:
        granted = message.ballot >= self.promised  # its own question may come twice
        if granted:
            self._follow(message.ballot, out)
        slots = self._slots_from(message.start) if granted else ()
        out.send(sender, PrepareReply(message.ballot, granted, self.promised, slots))

    def _slots_from(self, start: int) -> Slots:
        return tuple((instance, slot) for instance, slot in sorted(self.slots.items()) if instance >= start)

    def _on_promise(self, sender: str, message: PrepareReply, out: Effects) -> None:
        if not message.granted:
            self._lose(message.promised, out)
            return
        self.promises[sender] = message.slots
        self._count_promises(out)

    def _count_promises(self, out: Effects) -> None:
        if len(self.promises) >= self.config.first or self.config.bug == SKIPS_PHASE_1:
            self._lead(out)

    def _lead(self, out: Effects) -> None:
        """Propose what the promises oblige to, no-ops in the gaps between, and then what clients want."""
        found = self._found(out)
        self.role, self.leader, self.agreed = "leader", self.name, {}
        self.end = max((self.known, *found, *filter(self._is_chosen, self.slots)))
        gaps = [i for i in range(self.known + 1, self.end) if i not in found and not self._is_chosen(i)]
        out.note("leads", ballot=self.ballot, by=", ".join(self.promises), found=len(found), gaps=len(gaps))
        out.cancel_timer("round")
        out.cancel_timer("silence")
        for instance in range(self.known + 1, self.end + 1):
            if not self._is_chosen(instance):
                if instance in gaps:
                    out.note("fills", instance=instance, ballot=self.ballot)
                self._propose(instance, found.get(instance, NOTHING), out)
        adopted = {(decree.session, decree.number) for decree in found.values()}
        for operation, (_, decree) in list(self.asking.items()):
            if operation not in adopted:
                self._propose(self.end + 1, decree, out)
        self._beat(out)

    def _found(self, out: Effects) -> dict[int, Decree]:
        """Return, for each instance, the decree accepted in the highest ballot; learn what is chosen already."""
        best: dict[int, Slot] = {}
        for slots in self.promises.values():
            for instance, slot in slots:
                if slot.chosen:
                    self._learn(instance, slot, out)
                elif instance not in best or slot.ballot > best[instance].ballot:
                    best[instance] = slot
        if self.config.bug in (IGNORES, SKIPS_PHASE_1):
            return {}
        return {instance: slot.decree for instance, slot in sorted(best.items()) if not self._is_chosen(instance)}

    def _lose(self, promised: int, out: Effects) -> None:
        """Somebody has promised a higher ballot."""
        out.note("loses", ballot=self.ballot, to=self.owner(promised), higher=promised)
        self.highest = max(self.highest, promised)
        self.role, self.leader, self.agreed = "acceptor", self.owner(promised), {}
        out.cancel_timer("round")
        out.cancel_timer("heartbeat")
        if self.config.distinguished:
            self._send_clients_elsewhere(out)
            self._await(out)
        elif self.asking:
            out.set_timer("again", 0.0, self.config.backoff_ms)

    def _send_clients_elsewhere(self, out: Effects) -> None:
        for (session, number), (client, _) in self.asking.items():
            out.send(client, RequestReply(session, number, "elsewhere", hint=self.leader))
        self.asking = {}

    def _follow(self, ballot: int, out: Effects) -> None:
        """Promise a ballot, or hear again from who leads it."""
        if self.role != "acceptor" and ballot > self.ballot:
            self._lose(ballot, out)
        self.promised, self.highest = max(self.promised, ballot), max(self.highest, ballot)
        if self.role == "acceptor":
            self.leader = self.owner(ballot)
            self._await(out)

    def _await(self, out: Effects) -> None:
        if self.config.distinguished:
            out.set_timer("silence", self.config.silence_ms, 2 * self.config.silence_ms)

    # --- phase 2 ----------------------------------------------------------------------------

    def _propose(self, instance: int, decree: Decree, out: Effects) -> None:
        self.end = max(self.end, instance)
        self.agreed[instance] = ()
        self._take(instance, Slot(self.ballot, decree))
        for server in self._others():
            out.send(server, Accept(self.ballot, instance, decree))

    def _on_accept(self, sender: str, message: Accept, out: Effects) -> None:
        granted = message.ballot >= self.promised or self.config.bug == ACCEPTS_OLD
        if granted:
            self._follow(message.ballot, out)
            if not self._is_chosen(message.instance):
                self._take(message.instance, Slot(message.ballot, message.decree))
        out.send(sender, AcceptReply(message.ballot, message.instance, granted, self.promised))

    def _take(self, instance: int, slot: Slot) -> None:
        self._accepted.append((instance, slot.ballot, self._label(slot.decree)))
        self._set(instance, slot)

    def _on_synced(self, writes: int, out: Effects) -> None:
        """An acceptor has accepted what is on its disk; the leader is one, too, and counts itself only then."""
        self.kept = tuple(kept for _ in range(writes) for kept in self.unsynced.popleft())
        for instance, ballot, _ in self.kept:
            if self.role == "leader" and ballot == self.ballot:
                self._count(instance, self.name, out)

    def _on_accepted(self, sender: str, message: AcceptReply, out: Effects) -> None:
        if message.granted:
            self._count(message.instance, sender, out)
        else:
            self._lose(message.promised, out)

    def _count(self, instance: int, sender: str, out: Effects) -> None:
        if instance not in self.agreed:
            return
        self.agreed[instance] = (*self.agreed[instance], sender)
        if len(set(self.agreed[instance])) < self.config.second:
            return
        slot = self.slots[instance]
        out.note("chooses", instance=instance, ballot=self.ballot, decree=self._label(slot.decree))
        for server in self._others():
            out.send(server, Chosen(instance, self.ballot, slot.decree))
        self._learn(instance, slot, out)

    # --- learning ---------------------------------------------------------------------------

    def _learn(self, instance: int, slot: Slot, out: Effects) -> None:
        self.agreed.pop(instance, None)
        if not self._is_chosen(instance):
            self._set(instance, Slot(slot.ballot, slot.decree, chosen=True))
            self._perform_what_is_known(out)

    def _is_chosen(self, instance: int) -> bool:
        return instance in self.slots and self.slots[instance].chosen

    def _perform_what_is_known(self, out: Effects) -> None:
        """Perform decrees in the order of their places; a gap holds up what comes after it."""
        while self._is_chosen(self.known + 1):
            self.known += 1
        for instance in self._due():
            self.applied = instance
            self._perform(self.slots[instance].decree, out)

    def _due(self) -> list[int]:
        if self.config.bug == PAST_GAPS:
            return sorted(i for i in self.slots if i > self.applied and self._is_chosen(i))
        return list(range(self.applied + 1, self.known + 1))

    def _perform(self, decree: Decree, out: Effects) -> None:
        """Change the store, and answer the client that waits for it here."""
        if not isinstance(decree.command, Command):
            return
        session = "" if self.config.bug == APPLIES_RETRIES else decree.session
        status, value = self.store.apply(decree.command, session, decree.number)
        client, _ = self.asking.pop((decree.session, decree.number), ("", decree))
        if client:
            out.send(client, RequestReply(decree.session, decree.number, status, value))

    def _beat(self, out: Effects) -> None:
        """Say that the leader is here, and ask again for what was not accepted yet."""
        out.set_timer("heartbeat", self.config.heartbeat_ms)
        for server in self._others():
            out.send(server, Heartbeat(self.ballot, self.known))
            for instance, agreed in self.agreed.items():
                if server not in agreed:
                    out.send(server, Accept(self.ballot, instance, self.slots[instance].decree))

    def _on_heartbeat(self, sender: str, message: Heartbeat, out: Effects) -> None:
        if message.ballot < self.promised:
            out.send(sender, HeartbeatReply(self.promised))
            return
        self._follow(message.ballot, out)
        if self.known < self.told:  # as long ago as the heartbeat before, so the news of it is not still under way
            out.send(sender, CatchUp(self.known + 1))
        self.told = message.known

    def _on_catch_up(self, sender: str, start: int, out: Effects) -> None:
        places = range(start, min(self.known, start + MOST_CAUGHT_UP - 1) + 1)
        out.send(sender, CatchUpReply(tuple((instance, self.slots[instance]) for instance in places)))

    def _on_caught_up(self, sender: str, slots: Slots, out: Effects) -> None:
        news = [(instance, slot) for instance, slot in slots if not self._is_chosen(instance)]
        if news:
            out.note("catches-up", count=len(news), upto=news[-1][0], sender=sender)
        for instance, slot in news:
            self._learn(instance, slot, out)

    # --- for those who watch ----------------------------------------------------------------

    def _set(self, instance: int, slot: Slot) -> None:
        self.slots[instance] = self._changed[instance] = slot
        self.changes += 1
        self._log_seen = min(self._log_seen or instance, instance)

    def observe(self) -> tuple[Any, ...]:
        """Return the values named in `OBSERVED`."""
        return (
            self.role, self.promised, self.leader, self.known, self.applied, self.changes, max(self.slots, default=0),
            self.kept, self.store.data,
        )  # fmt: skip

    def log_delta(self) -> dict[str, Any] | None:
        """Return how the log changed since the last call."""
        if not self._log_seen:
            return None
        start = min(self._log_seen, self._log_told + 1)  # empty places before a new one are told with it
        self._log_seen, self._log_told = 0, max(self.slots, default=0)
        return {"from": start, "entries": self._boxes(start), "start": 1}

    def log_view(self) -> dict[str, Any]:
        """Return the log as panels draw it: ballot and decree; an empty place has no ballot."""
        return {"start": 1, "entries": self._boxes(1)}

    def _boxes(self, start: int) -> list[tuple[int | None, str]]:
        places = (self.slots.get(instance) for instance in range(start, max(self.slots, default=0) + 1))
        return [(slot.ballot, self._label(slot.decree)) if slot else (None, "") for slot in places]

    def _label(self, decree: Decree) -> str:
        """Return a few characters that fit into a log box."""
        match decree.command:
            case Command(f="add", key=key, value=value):
                return f"{key}{value:+g}"
            case Command(f="read", key=key):
                return f"{key}?"
            case Command(key=key, value=value):
                return f"{key}={value}"
        return "·"
