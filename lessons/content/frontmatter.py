"""Front matter: YAML by the 1.2 core rules, with marks, without anchors or aliases."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from lessons.content.findings import Findings, did_you_mean

LARGEST = 16_000  # characters
FORMAT = 1

_CORE = [
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    ("tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$"), "-+.0123456789"),
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
]


class CoreLoader(yaml.SafeLoader):
    """Resolves plain scalars as YAML 1.2's core schema does: `no` and `12:30` stay text."""

    yaml_implicit_resolvers: ClassVar[dict[Any, Any]] = {}


for tag, pattern, first in _CORE:
    CoreLoader.add_implicit_resolver(tag, pattern, list(first))


@dataclass(frozen=True)
class Field:
    """What a lesson's front matter may have."""

    kind: type
    needed: bool = False
    choices: tuple[str, ...] = ()


FIELDS = {
    "format": Field(int, needed=True),
    "id": Field(str, needed=True),
    "title": Field(str, needed=True),
    "summary": Field(str, needed=True),
    "minutes": Field(int, needed=True),
    "requires": Field(list),
    "teaches": Field(list),
    "level": Field(str, choices=("beginner", "intermediate", "advanced")),
    "lang": Field(str),
    "status": Field(str, choices=("draft", "published", "retired")),
    "authors": Field(list),
    "license": Field(str),
}

NOUNS = {int: "a whole number", str: "a text", list: "a list", dict: "a mapping"}


def split(text: str, findings: Findings) -> tuple[str, int]:
    """Return the front matter's text and the line (from 0) at which the body begins."""
    lines = text.split("\n")
    if lines[0].strip() == "---":
        for number, line in enumerate(lines[1:], 1):
            if line.strip() == "---":
                return "\n".join(lines[1:number]), number + 1
    findings.error("front-matter-missing", 1, 1, "A lesson begins with front matter between two lines of `---`.")
    return "", 0


def load(text: str, findings: Findings, first_line: int = 2) -> dict[str, tuple[Any, int, int]]:
    """Return each field's value with its line and column; findings for what is no YAML."""
    if len(text) > LARGEST:
        findings.error("front-matter-yaml", first_line, 1, f"This YAML has more than {LARGEST:,} characters.")
        return {}
    try:
        for event in yaml.parse(text, Loader=CoreLoader):
            if getattr(event, "anchor", None) is not None:
                mark = event.start_mark
                findings.error(
                    "front-matter-alias",
                    mark.line + first_line,
                    mark.column + 1,
                    "Anchors and aliases are not allowed here.",
                )
                return {}
        root = yaml.compose(text, Loader=CoreLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        problem = getattr(error, "problem", None) or "it cannot be read"
        findings.error("front-matter-yaml", line, column, f"This is no valid YAML: {problem}.")
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        findings.error("front-matter-yaml", first_line, 1, "Fields are written as `name: value`.")
        return {}
    loader = CoreLoader("")
    found = {}
    for key, value in root.value:
        mark = value.start_mark
        found[str(key.value)] = (loader.construct_object(value, deep=True), mark.line + first_line, mark.column + 1)
    return found


def check_fields(
    found: dict[str, tuple[Any, int, int]], fields: dict[str, Field], findings: Findings
) -> dict[str, Any]:
    """Return the values that are as they should be; findings for the others."""
    values = {}
    for name, (value, line, column) in found.items():
        field = fields.get(name)
        if field is None:
            findings.error("front-matter-unknown", line, 1, f"There is no field `{name}`.", did_you_mean(name, fields))
        elif not isinstance(value, field.kind) or isinstance(value, bool):
            findings.error("front-matter-value", line, column, f"`{name}` is {NOUNS[field.kind]}.")
        elif field.choices and value not in field.choices:
            findings.error("front-matter-value", line, column, f"`{name}` is one of {', '.join(field.choices)}.")
        elif field.kind is list and not all(isinstance(item, str) for item in value):
            findings.error("front-matter-value", line, column, f"`{name}` is a list of texts.")
        else:
            values[name] = value
    for name, field in fields.items():
        if field.needed and name not in found:
            findings.error("front-matter-value", 1, 1, f"The field `{name}` is missing.")
    return values
