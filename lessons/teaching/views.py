"""The courses of an instructor: the list, a new one, in and out as a zip, and the draft of a document."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lessons.content.course import course_head
from lessons.numbers import whole
from lessons.teaching.access import course_of, directed_course_of, document_of, instructor
from lessons.teaching.adding import source_of
from lessons.teaching.archive import Refused, packed, unpacked
from lessons.teaching.begins import sources
from lessons.teaching.board import show
from lessons.teaching.copying import copy_course
from lessons.teaching.editor import editor_context
from lessons.teaching.files import Drafts
from lessons.teaching.forms import Copy, Import, NewCourse
from lessons.teaching.models import Course, Document, Revision
from lessons.teaching.shelf import Conflict, files_of, save, take_in
from lessons.teaching.templates import new_course


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses that this instructor writes."""
    return _list(request, instructor(request))


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make a course with one lesson to begin with."""
    user, form = instructor(request), NewCourse(request.POST)

    def take(given: Any) -> Course:
        return take_in(new_course(given["slug"], given["title"]), user, Revision.What.SAVED)

    return _taken_in(request, user, "new_form", form, take)


@require_POST
def import_course(request: HttpRequest) -> HttpResponse:
    """Make a course of the zip of its folder."""
    user, form = instructor(request), Import(request.POST, request.FILES)
    return _taken_in(request, user, "import_form", form, lambda given: take_in(unpacked(given["file"]), user))


@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    """Make a course of another one: the built-in one, one that is served, or one's own."""
    user, form = instructor(request), Copy(request.POST, sources=sources(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            course = copy_course(source_of(request, given["source"]), given["slug"], given["title"], user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("teach-course", course.slug)
    return _list(request, user, 400, copy_form=form)


@require_POST
def delete_course(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a course with everything in it, if its id was written to confirm it."""
    course = directed_course_of(request, slug)
    if request.POST.get("confirm", "").strip() != course.slug:
        return show(request, course, problem=f"To delete this course, write its id: {course.slug}", status=400)
    course.delete()
    messages.success(request, f"The course “{slug}” is deleted.")
    return redirect("teach")


@require_safe
def export_course(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a course's drafts as the zip of its folder."""
    course = course_of(request, slug)
    headers = {"Content-Disposition": f'attachment; filename="{course.slug}.zip"'}
    return HttpResponse(packed(files_of(course)), content_type="application/zip", headers=headers)


@require_safe
def course_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the map of a course with the state of each lesson, and what can be done to it."""
    return show(request, course_of(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def document_page(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """Show the draft of a document, or save it. Status 409 and both texts where someone else saved it meanwhile."""
    document = document_of(request, slug, path)
    if request.method != "POST":
        return _editor(request, document, bytes(document.draft).decode(), document.version)
    version = whole(request.POST.get("version", ""))
    text = with_line_ends_of(document, request.POST.get("text", ""))
    if version is None:
        return _editor(request, document, text, document.version, status=400, problem="Reload the page: it is too old.")
    try:
        save(document, text.encode("utf-8", "replace"), version, instructor(request), Revision.What.SAVED)
    except Refused as error:
        return _editor(request, document, text, version, status=400, problem=str(error))
    except Conflict as conflict:
        theirs = conflict.document
        return _editor(request, theirs, text, theirs.version, status=409, theirs=bytes(theirs.draft).decode())
    return redirect("teach-document", slug, path)


def _list(request: HttpRequest, user: User, status: int = 200, **forms: Form) -> HttpResponse:
    context: dict[str, Any] = {"new_form": NewCourse(), "import_form": Import(), "page": "teach"}
    context |= {"copy_form": Copy(sources=sources(request))} | forms
    memberships = user.memberships.select_related("course").order_by("course__slug")
    context["written"] = [(one, course_head(Drafts(one.course))) for one in memberships]
    return render(request, "teaching/courses.html", context, status=status)


def _taken_in(request: HttpRequest, user: User, name: str, form: Form, take: Callable[[Any], Course]) -> HttpResponse:
    if form.is_valid():
        try:
            course = take(form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("teach-course", course.slug)
    return _list(request, user, 400, **{name: form})


def with_line_ends_of(document: Document, text: str) -> str:
    """Return a form's text, whose lines always end with CR LF, with the ends that the document has."""
    text = text.replace("\r\n", "\n")
    return text.replace("\n", "\r\n") if b"\r\n" in bytes(document.draft) else text


def _editor(
    request: HttpRequest, document: Document, text: str, version: int, status: int = 200, **more: str
) -> HttpResponse:
    context = {"course": document.course, "document": document, "text": text, "version": version, "page": "teach"}
    return render(request, "teaching/document.html", context | editor_context(document) | more, status=status)
