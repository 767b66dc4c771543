"""The machine as panels draw it: every thread, object and core is a node.

A thread's node is called as the thread; all others have a colon in their names ("lock:m", "core:1", "shared:memory",
"program:text"), which no thread has.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cluster_engine.machine.accesses import Waiting
from cluster_engine.machine.cores import BLOCKED, KILLED, OVER, Core, Thread
from cluster_engine.machine.machine import Machine
from cluster_engine.machine.spelling import text

MAX_OUTPUT = 50
MEMORY = "shared:memory"
PROGRAM = "program:text"


def thread_nodes(
    machine: Machine, threads: Sequence[Thread], ranks: Sequence[float], reasons: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the threads' nodes; `reasons` say why each cannot step ("" if it can)."""
    waiting = {one.thread: one for one in machine.blocked()}
    return {
        thread.name: _thread(machine, thread, waiting.get(thread.number), ranks[thread.number], reason)
        for thread, reason in zip(threads, reasons, strict=True)
    }


def _thread(machine: Machine, thread: Thread, waiting: Waiting | None, rank: float, reason: str) -> dict[str, Any]:
    number = thread.number
    line, column = machine.where(number)
    over = thread.role in OVER
    if thread.role != BLOCKED:
        waiting = None
    return {
        "kind": "thread", "status": "down" if thread.role == KILLED else "up", "role": thread.role,
        "line": line, "column": column, "instruction": -1 if over else machine.tasks[number].pc,
        "next": machine.next_words(number), "waits_for": location_of(machine, waiting.on) if waiting else "",
        "owners": [machine.name_of(owner) for owner in waiting.owners] if waiting else [],
        "why": waiting.why if waiting else "", "priority": rank, "base_priority": thread.base, "core": thread.core,
        "locals": {} if over else machine.locals(number), "locks": machine.held(number),
        "function": machine.program.threads[number].function,
        "calls": [list(call) for call in machine.calls(number)], "ran_ms": thread.ran_ms,
        "ready_ms": thread.ready_ms, "blocked_ms": thread.blocked_ms, "switches": thread.switches,
        "steps": thread.steps, "reason": reason,
    }  # fmt: skip


def object_nodes(machine: Machine) -> dict[str, dict[str, Any]]:
    """Return the nodes of locks, conditions, queues…"""
    waiting = machine.blocked()
    nodes = {}
    for target in machine.program.objects:
        queue = [machine.name_of(one.thread) for one in waiting if one.on == target.name]
        holders = [machine.name_of(thread) for thread in dict.fromkeys(target.holders(machine))]
        value = target.value(machine)
        state = "" if value is None else text(machine, value, quote=True)
        nodes[target.location] = {
            "kind": target.kind, "status": "up", "name": target.name, "holders": holders, "queue": queue,
            "state": state,
        }  # fmt: skip
    return nodes


def core_nodes(cores: Sequence[Core], threads: Sequence[Thread]) -> dict[str, dict[str, Any]]:
    """Return the cores' nodes."""
    return {
        core.name: {
            "kind": "core", "status": "up", "thread": "" if core.thread is None else threads[core.thread].name,
            "switching": core.switching, "cold": core.slow, "began": core.began, "busy_ms": core.busy_ms,
            "cold_ms": core.cold_ms, "switching_ms": core.switching_ms, "switches": core.switches,
        }
        for core in cores
    }  # fmt: skip


def memory_node(machine: Machine, readers: Mapping[str, str], writers: Mapping[str, str]) -> dict[str, Any]:
    """Return the node of the shared memory: each place with its value, last reader and last writer."""
    return {
        "kind": "memory", "status": "up", "values": machine.values(), "readers": dict(readers),
        "writers": dict(writers),
    }  # fmt: skip


def program_node(machine: Machine, output: Sequence[str]) -> dict[str, Any]:
    """Return the node of the program: its text, the steps of each line, and what was printed."""
    program = machine.program
    steps = {
        str(line): [{"instruction": s.instruction, "column": s.column, "text": s.text} for s in planned]
        for line in range(1, len(program.lines()) + 1)
        if (planned := program.steps_of(line))
    }
    return {
        "kind": "program", "status": "up", "source": program.text, "steps": steps,
        "output": list(output[-MAX_OUTPUT:]),
    }  # fmt: skip


def location_of(machine: Machine, name: str) -> str:
    """Return the node of an object that is known by its name in the program."""
    return next((target.location for target in machine.program.objects if target.name == name), name)


def hopeless_facts(machine: Machine, blocked: Sequence[bool]) -> dict[str, Any]:
    """Return who waits for ever, as a record tells it: each with place, line, reason and the steps by which
    it came there, and the groups to blame.

    Who does not yet stand there, having work(ms) to do first, is left out.
    """
    found = machine.hopeless()
    groups = [group for group in found.groups if all(blocked[one.thread] for one in group)]
    return {
        "waiting": [
            [
                machine.name_of(one.thread), location_of(machine, one.on), one.line, one.why,
                sorted(machine.looks(one.thread)),
            ]
            for one in found.waiting if blocked[one.thread]
        ],
        "groups": [[machine.name_of(one.thread) for one in group] for group in groups],
    }  # fmt: skip
