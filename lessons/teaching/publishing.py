"""Publishing: what learners are served becomes what the drafts are, once these are checked and played."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from asgiref.sync import async_to_sync
from channels.db import DatabaseSyncToAsync
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import now

from lessons.content.course import COURSE_FILE
from lessons.content.files import Files, Overlay
from lessons.content.findings import Finding
from lessons.content.lesson import parse
from lessons.content.splice import NotYaml, with_front_matter
from lessons.teaching.archive import Refused
from lessons.teaching.checking import Cancelled, check_of, checked, errors_of
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course, Document, Publication, Revision
from lessons.teaching.outline import Outline
from lessons.teaching.serving import check_served, readable, serve
from lessons.teaching.shelf import Conflict, save
from lessons.work.workshop import NotDone

logger = logging.getLogger(__name__)

Outcome = Publication.Outcome
SILENT_S = 20.0  # after which a publication that says nothing is taken for dead
BEFORE = "Learners see what they saw before."
_under_way: set[asyncio.Task[None]] = set()  # a task that nobody holds may be forgotten half-way
DIED = "The check ended without a verdict, perhaps because the server was restarted. Try again."


@dataclass
class Asked:
    """What is to be published: the texts as they would be served, and the documents as they were when it was asked."""

    course: Course
    documents: dict[str, Document]
    texts: dict[str, bytes]
    with_map: bool = False
    good: list[str] = field(default_factory=list)

    @property
    def files(self) -> Files:
        """The course as its authors would have it after this."""
        return Overlay(Drafts(self.course), dict(self.texts))

    @property
    def only(self) -> list[str]:
        """The files whose errors hinder it."""
        return [*self.texts, *([COURSE_FILE] if self.with_map else [])]


def begin(course: Course, paths: Iterable[str], author: User) -> Publication:
    """Start to publish lessons, and the map where it is named or must change; raise Refused while others do."""
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        if running(course) is not None:
            raise Refused("Somebody is publishing this course at this moment. Wait for the verdict, or cancel it.")
        publication: Publication = course.publications.create(author=author, paths=sorted(paths))
    _start(publication)
    return publication


def running(course: Course) -> Publication | None:
    """Return what is being published of a course at this moment; what has not been heard of for long is dead."""
    found = course.publications.filter(outcome=Outcome.RUNNING).first()
    if found is not None and now() - found.heard > timedelta(seconds=SILENT_S):
        _end(found, Outcome.FAILED, DIED)
        return None
    return found


def _start(publication: Publication) -> None:
    """Run it on the server's own loop, beside the request that asked for it."""

    async def start() -> None:
        task = asyncio.create_task(run(publication), context=Context())  # a request's context ends with the request
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)

    async_to_sync(start)()


