"""What a new course and a new lesson begin with; neither has a finding, and each lesson plays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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

_FRONT = """\
---
format: 1
id: {name}
title: {title}
summary: What the learner can do afterwards, in one sentence.
minutes: 10
status: draft
---

"""

_LAB = """\
## What happens when a server crashes?

:::{lab} cluster-of-five
:lab: raft
:alt: Five servers, one of which leads.

Five servers that elect a leader. Crash it, and see who follows.
:::
"""

_WHOLE = """\
Say in two sentences what goes wrong in practice, and for whom.

## Before you run it

:::{predict} who-leads
:lab: cluster
:ask: leader at 1s

Which of the five leads after one second? Commit to an answer, then let the lab run.
:::

:::{lab} cluster
:lab: raft
:seed: 7
:speed: 1s = 100ms
:buttons: crash, restart, isolate, heal, write
:alt: Five servers in a ring, none of which leads yet.

Five servers that elect a leader. Break what you like.
:::

## Break it

::::{challenge} two-leaders
:lab: cluster
:goal: two-leaders
:budget: 1
:solution: 1s isolate leader

With one fault only, make two servers believe that they lead.

:::{hint}
:after: 2

Who does not hear that another one was elected?
:::
::::

## What to keep

:::{quiz} majority
How many of five must hear each other, for the cluster to go on?

- [ ] two
  > Two others would be as good, and could decide otherwise.
- [x] three
  > Any two groups of three share a server, which cannot say two things.
- [ ] all five
  > Then one crash would stop them all.
:::

:::{definition} Majority
More than half: any two majorities share a member.
:::
"""


@dataclass(frozen=True)
class Template:
    """A lesson to begin with."""

    title: str
    body: str

    def text(self, name: str, title: str) -> bytes:
        """Return it under a name and a title. A title is any text: JSON's strings are YAML's as well."""
        front = _FRONT.format(name=name, title=json.dumps(title, ensure_ascii=False))
        return (front + self.body).encode()


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "lab": Template("a lab", _LAB),
        "whole": Template("predict, run, break, keep: one of each", _WHOLE),
        "blank": Template("an empty page", "Write here.\n"),
    }
)


def new_course(slug: str, title: str) -> dict[str, bytes]:
    """Return the files of a new course."""
    return {
        COURSE_FILE: _COURSE.format(slug=slug, title=json.dumps(title, ensure_ascii=False)).encode(),
        "first-module/first-lesson.md": new_lesson("first-lesson", "The first lesson"),
    }


def new_lesson(name: str, title: str) -> bytes:
    """Return a lesson to begin with."""
    return TEMPLATES["lab"].text(name, title)
