"""A lesson: one Markdown file, parsed, checked and rendered."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lessons.content.blocks import EXERCISES, Aside, Block, LabBlock, Prose
from lessons.content.build import Builder
from lessons.content.findings import Findings
from lessons.content.frontmatter import FIELDS, check_fields, load, split
from lessons.content.migrate import migrated
from lessons.content.render import plain_text
from lessons.content.scan import Scanner

LARGEST = 400_000  # bytes


@dataclass
class Lesson:
    """A lesson that can be served."""

    id: str
    title: str
    summary: str
    minutes: int
    meta: dict[str, Any]
    blocks: list[Block]
    contents: list[tuple[int, str, str]]  # level, id and title of each heading
    path: Path
    available: bool = True
    previous: "Lesson | None" = None
    next: "Lesson | None" = None
    module: str = ""

    def block(self, block_id: str) -> Any:
        """Return the lab or exercise of that id, or None."""
        return next((block for block in self.blocks if getattr(block, "id", "") == block_id and block_id), None)

    def labs(self) -> list[LabBlock]:
        """Return the lesson's labs."""
        return [block for block in self.blocks if isinstance(block, LabBlock)]

    @cached_property
    def exercises(self) -> tuple[str, ...]:
        """The ids of what can be answered or reached."""
        return tuple(block.id for block in self.blocks if isinstance(block, EXERCISES))

    @cached_property
    def text(self) -> str:
        """The lesson's words, for search."""
        html = [block.html for block in self.blocks if isinstance(block, Prose | Aside)]
        return plain_text(" ".join(html))


@dataclass
class Parsed:
    """What parsing gave: a lesson unless it could not even be named, and the findings."""

    lesson: Lesson | None
    findings: Findings = field(default_factory=lambda: Findings(""))


def parse(source: bytes, path: Path, shown: str) -> Parsed:
    """Parse a lesson; `shown` is the path that findings carry."""
    findings = Findings(shown)
    text = _decoded(source, findings)
    if text is None:
        return Parsed(None, findings)
    matter, first = split(text, findings)
    fields = migrated(load(matter, findings), findings)
    meta = check_fields(fields, FIELDS, findings)
    builder = Builder(findings)
    blocks = builder.build(Scanner(text.split("\n"), first, findings).parts())
    if not {"id", "title", "summary", "minutes"} <= meta.keys():
        return Parsed(None, findings)
    lesson = Lesson(meta["id"], meta["title"], meta["summary"], meta["minutes"], meta, blocks, builder.headings, path)
    return Parsed(lesson, findings)


def _decoded(source: bytes, findings: Findings) -> str | None:
    if len(source) > LARGEST:
        findings.error(
            "file-unreadable", 1, 1, f"A lesson has at most {LARGEST:,} bytes; this file has {len(source):,}."
        )
        return None
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        findings.error("file-unreadable", line, 1, "This file is no UTF-8 text.")
        return None
    if "\0" in text:
        findings.error(
            "file-unreadable", text[: text.index("\0")].count("\n") + 1, 1, "This file holds a null character."
        )
        return None
    return text.replace("\r\n", "\n")
