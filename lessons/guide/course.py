"""The author's guide: a course made of the declarations that the site itself runs by, so that it cannot go stale."""

from functools import cache
from pathlib import Path

from lessons.content.files import Bundle
from lessons.guide.blocks import block_lessons
from lessons.guide.labs import lab_lessons
from lessons.guide.markdown import Sheet, quoted
from lessons.guide.panels import panel_lessons
from lessons.guide.tables import findings_lesson, front_matter_lesson

GUIDE = "authors-guide"
TEXTS = Path(__file__).parent / "texts"
WRITTEN = ("twenty-minutes", "expressions-and-scripts", "publishing", "a-class")

HEAD = f"""\
id: {GUIDE}
title: The author's guide
summary: All that a lesson can be made of, each piece with its Markdown and at work.
language: en
license: CC-BY-4.0
modules:
"""


@cache
def guide() -> Bundle:
    """Return the guide's files; they follow from the program alone."""
    begin = {name: (TEXTS / f"{name}.md").read_text() for name in WRITTEN}
    modules = {
        "begin": ("How to begin", "A first lesson, what can be said in one, and how it reaches learners.", begin),
        "blocks": ("Blocks", "The pieces of a lesson, with their options.", _texts(block_lessons())),
        "labs": ("Labs", "What each lab declares: settings, buttons, goals, measures.", _texts(lab_lessons())),
        "lists": ("Lists", "Panels, front matter, findings.", _texts([*panel_lessons(), *_lists()])),
    }
    files = {"course.yaml": HEAD.encode()}
    for name, (title, summary, texts) in modules.items():
        named = ", ".join(texts)
        module = f"  - id: {name}\n    title: {title}\n    summary: {quoted(summary)}\n    lessons: [{named}]\n"
        files["course.yaml"] += module.encode()
        files |= {f"{name}/{lesson}.md": text.encode() for lesson, text in texts.items()}
    return Bundle(files, GUIDE)


def _lists() -> list[Sheet]:
    return [front_matter_lesson(), findings_lesson()]


def _texts(lessons: list[Sheet]) -> dict[str, str]:
    return {lesson.id: lesson.text() for lesson in lessons}
