"""The distributed world itself: it executes events, carries out effects and keeps the records.

Its rules hold for every protocol alike: nothing leaves a node before its writes are on disk, a crash keeps only what
was synced, a paused node acts late on old beliefs, and a message that meets a cut is gone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cluster_engine.actions import Action, Refused, action_to_json
from cluster_engine.cluster.latencies import Shape
from cluster_engine.cluster.naming import resolved
from cluster_engine.cluster.network import Flight, Network
from cluster_engine.cluster.node import Blueprint, Node, PendingWrite
from cluster_engine.cluster.process import (
    Effects,
    Received,
    Started,
    TimerFired,
    WriteSynced,
)
from cluster_engine.records import (
    Armed,
    Changed,
    Delivered,
    Dropped,
    Fault,
    Fired,
    Invoked,
    Moved,
    Noted,
    Record,
    Returned,
    Sent,
    Synced,
    Wrote,
)
from cluster_engine.simulation import Simulation

_DELIVER, _FIRE, _SYNC, _RESUME, _WORK, _ACT = range(6)
_SEND, _RESULT = range(2)
_NEVER = (0.0, float("inf"))

SLOW_NODE_STEP_MS = 0.1  # what one step costs a slowed node, times its factor
MAX_BACKLOG = 10_000  # events that a paused process may find when it resumes


class ClusterConfig(msgspec.Struct, frozen=True):
    """What the machines and the network are like. Latencies and sync times in ms, drawn evenly; `shapes` are those of
    types of messages that have latencies of another kind.
    """

    latency_ms: tuple[float, float] = (2.0, 10.0)
    disk_ms: tuple[float, float] = (0.5, 2.0)
    reconnect_backoff: bool = False
    shapes: Mapping[str, Shape] = {}


class Released(msgspec.Struct, frozen=True):
    """In a paused node's backlog: what its disk set free while the process stood still."""

    outputs: list[tuple[Any, ...]]


