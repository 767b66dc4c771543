"""The classes of whoever asks, making one, and joining one."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lessons.classes.announcing import announce
from lessons.classes.courses import usable_courses
from lessons.classes.forms import Join, NewClass
from lessons.classes.guessing import TooManyGuesses, look_up
from lessons.classes.joining import NotJoined, join
from lessons.classes.models import Classroom
from lessons.classes.names import NoName
from lessons.classes.rights import classes_of, may_follow, may_run
from lessons.content.library import courses
from lessons.learning.learners import known_learner, learner_of
from lessons.teaching.rights import may_create

NO_CODE = "No class has the code “{}”. A code has six letters and digits, and no 0, O, 1, I or L."


@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """List the classes that one runs and those that one is in."""
    return _list(request, _new_form(request))


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make a class on a course."""
    form = _new_form(request, request.POST)
    if form is None or not isinstance(request.user, User):
        raise PermissionDenied
    if not form.is_valid():
        return _list(request, form, status=400)
    made = Classroom.objects.create(instructor=request.user, **form.cleaned_data)
    return redirect("class-lead", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a class."""
    if request.method != "POST":
        return render(request, "classes/code.html", {"code": ""})
    text = request.POST.get("code", "")
    try:
        found = look_up(request, text)
    except TooManyGuesses as refusal:
        return _not_found(request, text, str(refusal), status=429)
    return redirect("join", found.code) if found else _not_found(request, text, NO_CODE.format(text.strip()[:20]), 400)


@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a name, and take a learner into the class. Who is in it already goes there."""
    try:
        found = look_up(request, code)
    except TooManyGuesses as refusal:
        return _not_found(request, "", str(refusal), status=429)
    if found is None:
        return _not_found(request, "", NO_CODE.format(code[:20]), status=404)
    if may_follow(known_learner(request), found):
        return redirect("class-follow", found.pk)
    form = Join(request.POST if request.method == "POST" else None, initial={"name": request.user.get_username()})
    if request.method == "POST" and form.is_valid():
        try:
            join(found, learner_of(request), form.cleaned_data["name"])
        except (NotJoined, NoName) as refusal:
            form.add_error("name", str(refusal))
        else:
            announce(found)
            return redirect("class-follow", found.pk)
    context = {"classroom": found, "form": form, "runs": may_run(request.user, found)}
    return render(request, "classes/join.html", context, status=400 if form.errors else 200)


def _not_found(request: HttpRequest, code: str, problem: str, status: int) -> HttpResponse:
    return render(request, "classes/code.html", {"code": code[:20], "problem": problem}, status=status)


def _new_form(request: HttpRequest, data: object = None) -> NewClass | None:
    """Return the form of a new class, for those who may make one."""
    if not isinstance(request.user, User) or not may_create(request.user):
        return None
    own = request.user.courses.values_list("slug", flat=True)
    return NewClass(data, courses=usable_courses(own, courses()))


def _list(request: HttpRequest, form: NewClass | None, status: int = 200) -> HttpResponse:
    context = {
        "page": "classes",
        "memberships": classes_of(known_learner(request)),
        "form": form,
        "join_address": reverse("join-code"),
    }
    if isinstance(request.user, User) and form is not None:
        shared = Classroom.objects.filter(course__in=request.user.courses.values("slug"))
        context["runs"] = (request.user.classrooms.all() | shared).order_by(
            F("archived").asc(nulls_first=True), "-created"
        )
    return render(request, "classes/list.html", context, status=status)
