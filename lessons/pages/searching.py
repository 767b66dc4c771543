"""Search over the course: every word of the query must occur; lessons with words in their titles come first."""

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
    weight: tuple[int, int]  # occurrences in the title, and in summary and text


def find(library: Library, query: str) -> list[Found]:
    """Return the lessons in which all the words occur, best first."""
    words = re.findall(r"\w+", query.lower())[:MOST_WORDS]
    if not words:
        return []
    found = [_look(lesson, words) for lesson in library.lessons()]
    return sorted((hit for hit in found if hit), key=lambda hit: hit.weight, reverse=True)[:MOST_FOUND]


def _look(lesson: Lesson, words: list[str]) -> Found | None:
    title, text = lesson.title.lower(), f"{lesson.summary} {lesson.text}".lower()
    if not all(word in title or word in text for word in words):
        return None
    weight = sum(title.count(word) for word in words), sum(text.count(word) for word in words)
    return Found(lesson, _excerpt(lesson.text, words), weight)


def _excerpt(text: str, words: list[str]) -> SafeString:
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    hit = pattern.search(text)
    cut = _cut(text, hit.start() if hit else 0)
    marked = pattern.sub(lambda match: f"\x02{match.group()}\x03", cut)
    html = escape(marked).replace("\x02", "<mark>").replace("\x03", "</mark>")
    return mark_safe(html)  # escaped first, marked after


def _cut(text: str, middle: int) -> str:
    """Return the whole words around a place, with an ellipsis where text was left out."""
    start, end = max(0, middle - AROUND), min(len(text), middle + AROUND)
    if start:
        start = text.find(" ", start, middle) + 1 or middle
    if end < len(text) and (space := text.rfind(" ", middle, end)) > 0:
        end = space
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
