"""The outer structure of a lesson: text and colon-fenced blocks, with their options and line numbers."""

import re
from dataclasses import dataclass, field

from lessons.content.findings import Findings

_OPEN = re.compile(r"^(:{3,})\{([A-Za-z][\w-]*)\}[ \t]*(.*?)\s*$")
_CLOSE = re.compile(r"^(:{3,})\s*$")
_OPTION = re.compile(r"^:([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?\s*$")
_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,})")

DEEPEST = 6


@dataclass
class Option:
    """An option's text, and where its value stands (from 1)."""

    value: str
    line: int
    column: int


@dataclass
class Text:
    """A stretch of Markdown; `line` is its first line (from 1)."""

    markdown: str
    line: int


@dataclass
class Raw:
    """A block as written: its name, what follows the name, its options and what is inside."""

    name: str
    argument: str
    line: int
    column: int
    options: dict[str, Option] = field(default_factory=dict)
    inside: list["Text | Raw"] = field(default_factory=list)

    def markdown(self) -> str:
        """Return the text inside, without nested blocks."""
        return "\n".join(part.markdown for part in self.inside if isinstance(part, Text)).strip()


class Scanner:
    """Reads lines once, from the first line of the body on."""

    def __init__(self, lines: list[str], first: int, findings: Findings) -> None:
        self.lines, self.at, self.findings = lines, first, findings
        self.code = ""  # the fence of the code block we are in

    def parts(self, fence: int = 0, opened: Raw | None = None, depth: int = 0) -> list[Text | Raw]:
        """Return what stands until the block's end; `fence` is how many colons close it."""
        found: list[Text | Raw] = []
        text: list[str] = []
        start = self.at
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not self._in_code(line):
                close = _CLOSE.match(line)
                if close and fence and len(close[1]) == fence:
                    self.at += 1
                    return _with_text(found, text, start)
                if close:
                    self.findings.error(
                        "stray-fence",
                        self.at + 1,
                        1,
                        "This fence closes nothing.",
                        "an inner block is closed with as many colons as opened it, an outer one has more",
                    )
                    self.at += 1
                    continue
                opening = _OPEN.match(line)
                if opening and depth < DEEPEST:
                    found = _with_text(found, text, start)
                    found.append(self._block(opening, depth))
                    text, start = [], self.at
                    continue
            text.append(line)
            self.at += 1
        if opened is not None:
            self.findings.error(
                "unclosed-block",
                opened.line,
                1,
                f"The block `{opened.name}` is never closed.",
                f"close it with a line of {fence} colons",
            )
        return _with_text(found, text, start)

    def _block(self, opening: re.Match[str], depth: int) -> Raw:
        raw = Raw(opening[2], opening[3], self.at + 1, opening.start(2) + 1)
        self.at += 1
        self._options(raw)
        raw.inside = self.parts(len(opening[1]), raw, depth + 1)
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
                last.value += "\n" + line.strip()
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
            self.code = fence[1]
            return True
        return False


def _with_text(found: list[Text | Raw], text: list[str], start: int) -> list[Text | Raw]:
    return [*found, Text("\n".join(text), start + 1)] if any(line.strip() for line in text) else found
