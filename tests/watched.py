"""A Raft cluster with every checker watching, driven by tests in the words of scripts.

`Watched` runs in virtual time as labs do. `Hand` is the same cluster with all links held and all timers far
away: nothing moves until the test says which timer runs out and which message arrives.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cluster_engine.actions import Refused, parse_action
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.process import TimerFired
from cluster_engine.labs.raft import LAB
from cluster_engine.monitors import wants
from cluster_engine.protocols.raft import Raft
from cluster_engine.protocols.raft_log import Entry, RaftStaged, noops
from cluster_engine.records import Changed, Delivered, Noted, Record, Returned, Sent, Violated
from cluster_engine.systems.raft_group import clients, cluster_config, raft_config, server_names, servers
from cluster_engine.telemetry.meters import StaleReads


class Broken(AssertionError):
    """An invariant was violated; `invariant` names it, `violated` is what a run would record."""

    def __init__(self, invariant: str, text: str, violated: Violated | None = None) -> None:
        super().__init__(f"{invariant}: {text}")
        self.invariant, self.violated = invariant, violated
        self.records: list[Record] = []  # what happened until then


class Watched:
    """A cluster of `protocol` servers under the checkers of the lab; raises Broken at the first violation."""

    def __init__(
        self,
        protocol: type[Raft] = Raft,
        cluster: type[Cluster] = Cluster,
        seed: int = 1,
        logs: Mapping[str, int] | None = None,
        **settings: Any,
    ) -> None:
        """Build the cluster; `logs` says how many entries of term 1 each disk holds at the start."""
        self.settings = LAB.check_settings(settings)
        names = server_names(self.settings["nodes"])
        disks = {name: RaftStaged(1, noops(*[1] * entries)) for name, entries in (logs or {}).items()}
        group = servers(raft_config(self.settings, names), self.settings["spares"], disks)
        blueprints = [msgspec.structs.replace(blueprint, make=protocol) for blueprint in group]
        blueprints += clients(self.settings, tuple(blueprint.name for blueprint in group))
        self.world = cluster(seed, cluster_config(self.settings), blueprints)
        self.checkers = [(invariant.name, invariant.checker()) for invariant in LAB.invariants]
        self.stale = StaleReads()
        self.history: list[Record] = []  # everything notable, in order
        self.forgives = False  # go on after a violation, and keep it in `broken`
        self.broken: list[tuple[float, Broken]] = []
        self._routes: dict[Any, list[tuple[str, Any]]] = {}
        self._judge()
        for name in logs or ():  # a staged disk is told to nobody before its server starts again
            self.act(f"crash {name}", f"restart {name}")

    # --- time -----------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return self.world.now

    def run(self, for_ms: float) -> "Watched":
        """Let time pass."""
        return self.run_to(self.world.now + for_ms)

    def run_to(self, to_ms: float) -> "Watched":
        """Execute everything up to a moment."""
        world = self.world
        while world.next_at() <= to_ms:
            world.step()
            if world.notable:
                self._judge()
        world.advance_clock(to_ms)
        return self

    def run_until(self, condition: Any, within_ms: float) -> float:
        """Execute events until a condition holds; return how long it took. Fail when it takes longer."""
        began, world = self.world.now, self.world
        while not condition():
            if world.next_at() > began + within_ms:
                raise AssertionError(f"{within_ms:g} ms were not enough")
            world.step()
            self._judge()
        return world.now - began

    # --- what a learner does ----------------------------------------------------------------

    def act(self, *texts: str) -> "Watched":
        """Apply actions, each written as in a script; raise Refused."""
        for text in texts:
            self.world.apply(parse_action(text, LAB))
            self._judge()
        return self

    def try_to(self, text: str) -> bool:
        """Apply an action if it is possible now; say whether it was."""
        try:
            self.act(text)
        except Refused:
            return False
        return True

    def refusal(self, text: str) -> str | None:
        return self.world.refusal(parse_action(text, LAB))

    # --- what can be seen -------------------------------------------------------------------

    def raft(self, name: str) -> Raft:
        process = self.world.nodes[name].process
        assert isinstance(process, Raft)
        return process

    def rafts(self) -> list[Raft]:
        return [self.raft(name) for name in self.world.servers()]

    def leaders(self) -> list[str]:
        """The servers that are not down and believe they lead, newest term first."""
        running = [raft for raft in self.rafts() if self.world.nodes[raft.me].status != "down"]
        return [r.me for r in sorted(running, key=lambda r: -r.term) if r.role == "leader"]

    def leader(self) -> str:
        leaders = self.leaders()
        assert leaders, "nobody leads"
        return leaders[0]

    def elect(self) -> str:
        """Run until somebody leads and has committed an entry of its own term."""
        self.run_until(lambda: any(r.role == "leader" and r._committed_in_term() for r in self.rafts()), 10_000)
        return self.leader()

    def followers(self) -> list[str]:
        return [name for name in self.world.servers() if name != self.leader()]

    def log(self, name: str) -> list[int]:
        """The terms of a server's entries."""
        return [entry.term for entry in self.raft(name).log.entries]

    def entries(self, name: str) -> list[Entry]:
        return list(self.raft(name).log.entries)

    def notes(self, event: str, since_ms: float = 0.0) -> list[Noted]:
        """What was noted as `event`."""
        return [r for r in self.history if isinstance(r, Noted) and r.event == event and r.at >= since_ms]

    def returned(self) -> list[Returned]:
        """How operations ended, in order."""
        return [record for record in self.history if isinstance(record, Returned)]

    def messages(self, kind: str, since_ms: float = 0.0) -> list[Sent]:
        """What was sent, by the message's type."""
        records = self.world.records
        return [r for r in records if isinstance(r, Sent) and r.type == kind and r.at >= since_ms]

    def arrivals(self, kind: str, since_ms: float = 0.0) -> list[Delivered]:
        records = self.world.records
        return [r for r in records if isinstance(r, Delivered) and r.type == kind and r.at >= since_ms]

    # --- the checkers -----------------------------------------------------------------------

    def _judge(self) -> None:
        news = self.world.notable[:]
        self.world.notable.clear()
        self.history += news
        for record in news:
            kind = type(record)
            key = tuple(record.changes) if isinstance(record, Changed) else kind
            if key not in self._routes:
                fields = getattr(record, "changes", ())
                self._routes[key] = [(name, c) for name, c in self.checkers if wants(c, kind, fields)]
            for name, checker in self._routes[key]:
                if violation := checker.see(record):
                    against = list(violation.against)
                    violated = Violated(self.world.seq, self.now, record.seq, name, violation.text, [], against)
                    self._complain(Broken(name, violation.text, violated))
            if kind in self.stale.kinds:
                self.stale.see(record)

    def _complain(self, broken: Broken) -> None:
        broken.records = self.world.records
        if not self.forgives:
            raise broken
        self.broken.append((self.now, broken))


