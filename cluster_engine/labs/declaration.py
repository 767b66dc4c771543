"""What a lab is, as data: from it follow the controls, the checks, the command line and the
reference.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import lru_cache
from importlib import import_module
from math import isfinite
from typing import Any, Literal

from cluster_engine.actions import Action, Script, parse_script
from cluster_engine.expressions import Expression, compile_expression
from cluster_engine.labs.liveness import Liveness
from cluster_engine.monitors import Checker, Meter
from cluster_engine.records import Noted
from cluster_engine.wording import did_you_mean, duration_ms, quoted
from cluster_engine.world import World

MAX_TEXT = 200
MAX_CODE = 8_000

Value = int | float | bool | str
Settings = dict[str, Any]
Narrator = str | Callable[[Noted], str]

# The browser has one control for each of these pairs; the name of a node is checked when the action
# is tried.
_FIELD_KINDS = {"process": "node", "client": "node", "integer": "number"}

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


class SettingError(ValueError):
    """A setting that the lab does not have, or a value that it does not allow; `setting` names it."""

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(message)
        self.setting = setting


class AskError(ValueError):
    """A question that no measure of the lab answers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One knob of a lab, with its range (inclusive), unit and default."""

    name: str
    kind: Literal["int", "float", "bool", "choice", "text", "code"]
    default: Value
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] | None = None
    label: str = ""
    help: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)  # of choices that need a sentence each

    def parse(self, value: Any) -> Value:
        """Return the value in its own type; raise SettingError with what is allowed."""
        parsed: Value | None = getattr(self, f"_as_{self.kind}")(value)
        if parsed is None or not self._within(parsed):
            raise SettingError(self.name, f"The setting {self.name} cannot be {quoted(value)}: {self.allowed()}.")
        return parsed

    def with_default(self, default: Value) -> "Setting":
        """Return the same setting with another default."""
        return replace(self, default=default)

    @property
    def default_words(self) -> str:
        """The default with its unit: "150 ms", "true"; of a program its first line."""
        if self.kind == "code":
            return str(self.default).partition("\n")[0]
        words = str(self.default).lower() if isinstance(self.default, bool) else str(self.default)
        number = f"{self.default:g}" if isinstance(self.default, float) else words
        return f"{number} {self.unit}".rstrip()

    def allowed(self) -> str:
        """Return what one may do, in words that end a sentence: "give a whole number from 1 to 9"."""
        if self.kind == "choice":
            return "choose one of " + ", ".join(self.choices or ())
        if self.kind == "bool":
            return "give true or false"
        if self.kind == "text":
            return f"give a text of at most {MAX_TEXT} characters"
        if self.kind == "code":
            return f"give a program of at most {MAX_CODE:,} characters"
        noun = "a whole number" if self.kind == "int" else "a number"
        return f"give {noun}{_range(self.low, self.high)}{f' {self.unit}' if self.unit else ''}"

    def to_json(self) -> dict[str, Any]:
        """Return the declaration's JSON of this setting."""
        return {
            "name": self.name,
            "kind": self.kind,
            "default": self.default,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "choices": None if self.choices is None else list(self.choices),
            "label": self.label or _label(self.name),
            "help": self.help,
        }

    def _within(self, value: Value) -> bool:
        if isinstance(value, bool | str):
            return True
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def _as_float(self, value: Any) -> float | None:
        if isinstance(value, bool):
            return None
        try:
            number = float(self._unitless(value))
        except (TypeError, ValueError, OverflowError):
            return None
        return number if isfinite(number) else None

    def _as_int(self, value: Any) -> int | None:
        number = self._as_float(value)
        return int(number) if number is not None and number == int(number) else None

    def _unitless(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip()
        if self.unit == "ms":
            milliseconds = duration_ms(text)
            return text[:32] if milliseconds is None else milliseconds
        return text.removesuffix(self.unit)[:32] if self.unit else text[:32]

    def _as_bool(self, value: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower() if isinstance(value, str | int) else ""
        return True if word in _TRUE else False if word in _FALSE else None

    def _as_choice(self, value: Any) -> str | None:
        word = value.strip() if isinstance(value, str) else value
        return next((choice for choice in self.choices or () if choice == word), None)

    def _as_text(self, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
            return None
        return value

    def _as_code(self, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > MAX_CODE:
            return None
        lines = value.replace("\t", "    ").splitlines()
        return "\n".join(line.rstrip() for line in lines) if all(line.isprintable() for line in lines) else None


@dataclass(frozen=True, slots=True)
class Button:
    """An action that a lab offers; what is left empty is taken from the action."""

    action: type[Action]
    label: str = ""
    group: str = ""
    target: str | None = None
    help: str = ""
    undo: str | None = None

    @property
    def name(self) -> str:
        """The action's kind: what scripts call it."""
        return self.action.kind

    def to_json(self) -> dict[str, Any]:
        """Return the declaration's JSON of this button and its form."""
        action = self.action
        return {
            "action": action.kind,
            "label": self.label or action.label or _label(action.kind),
            "group": self.group or action.group,
            "help": self.help or action.help,
            "target": self.target or action.target,
            "undo": self.undo or action.undo,
            "fields": [_field_json(part) for part in fields(action)],
        }


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to bring about: an expression over the lab's measures that becomes true.

    `within_ms` bounds the time, `budget` the number of faults; with settings of which `where` is false it is never
    reached, for its title would not be true. `reference` is a script that reaches it (with `reference_settings`)
    before `reference_for_ms`.
    """

    name: str
    title: str
    expression: str
    help: str = ""
    within_ms: float | None = None
    budget: int | None = None
    where: Callable[[Mapping[str, Any]], bool] | None = None
    reference: str = ""
    reference_settings: Mapping[str, Any] = field(default_factory=dict)
    reference_for_ms: float = 10_000.0

    def to_json(self) -> dict[str, Any]:
        """Return the declaration's JSON of this goal."""
        return {
            "name": self.name,
            "title": self.title,
            "help": self.help,
            "expression": self.expression,
            "bounds": self.bounds,
        }

    @property
    def bounds(self) -> str:
        """Within what it must be reached, in words: "at most 2 faults, within 5 s"."""
        faults = "" if self.budget is None else f"at most {self.budget} fault{'' if self.budget == 1 else 's'}"
        time = "" if self.within_ms is None else f"within {self.within_ms / 1000:g} s"
        return ", ".join(filter(None, (faults, time)))


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that must always hold; `source` names the paper's section that promises it, `judged` says when it is
    looked at.

    In an expression, `breach` is 1 once it was broken and 0 before: `broken_no_race` for “no-race”.
    """

    name: str
    title: str
    source: str
    help: str
    checker: Callable[..., Checker]
    given: tuple[str, ...] = ()  # the settings that the checker is made with
    judged: str = "at every event"

    def judge(self, settings: Mapping[str, Any]) -> Checker:
        """Return a checker for a run with these settings."""
        return self.checker(*(settings[name] for name in self.given))

    @property
    def breach(self) -> str:
        """The name by which an expression asks whether it was broken."""
        return f"broken_{self.name.replace('-', '_')}"

    def to_json(self) -> dict[str, str]:
        """Return the declaration's JSON of this invariant."""
        said = {"name": self.name, "title": self.title, "source": self.source, "help": self.help}
        return said | {"judged": self.judged}


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured in a run. Measures with one factory share one meter, each reading an
    `attribute` of it.

    `live` measures are sent to the browser whenever they change. `ask` are phrases by which a
    prediction may ask for it ("side that commits after the cut"); `choices` its possible answers,
    maybe depending on the settings.
    """

    name: str
    title: str
    unit: str = ""
    help: str = ""
    kind: Literal["number", "text", "node"] = "number"
    live: bool = True
    meter: Callable[[], Meter] = field(kw_only=True)
    ask: str | tuple[str, ...] | None = None
    choices: tuple[str, ...] | Callable[[Settings], Iterable[str]] | None = None
    attribute: str = "value"

    def phrases(self) -> tuple[str, ...]:
        """Return all the ways of asking for this measure."""
        asks = (self.ask,) if isinstance(self.ask, str) else self.ask or ()
        return (self.name, self.title, *asks)

    def to_json(self) -> dict[str, Any]:
        """Return the declaration's JSON of this measure."""
        return {
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "help": self.help,
            "kind": self.kind,
            "live": self.live,
        }


@dataclass(frozen=True, slots=True)
class Situation:
    """A staged start: settings of its own, and actions that happen by themselves."""

    name: str
    title: str
    help: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    script: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the declaration's JSON of this situation."""
        return {"name": self.name, "title": self.title, "help": self.help}


@dataclass(frozen=True, slots=True)
class MessageLook:
    """How a type of message is drawn; replies share their request's look, hollow. A `quiet` one is
    sent so often that it falls without a word where it is lost.
    """

    label: str
    glyph: Literal["square", "circle", "diamond", "triangle", "hexagon"]
    colour: int
    vote: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class TimerLook:
    """How a timer is named, and whether it is drawn as an arc around its node."""

    label: str
    arc: bool = False


@dataclass(frozen=True, slots=True)
class RoleLook:
    """How a role is named and badged."""

    label: str
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under a server in the picture: an observed field, in words around it; nothing while that is empty,
    or what `hides` is.
    """

    field: str
    text: str = "{}"
    hides: Any = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that a run answers: a measure, at a time (None: as the run stands)."""

    measure: str
    at_ms: float | None
    choices: list[str] | None
    kind: str


@dataclass(frozen=True, eq=False)
class Lab:
    """A lab's declaration. `build` makes its world from checked settings and a seed.

    `narration` gives each noted event its sentence: a format string over `node` and the event's
    facts, or a function of the record. `landmarks` are the events that are worth a mark on the
    scrubber. `rule` returns the objection to settings that are each allowed and do not go together,
    or None. `speed` is virtual seconds a wall second, `epoch` the observed field that colours a node;
    where two epochs of one number may differ, `epoch_by` is the field that tells who began them.
    `captions` tell what each server holds.
    `agreement` says when two entries at one place of two logs are the same: when their epochs are
    (Raft), or when their labels are, whatever their epochs (Paxos).
    """

    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]
    buttons: tuple[Button, ...]
    panels: tuple[str, ...]
    goals: tuple[Goal, ...]
    invariants: tuple[Invariant, ...]
    measures: tuple[Measure, ...]
    situations: tuple[Situation, ...]
    messages: dict[str, MessageLook]
    timers: dict[str, TimerLook]
    roles: dict[str, RoleLook]
    epoch: str
    speed: float
    narration: Mapping[str, Narrator]
    build: Callable[[Settings, int], World]
    landmarks: frozenset[str] = frozenset()
    rule: Callable[[Settings], SettingError | None] | None = None
    agreement: Literal["epoch", "label"] = "epoch"
    epoch_by: str = ""
    captions: tuple[Caption, ...] = ()
    liveness: tuple[Liveness, ...] = ()

    def __post_init__(self) -> None:
        if self.situations and not any(s.name == "situation" for s in self.settings):
            object.__setattr__(self, "settings", (*self.settings, _situation_setting(self)))
        for goal in self.goals:
            self.compile(goal.expression)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a reference: a lab is the `LAB` of the module that builds its world."""
        return _lab_of, (self.build.__module__,)

    def setting(self, name: str) -> Setting:
        """Return a setting by name; raise SettingError with a guess."""
        for setting in self.settings:
            if setting.name == name:
                return setting
        names = [setting.name for setting in self.settings]
        raise SettingError(name, f"{self.name} has no setting {quoted(name)}.{did_you_mean(name, names)}")

    def check_settings(self, given: Mapping[str, Any]) -> Settings:
        """Return all settings, typed: defaults, then the situation's own, then those given; raise
        SettingError.
        """
        typed = {name: self.setting(name).parse(value) for name, value in given.items()}
        values: Settings = {setting.name: setting.default for setting in self.settings}
        situation = self.situation({**values, **typed})
        if situation is not None:
            values |= {n: self.setting(n).parse(v) for n, v in situation.settings.items()}
        values |= typed
        objection = self.rule(values) if self.rule else None
        if objection:
            raise objection
        return values

    def situation(self, settings: Mapping[str, Any]) -> Situation | None:
        """Return the staged situation that the settings choose, if any."""
        chosen = settings.get("situation")
        return next((s for s in self.situations if s.name == chosen), None)

    def staged_values(self, name: str) -> list[Value]:
        """Return what a setting is by default and in each situation that sets it."""
        staged = [s.settings[name] for s in self.situations if name in s.settings]
        return [*(setting.default for setting in self.settings if setting.name == name), *staged]

    def prelude(self, settings: Mapping[str, Any]) -> Script:
        """Return the actions that happen by themselves in the chosen situation."""
        situation = self.situation(settings)
        return tuple(parse_script(situation.script, self)) if situation else ()

    def button(self, kind: str) -> Button | None:
        """Return the button of an action, by the action's kind."""
        return next((b for b in self.buttons if b.action.kind == kind), None)

    def is_fault(self, kind: str) -> bool:
        """Say whether an action counts against a budget of faults: no client's request, no step of a
        thread, and no undoing.
        """
        button = self.button(kind)
        undoing = {b.undo or b.action.undo for b in self.buttons}
        return (button is None or button.action.is_fault) and kind not in undoing

    def measure(self, name: str) -> Measure:
        """Return a measure by name; raise AskError with a guess."""
        for measure in self.measures:
            if measure.name == name:
                return measure
        names = [measure.name for measure in self.measures]
        raise AskError(f"{self.name} has no measure {quoted(name)}.{did_you_mean(name, names)}")

    def compile(self, expression: str) -> Expression:
        """Return an expression over this lab's measures; raise ExpressionError."""
        return _compiled(self, expression)

    def ask(self, text: str, settings: Mapping[str, Any] | None = None) -> Ask:
        """Return what "leader at 3s" or "side that commits after the cut" asks for; raise AskError."""
        phrase, at_ms = _split_time(" ".join(text[:MAX_TEXT].split()))
        known = {p.lower(): measure for measure in self.measures for p in measure.phrases()}
        measure = known.get(phrase.lower().rstrip("?"))
        if measure is None:
            hint = did_you_mean(phrase, known)
            raise AskError(f"No measure of {self.name} answers {quoted(phrase)}.{hint}")
        return Ask(
            measure.name,
            at_ms,
            _choices(measure, self.check_settings(settings or {})),
            ("choice" if measure.kind == "text" and measure.choices else measure.kind),
        )

    def narrate(self, record: Noted) -> str:
        """Return the sentence of a noted event; an event without narration tells its name and
        facts.
        """
        narrator = self.narration.get(record.event)
        if narrator is None:
            facts = ", ".join(f"{name} {value}" for name, value in record.facts.items())
            said = f"{record.node} {record.event.replace('_', ' ').replace('-', ' ')}".strip()
            return f"{said} ({facts})" if facts else said
        if isinstance(narrator, str):
            return narrator.format(**(record.facts | {"node": record.node}))
        return narrator(record)

    def to_json(self) -> dict[str, Any]:
        """Return the whole declaration as the browser and the command line's `labs --json` read it."""
        return {
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "speed": self.speed,
            "settings": [setting.to_json() for setting in self.settings],
            "buttons": [button.to_json() for button in self.buttons],
            "panels": list(self.panels),
            "goals": [goal.to_json() for goal in self.goals],
            "invariants": [invariant.to_json() for invariant in self.invariants],
            "liveness": [one.to_json() for one in self.liveness],
            "measures": [measure.to_json() for measure in self.measures],
            "situations": [situation.to_json() for situation in self.situations],
            "messages": {name: _look_json(look) for name, look in self.messages.items()},
            "timers": {name: _look_json(look) for name, look in self.timers.items()},
            "roles": {name: _look_json(look) for name, look in self.roles.items()},
            "epoch": self.epoch,
            "epoch_by": self.epoch_by,
            "captions": [_look_json(caption) for caption in self.captions],
            "agreement": self.agreement,
        }


@lru_cache(maxsize=1_000)
def _compiled(lab: Lab, expression: str) -> Expression:
    judged = [*(one.breach for one in lab.invariants), *(one.stalled for one in lab.liveness)]
    return compile_expression(expression, [*(measure.name for measure in lab.measures), *judged])


def _situation_setting(lab: Lab) -> Setting:
    return Setting(
        "situation",
        "choice",
        "none",
        choices=("none", *(situation.name for situation in lab.situations)),
        label="Situation",
        help="A staged start, with settings and faults of its own.",
    )


def _lab_of(module: str) -> Lab:
    lab: Lab = import_module(module).LAB
    return lab


def _split_time(text: str) -> tuple[str, float | None]:
    phrase, separator, time = text.rstrip("?. ").rpartition(" at ")
    if not separator:
        return text.rstrip("?. "), None
    at_ms = duration_ms(time)
    if at_ms is None:
        return text.rstrip("?. "), None
    return phrase, at_ms


def _choices(measure: Measure, settings: Settings) -> list[str] | None:
    choices = measure.choices(settings) if callable(measure.choices) else measure.choices
    return None if choices is None else list(choices)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return "" if high is None else f" of at most {high:g}"
    return f" of at least {low:g}" if high is None else f" from {low:g} to {high:g}"


def _look_json(look: Any) -> dict[str, Any]:
    return {part.name: getattr(look, part.name) for part in fields(look)}


def _field_json(part: Any) -> dict[str, Any]:
    known = dict(part.metadata)
    choices = known.get("choices")
    kind = _FIELD_KINDS.get(known["kind"], known["kind"])
    return known | {
        "name": part.name,
        "kind": kind,
        "default": None if part.default is MISSING else part.default,
        "choices": None if choices is None else list(choices),
    }
