"""Seeded storms over the labs that promise something: random faults and requests, then calm, then judgement.

    python -m tests.lab_storms --seeds 1..200 [--only payments]

Each promise is a lab with the settings that keep it, and what it does not promise even so. A storm ends with all
machines whole, and asserts that no invariant broke, that a client is answered again, and that servers hold the same.
Disks are never lost and clocks are right. The storms of Raft, with clocks that drift, are in `tests.storm`.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cluster_engine.actions import parse_action
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.run import Run
from tests.watched import Broken

STORM_MS, CALM_MS = 6_000.0, 6_000.0
DEEDS_EVERY_MS = 45.0

Ask = Callable[[Random, int], str]  # from dice and a running number to a request


@dataclass(frozen=True)
class Promise:
    """What a lab promises with these settings: everything but `spared`. `last` is asked when all is calm."""

    lab: str
    settings: Mapping[str, Any]
    asks: tuple[Ask, ...]
    last: str
    agrees: str  # what servers observe, and must hold the same of in the end
    spared: tuple[str, ...] = ()
    operator: Callable[[Run], str | None] = field(default=lambda run: None)  # what a wise person does now


def some_key(dice: Random) -> str:
    return dice.choice("xyz")


WRITES: tuple[Ask, ...] = (lambda d, n: f"write {some_key(d)} v{n}", lambda d, n: f"read {some_key(d)}")
ADDS: tuple[Ask, ...] = (lambda d, n: f"add balance {d.randint(1, 9)}", lambda d, n: "read balance")
PAYS: tuple[Ask, ...] = (
    lambda d, n: f"deposit {d.randint(1, 30)}", lambda d, n: f"charge {d.randint(1, 40)}", lambda d, n: "look",
)  # fmt: skip
TRANSACTS: tuple[Ask, ...] = (lambda d, n: f"transact {some_key(d)} v{n}",) * 4 + (
    lambda d, n: f"vote_no p{d.randint(1, 2)}",
)


def at_any_node(asks: tuple[Ask, ...], nodes: int) -> tuple[Ask, ...]:
    """Let clients turn to any of the nodes n1, n2 and so on."""
    return tuple(lambda d, n, ask=ask: f"{ask(d, n)} node=n{d.randint(1, nodes)}" for ask in asks)  # type: ignore[misc]


def promotes_who_has_most(run: Run) -> str | None:
    """While nobody leads, and all are up so that all can be asked, promote who has most payments of the last reign."""
    nodes = [run.world.nodes[name] for name in run.world.servers()]
    if any(node.status != "up" or node.process.role == "leader" for node in nodes):
        return None
    best = max(nodes, key=lambda node: (node.process.source, len(node.process.payments)))
    return f"promote {best.name}"


SAFE_PAYMENTS = {"clients": 3, "keys": True, "fencing": True}
PAXOS = {"clients": 3, "client_timeout_ms": 600}
MERGES = {"nodes": 3, "clients": 3}
SETS: tuple[Ask, ...] = (
    lambda d, n: f"insert cart {d.choice('XYZ')}", lambda d, n: f"remove cart {d.choice('XYZ')}",
)  # fmt: skip

PROMISES: dict[str, Promise] = {
    "payments": Promise(
        "payments", {**SAFE_PAYMENTS, "design": "single-leader-sync", "replicas": 3}, PAYS, "deposit 1", "balance",
        operator=promotes_who_has_most,
    ),
    "payments-merged": Promise(
        "payments", {**SAFE_PAYMENTS, "design": "no-leader-operations", "replicas": 3}, PAYS, "deposit 1", "balance",
        spared=("linearizable", "not-overdrawn"),
    ),
    "primary-backup": Promise(
        "primary-backup",
        {**SAFE_PAYMENTS, "servers": 3, "witnesses": 2, "replication": "synchronous", "quorum": True},
        PAYS, "deposit 1", "balance",
    ),
    "quorum": Promise(
        "quorum", {"nodes": 5, "n": 3, "r": 2, "w": 2, "repair": "before the answer", "gossip_ms": 200},
        at_any_node(WRITES, 5), "write x last", "",
    ),
    "cap": Promise("cap", {"nodes": 5}, at_any_node(WRITES, 5), "write x last", "value"),
    "reconcile-counter": Promise(
        "reconcile", {**MERGES, "strategy": "pn-counter"}, at_any_node(ADDS, 3), "add balance 1", "contents",
    ),
    "reconcile-set": Promise(
        "reconcile", {**MERGES, "strategy": "or-set"}, at_any_node(SETS, 3), "insert cart L", "contents",
    ),
    "reconcile-versions": Promise(
        "reconcile", {**MERGES, "strategy": "version-vectors"}, at_any_node(WRITES, 3), "write x last", "contents",
    ),
    "reconcile-lamport": Promise(
        "reconcile", {**MERGES, "strategy": "lww-lamport"}, at_any_node(WRITES, 3), "write x last", "contents",
    ),
    "reconcile-escrow": Promise(
        "reconcile", {**MERGES, "strategy": "escrow"},
        at_any_node((lambda d, n: f"add stock {d.choice((-3, -2, -1, 2, 5))}",), 3), "add stock 9", "contents",
    ),
    "paxos": Promise("paxos", {**PAXOS, "nodes": 5}, at_any_node(WRITES[:1], 5), "write x last node=n1", "chosen"),
    "multi-paxos": Promise(
        "paxos", {**PAXOS, "nodes": 5, "decrees": "log"}, (*WRITES, *ADDS), "write x last", "store",
    ),
    "multi-paxos-for-all": Promise(
        "paxos", {**PAXOS, "nodes": 3, "decrees": "log", "proposers": "everyone"},
        at_any_node((*WRITES, *ADDS), 3), "write x last node=n1", "store",
    ),
    "one-coordinator": Promise(
        "two-phase-commit", {"participants": 3, "clients": 3}, TRANSACTS, "transact x last", "value",
    ),
    "coordinator-group": Promise(
        "two-phase-commit", {"participants": 2, "clients": 3, "coordinators": 3, "termination": "cooperative"},
        TRANSACTS, "transact x last", "value",
    ),
}  # fmt: skip

FAULTS = {
    "crash": 5, "restart": 9, "pause": 3, "cut": 3, "cut_one_way": 2, "cut_link": 2, "isolate": 2, "heal": 6,
    "lose": 2, "duplicate": 2, "reorder": 2, "slow_disk": 3, "slow_link": 2,
}  # fmt: skip


class Storm:
    """A storm over one promise."""

    def __init__(self, promise: Promise, seed: int, **settings: Any) -> None:
        self.promise = promise
        self.lab = get_lab(promise.lab)
        self.dice = Random(f"{promise.lab}/{seed}")
        self.run = Run(Recording(promise.lab, {**promise.settings, **settings}, seed))
        self.names: list[str] = self.run.world.servers()
        self.buttons = {button.name for button in self.lab.buttons}
        self.faults = {kind: weight for kind, weight in FAULTS.items() if kind in self.buttons}
        self.asked = 0

    def blow(self) -> "Storm":
        """Run the storm and the calm after it; raise Broken."""
        while self.run.now < STORM_MS:
            self.run.advance(self.run.now + self.dice.expovariate(1 / DEEDS_EVERY_MS))
            self._do_one()
            self._judge()
        self._calm()
        return self

    def act(self, text: str) -> None:
        """Do something if it is possible now."""
        self.run.replay(parse_action(text, self.lab))

    def _do_one(self) -> None:
        if wise := self.promise.operator(self.run):
            self.act(wise)
        if self.dice.random() < 0.55:
            self.asked += 1
            ask = self.dice.choice(self.promise.asks)(self.dice, self.asked)
            self.act(ask if ask.startswith("vote_no") else f"{ask} client=c{self.dice.randint(1, 3)}")
            return
        kind = self.dice.choices(list(self.faults), list(self.faults.values()))[0]
        self.act(f"{kind} {self._target(kind)}")

    def _target(self, kind: str) -> str:
        node = self.dice.choice(self.names)
        match kind:
            case "pause":
                return f"{node} {self.dice.randint(20, 900)}"
            case "cut":
                mixed = self.dice.sample(self.names, len(self.names))
                at = self.dice.randint(1, len(mixed) - 1)
                return f"{','.join(mixed[:at])} | {','.join(mixed[at:])}"
            case "cut_one_way" | "cut_link":
                return " ".join(self.dice.sample(self.names, 2))
            case "slow_link":
                return f"{' '.join(self.dice.sample(self.names, 2))} {self.dice.choice((0, 30, 200))}"
            case "slow_disk":
                return f"{node} {self.dice.choice((0, 20, 100))}"
            case "lose" | "duplicate" | "reorder":
                return str(self.dice.randint(5, 30))
            case "heal":
                return ""
        return node

    def _calm(self) -> None:
        self.act("heal")
        for name in self.names:
            for text in (f"resume {name}", f"restart {name}", f"slow_disk {name} 0"):
                if text.split()[0] in self.buttons:
                    self.act(text)
        self.run.advance(self.run.now + CALM_MS / 2)
        if wise := self.promise.operator(self.run):
            self.act(wise)
        answered = self._answered()
        self.act(f"{self.promise.last} client=c1")
        self.run.advance(self.run.now + CALM_MS / 2)
        self._judge()
        if self._answered() == answered:
            raise Broken("progress", f"“{self.promise.last}” is not answered after the last heal")
        held = {name: self._held(name) for name in self.names}
        if len({repr(value) for value in held.values() if value is not None}) > 1:
            raise Broken("agreement", f"servers differ in the end: {held}")

    def _answered(self) -> int:
        measures = self.run.measures()
        answered: int = measures["acked_writes"] + measures["failed_writes"]
        return answered

    def _held(self, name: str) -> Any:
        return self.run.world.nodes[name].observed_view().get(self.promise.agrees)

    def _judge(self) -> None:
        for name, found in self.run.violated.items():
            if found and name not in self.promise.spared:
                raise Broken(name, found[1])


def verdict(name: str, seed: int, **settings: Any) -> Broken | None:
    """Run one storm; return what it broke, or None."""
    try:
        Storm(PROMISES[name], seed, **settings).blow()
    except Broken as broken:
        return broken
    return None


def main(arguments: list[str] | None = None) -> int:
    """Run storms and report; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab_storms", description="Seeded storms over the labs.")
    parser.add_argument("--seeds", default="1..50", help="which seeds, as in 1..200 or 17 (default %(default)s)")
    parser.add_argument("--only", choices=PROMISES, help="one promise only")
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("..")
    if not first.isdecimal() or not (last or first).isdecimal():
        parser.error(f"seeds are numbers, as in 1..200, not {options.seeds!r}")
    seeds, failed = range(int(first), int(last or first) + 1), 0
    names = [options.only] if options.only else list(PROMISES)
    for name in names:
        for seed in seeds:
            if broken := verdict(name, seed):
                failed += 1
                again = f"python -m tests.lab_storms --seeds {seed} --only {name}"
                print(f"{name}, seed {seed}: {broken}\n  {again}", file=sys.stderr, flush=True)
    print(f"{len(seeds)} storms over each of {len(names)} promises, {failed} with a violation")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
