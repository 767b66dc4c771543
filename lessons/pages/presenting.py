"""A lesson on the projector, a step at a time, and the instructor's notes in a window of their own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from lessons.content.blocks import Aside, Block, Narrate, Prose
from lessons.content.lesson import Lesson
from lessons.content.makers.asides import NOTES
from lessons.learning.learners import learner_of
from lessons.learning.models import Result
from lessons.learning.parts import lesson_parts
from lessons.pages.courses import served_lesson
from lessons.teaching.rights import may_create

_SECTION = re.compile(r"(?=<h2[ >])")
_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)

Part = dict[str, Any]


@dataclass
class Step:
    """What the projector shows at once, under which title, and what the instructor wants to say to it."""

    title: str
    parts: list[Part] = field(default_factory=list)
    notes: list[SafeString] = field(default_factory=list)
    is_text: bool = True  # more text may join it


@require_safe
def present(request: HttpRequest, key: str) -> HttpResponse:
    """Show a lesson in steps; without JavaScript all of them stand below each other."""
    lesson = served_lesson(key)
    results = {result.block: result for result in learner_of(request).results.filter(lesson=lesson.key)}
    steps = list(steps_of(lesson, results))
    context = {"lesson": lesson, "steps": steps, "page": "present", "has_notes": may_create(request.user)}
    return render(request, "present/lesson.html", context)


@require_safe
def notes(request: HttpRequest, key: str) -> HttpResponse:
    """Show the instructor the notes of each step; the window follows the projector."""
    if not may_create(request.user):
        raise PermissionDenied
    lesson = served_lesson(key)
    steps = list(steps_of(lesson))
    return render(request, "present/notes.html", {"lesson": lesson, "steps": steps, "page": "present"})


def steps_of(lesson: Lesson, results: Mapping[str, Result] | None = None) -> Iterator[Step]:
    """Yield the steps: a section's text, then each lab, exercise and chart by itself.

    `results` are a learner's, by block. A caption that waits for its lab and a note belong to the step before them.
    """
    step = Step(lesson.title)
    parts = lesson_parts(lesson, results or {})
    for part in chain.from_iterable(map(_pieces, parts)):
        block: Block = part["block"]
        if isinstance(block, Aside) and block.kind == NOTES:
            step.notes.append(SafeString(block.html))
        elif isinstance(block, Narrate):
            step.parts.append(part)
        else:
            title = _title(block)
            is_text = isinstance(block, Prose | Aside)
            if step.parts and (title or not (is_text and step.is_text)):
                yield step
                step = Step(title or step.title)
            step.title, step.is_text = title or step.title, is_text
            step.parts.append(part)
    yield step


def _pieces(part: Part) -> Iterator[Part]:
    """Yield a stretch of text section by section, anything else as it is."""
    block = part["block"]
    if not isinstance(block, Prose):
        yield part
        return
    for html in filter(str.strip, _SECTION.split(block.html)):
        yield part | {"block": replace(block, html=mark_safe(html))}  # cut before a heading, never inside a tag


def _title(block: Block) -> str:
    heading = _HEADING.match(block.html) if isinstance(block, Prose) else None
    return strip_tags(heading[1]).strip() if heading else ""
