"""Every reference solution, confirmed by the search: of each lab's goals and of each challenge of the built-in course.

    python -m tests.solutions [--runs 3000] [--only raft]

From each solution the search goes on: it makes it smaller, then looks for a run with fewer actions. From nothing it
looks for one with at most as many. What it finds is played once more. One line a solution; exit status 1 if one is
not confirmed.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from cluster_engine.actions import parse_script, script_to_text
from cluster_engine.labs import all_labs
from cluster_engine.labs.declaration import Goal
from cluster_engine.recording import Recording
from cluster_engine.searching.search import Search, search
from cluster_engine.searching.trial import Trial

RUNS = 3_000
WALL_S = 120.0
MOST = 4  # longer solutions are not looked for from nothing


@dataclass(frozen=True)
class Solution:
    """A recording that is said to reach a goal within some virtual ms; its first `own` actions are the lab's."""

    name: str
    recording: Recording
    goal: Goal
    for_ms: float
    own: int = 0

    @property
    def actions(self) -> int:
        """How many actions the solution takes."""
        return len(self.recording.actions) - self.own


def of_labs() -> Iterator[Solution]:
    """Yield the solutions of all labs' goals; the schedules of programs are explored, not searched."""
    for lab in all_labs():
        for goal in lab.goals:
            if goal.reference and lab.name != "program":
                script = tuple(parse_script(goal.reference, lab))
                recording = Recording(lab.name, goal.reference_settings, 1, script)
                yield Solution(f"{lab.name} {goal.name}", recording, goal, goal.reference_for_ms)


def of_course() -> Iterator[Solution]:
    """Yield the solutions of the built-in course's challenges, as `manage.py lessons check` plays them."""
    from lessons.content.blocks import Challenge
    from lessons.content.library import library
    from lessons.content.play import AFTER_MS, solving_script

    for lesson in library().lessons():
        for block in lesson.blocks:
            if isinstance(block, Challenge) and block.lab.lab != "program":
                name, script = f"{lesson.id}#{block.id}", solving_script(block)
                assert script is not None, f"{name} has no solution; `manage.py lessons check` says why"
                recording = block.lab.recording(script=script)
                for_ms = max(recording.actions[-1][0] + AFTER_MS, block.goal.within_ms or 0)
                yield Solution(name, recording, block.goal, for_ms, len(block.lab.script))


def from_it(solution: Solution, runs: int) -> Search:
    """Go on from a solution; raise AssertionError unless what is found is no longer, and plays."""
    at = Trial(solution.goal, solution.for_ms).reached_at(solution.recording)
    assert at is not None, f"{solution.name} is not reached by its solution"
    result = search(
        solution.recording, solution.goal, from_ms=solution.for_ms, keep=solution.own, for_ms=solution.for_ms,
        runs=runs, wall_s=WALL_S,
    )  # fmt: skip
    assert result.found is not None, "it was reached already"
    assert result.found.added <= solution.actions, f"{solution.name} became longer"
    _play(solution, result)
    return result


def from_nothing(solution: Solution, runs: int) -> Search:
    """Look for a run with at most as many actions as a solution; raise AssertionError unless what is found plays."""
    own = solution.recording.actions[: solution.own]
    result = search(
        Recording(solution.recording.lab, solution.recording.settings, solution.recording.seed, own), solution.goal,
        from_ms=own[-1][0] if own else 0.0, most=min(solution.actions, MOST), for_ms=solution.for_ms, runs=runs,
        wall_s=WALL_S,
    )  # fmt: skip
    _play(solution, result)
    return result


def _play(solution: Solution, result: Search) -> None:
    if result.found is not None:
        at = Trial(solution.goal, solution.for_ms).reached_at(result.found.recording)
        assert at == result.found.at, f"{solution.name} plays otherwise"


def main() -> int:
    """Confirm all solutions, one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs for each of the two searches")
    parser.add_argument("--only", default="", help="those whose name has this in it")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessons.settings")
    import django

    django.setup()
    chosen = [one for one in (*of_labs(), *of_course()) if options.only in one.name]
    failed = [one.name for one in chosen if not _confirmed(one, options.runs)]
    print(f"{len(chosen) - len(failed)} of {len(chosen)} solutions are confirmed.")
    return 1 if failed else 0


def _confirmed(solution: Solution, runs: int) -> bool:
    try:
        least, anew = from_it(solution, runs).found, from_nothing(solution, runs).found
    except AssertionError as error:
        print(f"NOT CONFIRMED: {error}")
        return False
    assert least is not None, "it was confirmed"
    best = min((one for one in (least, anew) if one), key=lambda one: one.added)
    found = "not found from nothing" if anew is None else f"{anew.added} from nothing"
    words = "; ".join(script_to_text(best.recording.actions[solution.own :]).splitlines())
    print(f"{solution.name}: {solution.actions} actions, {least.added} from it, {found}: {words}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
