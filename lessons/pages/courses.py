"""The page of a course, the lesson page, and what belongs to it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lessons.classes.rights import classes_of
from lessons.content.blocks import Plot
from lessons.content.files import BUILT_IN_COURSE, IMAGE_TYPES, LARGEST_IMAGE, media_type
from lessons.content.lesson import Lesson
from lessons.content.library import UnknownCourse, find_lesson, library
from lessons.htmx import wants_part
from lessons.labs.measuring import measured
from lessons.learning.learners import known_learner, learner_of
from lessons.learning.models import Visit
from lessons.learning.parts import lesson_parts
from lessons.learning.progress import course_map
from lessons.learning.views import told_once
from lessons.work.workshop import NotDone


@require_safe
def course_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a course as a map. The built-in one has its map at home."""
    if slug == BUILT_IN_COURSE:
        return redirect(course_address(slug))
    try:
        course = library(slug).course
    except UnknownCourse as error:
        raise Http404(str(error)) from error
    context = {"course": course, "slug": slug, "modules": course_map(course, known_learner(request))}
    return render(request, "lessons/course.html", context)


@require_safe
def lesson_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a lesson: its text, its labs, its exercises with what this learner did."""
    lesson = served_lesson(key)
    learner = learner_of(request)
    Visit.objects.update_or_create(learner=learner, lesson=lesson.key)
    results = {result.block: result for result in learner.results.filter(lesson=lesson.key)}
    told = told_once(request, lesson)
    context = {
        "lesson": lesson,
        "parts": [part | told.get(getattr(part["block"], "id", ""), {}) for part in lesson_parts(lesson, results)],
        "course": library(lesson.course).course,
        "course_address": course_address(lesson.course),
        "class_memberships": classes_of(learner, lesson.course),
        "page": "lesson",
    }
    return render(request, "lessons/lesson.html", context)


@require_safe
def lesson_image(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Serve an image that lies beside a lesson."""
    lesson = served_lesson(key)
    path = f"{lesson.path.rpartition('/')[0]}/{name}"
    is_image = name.lower().endswith(IMAGE_TYPES) and ".." not in name.split("/")
    content = library(lesson.course).files.read(path, LARGEST_IMAGE) if is_image else None
    if content is None:
        raise Http404("There is no such image beside this lesson.")
    return HttpResponse(content, content_type=media_type(name))


@require_safe
def lesson_plot(request: HttpRequest, key: str, block_id: str) -> HttpResponse:
    """Play the runs of a plot and show its table, of which the page draws the chart; without JavaScript, as a page."""
    lesson = served_lesson(key)
    block = lesson.block(block_id)
    if not isinstance(block, Plot):
        raise Http404("There is no such chart. The lesson may have changed; reload the page.")
    context: dict[str, Any] = {"lesson": lesson, "chart": block}
    try:
        context["table"] = measured(block)
    except NotDone as error:
        context["problem"] = str(error)
    return render(request, f"lessons/plot_{'table' if wants_part(request) else 'page'}.html", context)


def course_address(slug: str) -> str:
    """Return where the map of a course is."""
    return f"{reverse('home')}#course" if slug == BUILT_IN_COURSE else reverse("course", args=[slug])


def served_lesson(key: str) -> Lesson:
    """Return the lesson of an address; raise Http404 where none is served."""
    lesson = find_lesson(key)
    if lesson is None:
        raise Http404(f"There is no lesson “{key}”.")
    return lesson
