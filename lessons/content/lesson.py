"""A lesson: one Markdown file, parsed, checked and rendered."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lessons.content.addresses import Addresses
from lessons.content.blocks import EXERCISES, Aside, Block, LabBlock, Prose
from lessons.content.build import Builder
from lessons.content.files import BUILT_IN_COURSE, Bundle, Files
from lessons.content.findings import Findings
from lessons.content.frontmatter import FIELDS, Fields, check_fields, load, split
from lessons.content.keys import key_of
from lessons.content.makers.asides import NOTES
from lessons.content.migrate import migrated
from lessons.content.render import Page, plain_text
from lessons.content.scan import Scanner

LARGEST = 400_000  # bytes
TAKEN = ("images",)  # beside a lesson: in addresses this is no lesson
NO_FILES = Bundle({})
LONGEST = 20_000  # characters of a paragraph: some of Markdown's rules cost the square of its length


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
    path: str  # of its file in the course
    fields: Fields = field(default_factory=dict)  # the front matter, with the place of each value
    available: bool = True
    previous: "Lesson | None" = field(default=None, repr=False, compare=False)
    next: "Lesson | None" = field(default=None, repr=False, compare=False)
    module: str = ""
    course: str = BUILT_IN_COURSE
    images: frozenset[str] = frozenset()  # paths in the course of what it shows
    links: frozenset[str] = frozenset()  # paths of the lessons to which it links

    @property
    def key(self) -> str:
        """What is stored of a lesson hangs on this, and it stands in addresses."""
        return key_of(self.course, self.id)

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
        shown = (block for block in self.blocks if isinstance(block, Prose | Aside))
        html = [block.html for block in shown if not (isinstance(block, Aside) and block.kind == NOTES)]
        return plain_text(" ".join(html))


@dataclass
class Parsed:
    """What parsing gave: a lesson unless it could not even be named, and the findings."""

    lesson: Lesson | None
    findings: Findings


def parse(source: bytes, path: str, files: Files = NO_FILES) -> Parsed:
    """Parse the lesson that stands, or is to stand, at a path among a course's files."""
    findings = Findings(path)
    text = _decoded(source, findings)
    if text is None:
        return Parsed(None, findings)
    matter, first = split(text, findings)
    fields = load(matter, findings)
    if not fields and findings.has_errors():
        return Parsed(None, findings)
    fields = migrated(fields, findings)
    meta = check_fields(fields, FIELDS, findings)
    if meta.get("id") in TAKEN:
        entry = fields["id"]
        findings.error("bad-id", entry.line, entry.column, f"`{meta['id']}` stands in addresses; give another id.")
    addresses = Addresses(path, meta.get("id", ""), files, findings)
    page = Page(link=addresses.link, image=addresses.image)
    blocks = Builder(findings, page).build(Scanner(text.split("\n"), first, findings).parts())
    addresses.check_anchors(page.taken)
    if not {"id", "title", "summary", "minutes"} <= meta.keys():
        return Parsed(None, findings)
    named = (meta["id"], meta["title"], meta["summary"], meta["minutes"])
    leads_to = {"images": frozenset(addresses.images), "links": frozenset(addresses.lessons)}
    lesson = Lesson(*named, meta, blocks, page.headings, path, fields, course=files.course, **leads_to)
    return Parsed(lesson, findings)


def _decoded(source: bytes, findings: Findings) -> str | None:
    """Return the text, or None and a finding for what no lesson can be."""
    if len(source) > LARGEST:
        findings.error("file-unreadable", 1, 1, f"A lesson has at most {LARGEST:,} bytes; this file has more.")
        return None
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        findings.error("file-unreadable", line, 1, "This file is no UTF-8 text.")
        return None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        findings.error("file-unreadable", line, 1, "This file holds a null character.")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _paragraphs_are_short(text, findings) else None


def _paragraphs_are_short(text: str, findings: Findings) -> bool:
    length = 0
    for number, line in enumerate(text.split("\n"), 1):
        length = length + len(line) + 1 if line.strip() else 0
        if length > LONGEST:
            message = f"A paragraph has at most {LONGEST:,} characters; this one is longer."
            findings.error("file-unreadable", number, 1, message, "part it by empty lines")
            return False
    return True
