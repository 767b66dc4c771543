"""Changes of a lesson's text that are made for its author: a block put in, an option set. Nothing else is touched."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

from lessons.content.findings import Findings
from lessons.content.frontmatter import split
from lessons.content.scan import Raw, Scanner, Text


class NotChanged(ValueError):
    """The text cannot be changed so; the message says why."""


@dataclass(frozen=True)
class Edit:
    """Lines to put in the place of `count` lines, the first of which is `line` (from 1)."""

    line: int
    count: int
    lines: tuple[str, ...]

    def apply(self, text: str) -> str:
        """Return the text with the change made."""
        lines = text.split("\n")
        lines[self.line - 1 : self.line - 1 + self.count] = self.lines
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """Return it as the editor reads it."""
        return {"line": self.line, "count": self.count, "lines": self.lines}


def option_lines(name: str, value: str) -> list[str]:
    """Return an option as it is written, each line after its first indented."""
    first, *rest = value.split("\n")
    return [f":{name}: {first}", *(f"  {line}" for line in rest)]


def with_option(text: str, block: str, name: str, value: str) -> Edit:
    """Return the change that sets an option of the block with an id: in its place, or after the block's other options.

    Raises:
        NotChanged: The text has no such block.
    """
    raw = next((one for one in _all_blocks(_parts(text)) if one.argument == block), None)
    if raw is None:
        raise NotChanged(f"The text has no block `{block}` any more.")
    lines = tuple(option_lines(name, value))
    option = raw.options.get(name)
    if option is not None:
        return Edit(option.line, option.value.count("\n") + 1, lines)
    after = max((one.line + one.value.count("\n") for one in raw.options.values()), default=raw.line)
    is_pressed = raw.inside and not raw.options and text.split("\n")[raw.line].strip()
    return Edit(after + 1, 0, (*lines, "") if is_pressed else lines)


def inserted(text: str, line: int, block: str) -> Edit:
    """Return the change that puts a block's text after the paragraph or the block in which a line (from 1) is."""
    lines = text.split("\n")
    _, first = split(text, Findings(""))
    after = max(min(line, len(lines)), first)
    for start, end in _stretches(_parts(text)):
        if start <= after <= end:
            after = end
    above = [] if after == 0 or not lines[after - 1].strip() else [""]
    below = [] if after < len(lines) and not lines[after].strip() else [""]
    return Edit(after + 1, 0, (*above, *block.rstrip("\n").split("\n"), *below))


def _parts(text: str) -> list[Text | Raw]:
    findings = Findings("")
    _, first = split(text, findings)
    return Scanner(text.split("\n"), first, findings).parts()


def _all_blocks(parts: list[Text | Raw]) -> Iterator[Raw]:
    for part in parts:
        if isinstance(part, Raw):
            yield part
            yield from _all_blocks(part.inside)


def _stretches(parts: list[Text | Raw]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of all between which nothing is put: blocks, paragraphs, lists, code."""
    for part in parts:
        if isinstance(part, Raw):
            yield part.line, part.last
        else:
            for token in MarkdownIt("commonmark").enable("table").parse(part.markdown):
                if token.level == 0 and token.map:
                    yield part.line + token.map[0], part.line + token.map[1] - 1
