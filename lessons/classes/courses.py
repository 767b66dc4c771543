"""The course that a class is held on, as it is served."""

from collections.abc import Iterable
from typing import Any

from lessons.classes.models import Classroom
from lessons.content.lesson import Lesson
from lessons.content.library import UnknownCourse, find_lesson, library


def lessons_of(classroom: Classroom) -> list[Lesson]:
    """Return the lessons of the class's course, in order; none where the course is served no more."""
    try:
        return list(library(classroom.course).lessons())
    except UnknownCourse:
        return []


def title_of(classroom: Classroom) -> str:
    """Return the title of the class's course, or its name in addresses where it is served no more."""
    try:
        return library(classroom.course).course.title
    except UnknownCourse:
        return classroom.course


def lesson_of(classroom: Classroom, key: str) -> Lesson | None:
    """Return a lesson of the class's course by its key; None where it has no such lesson."""
    lesson = find_lesson(key)
    return lesson if lesson is not None and lesson.course == classroom.course else None


def block_of(classroom: Classroom, key: str, block: str) -> Any:
    """Return a block of a lesson of the class's course, or None."""
    lesson = lesson_of(classroom, key)
    return lesson.block(block) if lesson else None


def usable_courses(slugs: Iterable[str], served: Iterable[Any]) -> list[tuple[str, str]]:
    """Return name and title of the courses on which somebody may make a class: those that all find, and their own."""
    known = {one.slug: one.title for one in served}
    for slug in slugs:
        if slug not in known:
            try:
                known[slug] = library(slug).course.title
            except UnknownCourse:
                continue
    return list(known.items())
