"""The well-known search, kept to be timed beside the other: Wing & Gong with Lowe's memory of configurations.

Wing & Gong, "Testing and Verifying Concurrent Objects", JPDC 1993, section 4; Lowe, "Testing for Linearizability",
2017, section 3: a set of operations that have taken effect and a state that was reached with it need not be seen twice.
"""

from collections.abc import Sequence
from time import monotonic

from cluster_engine.consistency.history import NEVER, UNKNOWN, Operation, by_key
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE, UNDECIDED
from cluster_engine.consistency.specification import Illegal, Model, State

LOOKS_AT_CLOCK = 1_000  # steps between two looks at the clock


def check_wgl(model: Model, history: Sequence[Operation], *, seconds: float = NEVER) -> tuple[str, int]:
    """Return the verdict and how many configurations were met, key after key."""
    until, explored = monotonic() + seconds, 0
    for part in by_key(one for one in history if one.outcome != "failed").values():
        verdict, met = _check_key(model, part, until)
        explored += met
        if verdict != LINEARIZABLE:
            return verdict, explored
    return LINEARIZABLE, explored


def _check_key(model: Model, part: Sequence[Operation], until: float) -> tuple[str, int]:
    needed = sum(1 << place for place, one in enumerate(part) if one.outcome != UNKNOWN)
    seen: set[tuple[int, State]] = {(0, model.initial)}
    stack: list[tuple[int, State]] = [(0, model.initial)]
    while stack:
        taken, state = stack.pop()
        if taken & needed == needed:
            return LINEARIZABLE, len(seen)
        if len(seen) % LOOKS_AT_CLOCK == 0 and monotonic() > until:
            return UNDECIDED, len(seen)
        horizon = min(one.returned for place, one in enumerate(part) if not taken >> place & 1)
        for place in range(len(part) - 1, -1, -1):
            if taken >> place & 1 or part[place].called > horizon:
                continue
            after = model.step(state, part[place])
            reached = (taken | 1 << place, after)
            if not isinstance(after, Illegal) and reached not in seen:
                seen.add(reached)
                stack.append(reached)
    return NOT_LINEARIZABLE, len(seen)