class Cluster:
    """A world of processes that exchange messages."""

    def __init__(self, seed: int, config: ClusterConfig, blueprints: Iterable[Blueprint]) -> None:
        self.simulation = Simulation(seed)
        self.config = config
        self.network = Network(self.simulation, config.latency_ms, config.reconnect_backoff, config.shapes)
        self.nodes = {blueprint.name: Node(blueprint) for blueprint in blueprints}
        self.in_flight: dict[int, Flight] = {}
        self.operations: dict[int, dict[str, Any]] = {}  # open ones
        self.records: list[Record] = []
        self.notable: list[Record] = []
        self.seq = 0
        self.counts = {"events": 0, "sent": 0, "dropped": 0}
        self._next_message = 1
        self._next_write = 1
        self._next_operation = 1
        self._cause = -1  # the record of the action under way
        self._effects = Effects()
        self._disk = self.simulation.stream("disk")
        self._timers = self.simulation.stream("timers")
        for node in self.nodes.values():
            if node.blueprint.initial is not None:
                self._tell_all(node)  # nothing else tells what a staged disk holds
            self._take_step(node, Started(), -1)

    # --- the World interface ---------------------------------------------------------------

    @property
    def now(self) -> float:
        """The present moment in virtual ms."""
        return self.simulation.now

    def next_at(self) -> float:
        """Return the time of the next event in ms."""
        return self.simulation.next_at()

    def advance_clock(self, to_ms: float) -> None:
        """Let time pass up to a moment at which nothing happens yet."""
        assert to_ms <= self.simulation.next_at(), f"an event at {self.next_at()} would be skipped by {to_ms}"
        self.simulation.now = max(self.simulation.now, to_ms)

    def step(self) -> None:
        """Execute the next event."""
        event = self.simulation.pop()
        code = event[2]
        if code == _DELIVER:
            self._deliver(event[3])
        elif code == _FIRE:
            self._ring(event)
        elif code == _SYNC:
            self._sync(self.nodes[event[3]], event[4])
        elif code == _WORK:
            self._work(self.nodes[event[3]], event[4])
        elif code == _RESUME:
            self._end_pause(event[3], event[4])
        elif not self.refusal(event[3]):
            self.apply(event[3])

    def refusal(self, action: Action) -> str | None:
        """Say why the action is impossible now, or None."""
        try:
            return resolved(action, self).refusal(self)
        except Refused as refused:
            return str(refused)

    def apply(self, action: Action) -> None:
        """Do what a person asked for; raise `Refused` when it is impossible now."""
        action = resolved(action, self)
        if reason := action.refusal(self):
            raise Refused(reason)
        self._cause = self.emit(Fault, action_to_json(action), action.words()).seq
        action.apply(self)

    def emit(self, kind: type[Record], *values: Any, cause: int = -1) -> Record:
        """Append a record of the present moment and return it."""
        record = kind(self.seq, self.simulation.now, cause, *values)
        self.seq += 1
        self.records.append(record)
        self.notable.append(record)
        return record

    def view(self) -> dict[str, Any]:
        """Return the present state, as panels draw it."""
        return {
            "at": self.now,
            "nodes": {name: node.view() for name, node in self.nodes.items()},
            "network": self.network.view(),
            "messages": [_flight_view(flight) for flight in self.in_flight.values()],
            "operations": list(self.operations.values()),
        }

    def schedule(self, at: float, action: Action) -> None:
        """Stage an action: it takes effect at that time, if it is possible then."""
        self.simulation.schedule(at, _ACT, action)

    # --- what actions do -------------------------------------------------------------------

    def present_cause(self) -> int:
        """Return the record of the action under way."""
        return self._cause

    def node(self, name: str) -> Node:
        """Return a machine by name."""
        return self.nodes[name]

    def servers(self) -> list[str]:
        """Return the names of the servers, in order."""
        return [name for name, node in self.nodes.items() if node.kind == "server"]

    def processes(self) -> list[str]:
        """Return the names of all machines, in order."""
        return list(self.nodes)

    def crash(self, node: Node, lose_disk: bool = False) -> None:
        """Stop a process; what was not synced is lost, or everything when the disk goes too."""
        node.status = "down"
        if lose_disk:
            node.disk = node.blueprint.empty_disk()
        node.reset()
        self._tell_all(node)

    def restart(self, node: Node) -> None:
        """Start a process from what its disk holds."""
        node.status = "up"
        self._change(node.name, {"status": "up"}, self._cause)
        self._take_step(node, Started(), self._cause)

    def pause(self, node: Node, for_ms: float) -> None:
        """Let a process run no events; with `for_ms` it resumes by itself."""
        node.status = "paused"
        node.pause_number += 1
        self._change(node.name, {"status": "paused"}, self._cause)
        if for_ms:
            self.simulation.schedule(self.now + for_ms, _RESUME, node.name, node.pause_number)

    def resume(self, node: Node) -> None:
        """Go on where a pause began: first everything that queued up meanwhile, in order."""
        node.status = "up"
        self._change(node.name, {"status": "up"}, self._cause)
        if node.slow_factor > 1.0:
            if not node.working:
                self._go_on_working(node)
            return
        backlog, node.backlog = node.backlog, type(node.backlog)()
        for event, cause in backlog:
            self._take_up(node, event, cause)

    def ask(self, node: Node, event: Any) -> None:
        """Give a process an event that comes from a person."""
        self._handle(node, event, self._cause)

    def cut(self, links: Iterable[tuple[str, str]]) -> None:
        """Cut directed links; what is in flight on them is lost."""
        cut = list(links)
        for link in cut:
            self.network.cut(link, self.now)
        gone = set(cut)
        for flight in [f for f in self.in_flight.values() if (f.node, f.to) in gone]:
            self.drop(flight, "link cut", self._cause)
        self.network_changed()

    def network_changed(self) -> None:
        """Record the network's present faults."""
        self._change("", self.network.view(), self._cause)

    def faults_changed(self, node: Node) -> None:
        """Record the node's present faults."""
        self._change(node.name, {"faults": node.faults()}, self._cause)

    def reschedule(self, flight: Flight, arrives: float | None) -> None:
        """Give a message in flight another arrival; None holds it."""
        flight.arrives = arrives
        if arrives is not None:
            flight.arrives = self.simulation.schedule(arrives, _DELIVER, flight.msg)
        self._record(Moved(self.seq, self.now, self._cause, flight.msg, flight.arrives))

    def copy(self, flight: Flight) -> None:
        """Send a message a second time."""
        link = (flight.node, flight.to)
        self._put_on_link(link, flight.message, flight.reply, self._cause)

    def release(self, links: Iterable[tuple[str, str]]) -> None:
        """Let held messages go on, in the order in which they were sent."""
        freed = set(links)
        self.network.held -= freed
        for flight in [f for f in self.in_flight.values() if (f.node, f.to) in freed and f.arrives is None]:
            self.reschedule(flight, self.now + self.network.latency((flight.node, flight.to), flight.message))
        self.network_changed()

    def drop(self, flight: Flight, why: str, cause: int) -> None:
        """Lose a message in flight."""
        self.in_flight.pop(flight.msg, None)
        self.counts["dropped"] += 1
        type_name = type(flight.message).__name__
        self._notable(Dropped(self.seq, self.now, cause, flight.node, flight.to, flight.msg, type_name, why))

    # --- events ----------------------------------------------------------------------------

    def _deliver(self, msg: int) -> None:
        flight = self.in_flight.get(msg)
        if flight is None or flight.arrives != self.simulation.now:
            return  # it was dropped, held or delayed meanwhile
        node = self.nodes[flight.to]
        if node.status == "down":
            self.drop(flight, f"{node.name} is down", flight.seq)
            return
        del self.in_flight[msg]
        cause = self.seq
        self.seq = cause + 1
        self.records.append(
            Delivered(
                cause,
                self.simulation.now,
                flight.seq,
                flight.to,
                flight.node,
                msg,
                type(flight.message).__name__,
            )
        )
        self._handle(node, Received(flight.node, flight.message), cause)

    def _ring(self, event: tuple[Any, ...]) -> None:
        at, timer = event[0], event[4]
        node = self.nodes[event[3]]
        if node.alarms.get(timer) != at:
            return  # a later or earlier alarm took over
        del node.alarms[timer]
        if timer not in node.timers:
            return
        due = node.timers[timer][1]
        if due > at:  # the timer was set anew while this alarm was queued
            node.alarms[timer] = self.simulation.schedule(due, _FIRE, node.name, timer)
            return
        if node.is_prompt():
            self._fire(node, timer)
        else:
            self._put_off(node, TimerFired(timer), -1)

    def _fire(self, node: Node, timer: str) -> None:
        """Let a process act on a timer, unless it has set it anew or cancelled it before it got round to that."""
        now = self.simulation.now
        if node.timers.get(timer, _NEVER)[1] > now:
            return
        del node.timers[timer]
        cause = self.seq
        self.seq = cause + 1
        self.records.append(Fired(cause, now, -1, node.name, timer))
        self._take_step(node, TimerFired(timer), cause)

    def _handle(self, node: Node, event: Any, cause: int) -> None:
        if node.is_prompt():
            self._take_step(node, event, cause)
        else:
            self._put_off(node, event, cause)

    def _put_off(self, node: Node, event: Any, cause: int) -> None:
        """Let an event wait behind what a paused or slow process has not worked off yet."""
        if len(node.backlog) < MAX_BACKLOG or not isinstance(event, Received):
            node.backlog.append((event, cause))
        if node.status == "up" and not node.working:
            self._go_on_working(node)

    def _go_on_working(self, node: Node) -> None:
        node.working = bool(node.backlog)
        if node.working:
            done = self.simulation.now + SLOW_NODE_STEP_MS * node.slow_factor
            self.simulation.schedule(done, _WORK, node.name, node.life)

    def _work(self, node: Node, life: int) -> None:
        if life != node.life:
            return  # a crash came first
        if node.status == "paused":
            node.working = False
            return
        if node.backlog:
            self._take_up(node, *node.backlog.popleft())
        self._go_on_working(node)

    def _take_up(self, node: Node, event: Any, cause: int) -> None:
        """Let a process take an event that waited."""
        if isinstance(event, Released):
            self._release(node, event.outputs)
        elif isinstance(event, TimerFired):
            self._fire(node, event.timer)
        else:
            self._take_step(node, event, cause)

    def _end_pause(self, name: str, pause_number: int) -> None:
        node = self.nodes[name]
        if node.status == "paused" and node.pause_number == pause_number:
            self._cause = -1
            self.resume(node)

    # --- a step and its effects ------------------------------------------------------------

    def _take_step(self, node: Node, event: Any, cause: int) -> None:
        out = self._effects
        out.clear()
        out.now = node.clock.monotonic(self.simulation.now)
        out.wall = out.now + node.clock.skew_ms
        process = node.process
        process.step(event, out)
        self.counts["events"] += 1
        if out.timers:
            self._set_timers(node, out.timers, cause)
        seen = process.observe()
        if seen != node.observed:
            self._observe(node, seen, cause)
        for name, facts in out.notes:
            self._notable(Noted(self.seq, self.simulation.now, cause, node.name, name, facts, ""))
        results = out.results
        if out.invocations and not node.writes and out.write is None:  # what ended comes before what begins next
            begun = {invocation[0] for invocation in out.invocations}
            for result in [one for one in results if one[0] not in begun]:
                self._return(node, result, cause)
            results = [one for one in results if one[0] in begun]
        for invocation in out.invocations:
            self._invoke(node, invocation, cause)
        if out.early:
            self._put_out(node, out.early, [], cause)
        if out.write is not None:
            self._write(node, out.write, cause)
        if out.sends or results:
            self._put_out(node, out.sends, results, cause)

    def _put_out(
        self,
        node: Node,
        sends: list[tuple[str, Any]],
        results: list[tuple[int, str, Any, str]],
        cause: int,
    ) -> None:
        """Let things leave the node; while it has writes under way they wait for the latest of these."""
        if node.writes:
            waiting = node.writes[-1].outputs
            waiting += [(_SEND, cause, to, message) for to, message in sends]
            waiting += [(_RESULT, cause, result) for result in results]
            return
        for to, message in sends:
            self._transmit(node.name, to, message, cause)
        for result in results:
            self._return(node, result, cause)

    def _set_timers(self, node: Node, timers: list[tuple[str, float | None, float]], cause: int) -> None:
        now = self.simulation.now
        for timer, after, latest in timers:
            until = None
            if after is None:
                node.timers.pop(timer, None)
            else:
                delay = after if after == latest else after + self._timers.random() * (latest - after)
                until = int((now + node.clock.true_delay(delay)) * 1000 + 0.5) / 1000
                node.timers[timer] = (now, until)
                alarm = node.alarms.get(timer)
                if alarm is None or alarm > until:
                    node.alarms[timer] = self.simulation.schedule(until, _FIRE, node.name, timer)
            self.records.append(Armed(self.seq, now, cause, node.name, timer, until))
            self.seq += 1

    def _observe(self, node: Node, seen: tuple[Any, ...], cause: int) -> None:
        names, before = node.process.OBSERVED, node.observed
        changes = {name: value for name, value, old in zip(names, seen, before, strict=True) if value != old}
        node.observed = seen
        delta = node.process.log_delta()
        if delta is not None:
            changes["log"] = delta
        self._change(node.name, changes, cause)

    def _tell_all(self, node: Node) -> None:
        changes = {"status": node.status, **node.observed_view(), "timers": {}}
        if "log" in changes:  # the whole log anew
            changes["log"]["from"] = changes["log"]["start"]
        self._change(node.name, changes, self._cause)

    def _invoke(self, node: Node, invocation: tuple[int, str, str, str, Any], cause: int) -> None:
        op, to, f, key, value = invocation
        self.operations[op] = {
            "op": op, "client": node.name, "node": to, "f": f, "key": key, "value": value,
            "invoked": self.now,
        }  # fmt: skip
        self._notable(Invoked(self.seq, self.now, cause, node.name, op, to, f, key, value))

    # --- the disk --------------------------------------------------------------------------

    def _write(self, node: Node, body: Any, cause: int) -> None:
        number = self._next_write
        self._next_write += 1
        seq = self.seq
        self._record(Wrote(seq, self.now, cause, node.name, number, body))
        node.writes.append(PendingWrite(number, body, [], seq))
        if not node.syncing:
            self._start_sync(node)

    def _start_sync(self, node: Node) -> None:
        """One sync covers all writes handed over before it starts (group commit)."""
        low, high = self.config.disk_ms
        node.syncing = node.writes[-1].number
        lasts = low + self._disk.random() * (high - low) + node.slow_disk_ms
        self.simulation.schedule(self.now + lasts, _SYNC, node.name, node.syncing)

    def _sync(self, node: Node, number: int) -> None:
        if node.syncing != number:
            return  # a crash came first
        assert node.disk is not None, f"{node.name} wrote without a disk"
        done = []
        while node.writes and node.writes[0].number <= number:
            done.append(node.writes.popleft())
            node.disk.apply(done[-1].body)
        node.syncing = 0
        cause = self.seq
        self._record(Synced(cause, self.now, done[-1].cause, node.name, number))
        if node.writes:
            self._start_sync(node)
        outputs = [output for write in done for output in write.outputs]
        if node.status == "paused":
            node.backlog.append((Released(outputs), cause))
        else:
            self._release(node, outputs)
        self._handle(node, WriteSynced(len(done)), cause)

    # --- what leaves a node ----------------------------------------------------------------

    def _release(self, node: Node, outputs: list[tuple[Any, ...]]) -> None:
        for kind, cause, *what in outputs:
            if kind == _SEND:
                self._transmit(node.name, what[0], what[1], cause)
            else:
                self._return(node, what[0], cause)

    def _return(self, node: Node, result: tuple[int, str, Any, str], cause: int) -> None:
        op, outcome, value, why = result
        self.operations.pop(op, None)
        self._notable(Returned(self.seq, self.now, cause, node.name, op, outcome, value, why))

    def _transmit(self, source: str, to: str, message: Any, cause: int) -> None:
        network = self.network
        link = (source, to)
        reply = message.__class__.__name__.endswith("Reply")
        flight = self._put_on_link(link, message, reply, cause)
        if (network.cuts or network.reopens) and (why := network.obstacle(link, self.simulation.now)):
            self.drop(flight, why, flight.seq)
        elif network.lose_percent and network.loses():
            self.drop(flight, "lost at random", flight.seq)
        elif network.duplicate_percent and network.duplicates():
            self._put_on_link(link, message, reply, cause)

    def _put_on_link(self, link: tuple[str, str], message: Any, reply: bool, cause: int) -> Flight:
        simulation, msg, seq = self.simulation, self._next_message, self.seq
        self._next_message = msg + 1
        self.seq = seq + 1
        arrives = None
        if link not in self.network.held:
            arrives = simulation.schedule(simulation.now + self.network.latency(link, message), _DELIVER, msg)
        flight = Flight(msg, link[0], link[1], message, reply, simulation.now, arrives, seq)
        self.in_flight[msg] = flight
        self.counts["sent"] += 1
        self.records.append(
            Sent(
                seq,
                simulation.now,
                cause,
                link[0],
                link[1],
                msg,
                message.__class__.__name__,
                reply,
                arrives,
                message,
            )
        )
        return flight

    # --- records ---------------------------------------------------------------------------

    def _record(self, record: Record) -> None:
        self.records.append(record)
        self.seq += 1

    def _notable(self, record: Record) -> None:
        self.records.append(record)
        self.notable.append(record)
        self.seq += 1

    def _change(self, name: str, changes: dict[str, Any], cause: int) -> None:
        self._notable(Changed(self.seq, self.now, cause, name, changes))


def _flight_view(flight: Flight) -> dict[str, Any]:
    return {
        "msg": flight.msg,
        "node": flight.node,
        "to": flight.to,
        "type": type(flight.message).__name__,
        "reply": flight.reply,
        "body": msgspec.to_builtins(flight.message),
        "sent": flight.sent,
        "arrives": flight.arrives,
    }
