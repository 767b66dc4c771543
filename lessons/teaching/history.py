"""The revisions of a document: what each changed, and going back to one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lessons.numbers import whole
from lessons.teaching.access import course_of, document_of, instructor
from lessons.teaching.diff import compare
from lessons.teaching.models import Document, Revision
from lessons.teaching.shelf import Conflict, restore

SHOWN = 100  # the newest revisions


@require_safe
def history(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """List a text's revisions and show what one of them changed; the newest unless `?revision=` names another."""
    document = document_of(request, slug, path)
    return _shown(request, document, _chosen(document, request.GET.get("revision", "")))


@require_POST
def restore_revision(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Make a revision the draft again, unless someone has saved since the page was shown."""
    course, user = course_of(request, slug), instructor(request)
    revision = Revision.objects.filter(pk=pk, document__course=course).select_related("document").first()
    version = whole(request.POST.get("version", ""))
    if revision is None or version is None:
        raise Http404("This course has no such revision.")
    try:
        restore(revision, version, user)
    except Conflict as conflict:
        return _shown(request, conflict.document, revision, status=409, problem=str(conflict))
    return redirect("teach-document", slug, revision.document.path)


def _chosen(document: Document, asked: str) -> Revision:
    """Return the revision that is asked for, or the newest; every document has one."""
    revisions = document.revisions.select_related("author")
    number = whole(asked)
    found = revisions.first() if number is None else revisions.filter(pk=number).first()
    if found is None:
        raise Http404("This text has no such revision.")
    return found


def _before(document: Document, revision: Revision) -> Revision | None:
    """Return what a revision is compared with: the one before it; of two that were published, the earlier."""
    earlier = document.revisions.filter(pk__lt=revision.pk).select_related("author")
    alike = earlier.filter(what=revision.what) if revision.what == Revision.What.PUBLISHED else earlier
    return alike.first() or earlier.first()


def _shown(
    request: HttpRequest, document: Document, revision: Revision, status: int = 200, problem: str = ""
) -> HttpResponse:
    earlier = _before(document, revision)
    old = bytes(earlier.content).decode() if earlier else ""
    context: dict[str, Any] = {
        "course": document.course,
        "document": document,
        "revision": revision,
        "earlier": earlier,
        "revisions": document.revisions.select_related("author").defer("content")[:SHOWN],
        "page": "teach",
        "problem": problem,
    }
    try:
        context["rows"] = compare(old, bytes(revision.content).decode())
    except ValueError as error:
        context["not_compared"] = str(error)
    return render(request, "teaching/history.html", context, status=status)
