"""The shared state of a run: a pure fold over its append-only log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Timed = tuple[float, dict[str, Any]]  # when (virtual ms), and the action's JSON


@dataclass
class Branch:
    """One line of history: where it left its parent, and all its actions from the beginning."""

    number: int
    parent: int | None
    at: float
    actions: list[Timed] = field(default_factory=list)

    def last_action_at(self) -> float:
        """Return when its last action was; 0 without one."""
        return self.actions[-1][0] if self.actions else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return what the browser shows of it."""
        return {"number": self.number, "parent": self.parent, "at": self.at, "actions": len(self.actions)}


@dataclass
class Shared:
    """The branches by number, the branch that is shown, and how many entries were folded."""

    branches: list[Branch]
    branch: int = 0
    seq: int = 0

    def take(self, kind: str, payload: dict[str, Any]) -> None:
        """Fold one more entry."""
        self.seq += 1
        if kind == "act":
            self.branches[payload["branch"]].actions.append((payload["at"], payload["action"]))
        elif kind == "fork":
            parent = self.branches[payload["parent"]]
            kept = [timed for timed in parent.actions if timed[0] <= payload["at"]]
            self.branches.append(Branch(len(self.branches), parent.number, payload["at"], kept))
            self.branch = len(self.branches) - 1
        else:
            self.branch = payload["branch"]

    @property
    def current(self) -> Branch:
        """The branch that is shown."""
        return self.branches[self.branch]


def fold(script: Iterable[Any], entries: Iterable[tuple[str, dict[str, Any]]]) -> Shared:
    """Return the state after all entries; `script` is what branch 0 begins with."""
    shared = Shared([Branch(0, None, 0.0, [(at, action) for at, action in script])])
    for kind, payload in entries:
        shared.take(kind, payload)
    return shared
