"""Publishing: what learners are served becomes what the drafts are, once these are checked and played."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from typing import Any

from django.contrib.auth.models import User
from django.db import close_old_connections, transaction
from django.utils.timezone import now

from lessons.content.course import COURSE_FILE
from lessons.content.files import Files, Overlay
from lessons.content.findings import Finding
from lessons.content.lesson import parse
from lessons.content.splice import NotYaml, with_front_matter
from lessons.teaching.archive import Refused
from lessons.teaching.checking import SECONDS, Cancelled, NotChecked, checked, errors_of
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course, Document, Publication, Revision
from lessons.teaching.outline import Outline
from lessons.teaching.serving import check_served, readable, serve
from lessons.teaching.shelf import Conflict, save

logger = logging.getLogger(__name__)

Outcome = Publication.Outcome
SILENT_S = SECONDS + 30  # after which a publication that says nothing is taken for dead
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


def begin(course: Course, paths: Iterable[str], author: User) -> Publication:
    """Start to publish lessons, and the map where it must change; raise Refused while another one is under way."""
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        if running(course) is not None:
            raise Refused("Somebody is publishing this course at this moment. Wait for the verdict, or cancel it.")
        publication: Publication = course.publications.create(author=author, paths=sorted(paths))
    _start(publication)
    return publication


def running(course: Course) -> Publication | None:
    """Return what is being published of a course at this moment; one that died long ago is not."""
    found = course.publications.filter(outcome=Outcome.RUNNING).first()
    if found is not None and now() - found.heard > timedelta(seconds=SILENT_S):
        _end(found, Outcome.FAILED, DIED)
        return None
    return found


def run(publication: Publication) -> None:
    """Check, play and publish; whatever comes of it stands in the row afterwards."""
    try:
        _publish(publication)
    except Cancelled:
        _end(publication, Outcome.CANCELLED, "Cancelled; learners see what they saw before.")
    except NotChecked as error:
        _end(publication, Outcome.FAILED, f"{error} Learners see what they saw before.")
    except (Refused, Conflict) as error:
        _end(publication, Outcome.REFUSED, f"{error} Learners see what they saw before.")
    except Exception:
        logger.exception("publishing %s", publication)
        _end(publication, Outcome.FAILED, "Something went wrong on the server, and nothing was published. Try again.")


def _start(publication: Publication) -> None:
    """Run it beside the request that asked for it."""
    Thread(target=_alone, args=(publication,), daemon=True).start()


def _alone(publication: Publication) -> None:
    close_old_connections()
    try:
        run(publication)
    finally:
        close_old_connections()


def _publish(publication: Publication) -> None:
    asked = _asked(Course.objects.get(pk=publication.course_id), publication.paths)
    only = [*asked.texts, *([COURSE_FILE] if asked.with_map else [])]
    findings = checked(asked.files, only, lambda path: _tell(publication, path), lambda: _is_wanted(publication))
    asked.good = [path for path in asked.texts if not errors_of(findings, path)]
    is_refused = bool(errors_of(findings, COURSE_FILE)) or (asked.texts and not asked.good)
    publication.findings = [finding.to_json() for finding in findings]
    if is_refused:
        _end(publication, Outcome.REFUSED, _hindered(findings, asked))
        return
    _put_out(asked, publication.author)
    outcome = Outcome.PUBLISHED if len(asked.good) == len(asked.texts) else Outcome.PARTLY
    _end(publication, outcome, _done(asked))


def _asked(course: Course, paths: Iterable[str]) -> Asked:
    documents = {document.path: document for document in course.documents.filter(path__in=[*paths, COURSE_FILE])}
    missing = sorted(set(paths) - set(documents))
    if missing or COURSE_FILE not in documents:
        raise Refused(f"There is no “{(missing or [COURSE_FILE])[0]}” in this course any more.")
    the_map = documents[COURSE_FILE]
    texts = {path: with_status(bytes(documents[path].draft), "published") for path in paths}
    served = _outline_of(the_map.published)
    with_map = not texts or served is None or any(served.module_of(path) is None for path in texts)
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


def _tell(publication: Publication, path: str) -> None:
    Publication.objects.filter(pk=publication.pk).update(doing=path, heard=now())


def _is_wanted(publication: Publication) -> bool:
    return Publication.objects.filter(pk=publication.pk, outcome=Outcome.RUNNING).exists()


def _end(publication: Publication, outcome: Publication.Outcome, said: str) -> None:
    publication.outcome, publication.said, publication.doing = outcome, said, ""
    if Publication.objects.filter(pk=publication.pk).exists():  # the course may have been deleted meanwhile
        publication.save()


def _hindered(findings: Iterable[Finding], asked: Asked) -> str:
    count = sum(len(errors_of(list(findings), path)) for path in (*asked.texts, COURSE_FILE))
    errors = "An error hinders" if count == 1 else f"{count} errors hinder"
    return f"{errors} it. Learners see what they saw before."


def _done(asked: Asked) -> str:
    if not asked.texts:
        return "Learners see the map as it is now."
    if len(asked.texts) == 1:
        return f"Published: learners see {asked.good[0]} as it is now."
    left = len(asked.texts) - len(asked.good)
    rest = f" Errors hinder {left} of them; of these, learners see what they saw before." if left else ""
    return f"Published: {len(asked.good)} of {len(asked.texts)} lessons.{rest}"
