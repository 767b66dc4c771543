"""Seeded storms: random faults under client load, then calm, then judgement.

    python -m tests.storm --seeds 1..1000 [--nodes 5] [--jobs 2]

A storm ends with all machines whole, and asserts that the cluster makes progress again, that all members agree, that
no checker spoke, that every granted vote was the voter's only one in its term, that operations are linearizable and
additions were applied exactly once. Disks are never lost: Raft promises nothing then. Clocks drift by up to 20 %,
which read-index reads survive and leases do not.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any

from cluster_engine.cluster.cluster import Cluster
from cluster_engine.protocols.raft import Raft
from tests.linearity import counter_fault, operations, register_fault
from tests.watched import Broken, Watched, agreed

STORM_MS = 12_000.0
CALM_TIMEOUTS = 12  # election timeouts within which progress and agreement must come after the last heal
REGISTERS = ("x", "y", "z")
COUNTER = "balance"


def storm(
    seed: int,
    nodes: int = 5,
    protocol: type[Raft] = Raft,
    cluster: type[Cluster] = Cluster,
    for_ms: float = STORM_MS,
    **settings: Any,
) -> Watched:
    """Run one storm; raise Broken, or AssertionError when there is no progress afterwards."""
    dice = Random(f"storm/{seed}")
    watched = Watched(protocol, cluster, seed=seed, **(_settings(dice, nodes) | settings))
    deeds = _Deeds(dice, watched)
    while watched.now < for_ms:
        watched.run(dice.expovariate(1 / 40))
        deeds.do_one()
    calm(watched)
    judge(watched)
    return watched


def calm(watched: Watched) -> None:
    """Make everything whole again, then ask for progress and agreement."""
    watched.try_to("heal")
    for name, node in watched.world.nodes.items():
        for text in (f"resume {name}", f"restart {name}", f"slow_disk {name} 0", f"slow_node {name} 1"):
            watched.try_to(text)
        node.clock.drift(watched.now, 0.0)
    timeout = watched.settings["election_high_ms"]
    watched.run(2 * watched.settings["client_timeout_ms"])  # let clients come to rest
    watched.act("write x last client=c1")
    try:
        watched.run_until(lambda: any(r.store.read("x") == "last" for r in members(watched)), CALM_TIMEOUTS * timeout)
        watched.run_until(lambda: agreed(members(watched)), CALM_TIMEOUTS * timeout)
    except AssertionError as error:
        raise Broken("progress", f"no progress and agreement after the last heal: {error}") from None


def members(watched: Watched) -> list[Raft]:
    """The members of the newest configuration, if anybody leads."""
    return [watched.raft(name) for leader in watched.leaders()[:1] for name in watched.raft(leader).config]


def judge(watched: Watched) -> None:
    """Look at the whole history: votes, registers, sums."""
    grants: dict[tuple[str, int], str] = {}
    for vote in watched.messages("RequestVoteReply"):
        if vote.body.granted and grants.setdefault((vote.node, vote.body.term), vote.to) != vote.to:
            given = grants[vote.node, vote.body.term]
            raise Broken("one-vote", f"{vote.node} voted for {given} and {vote.to} in term {vote.body.term}")
    by_key = defaultdict(list)
    for operation in operations(watched.history):
        by_key[operation.key].append(operation)
    for key, history in by_key.items():
        if fault := (counter_fault if key == COUNTER else register_fault)(history):
            raise Broken("exactly-once" if key == COUNTER else "linearizable", f"{key}: {fault}")


def _settings(dice: Random, nodes: int) -> dict[str, Any]:
    return {
        "nodes": nodes,
        "spares": 2,
        "clients": 3,
        "client_timeout_ms": 600,
        "pre_vote": dice.random() < 0.75,
        "check_quorum": dice.random() < 0.75,
        "snapshot_every": dice.choice((0, 5, 20)),
        "disk_high_ms": dice.choice((2, 2, 40)),
        "reads": dice.choice(("read-index", "read-index", "log")),
    }


class _Deeds:
    """What happens in a storm, and how often."""

    def __init__(self, dice: Random, watched: Watched) -> None:
        self.dice = dice
        self.watched = watched
        self.written = 0
        # Without pre-vote and stickiness a server that is no member (or never became one, because its addition
        # was overwritten) disturbs the others for ever (section 6).
        self.may_change = watched.settings["pre_vote"] or watched.settings["check_quorum"]
        self.weights = {
            "write": 26, "read": 16, "add": 8, "crash": 5, "restart": 9, "pause": 3, "cut": 3, "cut_one_way": 2,
            "cut_link": 3, "isolate": 2, "heal": 5, "lose": 2, "duplicate": 2, "reorder": 2, "slow_disk": 3,
            "slow_node": 2, "slow_link": 2, "drift": 2, "add_server": 3, "remove_server": 2, "transfer": 3,
            "blackout": 1,
        }  # fmt: skip

    def do_one(self) -> None:
        """Do something that is possible now; a deed that is refused is none."""
        kind = self.dice.choices(list(self.weights), list(self.weights.values()))[0]
        if kind == "blackout":
            self._blackout()
        elif self.may_change or kind not in ("add_server", "remove_server"):
            self.watched.try_to(f"{kind} {getattr(self, '_' + kind, self._node)()}")

    def _blackout(self) -> None:
        """Crash every server, and restart most of them at once, in any order."""
        names = self.watched.world.servers()
        self.dice.shuffle(names)
        for name in names:
            self.watched.try_to(f"crash {name}")
        for name in names[: self.dice.randint(len(names) // 2, len(names))]:
            self.watched.try_to(f"restart {name}")

    def _node(self) -> str:
        """Any server, and the leader more often than its share."""
        return "leader" if self.dice.random() < 0.2 else self.dice.choice(self.watched.world.servers())

    def _two(self) -> str:
        return " ".join(self.dice.sample(self.watched.world.servers(), 2))

    _cut_one_way = _cut_link = _two

    def _client(self) -> str:
        return f"client=c{self.dice.randint(1, 3)}"

    def _write(self) -> str:
        self.written += 1
        return f"{self.dice.choice(REGISTERS)} v{self.written} {self._client()}"

    def _read(self) -> str:
        return f"{self.dice.choice((*REGISTERS, COUNTER))} {self._client()}" + self._asked()

    def _asked(self) -> str:
        return f" node={self._node()}" if self.dice.random() < 0.5 else ""

    def _add(self) -> str:
        return f"{COUNTER} {self.dice.randint(1, 9)} {self._client()}"

    def _pause(self) -> str:
        return f"{self._node()} {self.dice.randint(20, 900)}"

    def _cut(self) -> str:
        names = self.watched.world.servers()
        self.dice.shuffle(names)
        at = self.dice.randint(1, len(names) - 1)
        return ",".join(names[:at]) + " | " + ",".join(names[at:])

    def _heal(self) -> str:
        return ""

    def _percent(self) -> str:
        return str(self.dice.randint(5, 30))

    _lose = _duplicate = _reorder = _percent

    def _slow_disk(self) -> str:
        return f"{self._node()} {self.dice.choice((0, 20, 100, 300))}"

    def _slow_node(self) -> str:
        return f"{self._node()} {self.dice.choice((1, 20, 100))}"

    def _slow_link(self) -> str:
        return f"{self._two()} {self.dice.choice((0, 30, 200))}"

    def _drift(self) -> str:
        return f"{self._node()} {self.dice.randint(-200_000, 200_000)}"


def verdict(seed: int, nodes: int = 5) -> tuple[int, str | None, int]:
    """Run one storm; return its seed, what went wrong in it (None: nothing) and how many events it had."""
    try:
        watched = storm(seed, nodes)
    except AssertionError as error:
        return seed, f"{type(error).__name__} {error}", 0
    return seed, None, watched.world.counts["events"]


def _verdicts(seeds: range, nodes: int, jobs: int) -> Iterator[tuple[int, str | None, int]]:
    if jobs == 1:
        yield from (verdict(seed, nodes) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(verdict, seeds, [nodes] * len(seeds), chunksize=4)


def main(arguments: list[str] | None = None) -> int:
    """Run storms and report; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description="Seeded storms over a Raft cluster.")
    parser.add_argument("--seeds", default="1..200", help="which seeds, as in 1..1000 or 17 (default %(default)s)")
    parser.add_argument("--nodes", type=int, default=5, help="servers at the start (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default %(default)s)")
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("..")
    if not first.isdecimal() or not (last or first).isdecimal():
        parser.error(f"seeds are numbers, as in 1..1000, not {options.seeds!r}")
    seeds = range(int(first), int(last or first) + 1)
    failed, events = 0, 0
    for done, (seed, fault, count) in enumerate(_verdicts(seeds, options.nodes, options.jobs), 1):
        events += count
        if fault:
            failed += 1
            again = f"python -m tests.storm --seeds {seed} --nodes {options.nodes}"
            print(f"seed {seed}: {fault}\n  {again}", file=sys.stderr, flush=True)
        if done % 50 == 0:
            print(f"{done} of {len(seeds)} storms", file=sys.stderr, flush=True)
    print(f"{len(seeds)} storms of {options.nodes} servers, {events:,} events, {failed} with a violation")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
