"""Writing Markdown: lessons, tables, and a piece of a lesson shown both as text and at work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FENCE = "``````"  # longer than any that an example holds


@dataclass
class Sheet:
    """A lesson that is being written."""

    id: str
    title: str
    summary: str
    minutes: int = 5
    pieces: list[str] = field(default_factory=list)

    def add(self, *pieces: str) -> None:
        """Add paragraphs, tables or blocks."""
        self.pieces += [piece.strip("\n") for piece in pieces if piece.strip()]

    def show(self, markdown: str, before: str = "") -> None:
        """Add a piece of Markdown as text, and at work."""
        self.add(before, f"{FENCE}markdown\n{markdown.strip()}\n{FENCE}", markdown)

    def text(self) -> str:
        """Return the file."""
        head = (
            f"---\nformat: 1\nid: {self.id}\ntitle: {quoted(self.title)}\nsummary: {quoted(self.summary)}\n"
            f"minutes: {self.minutes}\nlang: en\nstatus: published\nauthors: [Faultline]\nlicense: CC-BY-4.0\n---\n"
        )
        return head + "\n\n".join(self.pieces) + "\n"


def quoted(text: str) -> str:
    """Return a text as a YAML scalar."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; nothing where it would have no rows."""
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines])


def code(text: str) -> str:
    """Return a text set as code within a line."""
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
