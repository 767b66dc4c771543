"""Courses in the database: taken in, given out, their drafts saved without losing anyone's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from lessons.content.course import COURSE_FIELDS, COURSE_FILE
from lessons.content.files import BUILT_IN_COURSE
from lessons.content.findings import Findings
from lessons.content.frontmatter import check_fields, load
from lessons.guide.course import GUIDE
from lessons.teaching.archive import Refused, check_file
from lessons.teaching.models import Course, Document, Membership, Revision
from lessons.teaching.serving import check_served, readable, serve

What = Revision.What
AUTOSAVE = timedelta(minutes=10)  # for how long one revision takes in what an author's editor saves by itself


class Conflict(Exception):
    """Someone else has saved this draft since it was read. `document` is what lies there now."""

    def __init__(self, document: Document) -> None:
        super().__init__(f"{document.path} was saved by someone else; it is at version {document.version} now.")
        self.document = document


@transaction.atomic
def take_in(files: Mapping[str, bytes], author: User, what: Revision.What = What.IMPORTED) -> Course:
    """Make a course of files, all of them drafts; raise Refused if it has no id or its id is taken."""
    slug = course_id(files)
    with _refusing(f"There is a course “{slug}” already; give this one another id in its {COURSE_FILE}."):
        course = Course.objects.create(slug=slug)
    Membership.objects.create(course=course, user=author, role=Membership.Role.INSTRUCTOR)
    for path in sorted(files):
        add(course, path, files[path], author, what)
    return course


def course_id(files: Mapping[str, bytes]) -> str:
    """Return the id that `course.yaml` gives; raise Refused with what is wrong with it."""
    findings = Findings(COURSE_FILE)
    fields = load(files.get(COURSE_FILE, b"").decode("utf-8-sig"), findings, first_line=1)
    fields.pop("modules", None)
    meta = check_fields(fields, COURSE_FIELDS, findings)
    if findings.has_errors():
        raise Refused(str(findings.all[0]))
    slug: str = meta["id"]
    if slug in (BUILT_IN_COURSE, GUIDE) or len(slug) > Course._meta.get_field("slug").max_length:
        raise Refused(f"“{slug[:80]}” cannot be a course's id: it is taken by this site, or longer than 60 letters.")
    return slug


def files_of(course: Course) -> dict[str, bytes]:
    """Return all drafts of a course by path, byte for byte."""
    return {document.path: bytes(document.draft) for document in course.documents.all()}


@transaction.atomic
def add(course: Course, path: str, content: bytes, author: User, what: Revision.What) -> Document:
    """Add a file to a course; raise Refused for one that no course may have, or whose path is taken."""
    check_file(path, content)
    taken = f"This course has a file “{path}” already."
    if course.documents.filter(path__iexact=path).exists():
        raise Refused(taken)
    with _refusing(taken):
        document: Document = course.documents.create(path=path, draft=content)
    document.revisions.create(content=content, author=author, what=what)
    return document


@transaction.atomic
def save(document: Document, content: bytes, version: int, author: User | None, what: Revision.What) -> int:
    """Save a draft that was read at `version` and return its new version; raise Conflict if it is not that any more.

    The comparison is the database's own, in one statement, so that of two who save at once exactly one is told.
    """
    check_file(document.path, content)
    here = Document.objects.filter(pk=document.pk)
    if not here.filter(version=version).update(draft=content, version=F("version") + 1, updated=timezone.now()):
        raise Conflict(here.get())
    _remember(document, content, author, what)
    return version + 1


def _remember(document: Document, content: bytes, author: User | None, what: Revision.What) -> None:
    """Add a revision; what was saved by itself goes on with the one before it for a while."""
    began = timezone.now() - AUTOSAVE
    newest = document.revisions.first()
    goes_on = newest and what == newest.what == What.AUTOSAVED and newest.author == author and newest.when > began
    if newest is not None and goes_on:
        newest.content = content
        newest.save(update_fields=["content"])
    else:
        document.revisions.create(content=content, author=author, what=what)


@contextmanager
def _refusing(taken: str) -> Iterator[None]:
    """Raise Refused with a sentence where the database knows of somebody who took a name a moment before."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refused(taken) from None


@transaction.atomic
def remove(course: Course, path: str) -> None:
    """Remove a file with its revisions; raise Refused for one that the course or a lesson that is read needs."""
    document = course.documents.filter(path=path).first()
    if document is None or path == COURSE_FILE:
        raise Refused(f"“{path[:80]}” cannot be deleted: there is no such file, or the course cannot be without it.")
    wanted = readable(course) - {path}
    document.delete()
    check_served(course, {path: None}, wanted)
    serve(course, {path: None})


def restore(revision: Revision, version: int, author: User) -> int:
    """Make an old revision the draft again; what was there stays among the revisions."""
    return save(revision.document, bytes(revision.content), version, author, What.RESTORED)
