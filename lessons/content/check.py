"""All that is wrong with a course: every finding of every file, then its lessons played."""

from collections.abc import Callable, Collection

from lessons.content.files import Files
from lessons.content.findings import Finding
from lessons.content.library import read_library
from lessons.content.play import play

Told = Callable[[str], None]  # hears which lesson is played now


def check(files: Files, told: Told, only: Collection[str] | None = None) -> list[Finding]:
    """Return the findings of a course, sorted; of the files in `only`, if it is given."""
    library = read_library(files)
    found = [finding for finding in library.findings if only is None or finding.path in only]
    for lesson in library.by_id.values():
        if lesson.available and (only is None or lesson.path in only):
            told(lesson.path)
            found += play(lesson).all
    return sorted(found)
