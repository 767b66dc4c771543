"""Names made of titles, for files, ids and addresses: of latin letters, digits and dashes, and free."""

from collections.abc import Collection
from itertools import chain, count
from unicodedata import normalize

from lessons.content.files import BUILT_IN_COURSE
from lessons.content.frontmatter import NAME
from lessons.content.render import slug as slug_of
from lessons.guide.course import GUIDE
from lessons.teaching.models import Course

LONGEST = 50  # characters, before a number behind it


def named(title: str, kind: str = "lesson") -> str:
    """Return the name that a title suggests; letters with accents lose them."""
    latin = "".join(letter for letter in normalize("NFKD", slug_of(title)) if letter.isascii())
    plain = latin.strip("-")[:LONGEST].strip("-")
    return plain if NAME.match(plain) else f"{kind}-{plain}".strip("-")


def numbered(wanted: str, taken: Collection[str]) -> str:
    """Return a name that is not taken; with a number behind it if need be."""
    return next(name for name in chain([wanted], (f"{wanted}-{n}" for n in count(2))) if name not in taken)


def free_course_id(title: str) -> str:
    """Return an id that a course of this title can have."""
    wanted = named(title, "course")
    taken = Course.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    return numbered(wanted, {BUILT_IN_COURSE, GUIDE, *taken})


def is_taken(slug: str) -> bool:
    """Say whether a course has this id: one of the site's own, or one in the database."""
    return slug in (BUILT_IN_COURSE, GUIDE) or Course.objects.filter(slug=slug).exists()
