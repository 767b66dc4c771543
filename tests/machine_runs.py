"""Runs of small programs for the tests of the machine: by hand, to the end, and under every schedule."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

from cluster_engine.machine import Machine, compile_program

PROGRAMS = Path(__file__).parent.parent / "cluster_engine" / "labs" / "programs"

# Four threads of so many steps that no exploration of a second comes to an end.
ENDLESS = """x = 0
def add():
    for i in range(30):
        x += 1
Thread(add, name="A")
Thread(add, name="B")
Thread(add, name="C")
Thread(add, name="D")
assert x >= 2
"""


def classic(name: str) -> str:
    """Return the text of a classic program."""
    return (PROGRAMS / f"{name}.txt").read_text()


def machine(text: str, timed: bool = False) -> Machine:
    """Return a machine at the start of a program."""
    return Machine(compile_program(dedent(text)), timed)


def moved(m: Machine, schedule: str) -> list[str]:
    """Step threads by their names (one letter each); return the steps in words."""
    names = [thread.name for thread in m.program.threads]
    return [m.step(names.index(name)).text for name in schedule]


def finished(m: Machine) -> Machine:
    """Step the lowest thread that can step until none can."""
    while able := m.enabled():
        m.step(able[0])
    return m


def alone(body: str, before: str = "") -> Machine:
    """Run a function as the only thread to its end; the variable r is shared."""
    lines = indent(dedent(body).strip(), "    ")
    return finished(machine(f"r = None\n{dedent(before)}\ndef f():\n{lines}\nThread(f)\n"))


def ends(m: Machine) -> Iterator[Machine]:
    """Yield the end of every maximal interleaving from here: no reduction, no cache."""
    able = m.enabled()
    if not able:
        yield m
    for thread in able:
        after = m.copy()
        after.step(thread)
        yield from ends(after)


def failed(m: Machine) -> bool:
    """Return whether a run that has come to its end failed: an assert, an error, or a thread that waits for ever."""
    return m.failure is not None or not m.done


def counted(text: str) -> tuple[int, int]:
    """Return how many schedules a program has, and how many of them fail."""
    results = Counter(failed(m) for m in ends(Machine(compile_program(text))))
    return results.total(), results[True]


def states(m: Machine, limit: int = 3_000) -> Iterator[Machine]:
    """Yield the states that can be reached from here, each once."""
    seen, pending = {m.key()}, [m]
    while pending and len(seen) < limit:
        m = pending.pop()
        yield m
        for thread in m.enabled():
            after = m.copy()
            after.advance(thread)
            if after.key() not in seen:
                seen.add(after.key())
                pending.append(after)


def after(m: Machine, *threads: int) -> Machine:
    """Return a copy in which these threads have stepped, one after the other."""
    m = m.copy()
    for thread in threads:
        m.advance(thread)
    return m
