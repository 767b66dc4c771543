"""A recording: the lab, its settings, the seed and the timed actions, of which a run is a pure
function.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from cluster_engine.actions import Action, ActionError, Script, action_from_json, action_to_json
from cluster_engine.labs import UnknownLab, get_lab
from cluster_engine.labs.declaration import Lab, SettingError
from cluster_engine.wording import quoted

VERSION = 1
PREFIX = "f1"  # what a recording's text begins with; f for Faultline, and the format's version
MAX_ACTIONS = 2_000
MAX_TEXT = 16_000
MAX_JSON = 400_000
MAX_SEED = 2**53 - 1  # the largest whole number that a browser holds exactly
MAX_AT_MS = 3_600_000.0

_KEYS = {"version", "lab", "settings", "seed", "actions"}


class RecordingError(ValueError):
    """A recording that names no run; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One run. Settings are checked and completed by the lab, actions sorted by time (in order
    where it is equal).

    Raises UnknownLab, SettingError or RecordingError when made of what the lab does not know.
    """

    lab: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1
    actions: Script = ()

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "settings", self.declaration.check_settings(self.settings))
        set_field(self, "seed", _seed(self.seed))
        actions = tuple((_time(at), action) for at, action in self.actions)
        if len(actions) > MAX_ACTIONS:
            raise RecordingError(f"A recording has at most {MAX_ACTIONS:,} actions; this one has {len(actions):,}.")
        set_field(self, "actions", tuple(sorted(actions, key=lambda timed: timed[0])))

    @property
    def declaration(self) -> Lab:
        """The lab's declaration."""
        return get_lab(self.lab)

    def script(self) -> Script:
        """Return all actions: those of the staged situation before the recording's own where times
        are equal.
        """
        prelude = self.declaration.prelude(self.settings)
        return tuple(sorted((*prelude, *self.actions), key=lambda timed: timed[0]))

    def prefix(self, to_ms: float) -> "Recording":
        """Return the recording without the actions later than `to_ms`."""
        return replace(self, actions=tuple(timed for timed in self.actions if timed[0] <= to_ms))

    def plus(self, at: float, action: Action) -> "Recording":
        """Return the recording with one more action, after those of the same time."""
        return replace(self, actions=(*self.actions, (at, action)))

    def to_json(self) -> dict[str, Any]:
        """Return the recording as JSON data."""
        return {
            "version": VERSION,
            "lab": self.lab,
            "settings": dict(self.settings),
            "seed": self.seed,
            "actions": [[at, action_to_json(action)] for at, action in self.actions],
        }

    @classmethod
    def from_json(cls, data: Any) -> "Recording":
        """Return the recording of JSON data; raise RecordingError."""
        if not isinstance(data, Mapping) or not isinstance(data.get("lab"), str):
            raise RecordingError("A recording is an object with lab, settings, seed and actions.")
        if unknown := sorted(str(key) for key in data.keys() - _KEYS):
            raise RecordingError(f"A recording has no part {quoted(unknown[0])}.")
        if data.get("version", VERSION) != VERSION:
            raise RecordingError(f"This recording has format {quoted(data['version'])}; only {VERSION} can be read.")
        try:
            lab = get_lab(data["lab"])
            settings = _mapping(data.get("settings", {}))
            return cls(lab.name, settings, data.get("seed", 1), _actions(data.get("actions", []), lab))
        except (UnknownLab, SettingError, ActionError) as error:
            raise RecordingError(str(error)) from error

    def to_text(self) -> str:
        """Return the recording as a short string that is safe in a URL."""
        data = self.to_json()
        del data["version"]
        data["settings"] = self._chosen_settings()
        packed = zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)
        return PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> "Recording":
        """Return the recording of such a string; raise RecordingError."""
        if len(text) > MAX_TEXT:
            raise RecordingError(f"A recording's text has at most {MAX_TEXT:,} characters, not {len(text):,}.")
        if not text.startswith(PREFIX):
            raise RecordingError(_foreign(text))
        plain = _unpacked(text.removeprefix(PREFIX))
        try:
            data = json.loads(plain)
        except (ValueError, RecursionError) as error:
            raise RecordingError(_DAMAGED) from error
        return cls.from_json(data)

    def _chosen_settings(self) -> dict[str, Any]:
        """Return the settings that differ from what the lab would take by itself in this situation."""
        situation = {name: value for name, value in self.settings.items() if name == "situation"}
        usual = self.declaration.check_settings(situation)
        chosen = {name: value for name, value in self.settings.items() if value != usual[name]}
        return {name: value for name, value in situation.items() if value != "none"} | chosen


_DAMAGED = "This recording's text is damaged: it may have been cut short when it was copied."


def _foreign(text: str) -> str:
    """Return what is wrong with a text that begins as none of ours does."""
    if re.match(r"f\d", text):
        return (
            f"This recording has format {quoted(text[:2])} of another version of Faultline; only {PREFIX} can be read."
        )
    return f"A recording's text begins with {PREFIX}; this one begins with {quoted(text[:8])}."


def _unpacked(text: str) -> bytes:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj()
        plain = inflate.decompress(packed, MAX_JSON)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise RecordingError(_DAMAGED) from error
    if inflate.unconsumed_tail:
        raise RecordingError(f"A recording has at most {MAX_JSON:,} bytes when unpacked.")
    if not inflate.eof:
        raise RecordingError(_DAMAGED)
    return plain


def _seed(seed: Any) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise RecordingError(f"A seed is a whole number from 0 to {MAX_SEED}, not {quoted(seed)}.")
    return seed


def _time(at: Any) -> float:
    if isinstance(at, bool) or not isinstance(at, int | float) or not isfinite(at):
        raise RecordingError(f"The time of an action is a number of milliseconds, not {quoted(at)}.")
    if not 0 <= at <= MAX_AT_MS:
        raise RecordingError(f"The time of an action lies between 0 and {MAX_AT_MS:.0f} ms; {at:g} does not.")
    return round(float(at), 3)


def _mapping(settings: Any) -> Mapping[str, Any]:
    if not isinstance(settings, Mapping) or not all(isinstance(name, str) for name in settings):
        raise RecordingError("The settings of a recording are an object of names and values.")
    return settings


def _actions(actions: Any, lab: Lab) -> Script:
    if not isinstance(actions, list | tuple) or len(actions) > MAX_ACTIONS:
        raise RecordingError(f"The actions of a recording are {MAX_ACTIONS:,} [time, action] pairs at most.")
    for pair in actions:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise RecordingError("Each action of a recording is a pair: [time in ms, action].")
    return tuple((at, action_from_json(action, lab)) for at, action in actions)
