"""The links of a lesson to other lessons, rewritten where it or they move: nothing else in its text is touched."""

import re
from collections.abc import Callable, Mapping
from posixpath import dirname, join, normpath, relpath
from urllib.parse import quote, unquote

_LINK = re.compile(r"(?P<before>\]\(\s*<?|^[ ]{0,3}\[[^\]\n]+\]:[ \t]*<?)(?P<name>[^\s)>#:]+\.md)(?=[)>#\s])", re.M)

New = Callable[[str], str]  # the path of a lesson to which a link leads, as the course knows it -> what to write


def with_links(text: str, path: str, new: New) -> str:
    """Return the text of the lesson at a path with its links to other lessons written anew."""

    def write(link: re.Match[str]) -> str:
        name = link["name"]
        return link["before"] + (name if name.startswith("/") else new(_target(path, name)))

    return _LINK.sub(write, text)


def moved_links(text: str, path: str, to: str, moved: Mapping[str, str]) -> str:
    """Return the text of a lesson that goes from one path to another, while others move as well.

    Links that lead to the same place as before keep the form that their author gave them.
    """

    def write(link: re.Match[str]) -> str:
        name = link["name"]
        target = _target(path, name)
        wanted = moved.get(target, target)
        if name.startswith("/") or _target(to, name) == wanted:
            return link[0]
        return link["before"] + quote(relpath(wanted, dirname(to) or "."))

    return _LINK.sub(write, text)


def _target(path: str, name: str) -> str:
    return normpath(join(dirname(path), unquote(name)))
