"""Pages around the course: home, playground, glossary, search, reference, about the models."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from cluster_engine.labs import UnknownLab, get_lab
from cluster_engine.recording import Recording
from lessons.content.files import BUILT_IN_COURSE
from lessons.content.library import Library, UnknownCourse, courses, library
from lessons.htmx import wants_part
from lessons.labs.figures import figure_of
from lessons.learning.learners import known_learner
from lessons.learning.progress import course_map
from lessons.pages.cards import model_cards
from lessons.pages.labs import labs_of_the_course
from lessons.pages.searching import find

HOME_SETTINGS = {"client_every_ms": 400}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, a lab already running, and the course as a map."""
    recording = Recording("raft", HOME_SETTINGS, 7)
    figure = figure_of(
        recording,
        {"lab": "raft", "settings": HOME_SETTINGS, "seed": 7},
        id="home",
        panels="cluster,events",
        buttons="cut,isolate,crash,restart,heal,write",
    )
    modules = course_map(library().course, known_learner(request))
    others = [course for course in courses() if course.slug != BUILT_IN_COURSE]
    context = {"figure": figure, "slug": BUILT_IN_COURSE, "modules": modules, "others": others}
    return render(request, "pages/home.html", context | _size(library()))


def _size(course: Library) -> dict[str, int]:
    """Return how many lessons a course has, and about how many hours they take."""
    minutes = [lesson.minutes for lesson in course.lessons()]
    return {"lessons": len(minutes), "hours": round(sum(minutes) / 60)}


@require_safe
def playground(request: HttpRequest) -> HttpResponse:
    """All labs, and what each can show."""
    return render(request, "pages/playground.html", {"page": "playground", "labs": labs_of_the_course()})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term that a lesson of a course defines."""
    asked = _asked(request)
    context = {"page": "glossary", "terms": asked.glossary, "course": asked.course, "slug": asked.files.course}
    return render(request, "pages/glossary.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search a course's text."""
    query = request.GET.get("q", "")[:200]
    asked = _asked(request)
    context = {"page": "search", "query": query, "found": find(asked, query)}
    context |= {"course": asked.course, "slug": asked.files.course}
    return render(request, "pages/found.html" if wants_part(request) else "pages/search.html", context)


def _asked(request: HttpRequest) -> Library:
    """Return the course that `?course=` names, the built-in one by default."""
    try:
        return library(request.GET.get("course", BUILT_IN_COURSE))
    except UnknownCourse as error:
        raise Http404(str(error)) from error


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Which labs have a reference page."""
    return render(request, "pages/reference.html", {"page": "reference", "labs": labs_of_the_course()})


@require_safe
def reference_lab(request: HttpRequest, name: str) -> HttpResponse:
    """Everything a lab declares: it can't go stale, for it is the declaration."""
    try:
        lab = get_lab(name)
    except UnknownLab as error:
        raise Http404(str(error)) from error
    return render(request, "pages/reference_lab.html", {"page": "reference", "lab": lab, "declared": lab.to_json()})


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """What each model keeps, what it simplifies and why, and the evidence."""
    return render(request, "pages/models.html", {"page": "models", "cards": model_cards()})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell whoever watches the server that it answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell those who read the whole web that runs, classes and the writers' pages are nobody's to list."""
    closed = ("/labs/run/", "/labs/r/", "/classes/", "/join/", "/teach/", "/admin/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Show the mark to browsers that ask for it without having been told where it is."""
    return redirect(static("img/mark.svg"))
