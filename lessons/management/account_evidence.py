"""Evidence for accounts in several replicas: what becomes of two payments, by how the account is kept."""

from dataclasses import dataclass
from typing import Any

from cluster_engine.actions import parse_script
from cluster_engine.exploration.explore import explore
from cluster_engine.labs import get_lab
from cluster_engine.machine.language.compile import compile_program
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Invoked, Returned

TWO_PAYMENTS = """balance = 100

def pay(amount):
    seen = balance
    balance = seen + amount

Thread(pay, 20, name="deposit")
Thread(pay, -30, name="charge")
"""
PUBLISHED_SCHEDULES = {120: 2, 90: 2, 70: 2}  # balance -> in how many of the six orders of two reads and two writes


def schedules(program: str = TWO_PAYMENTS) -> dict[int, int]:
    """Return in how many schedules the balance ends with which value."""
    found = explore(compile_program(program), count=True)
    return {int(one.values["balance"]): one.count for one in found.outcomes}


@dataclass(frozen=True)
class Design:
    """A way to keep the account: how its lab is set, asked and broken, and which balances may come of it.

    `at_once` is of a deposit of 20 and a charge of 30 at one moment; `cut` of one on each side of a cut,
    after the heal; `crash` of a deposit whose server crashes once it has answered, as the others then have it.
    """

    title: str
    lab: str
    settings: dict[str, Any]
    payments: tuple[str, str]
    reads: tuple[str, str]
    at_once: set[int]
    cut: set[int]
    crash: set[int]
    cutting: str
    crashing: tuple[str, ...]
    before: str = ""

    def scripts(self) -> dict[str, tuple[str, float]]:
        """Return for each case what is done, and for how long it runs (ms)."""
        pays, reads = self.payments, self.reads
        looking = "\n".join(f"8s {read}" for read in reads)
        crashing = "\n".join(f"900ms {fault}" for fault in self.crashing[-1:])
        cutting_off = "\n".join(f"600ms {fault}" for fault in self.crashing[:-1])
        return {
            "at_once": (f"{self.before}\n1s {pays[0]}\n1s {pays[1]}\n{looking}", 10_000),
            "cut": (
                f"{self.before}\n600ms {self.cutting}\n2500ms {pays[0]}\n2500ms {pays[1]}\n5s heal\n{looking}",
                10_000,
            ),
            "crash": (f"{self.before}\n{cutting_off}\n700ms {pays[0]}\n{crashing}\n8s {reads[1]}", 10_000),
        }


_PAY = ("deposit 20 node=r1 client=c1", "charge 30 node=r2 client=c2")
_LOOK = ("look node=r1 client=c1", "look node=r2 client=c2")
_ADD = ("add balance 20 node=n1 client=c1", "add balance -30 node=n2 client=c2")
_READ = ("read balance node=n1 client=c1", "read balance node=n2 client=c2")
_APART, _ALONE = "cut r1,c1 | r2,r3,c2", ("cut r1 | r2,r3", "crash r1")
_BACKED = {"servers": 3, "witnesses": 0}
DESIGNS = (
    Design(
        "no leader, values are copied", "payments", {"replicas": 3, "design": "no-leader"}, _PAY, _LOOK,
        {120, 70, 90}, {120, 70}, {100}, _APART, _ALONE,
    ),
    Design(
        "no leader, operations are copied", "payments", {"replicas": 3, "design": "no-leader-operations"}, _PAY, _LOOK,
        {90}, {90}, {100}, _APART, _ALONE,
    ),
    Design(
        "no leader, a counter that merges", "reconcile", {"nodes": 3, "strategy": "pn-counter", "clients": 2}, _ADD,
        _READ, {90}, {90}, {100}, "cut n1,c1 | n2,n3,c2", ("cut n1 | n2,n3", "crash n1"),
        "100ms add balance 100 node=n1",
    ),
    Design(
        "a primary that answers at once", "primary-backup", _BACKED | {"replication": "asynchronous"}, _PAY, _LOOK,
        {90}, {70}, {100}, _APART, _ALONE,
    ),
    Design(
        "a primary that waits for a majority", "primary-backup",
        _BACKED | {"replication": "synchronous", "quorum": True},
        _PAY, _LOOK, {90}, {70}, {120}, _APART, ("cut r1 | r2", "crash r1"),
    ),
    Design(
        "Raft", "raft", {"nodes": 3, "clients": 2}, ("add balance 20 client=c1", "add balance -30 client=c2"),
        ("read balance client=c1", "read balance client=c2"), {90}, {70}, {120}, "cut leader,c1 | others,c2",
        ("crash leader",), "500ms add balance 100",
    ),
)  # fmt: skip
CASES = ("at_once", "cut", "crash")


def balances(design: Design, case: str, seed: int) -> set[int]:
    """Return what the reads at the end of one run are told."""
    script, for_ms = design.scripts()[case]
    actions = tuple(parse_script(script, get_lab(design.lab)))
    player = Player.begin(Recording(design.lab, design.settings, seed, actions))
    player.advance(for_ms)
    reads = {one.op for one in player.run.world.records if isinstance(one, Invoked) and one.f == "read"}
    told = [one for one in player.run.world.records if isinstance(one, Returned) and one.op in reads]
    assert all(one.outcome == "ok" for one in told), f"{design.title}, {case}: a read was not answered"
    return {int(float(one.value)) for one in told}


def outcomes(runs: int) -> dict[str, Any]:
    """Return the evidence on two payments."""
    rows, within = [], []
    for design in DESIGNS:
        row = [design.title]
        for case in CASES:
            here = set().union(*(balances(design, case, seed) for seed in range(1, runs + 1)))
            row += [_words(getattr(design, case)), _words(here)]
        rows.append(row)
        within.append(row[1::2] == row[2::2])
    found = schedules()
    return {
        "id": "payments-outcomes",
        "title": "What becomes of two payments",
        "source": "worked out: two times read, add and write have six orders, of which two keep both payments and four "
        f"lose one; exploring the program finds {found[90]} with $90, {found[120]} with $120 and {found[70]} with $70. "
        "Redis 7.0.15 did as the primary that answers at once: $100 after the failover, $70 after the split",
        "tolerance": "exact: the same balances, no more and no fewer. An account of $100 in three replicas, a deposit "
        f"of $20 and a charge of $30, {runs} seeds",
        "command": f"python manage.py evidence --only payments-outcomes --runs {10 * runs}",
        "columns": [
            "Design", "Both at once", "Here", "On two sides of a cut, after the heal", "Here",
            "Answered, then crashed", "Here",
        ],
        "rows": rows,
        "within": [one and found == PUBLISHED_SCHEDULES for one in within],
    }  # fmt: skip


def _words(values: set[int]) -> str:
    return ", ".join(f"${value}" for value in sorted(values, reverse=True))
