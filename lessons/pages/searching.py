"""Search over the course: every word of the query must occur; titles weigh more than text."""

import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lessons.content.library import Lesson, Library

MOST_WORDS, MOST_FOUND, AROUND = 8, 30, 90


@dataclass(frozen=True)
class Found:
    """A lesson that matches, with the words in their surroundings."""

    lesson: Lesson
    excerpt: SafeString
    weight: int


def find(library: Library, query: str) -> list[Found]:
    """Return the lessons in which all the words occur, best first."""
    words = re.findall(r"\w+", query.lower())[:MOST_WORDS]
    if not words:
        return []
    found = [_look(lesson, words) for lesson in library.lessons()]
    return sorted((hit for hit in found if hit), key=lambda hit: -hit.weight)[:MOST_FOUND]


def _look(lesson: Lesson, words: list[str]) -> Found | None:
    title, text = f"{lesson.title} {lesson.summary}".lower(), lesson.text.lower()
    if not all(word in title or word in text for word in words):
        return None
    weight = sum(10 * title.count(word) + text.count(word) for word in words)
    return Found(lesson, _excerpt(lesson.text, words), weight)


def _excerpt(text: str, words: list[str]) -> SafeString:
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    hit = pattern.search(text)
    middle = hit.start() if hit else 0
    cut = text[max(0, middle - AROUND) : middle + AROUND]
    marked = pattern.sub(lambda match: f"\x02{match.group()}\x03", cut)
    html = escape(marked).replace("\x02", "<mark>").replace("\x03", "</mark>")
    return mark_safe(f"…{html}…")  # escaped first, marked after
