"""Where a lesson's links and images lead: files beside it become addresses of the site, missing ones findings."""

import re
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lessons.content.files import IMAGE_TYPES, Files
from lessons.content.findings import Findings
from lessons.content.keys import key_of

_ELSEWHERE = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")
_ID = re.compile(r"^id:[ \t]*([a-z][a-z0-9-]*)[ \t]*$", re.MULTILINE)


class Addresses:
    """The links and images of one lesson. Anchors are checked at the end, when all of them are known.

    `images` and `lessons` collect the paths of the course's files to which it leads.
    """

    def __init__(self, path: str, lesson_id: str, files: Files, findings: Findings) -> None:
        self.folder, self.files, self.findings = dirname(path), files, findings
        self.key = key_of(files.course, lesson_id)
        self.anchors: list[tuple[str, int]] = []
        self.images: set[str] = set()
        self.lessons: set[str] = set()

    def link(self, href: str, line: int) -> str:
        """Return where a link leads. Another lesson is linked as its file, which works on any Git host as well."""
        if href.startswith("#"):
            self.anchors.append((unquote(href[1:]), line))
            return href
        if not href or href.startswith("/") or _ELSEWHERE.match(href):
            return href
        name, _, anchor = href.partition("#")
        path = self._beside(name, "", (".md",))
        head = self.files.head(path) if path else None
        match = _ID.search(head.decode("utf-8", "replace").replace("\r\n", "\n")) if head else None
        if match is None:
            help_ = "another lesson is linked as its file, such as `../consensus/choosing-a-leader.md`"
            self.findings.error("broken-link", line, 1, f"The link `{href[:80]}` leads nowhere.", help_)
            return href
        self.lessons.add(str(path))
        return f"/lessons/{key_of(self.files.course, match[1])}/" + (f"#{anchor}" if anchor else "")

    def image(self, src: str, alt: str, line: int) -> str:
        """Return the address of an image beside the lesson."""
        if not alt.strip():
            self.findings.warning("missing-alt", line, 1, f"The image `{src[:80]}` has no text for who cannot see it.")
        found = None if _ELSEWHERE.match(src) else self._beside(src, self.folder, IMAGE_TYPES)
        if found is None or not self.files.has(found):
            help_ = f"images lie beside the lesson and are {', '.join(IMAGE_TYPES)}"
            self.findings.error("missing-image", line, 1, f"There is no image `{src[:80]}`.", help_)
            return src
        self.images.add(found)
        return self.files.image_address(self.key, self.folder, found.removeprefix(f"{self.folder}/"))

    def check_anchors(self, known: set[str]) -> None:
        """Report links to places that this page does not have."""
        for anchor, line in self.anchors:
            if anchor not in known:
                self.findings.error("broken-link", line, 1, f"This lesson has no place `#{anchor[:80]}`.")

    def _beside(self, name: str, folder: str, suffixes: tuple[str, ...]) -> str | None:
        """Return the path in the course that a name means from here, if it lies within a folder."""
        path = normpath(join(self.folder, unquote(name)))
        is_within = not folder or path.startswith(f"{folder}/")
        return path if is_within and path.lower().endswith(suffixes) else None
