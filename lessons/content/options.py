"""Reading a block's options: each is asked for once, and what nobody asks for is an unknown option."""

import re
from typing import Any, overload

from cluster_engine.wording import duration_ms
from lessons.content.findings import Findings, did_you_mean
from lessons.content.scan import Option, Raw

_ID = re.compile(r"^[a-z][a-z0-9-]{0,59}$")
_WHOLE = re.compile(r"^[0-9]{1,16}$")
_SPEED = re.compile(r"^\s*1\s*s\s*=\s*(.+?)\s*$")


class Options:
    """The options of one block. Wrong values become findings, and the default stands in."""

    def __init__(self, raw: Raw, findings: Findings) -> None:
        self.raw, self.findings = raw, findings
        self.asked: set[str] = set()

    def id(self) -> str:
        """Return the block's id."""
        name = self.raw.argument
        if not name:
            self.findings.error(
                "missing-id", self.raw.line, self.raw.column, f"`{self.raw.name}` needs an id after its name."
            )
        elif not _ID.match(name):
            column = self.raw.column + len(self.raw.name) + 2
            self.findings.error(
                "bad-id", self.raw.line, column, f"`{name[:60]}` is no id: use lower-case letters, digits and dashes."
            )
        return name

    def get(self, name: str, needed: bool = False) -> Option | None:
        """Return an option as written."""
        self.asked.add(name)
        option = self.raw.options.get(name)
        if option is None and needed:
            self.findings.error(
                "missing-option", self.raw.line, self.raw.column, f"`{self.raw.name}` needs the option `:{name}:`."
            )
        if option is not None and not option.value:
            self.wrong(option, f"`:{name}:` is empty.")
            return None
        return option

    def text(self, name: str, default: str = "", needed: bool = False) -> str:
        """Return an option's text, on one line."""
        option = self.get(name, needed)
        return " ".join(option.value.split()) if option else default

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of some words, the first by default."""
        option = self.get(name)
        if option is None or option.value in choices:
            return option.value if option else choices[0]
        self.wrong(option, f"`:{name}:` is one of {', '.join(choices)}.", did_you_mean(option.value, choices))
        return choices[0]

    def number(self, name: str, default: float, low: float = 0, high: float = 1e9) -> float:
        """Return a number within bounds."""
        option = self.get(name)
        try:
            value = float(option.value) if option else default
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        if option:
            self.wrong(option, f"`:{name}:` is a number from {low:g} to {high:g}.")
        return default

    def whole(self, name: str, default: int, low: int = 0, high: int = 10**9) -> int:
        """Return a whole number within bounds."""
        option = self.get(name)
        if option is None:
            return default
        if _WHOLE.match(option.value) and low <= int(option.value) <= high:
            return int(option.value)
        self.wrong(option, f"`:{name}:` is a whole number from {low} to {high}.")
        return default

    def flag(self, name: str, default: bool = False) -> bool:
        """Return yes or no."""
        option = self.get(name)
        if option is None:
            return default
        if option.value not in ("true", "false"):
            self.wrong(option, f"`:{name}:` is true or false.")
        return option.value == "true"

    @overload
    def duration(self, name: str) -> float | None: ...
    @overload
    def duration(self, name: str, default: float) -> float: ...
    def duration(self, name: str, default: float | None = None) -> float | None:
        """Return milliseconds of `3s` or `500ms`."""
        option = self.get(name)
        if option is None:
            return default
        value = duration_ms(option.value)
        if value is None:
            self.wrong(option, f"`:{name}:` is a time such as 3s or 500ms.")
        return value if value is not None else default

    def speed(self, default: float) -> float:
        """Return virtual seconds a wall second, of `1s = 50ms`."""
        option = self.get("speed")
        if option is None:
            return default
        match = _SPEED.match(option.value)
        virtual = duration_ms(match[1]) if match else None
        if not virtual or not 0.1 <= virtual <= 100_000:
            self.wrong(option, "`:speed:` says how much of a lab's time a second shows, as in `1s = 50ms`.")
            return default
        return virtual / 1000

    def names(self, name: str, known: Any, code: str, noun: str) -> tuple[str, ...]:
        """Return a comma-separated list of known names."""
        option = self.get(name)
        if option is None:
            return ()
        given = tuple(part.strip() for part in option.value.split(",") if part.strip())
        for part in given:
            if part not in known:
                line, column = option.place(option.value.find(part))
                self.findings.error(code, line, column, f"There is no {noun} `{part}`.", did_you_mean(part, known))
        return tuple(part for part in given if part in known)

    def skip(self, name: str) -> tuple[()]:
        """Take an option that cannot be read, because what it hangs on is wrong already."""
        self.asked.add(name)
        return ()

    def wrong(self, option: Option, message: str, help_: str = "", code: str = "bad-option") -> None:
        """Report an option's value."""
        self.findings.error(code, option.line, option.column, message, help_)

    def unknown(self, option: Option, message: str, help_: str, code: str = "unknown-option") -> None:
        """Report an option's name."""
        self.findings.error(code, option.line, 2, message, help_)

    def close(self) -> None:
        """Report the options that nobody asked for."""
        for name, option in self.raw.options.items():
            if name not in self.asked:
                guess = did_you_mean(name, sorted(self.asked))
                self.unknown(option, f"`{self.raw.name}` has no option `{name}`.", guess)
