"""What the editor asks while someone types: JSON about a text that may not be saved yet."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.views.decorators.http import require_POST

from lessons.content.files import Overlay
from lessons.content.lesson import LARGEST, Lesson, Parsed, parse
from lessons.teaching.access import document_of, instructor
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course, Document

View = Callable[..., HttpResponse]
Answer = Callable[["Asked"], dict[str, Any]]

TOO_LARGE = f"A lesson has at most {LARGEST:,} bytes; this text has more."


class NotDone(ValueError):
    """What the editor asks for cannot be done; the message says why."""

    def __init__(self, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.status, self.more = status, more


@dataclass
class Asked:
    """A question about the text of a document: who asks, the text as it is shown, and what else was said."""

    request: HttpRequest
    user: User
    course: Course
    document: Document
    text: str
    said: dict[str, Any]

    def number(self, name: str) -> int:
        """Return a whole number that was said; raise NotDone where it is none."""
        value = self.said.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
            raise NotDone("The editor and the server do not understand each other. Reload the page.")
        return value

    @property
    def files(self) -> Overlay:
        """The drafts of the course, with this text in the place of the one that is saved."""
        return Overlay(Drafts(self.course), {self.document.path: self.text.encode("utf-8", "replace")})

    @cached_property
    def parsed(self) -> Parsed:
        """The text as a lesson of its course's drafts; `course.yaml` is none."""
        files, path = self.files, self.document.path
        return parse(files.read(path, LARGEST + 1) or b"", path, files)

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that the text is, if it can be read as one."""
        return self.parsed.lesson if self.document.path.endswith(".md") else None


def answers_json(answer: Answer) -> View:
    """Make a view of what answers a question; whatever cannot be done is answered with a sentence as well."""

    @require_POST
    @wraps(answer)
    def view(request: HttpRequest, slug: str, path: str) -> HttpResponse:
        document = document_of(request, slug, path)
        try:
            said = _said(request)
            asked = Asked(request, instructor(request), document.course, document, said["text"], said)
            return JsonResponse(answer(asked))
        except NotDone as error:
            return JsonResponse({"problem": str(error), **error.more}, status=error.status)

    return view


def _said(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except RequestDataTooBig:
        raise NotDone(TOO_LARGE) from None
    except (ValueError, RecursionError, RawPostDataException):  # no JSON, nested too deep, or a form
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise NotDone("The editor and the server do not understand each other. Reload the page.")
    if len(said["text"]) > LARGEST:
        raise NotDone(TOO_LARGE)
    return said
