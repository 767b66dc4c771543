"""What comes into a course and goes out of it by button: lessons, new or copied, and images."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lessons.content.files import BUILT_IN_COURSE, Files
from lessons.content.library import UnknownCourse, library
from lessons.teaching.access import course_of, instructor, lesson_of, title_in
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import add_lesson, delete_lesson, outline_of
from lessons.teaching.board import done, show
from lessons.teaching.copying import copy_lesson, free_name
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course, Document, Revision
from lessons.teaching.names import named
from lessons.teaching.rights import may_edit
from lessons.teaching.shelf import Conflict, remove
from lessons.teaching.templates import TEMPLATES
from lessons.teaching.uploading import keep_image


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a lesson of a template, or a copy of one, to a module; then show it in the editor."""
    course = course_of(request, slug)
    try:
        document = _added(request, course)
    except (Refused, Conflict) as error:
        return show(request, course, problem=str(error), status=409)
    return redirect("teach-document", course.slug, document.path)


@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a lesson or an image for good, its revisions included."""
    course, path = course_of(request, slug), request.POST.get("file", "")
    try:
        if path.endswith(".md"):
            delete_lesson(course, lesson_of(course, path).path, instructor(request))
        else:
            remove(course, path)
    except Refused as error:
        return show(request, course, problem=str(error), status=409)
    return done(request, course, f"{path} is deleted.")


@require_POST
def add_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an image to a module's folder."""
    course, file = course_of(request, slug), request.FILES.get("file")
    try:
        outline = outline_of(course)
        module = outline.parts[outline.place_of(request.POST.get("module", ""))].id
        if not isinstance(file, UploadedFile):
            raise Refused("Choose an image first.")
        name = keep_image(course, module, file, instructor(request))
    except Refused as error:
        return show(request, course, problem=str(error), status=409)
    return done(request, course, f"A lesson of this module shows it with ![what it shows]({name}).")


def source_of(request: HttpRequest, slug: str) -> Files:
    """Return the files of a course to copy from: one's own drafts, else what learners are served."""
    own = Course.objects.filter(slug=slug).first()
    if own is not None and may_edit(request.user, own):
        return Drafts(own)
    try:
        return library(slug or BUILT_IN_COURSE).files
    except UnknownCourse as error:
        raise Refused(str(error)) from error


def _added(request: HttpRequest, course: Course) -> Document:
    title = title_in(request)
    module, begin = request.POST.get("module", ""), request.POST.get("begin", "")
    kind, _, rest = begin.partition(":")
    if kind == "copy":
        source, _, path = rest.partition("/")
        return copy_lesson(source_of(request, source), path, course, module, title, instructor(request))
    template = TEMPLATES.get(rest)
    if template is None:
        raise Refused("Choose what the lesson begins with.")
    outline_of(course).place_of(module)
    name = free_name(course, module, named(title))
    return add_lesson(course, module, name, template.text(name, title), instructor(request), Revision.What.SAVED)
