"""The key of a lesson: its id in the built-in course, `course/id` in any other. Everything stored hangs on it.

How keys, and the files beside lessons, stand in addresses.
"""

from django.urls import register_converter

from lessons.content.files import BUILT_IN_COURSE

LONGEST = 130  # characters: two names and a slash


def key_of(course: str, lesson_id: str) -> str:
    """Return the key of a course's lesson."""
    return lesson_id if course == BUILT_IN_COURSE else f"{course}/{lesson_id}"


def parts_of(key: str) -> tuple[str, str]:
    """Return the course and the id that a key names."""
    course, slash, lesson_id = key.rpartition("/")
    return (course if slash else BUILT_IN_COURSE), lesson_id


class KeyConverter:
    """A key in an address. The shorter reading wins, so that what follows it (`images/…`) is no lesson's id."""

    regex = "[-a-z0-9]+(?:/[-a-z0-9]+)??"

    def to_python(self, value: str) -> str:
        """Return the key."""
        return value

    def to_url(self, value: str) -> str:
        """Return how an address writes it."""
        return value


register_converter(KeyConverter, "key")
