"""The files of a course, wherever they lie: in a folder, in memory, or (see `lessons.teaching`) in the database."""

from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote

BUILT_IN_COURSE = "built-in"
TEXT_TYPES = (".md", ".yaml")
MEDIA = MappingProxyType(  # our own table: that of the system may lack some, and what has no type is taken for a page
    {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".gif": "image/gif",
        ".webp": "image/webp",
        ".avif": "image/avif",
    }
)
IMAGE_TYPES = tuple(MEDIA)
LARGEST_IMAGE = 5_000_000  # bytes
HEAD = 20_000  # bytes of a lesson in which its front matter stands


class Files(Protocol):
    """A course's files by path: `course.yaml`, a lesson `module/name.md`, an image beside one."""

    course: str  # the name under which the course is served

    def stamp(self) -> Hashable:
        """Return what changes when a file does; it costs little."""

    def paths(self) -> Iterable[str]:
        """Return all paths, sorted."""

    def has(self, path: str) -> bool:
        """Say whether there is such a file."""

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file's first `most` bytes, or None where there is no such file or it cannot be read."""

    def head(self, path: str) -> bytes | None:
        """Return the beginning of a lesson that others may link to, where its id stands; None if there is none."""

    def image_address(self, key: str, folder: str, name: str) -> str:
        """Return where a page finds the image of that name in the folder of the lesson of that key."""


class Folder:
    """Files on disk. What a path leads to outside the folder is not there."""

    def __init__(self, root: Path, course: str = BUILT_IN_COURSE) -> None:
        self.root, self.course = root.resolve(), course

    def stamp(self) -> Hashable:
        """Return path, time and size of each file."""
        found = []
        for path in self._all():
            with suppress(OSError):  # it went away while we looked
                state = path.stat()
                found.append((str(path), state.st_mtime_ns, state.st_size))
        return (str(self.root), *sorted(found))

    def paths(self) -> Iterable[str]:
        """Return all paths, sorted."""
        return sorted(path.relative_to(self.root).as_posix() for path in self._all())

    def has(self, path: str) -> bool:
        """Say whether there is such a file."""
        return self._found(path) is not None

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file's first `most` bytes, or None."""
        found = self._found(path)
        if found is None:
            return None
        try:
            with found.open("rb") as file:
                return file.read(most)
        except OSError:
            return None

    def head(self, path: str) -> bytes | None:
        """Return the beginning of a lesson, or None."""
        return self.read(path, HEAD)

    def image_address(self, key: str, folder: str, name: str) -> str:
        """Return where learners find an image."""
        return served_image(key, name)

    def _all(self) -> Iterable[Path]:
        return (path for path in self.root.rglob("*") if path.suffix.lower() in (*TEXT_TYPES, *IMAGE_TYPES))

    def _found(self, path: str) -> Path | None:
        try:
            found = (self.root / path).resolve()
            return found if self.root in found.parents and found.is_file() else None
        except (OSError, ValueError):  # a name that no file can have
            return None


class Bundle:
    """Files in memory: those of a zip, or texts that are written at this moment."""

    def __init__(self, files: Mapping[str, bytes], course: str = BUILT_IN_COURSE) -> None:
        self.files, self.course = files, course

    def stamp(self) -> Hashable:
        """Return the files themselves: they are what can change."""
        return tuple(sorted(self.files.items()))

    def paths(self) -> Iterable[str]:
        """Return all paths, sorted."""
        return sorted(self.files)

    def has(self, path: str) -> bool:
        """Say whether there is such a file."""
        return path in self.files

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file's first `most` bytes, or None."""
        content = self.files.get(path)
        return None if content is None else content[:most]

    def head(self, path: str) -> bytes | None:
        """Return the beginning of a lesson, or None."""
        return self.read(path, HEAD)

    def image_address(self, key: str, folder: str, name: str) -> str:
        """Return where learners find an image."""
        return served_image(key, name)


class Overlay:
    """Files with some of them changed, added, or (where there is None) not served: what would be if they were saved."""

    def __init__(self, beneath: Files, changed: Mapping[str, bytes | None]) -> None:
        self.beneath, self.changed, self.course = beneath, changed, beneath.course

    def stamp(self) -> Hashable:
        """Return what changes when a file does, changed or beneath."""
        return self.beneath.stamp(), tuple(sorted(self.changed.items()))

    def paths(self) -> Iterable[str]:
        """Return all paths, sorted."""
        added = {path for path, content in self.changed.items() if content is not None}
        return sorted(added | {path for path in self.beneath.paths() if path not in self.changed})

    def has(self, path: str) -> bool:
        """Say whether there is such a file."""
        return self.changed[path] is not None if path in self.changed else self.beneath.has(path)

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file's first `most` bytes, or None."""
        if path not in self.changed:
            return self.beneath.read(path, most)
        content = self.changed[path]
        return None if content is None else content[:most]

    def head(self, path: str) -> bytes | None:
        """Return the beginning of a lesson, changed or as it lies beneath: one that is not served may be linked to."""
        return self.read(path, HEAD) or self.beneath.head(path)

    def image_address(self, key: str, folder: str, name: str) -> str:
        """Return where an image is found beneath."""
        return self.beneath.image_address(key, folder, name)


def media_type(path: str) -> str:
    """Return the media type of an image by how its path ends."""
    return next(media for ending, media in MEDIA.items() if path.lower().endswith(ending))


def served_image(key: str, name: str) -> str:
    """Return the address of an image beside a lesson that is served."""
    return f"/lessons/{key}/images/{quote(name)}"
