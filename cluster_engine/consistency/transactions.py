"""Transactions on registers and lists, each of which reads and changes several keys at one moment.

That such a history is linearizable is what is called strictly serializable (Herlihy & Wing 1990, section 3.3). The
steps are Jepsen's: `[r x nil]`, `[w x 1]`, `[append x 1]`; the result holds them again, with what was read.
"""

from typing import Any

from cluster_engine.consistency.history import OK, Operation, shown
from cluster_engine.consistency.specification import Illegal, State, frozen

READS, WRITES, APPENDS = ("r", "read"), ("w", "write"), ("append",)
_Step = tuple[str, Any, Any]  # what is done, the key, the value


class Transactions:
    """A store of keys; a state holds those whose value is not `blank`."""

    name = "txn"
    functions = frozenset({"txn"})
    initial: State = frozenset()
    blank: Any = None

    def step(self, state: State, operation: Operation) -> State | Illegal:
        """Take one transaction."""
        assert isinstance(state, frozenset), f"{state!r} holds no keys"
        held = dict(state)
        for f, key, value in _steps(operation):
            now = held.get(key, self.blank)
            if f in WRITES:
                held[key] = value
            elif f in APPENDS:
                if now is not None and not isinstance(now, tuple):
                    return Illegal(f"nothing can be appended to {shown(key)}, which is {shown(now)}")
                held[key] = (*(now or ()), value)
            elif operation.outcome == OK and (self.blank if value == () else value) != now:
                return Illegal(f"it was told that {shown(key)} is {shown(value)}, and it is {shown(now)}")
        return frozenset((key, value) for key, value in held.items() if value != self.blank)

    def only_reads(self, operation: Operation) -> bool:
        """Those do that have no other step."""
        return all(f in READS for f, _, _ in _steps(operation))

    def sees(self, reader: Operation, writer: Operation) -> bool:
        """Say whether what one read of a key may be what the other left there."""
        left = {(key, value) for f, key, value in _steps(writer) if f not in READS}
        read = [(key, value) for f, key, value in _steps(reader) if f in READS]
        return any(
            key == changed and (value == new or (isinstance(value, tuple) and new in value))
            for key, value in read
            for changed, new in left
        )


def _steps(operation: Operation) -> tuple[_Step, ...]:
    known = operation.result if operation.outcome == OK and operation.result is not None else operation.value
    steps: tuple[_Step, ...] = frozen(known)
    return steps