class Hand(Watched):
    """A cluster in which nothing happens by itself: the test fires timers and delivers messages.

    Disks sync at once unless slowed. Pre-vote and check-quorum are off unless asked for.
    """

    def __init__(
        self,
        protocol: type[Raft] = Raft,
        cluster: type[Cluster] = Cluster,
        logs: Mapping[str, int] | None = None,
        **settings: Any,
    ) -> None:
        still = {
            "election_low_ms": 10_000, "election_high_ms": 20_000, "heartbeat_ms": 5_000, "client_timeout_ms": 60_000,
            "disk_low_ms": 0, "disk_high_ms": 0, "pre_vote": False, "check_quorum": False, "snapshot_every": 0,
        }  # fmt: skip
        super().__init__(protocol, cluster, logs=logs, **(still | settings))
        names = list(self.world.nodes)
        for a in names:
            for b in names:
                if a < b:
                    self.world.network.held |= {(a, b), (b, a)}

    def fire(self, name: str, timer: str = "election") -> "Hand":
        """Let a timer of a server run out."""
        self.world.ask(self.world.node(name), TimerFired(timer))
        return self.settle()

    def settle(self) -> "Hand":
        """Execute what happens at this very moment: syncs and arrivals."""
        self.run_to(self.world.now)
        return self

    def do(self, *texts: str) -> "Hand":
        """Apply actions and what follows from them at this moment."""
        for text in texts:
            self.act(text)
            self.settle()
        return self

    def restart(self, name: str) -> "Hand":
        """Crash a server and start it again from its disk."""
        return self.do(f"crash {name}", f"restart {name}")

    def waiting(self, source: str = "", to: str = "", kind: str = "") -> list[int]:
        """The messages that wait on links, oldest first."""
        return [
            msg
            for msg, flight in sorted(self.world.in_flight.items())
            if source in ("", flight.node) and to in ("", flight.to) and kind in ("", type(flight.message).__name__)
        ]

    def deliver(self, source: str = "", to: str = "", kind: str = "", most: int = 1_000) -> int:
        """Deliver what waits now between two nodes; return how many messages that were."""
        waiting = self.waiting(source, to, kind)[:most]
        for msg in waiting:
            self.do(f"deliver {msg}")
        return len(waiting)

    def drop(self, source: str = "", to: str = "", kind: str = "") -> "Hand":
        """Lose what waits now between two nodes."""
        for msg in self.waiting(source, to, kind):
            self.act(f"drop {msg}")
        return self

    def exchange(self, *names: str, rounds: int = 20) -> "Hand":
        """Deliver everything between some nodes, and what follows from it, until nothing waits."""
        for _ in range(rounds):
            moved = sum(self.deliver(a, b) for a in names for b in names if a != b)
            if not moved:
                return self
        return self

    def elect_by(self, name: str, *voters: str) -> "Hand":
        """Let a server stand, and its requests reach these voters and no one else; lose the other requests.

        What the new leader sends first then waits on the links.
        """
        self.fire(name)
        for voter in voters:
            self.deliver(name, voter, "RequestVote")
            self.deliver(voter, name, "RequestVoteReply")
        return self.drop(name, kind="RequestVote")

    def request(self, client: str, server: str, text: str) -> "Hand":
        """Let a client ask a server, a moment after what was before; its request arrives, the answer waits."""
        self.run(1.0)
        self.do(f"{text} client={client} node={server}")
        self.deliver(client, server)
        return self


def caught(test: Any, *arguments: Any) -> str | None:
    """Run a test and return the name of the invariant that it found broken, or None."""
    try:
        test(*arguments)
    except Broken as broken:
        return broken.invariant
    return None


def agreed(rafts: Iterable[Raft]) -> bool:
    """Whether servers hold the same log to its end, all of it committed and applied, and the same store."""
    found = {
        (r.log.last_index, r.log.last_term, r.commit, r.applied, msgspec.json.encode(r.store.data, order="sorted"))
        for r in rafts
    }
    return len(found) == 1 and all(commit == last for last, _, commit, _, _ in found)
