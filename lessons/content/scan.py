"""The outer structure of a lesson: text and colon-fenced blocks, with their options and line numbers."""

import re
from dataclasses import dataclass, field

from lessons.content.findings import Findings

_OPEN = re.compile(r"^(:{3,})[ \t]*\{([A-Za-z][\w-]*)\}[ \t]*(.*?)\s*$")
_CLOSE = re.compile(r"^(:{3,})\s*$")
_SLIP = re.compile(r"^(?: {1,3}:{3,}\s*(?:\{|$)|:{3,}\s*\S)")  # meant as a fence, and none
_OPTION = re.compile(r"^:([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?\s*$")
_CODE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")

DEEPEST = 6


@dataclass
class Option:
    """An option's text, and where its value stands (from 1)."""

    value: str
    line: int
    column: int

    def place(self, position: int) -> tuple[int, int]:
        """Return the line and column of a place in the value; lines after the first keep their indentation."""
        before = self.value[:position].split("\n")
        first = len(before) == 1
        return self.line + len(before) - 1, len(before[-1]) + (self.column if first else 1)


@dataclass
class Text:
    """A stretch of Markdown; `line` is its first line (from 1)."""

    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """The text."""
        return "\n".join(self.lines)


@dataclass
class Raw:
    """A block as written: its name, what follows the name, its options and what is inside, to the line `last`."""

    name: str
    argument: str
    line: int
    column: int
    last: int = 0
    options: dict[str, Option] = field(default_factory=dict)
    inside: list["Text | Raw"] = field(default_factory=list)

    def markdown(self) -> str:
        """Return the text inside, without nested blocks."""
        return "\n".join(part.markdown for part in self.inside if isinstance(part, Text)).strip("\n")

    @property
    def text_line(self) -> int:
        """The line (from 1) at which the text inside begins."""
        texts = (part for part in self.inside if isinstance(part, Text))
        return next((t.line + n for t in texts for n, line in enumerate(t.lines) if line.strip()), self.line)


class Scanner:
    """Reads lines once, from the first line of the body on."""

    def __init__(self, lines: list[str], first: int, findings: Findings) -> None:
        self.lines, self.at, self.findings = lines, first, findings
        self.code = ""  # the fence of the code block we are in
        self.code_line = 0

    def parts(self) -> list[Text | Raw]:
        """Return the lesson's text and blocks."""
        parts = self._until(0, None, 0)
        if self.code:
            help_ = f"close it with a line of {self.code}"
            self._error("unclosed-code", self.code_line, "This code block is never closed.", help_)
        return parts

    def _until(self, fence: int, opened: Raw | None, depth: int) -> list[Text | Raw]:
        """Return what stands until the block's end; `fence` is how many colons close it."""
        found: list[Text | Raw] = []
        text = Text(self.at + 1)
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if self._in_code(line):
                text.lines.append(line)
                self.at += 1
                continue
            close, opening = _CLOSE.match(line), _OPEN.match(line)
            if close and fence and len(close[1]) == fence:
                self.at += 1
                return _with(found, text)
            if opening:
                found = _with(found, text)
                found.append(self._block(opening, depth))
                text = Text(self.at + 1)
                continue
            if close or _SLIP.match(line):
                self._stray(line)
                line = ""
            text.lines.append(line)
            self.at += 1
        if opened is not None and not self.code:
            help_ = f"close it with a line of {fence} colons"
            self._error("unclosed-block", opened.line, f"The block `{opened.name}` is never closed.", help_)
        return _with(found, text)

    def _stray(self, line: str) -> None:
        if _CLOSE.match(line):
            help_ = "an inner block is closed with as many colons as opened it, an outer one has more"
            self._error("stray-fence", self.at + 1, "This fence closes nothing.", help_)
        else:
            help_ = "a block opens as `:::{name} id`, at the beginning of a line"
            self._error("stray-fence", self.at + 1, "This looks like a fence, and opens nothing.", help_)

    def _error(self, code: str, line: int, message: str, help_: str) -> None:
        self.findings.error(code, line, 1, message, help_)

    def _block(self, opening: re.Match[str], depth: int) -> Raw:
        raw = Raw(opening[2], opening[3], self.at + 1, opening.start(2) + 1)
        self.at += 1
        if depth >= DEEPEST:
            self._error("misplaced-block", raw.line, f"Blocks are nested {DEEPEST} deep at most.", "")
            raw.last = raw.line
            return raw
        self._options(raw)
        raw.inside = self._until(len(opening[1]), raw, depth + 1)
        raw.last = self.at
        return raw

    def _options(self, raw: Raw) -> None:
        last: Option | None = None
        while self.at < len(self.lines):
            line = self.lines[self.at]
            match = _OPTION.match(line)
            if match:
                last = Option(match[2] or "", self.at + 1, (match.start(2) if match[2] else match.end(1) + 1) + 1)
                if match[1] in raw.options:
                    self.findings.error("bad-option", self.at + 1, 1, f"The option `{match[1]}` stands twice.")
                raw.options[match[1]] = last
            elif last is not None and line.startswith("  ") and line.strip():
                last.value += "\n" + line.rstrip()
            else:
                return
            self.at += 1

    def _in_code(self, line: str) -> bool:
        fence = _CODE.match(line)
        if self.code:
            if fence and fence[1].startswith(self.code) and not line.strip().strip(fence[1][0]):
                self.code = ""
            return True
        if fence:
            self.code, self.code_line = fence[1], self.at + 1
            return True
        return False


def _with(found: list[Text | Raw], text: Text) -> list[Text | Raw]:
    if any(line.strip() for line in text.lines):
        found.append(text)
    return found
