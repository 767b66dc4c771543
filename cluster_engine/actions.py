"""What a learner can do to a running world, as data.

An action is a frozen dataclass: its fields make the form in the browser, the words on the command line and
the JSON on the wire. A world refuses an action that is impossible now with a sentence, and loses nothing.
"""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

Script = tuple[tuple[float, "Action"], ...]


class ActionError(ValueError):
    """A text or JSON that names no action, or fills its fields wrongly."""


class Refused(ValueError):
    """An action that is impossible in the world's present state; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a learner can do. `world` is the world it acts on; its type is the subclass's concern."""

    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""
    group: ClassVar[str] = ""
    target: ClassVar[str | None] = None
    undo: ClassVar[str | None] = None
    help: ClassVar[str] = ""

    def refusal(self, world: Any) -> str | None:
        """Why this is impossible now, or None when it is possible."""
        return None

    def apply(self, world: Any) -> None:
        """Do it; called only when `refusal` found no objection."""
        raise NotImplementedError

    def words(self) -> str:
        """What was done, as a short plain sentence without its full stop."""
        raise NotImplementedError


def entry(
    kind: str,
    label: str,
    *,
    default: Any = ...,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] | None = None,
) -> Any:
    """Return a dataclass field that also says how a form asks for it.

    `kind` is one of node, process (a node or a client), groups, number, percent, integer, text, message, choice.
    """
    metadata = {
        "kind": kind, "label": label, "low": low, "high": high, "unit": unit, "choices": choices
    }
    if default is ...:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def action_to_json(action: Action) -> dict[str, Any]:
    """Return the wire form, `{"kind": name, field: value}`."""
    return {"kind": action.kind} | {f.name: _plain(getattr(action, f.name)) for f in fields(action)}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
