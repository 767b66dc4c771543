"""Sequential consistency: one order of all operations that keeps each process's own, whatever the clock says.

Lamport, "How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs", 1979. Keys cannot be
judged one by one here: this promise is not local (Herlihy & Wing 1990, section 3.3).
"""

from collections.abc import Hashable, Sequence
from time import monotonic

from cluster_engine.consistency.history import FAILED, UNKNOWN, Operation
from cluster_engine.consistency.specification import Illegal, Model, State

LOOKS_AT_CLOCK = 500  # configurations between two looks at the clock


def sequential(model: Model, history: Sequence[Operation], seconds: float) -> bool | None:
    """Say whether a history is sequentially consistent; None: undecided within the time."""
    known = sorted((one for one in history if one.outcome != FAILED), key=lambda one: one.called)
    lanes: dict[str, list[Operation]] = {}
    for one in known:
        lanes.setdefault(one.process, []).append(one)
    keys = list(dict.fromkeys(one.key for one in known))
    start = (0,) * len(lanes), (model.initial,) * len(keys)
    return _search(model, list(lanes.values()), keys, start, monotonic() + seconds)


def _search(
    model: Model,
    lanes: list[list[Operation]],
    keys: list[Hashable],
    start: tuple[tuple[int, ...], tuple[State, ...]],
    until: float,
) -> bool | None:
    seen, stack = {start}, [start]
    while stack:
        places, states = stack.pop()
        if len(seen) % LOOKS_AT_CLOCK == 0 and monotonic() > until:
            return None
        coming = [
            (number, lane[at]) for number, (lane, at) in enumerate(zip(lanes, places, strict=True)) if at < len(lane)
        ]
        if not coming:
            return True
        for number, one in coming:
            moved = (*places[:number], places[number] + 1, *places[number + 1 :])
            where = keys.index(one.key)
            after = model.step(states[where], one)
            reached = [(moved, states)] if one.outcome == UNKNOWN else []  # it may never take effect
            if not isinstance(after, Illegal):
                reached.append((moved, (*states[:where], after, *states[where + 1 :])))
            for configuration in reached:
                if configuration not in seen:
                    seen.add(configuration)
                    stack.append(configuration)
    return False
