"""Files of older formats, brought up to date by a chain of small functions, one a step."""

from collections.abc import Callable

from lessons.content.findings import Findings
from lessons.content.frontmatter import FORMAT, Entry, Fields

STEPS: dict[int, Callable[[Fields], Fields]] = {}  # format -> what makes the next one of it; 1 is the first


def migrated(fields: Fields, findings: Findings) -> Fields:
    """Return the front matter in today's format."""
    entry = fields.get("format", Entry(FORMAT, 1, 1))
    if not isinstance(entry.value, int) or isinstance(entry.value, bool):
        return fields
    if not 1 <= entry.value <= FORMAT:
        message = f"This lesson has format {entry.value}; this site knows 1 to {FORMAT}."
        findings.error("format-unknown", entry.line, entry.column, message)
    for step in range(entry.value, FORMAT):
        fields = STEPS[step](fields)
    return fields
