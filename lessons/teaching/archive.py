"""A course as the zip of its folder: read with suspicion, written the same way every time."""

import io
import re
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from lzma import LZMAError
from pathlib import Path
from typing import IO
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from lessons.content.course import COURSE_FILE
from lessons.content.files import IMAGE_TYPES, LARGEST_IMAGE, TEXT_TYPES
from lessons.content.lesson import LARGEST

MOST_FILES = 2_000
LARGEST_COURSE = 60_000_000  # bytes, unpacked
LONGEST_PATH = 200  # characters: what a document's path holds

_SEGMENT = re.compile(r"[\w][\w .()+-]*")  # no dot in front, no slash of any kind, no colon, nothing unprintable
_CLUTTER = {"__macosx", "thumbs.db", "desktop.ini"}  # what systems put beside one's files
_UTF_8 = 0x800  # the flag of an entry whose name says that it is UTF-8
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning: an export depends on nothing but its files


class Refused(ValueError):
    """A course that is not taken in, with the sentence that says why."""


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of a zipped course by path; raise Refused for what no course is.

    The sizes that a zip claims are not believed: reading stops at the limit.
    """
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return _checked(_read(archive))
    except Refused:
        raise
    except (BadZipFile, ZlibError, LZMAError, OSError, EOFError, RuntimeError, ValueError) as error:
        raise Refused("This file is no zip that can be read.") from error


def folder_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a course's folder by path; raise Refused as for a zip, OSError for what cannot be read.

    Hidden files and folders (`.git`) and what systems leave behind are no part of a course, as in a zip.
    """
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_clutter(name):
            continue
        if path.is_symlink():
            raise Refused(f"“{name[:80]}” is a link to another file, which a course may not have.")
        if path.is_file():
            _add(files, name, path.open("rb"))
    return _checked(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a course's files as a zip; the same files give the same bytes."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = ZipInfo(path, _FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[path])
    return target.getvalue()


def check_file(path: str, content: bytes) -> None:
    """Raise Refused for a file that no course has: by its path, its kind, its size or its encoding."""
    shown = path[:80]
    if len(path) > LONGEST_PATH or not all(_SEGMENT.fullmatch(part) for part in path.split("/")):
        raise Refused(f"The path “{shown}” is none that a course may have.")
    if not path.lower().endswith((*TEXT_TYPES, *IMAGE_TYPES)):
        raise Refused(f"“{shown}” is neither Markdown, YAML nor an image ({', '.join(IMAGE_TYPES)}).")
    most = _most(path)
    if len(content) > most:
        raise Refused(f"“{shown}” has more than {most:,} bytes.")
    if path.lower().endswith(TEXT_TYPES):
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise Refused(f"“{shown}” is no UTF-8 text. Save it with the encoding UTF-8.") from error


def _most(path: str) -> int:
    return LARGEST if path.lower().endswith(TEXT_TYPES) else LARGEST_IMAGE


def _read(archive: ZipFile) -> dict[str, bytes]:
    entries = [(_path(entry), entry) for entry in archive.infolist()]
    entries = [(path, entry) for path, entry in entries if not path.endswith("/") and not _is_clutter(path)]
    if len(entries) > MOST_FILES:
        raise Refused(f"A course has at most {MOST_FILES:,} files; this zip has {len(entries):,}.")
    files: dict[str, bytes] = {}
    for path, entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused(f"“{path[:80]}” is a link to another file, which a course may not have.")
        if "\0" in entry.orig_filename:
            raise Refused(f"The path “{path[:80]}” is none that a course may have.")
        if path in files:
            raise Refused(f"The zip holds “{path[:80]}” twice.")
        _add(files, path, archive.open(entry))
    return files


def _path(entry: ZipInfo) -> str:
    """Return the path of an entry as one writes it in a lesson, however the system that made the zip writes paths.

    Some write backslashes, some write UTF-8 and do not say so, some write an accent after its letter.
    """
    name = entry.filename
    if not entry.flag_bits & _UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return normalize("NFC", name.replace("\\", "/"))


def _is_clutter(path: str) -> bool:
    """Say whether a path belongs to the system and not to the course: hidden, or known for it."""
    parts = path.split("/")
    hidden = any(part.startswith(".") and part.strip(".") for part in parts)  # `..` is no name of anything
    return hidden or not _CLUTTER.isdisjoint(map(str.lower, parts))


def _add(files: dict[str, bytes], path: str, opened: IO[bytes]) -> None:
    """Read one more file, never further than the limits."""
    with opened as file:
        content = file.read(_most(path) + 1)
    check_file(path, content)
    files[path] = content
    if len(files) > MOST_FILES:
        raise Refused(f"A course has at most {MOST_FILES:,} files.")
    if sum(map(len, files.values())) > LARGEST_COURSE:
        raise Refused(f"A course has at most {LARGEST_COURSE:,} bytes; this one has more.")


def _checked(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files from the course's own folder down; it may lie in other folders, alone in each."""
    while COURSE_FILE not in files and (top := _only_folder(files)):
        files = {path.removeprefix(top): content for path, content in files.items()}
    if COURSE_FILE not in files:
        deeper = next((path.removesuffix(COURSE_FILE) for path in files if path.endswith(f"/{COURSE_FILE}")), None)
        there = f"there is one in “{deeper[:80]}”, so take that folder" if deeper else "there is none"
        raise Refused(f"A course has a {COURSE_FILE} at its top; {there}.")
    folded: dict[str, str] = {}
    for path in files:
        other = folded.setdefault(path.casefold(), path)
        if other != path:
            raise Refused(f"“{other[:80]}” and “{path[:80]}” differ by case alone, which not every disk can hold.")
    return files


def _only_folder(files: Collection[str]) -> str:
    """Return the folder in which all files lie, with its slash; "" where they do not lie in one."""
    folder, slash, _ = next(iter(files), "").partition("/")
    top = folder + slash
    return top if slash and all(path.startswith(top) for path in files) else ""
