"""The buttons of the map: order, modules and titles, by drag, by keyboard and without JavaScript."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from lessons.content.splice import NotYaml, with_front_matter
from lessons.numbers import whole
from lessons.teaching.access import LONGEST_TITLE, course_of, instructor, lesson_of, title_in
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import arrange, move_lesson, outline_of
from lessons.teaching.board import done, show
from lessons.teaching.models import Course, Revision
from lessons.teaching.names import named, numbered
from lessons.teaching.outline import Outline, place_in_map
from lessons.teaching.shelf import Conflict, save


@require_POST
def order_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a lesson at another place: `to` counts from 0 in `module`, which may be another one than its own."""

    def change(course: Course) -> str:
        path, module, to = request.POST.get("lesson", ""), request.POST.get("module", ""), _place(request)
        if outline_of(course).module_of(path) != (module or place_in_map(path)[0]):
            path = move_lesson(course, path, module, instructor(request))
        if to is not None:
            own, name = place_in_map(path)
            arrange(course, lambda outline: outline.with_lesson_at(own, name, to), instructor(request))
        return _whereabouts(outline_of(course), path)

    return _changed(request, slug, change)


@require_POST
def order_module(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a module at another place; `to` counts from 0."""

    def change(course: Course) -> str:
        module, to = request.POST.get("module", ""), _place(request)
        if to is not None:
            arrange(course, lambda outline: outline.with_module_at(module, to), instructor(request))
        outline = outline_of(course)
        place = outline.place_of(module)
        return f"“{outline.parts[place].title}” is module {place + 1} of {len(outline.parts)} now."

    return _changed(request, slug, change)


@require_POST
def add_module(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a module at the end."""

    def change(course: Course) -> str:
        title = title_in(request)
        name = numbered(named(title, "module"), {part.id for part in outline_of(course).parts})
        arrange(course, lambda outline: outline.with_module(name, title), instructor(request))
        return f"The module “{title}” is at the end of the map."

    return _changed(request, slug, change)


@require_POST
def delete_module(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a module that has no lessons."""

    def change(course: Course) -> str:
        arrange(course, lambda outline: outline.without_module(request.POST.get("module", "")), instructor(request))
        return "The module is deleted."

    return _changed(request, slug, change)


@require_POST
def rename(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a lesson, a module or the course another title, and the latter two another summary."""

    def change(course: Course) -> str:
        title = title_in(request)
        summary = request.POST.get("summary", "").strip()[:LONGEST_TITLE]
        if path := request.POST.get("lesson", ""):
            _rename_lesson(request, course, path, title)
        elif module := request.POST.get("module", ""):
            arrange(course, lambda outline: outline.with_module_titles(module, title, summary), instructor(request))
        else:
            arrange(course, lambda outline: outline.with_titles(title, summary), instructor(request))
        return f"It is called “{title}” now."

    return _changed(request, slug, change)


@require_POST
def put_on_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the map name a lesson that it does not, at the end of the module in whose folder it lies."""

    def change(course: Course) -> str:
        module, name = place_in_map(lesson_of(course, request.POST.get("lesson", "")).path)
        arrange(course, lambda outline: outline.with_lesson(module, name), instructor(request))
        return f"{module}/{name}.md is on the map."

    return _changed(request, slug, change)


@require_POST
def take_off_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the map name a lesson no more; its text stays. It may be one that is not there."""

    def change(course: Course) -> str:
        module, name = place_in_map(request.POST.get("lesson", ""))
        arrange(course, lambda outline: outline.without_lesson(module, name), instructor(request))
        return f"{module}/{name}.md is off the map."

    return _changed(request, slug, change)


def _changed(request: HttpRequest, slug: str, change: Callable[[Course], str]) -> HttpResponse:
    course = course_of(request, slug)
    try:
        said = change(course)
    except (Refused, Conflict, NotYaml) as error:
        course.refresh_from_db()
        return show(request, course, problem=str(error), status=409)
    return done(request, course, said)


def _rename_lesson(request: HttpRequest, course: Course, path: str, title: str) -> None:
    """Change the title in the draft; learners see it when it is published."""
    document = lesson_of(course, path)
    text = with_front_matter(bytes(document.draft).decode(), "title", title)
    save(document, text.encode(), document.version, instructor(request), Revision.What.SAVED)


def _whereabouts(outline: Outline, path: str) -> str:
    module, name = place_in_map(path)
    part = outline.parts[outline.place_of(module)]
    return f"{name} is lesson {part.lessons.index(name) + 1} of {len(part.lessons)} in “{part.title}” now."


def _place(request: HttpRequest) -> int | None:
    """Return the place that is asked for; one before the first is the first."""
    text = request.POST.get("to", "")
    place = whole(text.removeprefix("-"))
    return 0 if place is not None and text.startswith("-") else place
