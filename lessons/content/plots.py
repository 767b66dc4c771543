"""What a plot draws: runs of a lab that differ in a setting or in their seed, or one run over time."""

import re
from dataclasses import dataclass
from typing import Any

from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Lab, SettingError

MOST_RUNS = 400
MOST_VALUES = 40
MOST_WINDOW_MS = 120_000.0
SAMPLES = 200  # of one run over time


@dataclass(frozen=True)
class Sweep:
    """Values of a setting; or, in a program, of a shared variable that begins as a number."""

    name: str
    label: str
    unit: str
    values: tuple[Any, ...]
    in_program: bool = False

    def settings(self, settings: dict[str, Any], value: Any) -> dict[str, Any]:
        """Return a lab's settings with this value in them."""
        if not self.in_program:
            return settings | {self.name: value}
        return settings | {"program": _variable(self.name).sub(rf"\g<1>{value}", settings["program"], count=1)}


def sweep_of(lab: Lab, settings: dict[str, Any], text: str) -> Sweep:
    """Return the sweep that `quantum_ms: 5ms, 10ms` means; raise SettingError, which says what is wrong."""
    name, colon, listed = (part.strip() for part in text.partition(":"))
    given = [part.strip() for part in listed.split(",") if part.strip()]
    if not colon or not 2 <= len(given) <= MOST_VALUES:
        raise SettingError(
            name, f"A sweep is a name, a colon and 2 to {MOST_VALUES} values, as in `quantum_ms: 5ms, 10ms`."
        )
    if _variable(name).search(str(settings.get("program", ""))):
        if not all(re.fullmatch(r"\d{1,6}", one) for one in given):
            raise SettingError(name, f"`{name}` is a variable of the program: its values are whole numbers.")
        return Sweep(name, name, "", tuple(map(int, given)), in_program=True)
    setting = lab.setting(name)
    return Sweep(name, setting.label or name, setting.unit, tuple(setting.parse(one) for one in given))


def check_sweep(lab: str, settings: dict[str, Any], sweep: Sweep) -> None:
    """Raise SettingError where the lab refuses one of the values."""
    for value in sweep.values:
        get_lab(lab).check_settings(sweep.settings(settings, value))


def _variable(name: str) -> re.Pattern[str]:
    return re.compile(rf"^({re.escape(name)}[ \t]*=[ \t]*)\d+(?=[ \t]*(#|$))", re.MULTILINE)
