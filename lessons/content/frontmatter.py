"""Front matter: YAML by the 1.2 core rules, with marks, without anchors, aliases or tags."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from lessons.content.findings import Findings, did_you_mean

LARGEST = 16_000  # characters
DEEPEST = 8  # lists and mappings within each other
FORMAT = 1

# No field is a fraction, so that 1.10 stays the text that it was written as.
_TAG = "tag:yaml.org,2002:"
_CORE = [
    (f"{_TAG}bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    (f"{_TAG}int", re.compile(r"^[-+]?[0-9]{1,15}$"), "-+0123456789"),
    (f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
]
_KNOWN_TAGS = {f"{_TAG}{name}" for name in ("bool", "int", "null", "str", "seq", "map")}

NAME = re.compile(r"^[a-z][a-z0-9-]{0,59}$")  # ids of lessons and modules, and names of their files


class CoreLoader(yaml.SafeLoader):
    """Resolves plain scalars as YAML 1.2's core schema does: `no` and `12:30` stay text."""

    yaml_implicit_resolvers: ClassVar[dict[Any, Any]] = {}


for tag, pattern, first in _CORE:
    CoreLoader.add_implicit_resolver(tag, pattern, list(first))


@dataclass(frozen=True)
class Entry:
    """A value and where it stands (from 1). A list holds entries, a mapping entries by name."""

    value: Any
    line: int
    column: int
    text: str = ""  # of a scalar: as it was written


Fields = dict[str, Entry]


@dataclass(frozen=True)
class Field:
    """What a field of some front matter may be."""

    kind: type
    needed: bool = False
    choices: tuple[str, ...] = ()
    is_name: bool = False
    low: int = 0


FIELDS = {
    "format": Field(int, needed=True),
    "id": Field(str, needed=True, is_name=True),
    "title": Field(str, needed=True),
    "summary": Field(str, needed=True),
    "minutes": Field(int, needed=True, low=1),
    "requires": Field(list),
    "teaches": Field(list),
    "level": Field(str, choices=("beginner", "intermediate", "advanced")),
    "lang": Field(str),
    "status": Field(str, choices=("draft", "published", "retired")),
    "authors": Field(list),
    "license": Field(str),
}

NOUNS = {int: "a whole number", str: "a text", list: "a list of texts", dict: "a mapping"}


class _Wrong(Exception):
    def __init__(self, code: str, mark: Any, message: str) -> None:
        super().__init__(message)
        self.code, self.mark = code, mark


def split(text: str, findings: Findings) -> tuple[str, int]:
    """Return the front matter's text and the line (from 0) at which the body begins."""
    lines = text.split("\n")
    if lines[0].strip() == "---":
        for number, line in enumerate(lines[1:], 1):
            if line.strip() == "---":
                return "\n".join(lines[1:number]), number + 1
    findings.error("front-matter-missing", 1, 1, "A lesson begins with front matter between two lines of `---`.")
    return "", 0


def load(text: str, findings: Findings, first_line: int = 2) -> Fields:
    """Return each field's value with its line and column; findings for what is no YAML."""
    if len(text) > LARGEST:
        findings.error("front-matter-yaml", first_line, 1, f"This YAML has more than {LARGEST:,} characters.")
        return {}
    try:
        _refuse_unsafe(text)
        root = yaml.compose(text, Loader=CoreLoader)
        if root is None:
            return {}
        if not isinstance(root, yaml.MappingNode):
            raise _Wrong("front-matter-yaml", root.start_mark, "Fields are written as `name: value`.")
        return _mapping(root, first_line)
    except _Wrong as wrong:
        findings.error(wrong.code, wrong.mark.line + first_line, wrong.mark.column + 1, str(wrong))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        problem = getattr(error, "problem", None) or "it holds characters that YAML does not allow"
        findings.error("front-matter-yaml", line, column, f"This is no valid YAML: {problem}.")
    return {}


def _refuse_unsafe(text: str) -> None:
    """Refuse what costs more than it says, before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, Loader=CoreLoader):
        if getattr(event, "anchor", None) is not None:
            raise _Wrong("front-matter-alias", event.start_mark, "Anchors and aliases are not allowed here.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _Wrong("front-matter-yaml", event.start_mark, f"Lists and mappings go {DEEPEST} deep at most.")


def _mapping(node: yaml.MappingNode, first_line: int) -> Fields:
    found: Fields = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _Wrong("front-matter-yaml", key.start_mark, "The name of a field is a word.")
        if key.value in found:
            raise _Wrong("front-matter-yaml", key.start_mark, f"The field `{key.value}` stands twice.")
        found[key.value] = _entry(value, first_line)
    return found


def _entry(node: yaml.Node, first_line: int) -> Entry:
    if node.tag not in _KNOWN_TAGS:
        raise _Wrong("front-matter-yaml", node.start_mark, "Tags are not allowed here.")
    line, column = node.start_mark.line + first_line, node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        return Entry(_mapping(node, first_line), line, column)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(item, first_line) for item in node.value], line, column)
    return Entry(_scalar(node), line, column, node.value)


def _scalar(node: yaml.Node) -> Any:
    kind = node.tag.removeprefix(_TAG)
    pattern = next((pattern for tag, pattern, _ in _CORE if tag == node.tag), None)
    if pattern and not pattern.match(node.value):
        raise _Wrong("front-matter-yaml", node.start_mark, f"`{node.value[:40]}` is not of the kind that its tag says.")
    if kind == "int":
        return int(node.value)
    return {"bool": node.value.lower() == "true", "null": None}.get(kind, node.value)


def check_fields(
    found: Fields, fields: dict[str, Field], findings: Findings, at: Entry | None = None
) -> dict[str, Any]:
    """Return the values that are as they should be; findings for the others. `at` is where they stand."""
    values = {}
    for name, entry in found.items():
        field = fields.get(name)
        if field is None:
            help_ = did_you_mean(name, fields)
            findings.error("front-matter-unknown", entry.line, 1, f"There is no field `{name}`.", help_)
            continue
        value, code, problem = _checked(entry, field)
        if problem:
            findings.error(code, entry.line, entry.column, f"`{name}` {problem}.")
        else:
            values[name] = value
    for name, field in fields.items():
        if field.needed and name not in found:
            line, column = (at.line, at.column) if at else (1, 1)
            findings.error("front-matter-value", line, column, f"The field `{name}` is missing.")
    return values


def _checked(entry: Entry, field: Field) -> tuple[Any, str, str]:
    """Return the value, or the code and the problem. A text may look like a number: it is taken as written."""
    value = entry.value
    if field.kind is str and isinstance(value, int):
        value = entry.text
    if field.kind is list and isinstance(value, list):
        texts = [item.text for item in value]
        return (texts, "", "") if all(texts) else (None, "front-matter-value", f"is {NOUNS[list]}")
    if not isinstance(value, field.kind) or isinstance(value, bool) or value == "":
        return None, "front-matter-value", f"is {NOUNS[field.kind]}"
    if field.choices and value not in field.choices:
        return None, "front-matter-value", f"is one of {', '.join(field.choices)}"
    if field.is_name and not NAME.match(value):
        return None, "bad-id", "is made of lower-case letters, digits and dashes, and begins with a letter"
    if isinstance(value, int) and value < field.low:
        return None, "front-matter-value", f"is at least {field.low}"
    return value, "", ""
