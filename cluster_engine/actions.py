"""What a learner can do to a running world, as data.

An action is a frozen dataclass: its fields make the form in the browser, the words on the command
line and the JSON on the wire. A world refuses an action that is impossible now with a sentence, and
loses nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Protocol

from cluster_engine.entries import from_json, from_text
from cluster_engine.wording import did_you_mean, duration_ms, duration_text, quoted

MAX_SCRIPT = 20_000
MAX_LATE_MS = 3_600_000.0

Script = tuple[tuple[float, "Action"], ...]

_WORD = re.compile(r'"[^"]*"|\S+')


class ActionError(ValueError):
    """A text or JSON that names no action, or fills its fields wrongly.

    `line` and `column` (from 1) say where in a script, when the action came from one.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class Offered(Protocol):
    """A button: an action on offer."""

    @property
    def action(self) -> type["Action"]:
        """The action's class."""


class Offer(Protocol):
    """Whatever offers actions: a lab."""

    @property
    def name(self) -> str:
        """The lab's name."""

    @property
    def buttons(self) -> Iterable[Offered]:
        """What it offers."""


class Refused(ValueError):
    """An action that is impossible in the world's present state; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a learner can do. `world` is the world it acts on; its type is the subclass's
    concern.
    """

    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""
    group: ClassVar[str] = ""
    target: ClassVar[str | None] = None
    undo: ClassVar[str | None] = None
    help: ClassVar[str] = ""
    is_fault: ClassVar[bool] = True  # a request, or a step that is due anyway, is none

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

    `kind` is one of node, process (a node or a client), client, groups, number, percent, integer,
    text, message, choice.
    """
    metadata = {
        "kind": kind,
        "label": label,
        "low": low,
        "high": high,
        "unit": unit,
        "choices": choices,
    }
    if default is ...:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def action_to_json(action: Action) -> dict[str, Any]:
    """Return the wire form, `{"kind": name, field: value}`."""
    return {"kind": action.kind} | {f.name: _plain(getattr(action, f.name)) for f in fields(action)}


def action_from_json(data: Any, lab: Offer) -> Action:
    """Return the action of a wire form, as offered by the lab; raise ActionError."""
    if not isinstance(data, Mapping) or not isinstance(data.get("kind"), str):
        raise ActionError('An action is an object such as {"kind": "crash", "node": "n1"}.')
    action = _offered(data["kind"], lab)
    parts = {part.name: part for part in fields(action)}
    for name in data:
        if name != "kind" and name not in parts:
            raise ActionError(_no_field(action, str(name), parts))
    values = {name: _value(action, part, from_json, data[name]) for name, part in parts.items() if name in data}
    _require(action, values)
    return action(**values)


def action_to_text(action: Action) -> str:
    """Return the action as a line of a script, without its time."""
    words = [action.kind]
    in_order = True
    for part in fields(action):
        value = getattr(action, part.name)
        in_order = in_order and value != ""
        if in_order:
            words.append(_text(part, value))
        elif value != part.default:
            words.append(f"{part.name}={_text(part, value)}")
    return " ".join(words)


def script_to_text(script: Iterable[tuple[float, Action]]) -> str:
    """Return actions with their times as a script, one a line."""
    return "\n".join(f"{duration_text(at)} {action_to_text(action)}" for at, action in script)


def parse_action(text: str, lab: Offer) -> Action:
    """Return the action that words such as "cut n1,n2 | n3" or "pause n1 for_ms=2s" ask for.

    Fields are filled in order or by name; raises ActionError with the column of the word at fault.
    """
    words = list(_WORD.finditer(text))
    if not words:
        raise ActionError("Name an action, such as crash n1.", 1, 1)
    try:
        action = _offered(words[0][0], lab)
    except ActionError as error:
        raise ActionError(str(error), 1, words[0].start() + 1) from None
    return _filled(action, words[1:], text)


def parse_script(text: str, lab: Offer) -> list[tuple[float, Action]]:
    """Return the timed actions of a script, sorted by time: one a line or separated by semicolons,
    # for comments.

    Raises ActionError with line and column.
    """
    if len(text) > MAX_SCRIPT:
        raise ActionError(f"A script has at most {MAX_SCRIPT:,} characters.", 1, 1)
    script = [
        _timed(part, lab, line, column)
        for line, words in enumerate(text.splitlines(), 1)
        for column, part in _statements(words)
    ]
    return sorted(script, key=lambda timed: timed[0])


def _statements(line: str) -> Iterator[tuple[int, str]]:
    """Yield the statements of a line with their columns (from 0), without its comment."""
    start, in_quotes = 0, False
    for position, character in enumerate(line + ";"):
        in_quotes ^= character == '"'
        comment = character == "#" and (position == 0 or line[position - 1] in " \t;")
        if comment or (character == ";" and (not in_quotes or position == len(line))):
            if line[start:position].strip():
                yield start, line[start:position]
            start = position + 1
        if comment and not in_quotes:
            return


def _timed(statement: str, lab: Offer, line: int, column: int) -> tuple[float, Action]:
    words = list(_WORD.finditer(statement))
    at = duration_ms(words[0][0])
    if at is None or at > MAX_LATE_MS:
        raise ActionError(
            f"{quoted(words[0][0])} is no time: begin with one, as in 2s crash n1.",
            line,
            column + words[0].start() + 1,
        )
    if len(words) == 1:
        raise ActionError("An action is missing after the time.", line, column + words[0].end() + 1)
    offset = words[1].start()
    try:
        return at, parse_action(statement[offset:], lab)
    except ActionError as error:
        raise ActionError(str(error), line, column + offset + (error.column or 1)) from None


def _offered(kind: str, lab: Offer) -> type[Action]:
    known = {button.action.kind: button.action for button in lab.buttons}
    action = known.get(kind.replace("-", "_"))
    if action is None:
        raise ActionError(f"{lab.name} has no action {quoted(kind)}.{did_you_mean(kind, known)}")
    return action


def _filled(action: type[Action], words: list[re.Match[str]], text: str) -> Action:
    parts = {part.name: part for part in fields(action)}
    values: dict[str, Any] = {}
    while words:
        name, part, value, taken = _assignment(action, parts, values, words, text)
        try:
            values[name] = _value(action, part, from_text, value.strip('"'))
        except ActionError as error:
            raise ActionError(str(error), 1, words[0].start() + 1) from None
        words = words[taken:]
    try:
        _require(action, values)
    except ActionError as error:
        raise ActionError(str(error), 1, len(text.rstrip()) + 1) from None
    return action(**values)


def _assignment(
    action: type[Action],
    parts: Mapping[str, Field[Any]],
    values: Mapping[str, Any],
    words: list[re.Match[str]],
    text: str,
) -> tuple[str, Field[Any], str, int]:
    """Return the field that the next words fill, their text, and how many they are."""
    column = words[0].start() + 1
    name, equals, value = words[0][0].partition("=")
    if equals and name.isidentifier():
        if name not in parts:
            raise ActionError(_no_field(action, name, parts), 1, column)
        if name in values:
            raise ActionError(f"{action.kind} was given {name} twice.", 1, column)
        if parts[name].metadata["kind"] != "groups":
            return name, parts[name], value, 1
        return name, parts[name], text[words[0].start() + len(name) + 1 :], len(words)
    free = next((part for name, part in parts.items() if name not in values), None)
    if free is None:
        raise ActionError(f"{action.kind} takes no {quoted(words[0][0])}: {_usage(action)}.", 1, column)
    if free.metadata["kind"] == "groups":
        return free.name, free, text[words[0].start() :], len(words)
    return free.name, free, words[0][0], 1


def _value(action: type[Action], part: Field[Any], read: Any, value: Any) -> Any:
    if isinstance(value, str) and value == part.default:
        return value
    try:
        return read(part.metadata, value)
    except ValueError as error:
        message = f"{action.kind} cannot have {quoted(value)} as {part.name}: {error}."
        raise ActionError(message) from None


def _require(action: type[Action], values: Mapping[str, Any]) -> None:
    for part in fields(action):
        if part.default is MISSING and part.name not in values:
            raise ActionError(f"{action.kind} needs {part.name}: {_usage(action)}.")


def _usage(action: type[Action]) -> str:
    parts = [p.name.upper() if p.default is MISSING else f"[{p.name.upper()}]" for p in fields(action)]
    return "the form is " + " ".join([action.kind, *parts]) if parts else "it stands alone"


def _no_field(action: type[Action], name: str, parts: Iterable[str]) -> str:
    return f"{action.kind} has no field {quoted(name)}.{did_you_mean(name, parts)}"


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _text(part: Field[Any], value: Any) -> str:
    if part.metadata["kind"] == "groups":
        return " | ".join(",".join(group) for group in value)
    if isinstance(value, float):
        unit = "%" if part.metadata["kind"] == "percent" else part.metadata["unit"]
        return f"{value:.10g}{unit if unit in ('ms', '%') else ''}"
    text = str(value)
    return f'"{text}"' if re.search(r"[\s;#=]", text) else text
