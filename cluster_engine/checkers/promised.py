"""Which promises a run has kept so far, from the strongest to the weakest, each with what broke it.

Linearizability implies sequential consistency, which implies causal consistency and with it the session guarantees
(Viotti & Vukolić, "Consistency in Non-Transactional Distributed Storage Systems", 2016, figure 1); so what a stronger
promise has shown is not looked for again.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from cluster_engine.consistency.history import Operation
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.promises import PROMISES, broken

MOST = 300  # operations: some of the checks compare each with each
SECONDS = 0.5  # of wall time for the one that searches

_IMPLIES = {
    "linearizable": PROMISES,
    "sequential": ("causal", "read-your-writes", "monotonic-reads"),
    "causal": ("read-your-writes", "monotonic-reads"),
}


def promises(history: Sequence[Operation], model: str, verdicts: Iterable[str]) -> list[dict[str, Any]]:
    """Return as JSON data each promise with whether it is `kept` (None: not decided) and `why` not.

    `verdicts` are those on the linearizability of each key.
    """
    told = set(verdicts)
    linearizable = False if NOT_LINEARIZABLE in told else True if told <= {LINEARIZABLE} else None
    found: dict[str, dict[str, Any]] = {}
    _take(found, "linearizable", linearizable, "")
    for name in PROMISES:
        if name not in found:
            _take(found, name, *_judged(name, model, history))
    return [found[name] for name in ("linearizable", *PROMISES)]


def _take(found: dict[str, dict[str, Any]], name: str, kept: bool | None, why: str) -> None:
    found[name] = {"promise": name, "kept": kept, "why": why}
    for weaker in _IMPLIES.get(name, ()) if kept else ():
        found.setdefault(weaker, {"promise": weaker, "kept": True, "why": ""})


def _judged(name: str, model: str, history: Sequence[Operation]) -> tuple[bool | None, str]:
    if len(history) > MOST:
        return None, f"It is judged for {MOST} operations at most."
    try:
        breach = broken(name, MODELS[model], history, seconds=SECONDS)
    except ValueError as error:
        return None, f"{error}"
    if breach is None:
        return True, ""
    return (None, "Not decided in time.") if breach.undecided else (False, breach.why)