async def run(publication: Publication) -> None:
    """Check, play and publish; whatever comes of it stands in the row afterwards."""
    try:
        asked = await apart(_asked)(publication)
        job = await apart(lambda: check_of(asked.files, asked.only))()
        findings = await checked(job, _telling(publication), lambda: apart(_is_wanted)(publication))
        await apart(_publish)(publication, asked, findings)
    except Cancelled:
        await apart(_end)(publication, Outcome.CANCELLED, f"Cancelled. {BEFORE}")
    except asyncio.CancelledError:  # the server stops
        await asyncio.shield(apart(_end)(publication, Outcome.FAILED, DIED))
        raise
    except NotDone as error:
        await apart(_end)(publication, Outcome.FAILED, f"{error} {BEFORE}")
    except (Refused, Conflict) as error:
        await apart(_end)(publication, Outcome.REFUSED, f"{error} {BEFORE}")
    except Exception:
        logger.exception("publishing %s", publication)
        await apart(_end)(publication, Outcome.FAILED, "Something went wrong, and nothing was published. Try again.")


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what calls a function in a thread of its own: rooms share another one for their short queries."""
    return DatabaseSyncToAsync(function, thread_sensitive=False)


def _publish(publication: Publication, asked: Asked, findings: list[Finding]) -> None:
    asked.good = [path for path in asked.texts if not errors_of(findings, path)]
    is_refused = bool(errors_of(findings, COURSE_FILE)) or (asked.texts and not asked.good)
    publication.findings = [finding.to_json() for finding in findings]
    if is_refused:
        _end(publication, Outcome.REFUSED, _hindered(findings, asked))
        return
    _put_out(asked, publication.author)
    outcome = Outcome.PUBLISHED if len(asked.good) == len(asked.texts) else Outcome.PARTLY
    _end(publication, outcome, _done(asked))


def _asked(publication: Publication) -> Asked:
    course, paths = Course.objects.get(pk=publication.course_id), publication.lessons
    documents = {document.path: document for document in course.documents.filter(path__in=[*paths, COURSE_FILE])}
    missing = sorted(set(paths) - set(documents))
    if missing or COURSE_FILE not in documents:
        raise Refused(f"There is no “{(missing or [COURSE_FILE])[0]}” in this course any more.")
    the_map = documents[COURSE_FILE]
    texts = {path: with_status(bytes(documents[path].draft), "published") for path in paths}
    served = _outline_of(the_map.published)
    is_named = COURSE_FILE in publication.paths
    with_map = not texts or is_named or served is None or any(served.module_of(path) is None for path in texts)
    if with_map:
        drafted = Outline(bytes(the_map.draft).decode())
        for path in texts:
            if drafted.module_of(path) is None:
                raise Refused(f"{COURSE_FILE} names no lesson {path}. Add it to a module first.")
    for path, text in texts.items():
        _check_id(documents[path], text)
    return Asked(course, documents, texts, with_map)


def with_status(text: bytes, status: str) -> bytes:
    """Return a lesson with its status set; the same text where it says so already, or cannot be read."""
    words = text.decode()
    lesson = parse(text, "x/x.md").lesson
    if lesson is not None and lesson.meta.get("status", "published") == status:
        return text
    try:
        return with_front_matter(words, "status", status).encode()
    except NotYaml:
        return text


def _outline_of(text: Any) -> Outline | None:
    return None if text is None else Outline(bytes(text).decode())


def _check_id(document: Document, text: bytes) -> None:
    """Refuse another id than what is served has: the answers of learners hang on it."""
    before = parse(bytes(document.published), document.path).lesson if document.published is not None else None
    after = parse(text, document.path).lesson
    if before is not None and after is not None and before.id != after.id:
        raise Refused(
            f"The id of a published lesson stays: answers hang on it. That of {document.path} is `{before.id}`."
        )


def _put_out(asked: Asked, author: User | None) -> None:
    """Serve the good texts, their images and the map; raise Conflict where one was saved since it was checked."""
    changes = {path: asked.texts[path] for path in asked.good}
    if asked.with_map:
        changes[COURSE_FILE] = bytes(asked.documents[COURSE_FILE].draft)
    images = {image for path in asked.good for image in _images(asked, path)}
    drafts = asked.course.documents.filter(path__in=images).values_list("path", "draft")
    served = changes | {path: bytes(draft) for path, draft in drafts}
    check_served(asked.course, served, readable(asked.course) | set(asked.good))
    with transaction.atomic():
        for path, text in changes.items():
            _keep(asked.documents[path], text, author)
        serve(asked.course, served)


def _keep(document: Document, text: bytes, author: User | None) -> None:
    """Make a text the draft, and a revision that says when learners were served it first."""
    if bytes(document.draft) != text:
        save(document, text, document.version, author, Revision.What.PUBLISHED)
    elif not Document.objects.filter(pk=document.pk, version=document.version).exists():
        raise Conflict(Document.objects.get(pk=document.pk))
    elif document.published is None or bytes(document.published) != text:
        document.revisions.create(content=text, author=author, what=Revision.What.PUBLISHED)


def _images(asked: Asked, path: str) -> frozenset[str]:
    lesson = parse(asked.texts[path], path, asked.files).lesson
    return lesson.images if lesson else frozenset()


def _telling(publication: Publication) -> Callable[[str], None]:
    """Return what keeps in mind what is played now: it is written down when somebody asks whether to go on."""

    def tell(doing: str) -> None:
        publication.doing = doing

    return tell


def _is_wanted(publication: Publication) -> bool:
    mine = Publication.objects.filter(pk=publication.pk, outcome=Outcome.RUNNING)
    return mine.update(doing=publication.doing, heard=now()) > 0


def _end(publication: Publication, outcome: Publication.Outcome, said: str) -> None:
    publication.outcome, publication.said, publication.doing = outcome, said, ""
    if Publication.objects.filter(pk=publication.pk).exists():  # the course may have been deleted meanwhile
        publication.save()


def _hindered(findings: Iterable[Finding], asked: Asked) -> str:
    count = sum(len(errors_of(list(findings), path)) for path in (*asked.texts, COURSE_FILE))
    errors = "An error hinders" if count == 1 else f"{count} errors hinder"
    return f"{errors} it. {BEFORE}"


def _done(asked: Asked) -> str:
    if not asked.texts:
        return "Published: the map."
    if len(asked.texts) == 1:
        return f"Published: {asked.good[0]}."
    left = len(asked.texts) - len(asked.good)
    rest = f" Errors hindered {left} of them, which stayed as they were." if left else ""
    return f"Published: {len(asked.good)} of {len(asked.texts)} lessons.{rest}"
