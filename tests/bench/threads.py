"""How fast the machine takes steps, how fast schedules are explored, and how much the reduction saves."""

from time import perf_counter

from cluster_engine.exploration.budget import MAX_STEPS
from cluster_engine.exploration.explore import explore
from cluster_engine.exploration.states import StateSearch
from cluster_engine.labs.program import PROGRAMS
from cluster_engine.machine import Machine, Program, compile_program
from tests.bench.table import print_table

LOOP = """
c = 0
m = Lock()
def work_on():
    for i in range(2000):
        with m:
            c += 1
Thread(work_on)
Thread(work_on)
"""
YARDSTICK = 1_000_000
NAMED = ("lost-update-twice", "publish", "setters-3", "peterson-once", "philosophers-3", "if-wait")
HEAD = ("program", "schedules", "executions", "reduction", "seconds", "states", "states/s")


def main(arguments: list[str]) -> int:
    """Print steps a second, and what exploring costs."""
    plain = loops_a_second()
    telling, silent = steps_a_second(tells=True), steps_a_second(tells=False)
    rows = [("plain loop", plain, 1.0), ("step()", telling, plain / telling), ("advance()", silent, plain / silent)]
    print_table("Machine, steps a second", ("what", "a second", "plain loop / this"), rows)
    print_table("Exploration of all schedules", HEAD, [row_of(name) for name in NAMED])
    return 0


def loops_a_second() -> float:
    """Return how often a plain loop counts, the yardstick of this machine."""
    start, count = perf_counter(), 0
    while count < YARDSTICK:
        count += 1
    return YARDSTICK / (perf_counter() - start)


def steps_a_second(tells: bool) -> float:
    """Return the atomic steps that the machine takes, each told or not."""
    machine, taken, start = Machine(compile_program(LOOP)), 0, perf_counter()
    take = machine.step if tells else machine.advance
    while enabled := machine.enabled():
        take(enabled[taken % len(enabled)])
        taken += 1
    return taken / (perf_counter() - start)


def row_of(name: str) -> tuple[object, ...]:
    """Explore a program, reduced and counted, and compare; then visit each of its states."""
    program = compile_program(PROGRAMS[name])
    start = perf_counter()
    ran = explore(program).schedules or 1
    seconds = perf_counter() - start
    whole = explore(program, count=True).schedules or 0
    return name, whole, ran, f"{whole / ran:.1f} ×", round(seconds, 3), *states_a_second(program)


def states_a_second(program: Program) -> tuple[int, float]:
    """Return how many states a program has, and how many of them are visited in a second."""
    search, start = StateSearch(Machine(program), None, MAX_STEPS), perf_counter()
    for _ in search.reached():
        pass
    return search.states, search.states / (perf_counter() - start)


if __name__ == "__main__":
    raise SystemExit(main([]))
