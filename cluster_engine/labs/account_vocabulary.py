"""Settings, measures, looks and sentences that the labs of an account share."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from cluster_engine.checkers.accounts import NoLostPayment, TakenOnce
from cluster_engine.checkers.linearizable import LinearizabilityChecker
from cluster_engine.labs.declaration import Measure, MessageLook, RoleLook, Setting
from cluster_engine.labs.vocabulary import CLIENT_LOOKS, CLIENT_MEASURES, LINEARIZABLE
from cluster_engine.protocols.primary_backup import ANSWERS_EARLY, BACKUPS_ANSWER, FORGETS_KEYS
from cluster_engine.records import Noted
from cluster_engine.telemetry import meters
from cluster_engine.telemetry.accounts import Balances

ACCOUNT_LINEARIZABLE = replace(LINEARIZABLE, checker=partial(LinearizabilityChecker, "account"))

PAYMENT_CLIENTS = (
    Setting("clients", "int", 2, low=1, high=3, label="Clients", help="How many clients there are."),
    Setting(
        "client_timeout_ms", "float", 1_000.0, low=10, high=60_000, unit="ms", label="Client patience",
        help="When an unanswered payment's outcome becomes unknown.",
    ),
    Setting(
        "attempt_ms", "float", 200.0, low=5, high=60_000, unit="ms", label="A client tries again after",
        help="How long a client waits for an answer before it asks again.",
    ),
)  # fmt: skip

PRIMARY_BUGS = {
    ANSWERS_EARLY: "A primary answers at once, though it should wait for copies. Breaks: no-lost-payment.",
    FORGETS_KEYS: "Who becomes primary does not know the keys of its predecessors' payments. Breaks: taken-once.",
    BACKUPS_ANSWER: "A backup says what its copy holds when it is asked for the balance. Breaks: linearizable.",
}


ACCOUNT_NETWORK = (
    Setting(
        "latency_low_ms", "float", 5.0, low=0, high=1_000, unit="ms", label="Latency, least",
        help="The shortest one-way time of a message.",
    ),
    Setting(
        "latency_high_ms", "float", 15.0, low=0, high=2_000, unit="ms", label="Latency, most",
        help="The longest one; each message draws its own.",
    ),
    Setting(
        "disk_ms", "float", 1.0, low=0, high=1_000, unit="ms", label="Disk sync",
        help="The time until a write is durable; nothing is answered before.",
    ),
)  # fmt: skip

ACCOUNT_MEASURES = (
    Measure(
        "apart", "Dollars apart", unit="$", meter=Balances, attribute="apart",
        help="How far the balances of running replicas differ.",
    ),
    Measure(
        "least", "Least balance", unit="$", meter=Balances, attribute="least",
        ask="least balance", help="The least that a running replica says.",
    ),
    Measure(
        "most", "Greatest balance", unit="$", meter=Balances, attribute="most",
        ask="greatest balance", help="The most that a running replica says.",
    ),
    Measure(
        "lost_payments", "Payments lost", meter=NoLostPayment, attribute="lost",
        help="Acknowledged payments that a new primary does not have, or for which a server gave way to it.",
    ),
    Measure(
        "paid_twice", "Payments taken again", meter=TakenOnce, attribute="twice",
        help="How often a payment was taken that had been taken already.",
    ),
    Measure("leaders", "Primaries", meter=meters.LeaderCount, help="Running servers that believe they are primary."),
    Measure("epoch", "Epoch", meter=lambda: meters.Highest("term"), help="The highest epoch on any server."),
    Measure("nodes_down", "Servers down", meter=meters.Down, help="Machines that have crashed and not restarted."),
    Measure("faults", "Actions taken", meter=meters.FaultCount, help="What you did."),
    *CLIENT_MEASURES,
)  # fmt: skip

ACCOUNT_LOOKS: dict[str, MessageLook] = {
    **CLIENT_LOOKS,
    "Copy": MessageLook("copy", "square", 1),
    "CopyReply": MessageLook("copied", "circle", 1),
    "Replicate": MessageLook("payments", "square", 1),
    "ReplicateReply": MessageLook("has them", "circle", 1),
    "TakeOver": MessageLook("may I lead?", "diamond", 3),
    "TakeOverReply": MessageLook("vote", "diamond", 3),
}

ACCOUNT_ROLES = {
    "leader": RoleLook("primary", "★"),
    "follower": RoleLook("backup", ""),
    "candidate": RoleLook("asks to lead", "?"),
    "witness": RoleLook("witness", "w"),
    "replica": RoleLook("replica", ""),
}


def _takes(record: Noted) -> str:
    amount = record.facts["amount"]
    what = f"deposit of ${amount:g}" if amount > 0 else f"charge of ${-amount:g}"
    return f"{record.node} takes the {what}, and has ${record.facts['balance']:g} now."


def _drops(record: Noted) -> str:
    count = record.facts["count"]
    payments = "a payment" if count == 1 else f"{count} payments"
    return f"{record.node} drops {payments} that the primary does not know, ${record.facts['amount']:g} in all."


ACCOUNT_NARRATION: Mapping[str, str | Callable[[Noted], str]] = {
    "takes": _takes,
    "copies": "{node} takes over {sender}'s copy: it had ${before}, and has ${after} now.",
    "promoted": "{node} is primary of epoch {epoch}, {how}; it has ${balance}.",
    "steps-down": "{node} learns of epoch {epoch}, and is primary no longer.",
    "drops": _drops,
    "misses": "{node} has not heard {primary} for {after} ms.",
}
