"""Files of older formats, brought up to date by a chain of small functions, one a step."""

from collections.abc import Callable
from typing import Any

from lessons.content.findings import Findings
from lessons.content.frontmatter import FORMAT

Fields = dict[str, tuple[Any, int, int]]

STEPS: dict[int, Callable[[Fields], Fields]] = {}  # format -> what makes the next one of it; 1 is the first


def migrated(fields: Fields, findings: Findings) -> Fields:
    """Return the front matter in today's format."""
    value, line, column = fields.get("format", (FORMAT, 1, 1))
    if not isinstance(value, int) or isinstance(value, bool):
        return fields
    if not 1 <= value <= FORMAT:
        findings.error(
            "format-unknown", line, column, f"This lesson has format {value}; this site knows 1 to {FORMAT}."
        )
    for step in range(value, FORMAT):
        fields = STEPS[step](fields)
    return fields
