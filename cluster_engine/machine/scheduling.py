"""Who runs next: round robin, priorities with ageing and inheritance, or by chance.

Priority inheritance: Sha, Rajkumar & Lehoczky, "Priority Inheritance Protocols", 1990, section 3. Ageing: a thread
gains one priority for each `ageing_ms` that it has been ready without a core.
"""

from collections.abc import Sequence
from random import Random

from cluster_engine.machine.cores import BLOCKED, READY, MachineConfig, Thread
from cluster_engine.machine.machine import Machine


def priorities(machine: Machine, threads: Sequence[Thread], config: MachineConfig, now: float) -> list[float]:
    """Return the priority at which each thread counts now."""
    effective = [thread.base + _aged(thread, config, now) for thread in threads]
    if config.inheritance:
        waiting = [one for one in machine.blocked() if threads[one.thread].role == BLOCKED]
        for _ in threads:
            for one in waiting:
                for owner in one.owners:
                    effective[owner] = max(effective[owner], effective[one.thread])
    return effective


def choose(ready: Sequence[Thread], ranks: Sequence[float], config: MachineConfig, chance: Random) -> Thread:
    """Return which of the ready threads gets a core."""
    if config.scheduler == "random":
        return chance.choice(ready)
    if config.scheduler == "priority":
        return min(ready, key=lambda thread: (-ranks[thread.number], thread.queued))
    return min(ready, key=lambda thread: thread.queued)


def _aged(thread: Thread, config: MachineConfig, now: float) -> float:
    if not config.ageing_ms or thread.role != READY:
        return thread.aged
    return (now - thread.since) // config.ageing_ms
