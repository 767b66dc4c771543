"""A course and a folder, in git say, kept in step both ways. What only one side has changed, the other takes over."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from lessons.teaching.archive import Refused, check_file, folder_files
from lessons.teaching.models import Course, Revision
from lessons.teaching.shelf import add, course_id, files_of, remove, save, take_in

PREFERENCES = ("folder", "site")

Sums = dict[str, str]  # of each file by path, its SHA-256


@dataclass
class Done:
    """What a sync did, by path; nothing was done about conflicts."""

    to_site: list[str] = field(default_factory=list)
    to_folder: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def lines(self) -> Iterable[str]:
        """Return it in words, a line a file."""
        yield from (f"site    <- {path}" for path in self.to_site)
        yield from (f"folder  <- {path}" for path in self.to_folder)
        for path in self.conflicts:
            yield f"CONFLICT  {path}: the site and the folder have both changed it. Say which wins with --prefer."
        if not (self.to_site or self.to_folder or self.conflicts):
            yield "In step already."


def sync(slug: str, folder: Path, author: User, prefer: str | None = None) -> Done:
    """Bring a course and a folder in step; raise Refused or OSError for a folder that is no course.

    Both are compared with what they were when they were last in step: a file that one side has changed, added or
    removed since is changed, added or removed on the other. On the site a change becomes a draft with a revision.
    """
    has_files = folder.is_dir() and any(folder.iterdir())
    disk = folder_files(folder) if has_files else {}
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        return _made(slug, disk, author)
    if disk and course_id(disk) != slug:
        raise Refused(f"The folder holds the course “{course_id(disk)}”, not “{slug}”.")
    return _brought_in_step(course, folder, disk, author, prefer)


def _made(slug: str, disk: dict[str, bytes], author: User) -> Done:
    if not disk:
        raise Refused(f"There is neither a course “{slug}” in the database nor one in the folder.")
    if course_id(disk) != slug:
        raise Refused(f"The folder holds the course “{course_id(disk)}”, not “{slug}”.")
    course = take_in(disk, author)
    Course.objects.filter(pk=course.pk).update(synced=_sums(disk))
    return Done(to_site=sorted(disk))


def _brought_in_step(course: Course, folder: Path, disk: dict[str, bytes], author: User, prefer: str | None) -> Done:
    site, base, done = files_of(course), dict(course.synced), Done()
    theirs, ours = _sums(disk), _sums(site)
    if not disk:
        base = {}  # a new folder, and not one in which everything was deleted
    for path in sorted({*theirs, *ours}):
        here, there, before = ours.get(path), theirs.get(path), base.get(path)
        if here == there:
            continue
        if here == before or (there != before and prefer == "folder"):
            done.to_site.append(path)
        elif there == before or prefer == "site":
            done.to_folder.append(path)
        else:
            done.conflicts.append(path)
    with transaction.atomic():
        for path in done.to_site:
            _to_site(course, path, disk.get(path), author)
        for path in done.to_folder:
            _to_folder(folder, path, site.get(path))
        agreed = _sums(files_of(course))
        kept = {path: before for path, before in base.items() if path in done.conflicts}
        course.synced = {path: one for path, one in agreed.items() if path not in done.conflicts} | kept
        course.save(update_fields=["synced"])
    return done


def _to_site(course: Course, path: str, content: bytes | None, author: User) -> None:
    document = course.documents.filter(path=path).first()
    if content is None:
        remove(course, path)
    elif document is None:
        add(course, path, content, author, Revision.What.IMPORTED)
    else:
        save(document, content, document.version, author, Revision.What.IMPORTED)


def _to_folder(folder: Path, path: str, content: bytes | None) -> None:
    check_file(path, content or b"")  # a path that leads nowhere else
    target = folder / path
    if content is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(content)
    fresh.replace(target)


def _sums(files: dict[str, bytes]) -> Sums:
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
