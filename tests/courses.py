"""Courses as tests write them: front matter, a lab, and a small one in which all hangs together."""

from pathlib import Path

from lessons.teaching.models import Course
from lessons.teaching.serving import serve
from lessons.teaching.shelf import files_of

FRONT = """---
format: 1
id: a-lesson
title: A lesson
summary: What it is about.
minutes: 5
---
"""
LAB = """
:::{lab} cluster
:lab: raft
:alt: Five servers.
:::
"""
COURSE = (
    "id: mine\ntitle: My course\nsummary: What breaks.\nmodules:\n  - id: one\n    title: One\n    lessons: [a, b]\n"
)
FIRST = (
    FRONT
    + """
![A ring](pictures/ring.png) and [the next one](b.md#there).

:::{definition} Quorum
Enough of them.
:::

:::{lab} cluster
:lab: raft
:alt: Five servers.
:::

:::{quiz} which
Which?
- [x] this
  > yes
- [ ] that
  > no
:::
"""
)
SECOND = FRONT.replace("a-lesson", "b-lesson").replace("A lesson", "Another lesson") + "## There\n\nzebras\n"
PNG = b"\x89PNG\r\n\x1a\n and the rest of it"
FILES = {
    "course.yaml": COURSE.encode(),
    "one/a.md": FIRST.encode(),
    "one/b.md": SECOND.encode(),
    "one/pictures/ring.png": PNG,
}


def published(course: Course) -> Course:
    """Serve all drafts of a course as they are."""
    serve(course, files_of(course))
    return course


def make_course(folder: Path, *sources: str) -> Path:
    """Write a course of these lessons into a folder."""
    (folder / "m").mkdir(parents=True)
    names = [f"l{number}" for number in range(len(sources))]
    listed = ", ".join(names)
    (folder / "course.yaml").write_text(
        f"id: c\ntitle: C\nmodules:\n  - id: m\n    title: M\n    lessons: [{listed}]\n"
    )
    for name, source in zip(names, sources, strict=True):
        (folder / "m" / f"{name}.md").write_text(source)
    return folder
