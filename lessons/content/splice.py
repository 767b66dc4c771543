"""Changes of YAML text that touch nothing else: every comment, quote and line end stays as its author wrote it."""

import json
import re
from collections.abc import Sequence

import yaml

from lessons.content.findings import Findings
from lessons.content.frontmatter import CoreLoader, load

_PLAIN = re.compile(r"[A-Za-z][\w.()-]*(?: [\w.()-]+)*")  # needs no quotes, wherever it stands
_WORDS = ("true", "false", "null")


class NotYaml(ValueError):
    """The text cannot be changed, for it cannot be read; the message says where."""


def root_of(text: str) -> yaml.MappingNode:
    """Return the mapping that a text is, with the place of everything in it."""
    findings = Findings("")
    load(text, findings, first_line=1)
    if findings.has_errors():
        first = findings.all[0]
        raise NotYaml(f"line {first.line}: {first.message}")
    root = yaml.compose(text, Loader=CoreLoader)
    if not isinstance(root, yaml.MappingNode):
        raise NotYaml("line 1: There is nothing in it.")
    return root


def value_of(mapping: yaml.Node, name: str) -> yaml.Node | None:
    """Return the value of a field, or None."""
    return next((value for key, value in _pairs(mapping) if key.value == name), None)


def written(value: str) -> str:
    """Return a text as YAML writes it on one line, with quotes where it needs them."""
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=not value.isprintable())


def with_field(text: str, mapping: yaml.MappingNode, name: str, value: str) -> str:
    """Return the text with a field set: in its place, or on a line of its own after the first field."""
    found = value_of(mapping, name)
    if found is not None:
        start = found.start_mark.index
        space = " " if text[start - 1 : start] == ":" else ""
        return f"{text[:start]}{space}{written(value)}{text[_end(text, found) :]}"
    key, first = mapping.value[0]
    at = _end(text, first) or key.end_mark.index
    if mapping.flow_style:
        return f"{text[:at]}, {name}: {written(value)}{text[at:]}"
    at = _line_end(text, at)
    line = f"{' ' * key.start_mark.column}{name}: {written(value)}"
    return f"{text[:at]}{_newline(text)}{line}{text[at:]}"


def without_field(text: str, mapping: yaml.MappingNode, name: str) -> str:
    """Return the text without a field of a block mapping that stands on lines of its own."""
    for key, value in _pairs(mapping):
        if key.value == name:
            start = text.rfind("\n", 0, key.start_mark.index) + 1
            end = _line_end(text, max(_end(text, value), key.end_mark.index))
            return text[:start] + text[_after_newline(text, end) :]
    return text


