"""Wakeup trees: the beginnings of runs that still have to be explored from a state.

After Abdulla, Aronis, Jonsson, Sagonas: "Optimal dynamic partial order reduction" (POPL 2014) and "Source sets"
(JACM 2017), definitions 6.1 and 6.2. A sequence is a list of (thread, number of its access).
"""

from collections.abc import Mapping, Sequence

Steps = list[tuple[int, int]]


class Branch:
    """A step to take first, and what must follow it (no branches: anything may)."""

    __slots__ = ("branches", "number", "thread")

    def __init__(self, thread: int, number: int) -> None:
        self.thread = thread
        self.number = number
        self.branches: list[Branch] = []


def is_weak_initial(thread: int, number: int, steps: Sequence[tuple[int, int]], conflicts: Sequence[int]) -> bool:
    """Return whether a run that begins with `steps` is equivalent to one that begins with the thread's next step.

    That holds if no step before the thread's first conflicts with it, or, if the thread is not among them, none at all.
    """
    mask = conflicts[number]
    for other, access in steps:
        if other == thread:
            return True
        if mask >> access & 1:
            return False
    return True


def is_redundant(steps: Steps, sleep: Mapping[int, int], conflicts: Sequence[int]) -> bool:
    """Return whether a thread asleep (thread: number of its next access) has already led to all such runs."""
    return any(is_weak_initial(thread, number, steps, conflicts) for thread, number in sleep.items())


def insert(branches: list[Branch], steps: Steps, conflicts: Sequence[int]) -> None:
    """Add a sequence to a wakeup tree, unless a branch already covers it."""
    while steps:
        branch = _covering(branches, steps, conflicts)
        if branch is None:
            return _append(branches, steps)
        if not branch.branches:  # whatever begins with this branch will be explored
            return None
        steps = _without_first(branch.thread, steps)
        branches = branch.branches
    return None


def _covering(branches: list[Branch], steps: Steps, conflicts: Sequence[int]) -> Branch | None:
    for branch in branches:
        if is_weak_initial(branch.thread, branch.number, steps, conflicts):
            return branch
    return None


def _without_first(thread: int, steps: Steps) -> Steps:
    for place, (other, _) in enumerate(steps):
        if other == thread:
            return steps[:place] + steps[place + 1 :]
    return steps


def _append(branches: list[Branch], steps: Steps) -> None:
    for thread, number in steps:
        branch = Branch(thread, number)
        branches.append(branch)
        branches = branch.branches
