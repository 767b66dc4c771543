"""The wire's promise: a view and the records after it give every later view, by a plain reducer.

The browser holds one view and assigns what records say; this is that reducer, in Python.
"""

import json
from copy import deepcopy
from random import Random
from typing import Any

import msgspec
import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.records import encode
from cluster_engine.timeline import Timeline

SCRIPT = """1s cut n1,n2 | n3,n4,n5; 1300ms write x 1; 2s heal; 2100ms hold n1 n2; 2300ms release n1 n2
2500ms crash leader; 3s lose 20; 3500ms restart follower; 4s duplicate 10; 4100ms reorder 30
4500ms pause n2 400ms; 5s lose_disk n4
5100ms slow_disk n5 20; 5200ms slow_node n3 3; 5300ms skew n1 50; 5400ms drift n2 100; 5500ms slow_link n1 n2 30
6s restart n4; 6500ms lose 0; 7s transfer follower"""


def reduce(view: dict[str, Any], record: dict[str, Any]) -> None:
    """Take one record into a view."""
    reduce_timer(view, record)
    reduce_found(view, record)
    match record["kind"]:
        case "changed":
            target = view["nodes"][record["node"]] if record["node"] else view["network"]
            changes = dict(record["changes"])
            if "log" in changes:
                target["log"] = reduced_log(target["log"], changes.pop("log"))
            target.update(changes)
        case "sent":
            view["messages"][record["msg"]] = record
        case "delivered" | "dropped":
            view["messages"].pop(record["msg"], None)
        case "moved":
            view["messages"][record["msg"]]["arrives"] = record["arrives"]
        case "invoked":
            view["operations"][record["op"]] = record
        case "returned":
            view["operations"].pop(record["op"], None)


def reduce_timer(view: dict[str, Any], record: dict[str, Any]) -> None:
    """Take what happened to a timer."""
    match record["kind"]:
        case "armed":
            timers = view["nodes"][record["node"]]["timers"]
            timers.pop(record["timer"], None)
            if record["until"] is not None:
                timers[record["timer"]] = [record["at"], record["until"]]
        case "fired":
            view["nodes"][record["node"]]["timers"].pop(record["timer"], None)


def reduce_found(view: dict[str, Any], record: dict[str, Any]) -> None:
    """Take what was measured and judged."""
    match record["kind"]:
        case "measured":
            view["measures"].update(record["changes"])
        case "reached":
            view["goals"][record["goal"]]["reached"] = record["at"]
        case "violated":
            found = {"violated": record["at"], "text": record["text"]}
            view["invariants"][record["invariant"]] = found
        case "stalled":
            view["liveness"][record["liveness"]] = {"since": record["since"], "text": record["text"]}
        case "resumed":
            view["liveness"][record["liveness"]] = {"since": None, "text": ""}


def reduced_log(log: dict[str, Any], delta: dict[str, Any]) -> dict[str, Any]:
    entries = log["entries"][: max(0, delta["from"] - log["start"])] + delta["entries"]
    first = min(log["start"], delta["from"]) if log["entries"] else delta["from"]
    start = delta.get("start", log["start"])
    return {"start": start, "entries": entries[max(0, start - first) :]}


def comparable(view: dict[str, Any], live: set[str]) -> dict[str, Any]:
    """Bring a view of the engine or of the reducer into one form."""
    messages, operations = view["messages"], view["operations"]
    if isinstance(messages, list):
        messages = {message["msg"]: message for message in messages}
        operations = {operation["op"]: operation for operation in operations}
    return {
        "nodes": view["nodes"],
        "network": view["network"],
        "messages": {msg: (m["node"], m["to"], m["type"], m["arrives"]) for msg, m in messages.items()},
        "operations": {op: (o["client"], o["f"], o["key"], o["value"]) for op, o in operations.items()},
        "measures": {name: value for name, value in view["measures"].items() if name in live},
        "goals": view["goals"],
        "invariants": view["invariants"],
        "liveness": view["liveness"],
    }


def wire(data: Any) -> Any:
    return json.loads(msgspec.json.encode(data))


@pytest.mark.parametrize("lab", ["raft", "one-system"])
@pytest.mark.parametrize("seed", range(4))
def test_a_view_and_the_records_after_it_give_every_later_view(lab: str, seed: int) -> None:
    declaration = get_lab(lab)
    offered = {button.name for button in declaration.buttons}
    lines = [line.strip() for part in SCRIPT.splitlines() for line in part.split(";")]
    script = parse_script("\n".join(line for line in lines if line.split()[1] in offered), declaration)
    timeline = Timeline(Recording(lab, {"client_every_ms": 60, "nodes": 5}, seed, tuple(script)))
    live = {measure.name for measure in declaration.measures if measure.live}
    rng = Random(seed)
    for _ in range(12):
        a = rng.uniform(0, 7_000)
        b = a + rng.uniform(0, 1_500)
        view = wire(timeline.view(a))
        view["messages"] = {message["msg"]: message for message in view["messages"]}
        view["operations"] = {operation["op"]: operation for operation in view["operations"]}
        before = deepcopy(view)
        for record in json.loads(encode(timeline.records(round(a, 3), b))):
            reduce(view, record)
        expected = comparable(wire(timeline.view(b)), live)
        assert comparable(view, live) == expected, f"from {before['at']} to {b}"