class Items:
    """The items of a list, to be put into another order, added to and taken from.

    An item of a block list takes the comments with it that stand directly above it, on its lines or indented below
    it. Empty lines and other comments between two items stay where they are.
    """

    def __init__(self, text: str, key: yaml.Node, node: yaml.SequenceNode) -> None:
        self.text, self.key, self.node = text, key, node

    def ordered(self, order: Sequence[int]) -> str:
        """Return the text with the items in another order."""
        spans = self._slots() if self.node.flow_style else self._chunks()
        pieces = [self.text[start:end] for start, end in spans]
        if not self.node.flow_style and pieces and not pieces[-1].endswith("\n"):
            pieces[-1] += _newline(self.text)
            return self._put(spans, [pieces[place] for place in order]).removesuffix(_newline(self.text))
        return self._put(spans, [pieces[place] for place in order])

    def with_item(self, lines: Sequence[str], flow: str) -> str:
        """Return the text with one more item at the end: as lines, or as it stands between brackets."""
        if not self.node.value:
            start = self.node.start_mark.index
            return f"{self.text[:start]}[{flow}]{self.text[self.node.end_mark.index :]}"
        if self.node.flow_style:
            at = _end(self.text, self.node.value[-1])
            return f"{self.text[:at]}, {flow}{self.text[at:]}"
        dash, at = self._dash(self.node.value[-1]), _line_end(self.text, _end(self.text, self.node.value[-1]))
        indent = " " * (dash - self.text.rfind("\n", 0, dash) - 1)
        newline = _newline(self.text)
        added = [f"{indent}- {lines[0]}", *(f"{indent}  {line}" for line in lines[1:])]
        return self.text[:at] + "".join(newline + line for line in added) + self.text[at:]

    def without(self, place: int) -> str:
        """Return the text without an item; the list stays, if need be empty."""
        if self.node.flow_style:
            slots = self._slots()
            start = slots[place - 1][1] if place else slots[0][0]
            end = slots[place][1] if place or len(slots) == 1 else slots[1][0]
            return self.text[:start] + self.text[end:]
        chunks = self._chunks()
        start, end = chunks[place]
        if place + 1 < len(chunks):
            return self.text[:start] + self.text[chunks[place + 1][0] :]
        if place:
            return self.text[: chunks[place - 1][1]] + self.text[end:]
        rest = self.text[:start] + self.text[end:]
        colon = self.text.index(":", self.key.end_mark.index) + 1
        return f"{rest[:colon]} []{rest[colon:]}"

    def _put(self, spans: list[tuple[int, int]], pieces: list[str]) -> str:
        out, at = [], 0
        for (start, end), piece in zip(spans, pieces, strict=True):
            out += [self.text[at:start], piece]
            at = end
        return "".join([*out, self.text[at:]])

    def _slots(self) -> list[tuple[int, int]]:
        return [(item.start_mark.index, _end(self.text, item)) for item in self.node.value]

    def _chunks(self) -> list[tuple[int, int]]:
        """Return whole lines: each item with its comments."""
        return [(self._start(item), self._stop(item)) for item in self.node.value]

    def _start(self, item: yaml.Node) -> int:
        dash = self._dash(item)
        line = self.text.rfind("\n", 0, dash) + 1
        indent = self.text[line:dash]
        while line:
            above = self.text.rfind("\n", 0, line - 1) + 1
            if not self.text[above:line].startswith(f"{indent}#"):
                break
            line = above
        return line

    def _stop(self, item: yaml.Node) -> int:
        at = _after_newline(self.text, _line_end(self.text, _end(self.text, item)))
        deeper = " " * (self.node.start_mark.column + 1)
        while self.text.startswith(deeper, at) and self.text[at:].lstrip(" ").startswith("#"):
            at = _after_newline(self.text, _line_end(self.text, at))
        return at

    def _dash(self, item: yaml.Node) -> int:
        """Return where the dash of an item stands: before it, at the list's own column."""
        start, column = item.start_mark.index, self.node.start_mark.column
        line = self.text.rfind("\n", 0, start) + 1
        while line and self.text[line + column : line + column + 1] != "-":
            line = self.text.rfind("\n", 0, line - 1) + 1
        return line + column


def _pairs(mapping: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return mapping.value if isinstance(mapping, yaml.MappingNode) else []


def _end(text: str, node: yaml.Node) -> int:
    """Return where a node's own text ends: what the parser calls its end may lie after comments and empty lines."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(text, part) for part in (last if isinstance(last, tuple) else (last,)))
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip())


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_end(text: str, at: int) -> int:
    """Return where the line ends on which a place is."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def _after_newline(text: str, at: int) -> int:
    return min(text.find("\n", at) + 1 or len(text), len(text))


def with_front_matter(text: str, name: str, value: str | None) -> str:
    """Return a lesson with a field of its front matter set, or taken away for None; raise NotYaml if it has none."""
    lines = text.removeprefix("\ufeff").split("\n")
    closing = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    if lines[0].strip() != "---" or not closing:
        raise NotYaml("line 1: A lesson begins with front matter between two lines of `---`.")
    start = text.index("\n") + 1
    matter = "\n".join(lines[1:closing]) + "\n"
    root = root_of(matter)
    changed = without_field(matter, root, name) if value is None else with_field(matter, root, name, value)
    return text[:start] + changed + text[start + len(matter) :]
