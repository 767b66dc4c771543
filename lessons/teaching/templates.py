"""What a new course begins with: one module with one lesson that has no findings."""

import json

from lessons.content.course import COURSE_FILE

_COURSE = """\
id: {slug}
title: {title}
language: en
modules:
  - id: first-module
    title: The first module
    lessons: [first-lesson]
"""

LESSON = """\
---
format: 1
id: {name}
title: {title}
summary: What the learner can do afterwards, in one sentence.
minutes: 10
status: draft
---

## What happens when a server crashes?

:::{{lab}} cluster-of-five
:lab: raft
:alt: Five servers, one of which leads.

Five servers that elect a leader. Crash it, and see who follows.
:::
"""


def new_course(slug: str, title: str) -> dict[str, bytes]:
    """Return the files of a new course. A title is any text: JSON's strings are YAML's as well."""
    return {
        COURSE_FILE: _COURSE.format(slug=slug, title=json.dumps(title, ensure_ascii=False)).encode(),
        "first-module/first-lesson.md": new_lesson("first-lesson", "The first lesson"),
    }


def new_lesson(name: str, title: str) -> bytes:
    """Return a lesson to begin with."""
    return LESSON.format(name=name, title=json.dumps(title, ensure_ascii=False)).encode()
