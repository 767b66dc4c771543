"""The search confirms reference solutions: a few here, all of them in `make storm`."""

import pytest

from tests.solutions import Solution, from_it, from_nothing, of_course, of_labs

QUICK = ("payments ", "one-balance-two-truths#")


@pytest.mark.parametrize("solution", [one for one in of_labs() if one.name.startswith(QUICK)], ids=lambda one: one.name)
def test_the_solution_of_a_labs_goal_is_confirmed(solution: Solution) -> None:
    result = from_it(solution, 50)
    assert (result.known or 0) <= solution.actions
    from_nothing(solution, 100)


def test_the_solutions_of_challenges_are_confirmed() -> None:
    chosen = [one for one in of_course() if one.name.startswith(QUICK)]
    assert len(chosen) == 4
    for solution in chosen[:2]:
        from_it(solution, 20)


def test_what_solves_nothing_is_not_confirmed() -> None:
    solution = next(iter(of_labs()))
    idle = Solution(solution.name, solution.recording.prefix(-1.0), solution.goal, solution.for_ms)
    with pytest.raises(AssertionError, match="is not reached by its solution"):
        from_it(idle, 0)
