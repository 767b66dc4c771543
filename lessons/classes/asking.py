"""Polls, by those who run a class: asked, shown or hidden, closed, decided by the run, put away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from lessons.classes.access import class_to_run
from lessons.classes.answers import answered, moment
from lessons.classes.models import Classroom, Poll
from lessons.classes.polls import NotAsked, close, decide, open_poll, put_away, show_counts
from lessons.learning.learners import learner_of


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the class a question or a prediction of a lesson."""
    classroom, given = class_to_run(request, pk), request.POST
    is_shown, asks = given.get("hidden") != "on", learner_of(request)
    return answered(
        request,
        "class-lead",
        pk,
        lambda: open_poll(classroom, given.get("lesson", ""), given.get("block", ""), is_shown, asks),
        "The class is asked.",
    )


@require_POST
def close_poll(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no more votes."""
    return _with_poll(request, pk, lambda classroom, poll: close(poll))


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the members see the counts, or hide them."""
    return _with_poll(request, pk, lambda classroom, poll: show_counts(poll, request.POST.get("shown") == "yes"))


@require_POST
def ask_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the run that is in front what is right, if it has come far enough."""

    def act(classroom: Classroom, poll: Poll) -> None:
        run = classroom.run
        decided = run is not None and decide(poll, run, *moment(request, run))
        if not decided and not request.POST.get("quietly"):
            raise NotAsked("The run has not come far enough to decide. Let it play on.")

    return _with_poll(request, pk, act)


@require_POST
def end_poll(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the poll no more."""
    return _with_poll(request, pk, lambda classroom, poll: put_away(classroom))


def _with_poll(request: HttpRequest, pk: int, act: Callable[[Classroom, Poll], object]) -> HttpResponse:
    classroom = class_to_run(request, pk)

    def do() -> None:
        if classroom.poll is None:
            raise NotAsked("Nothing is asked right now.")
        classroom.poll.classroom = classroom
        act(classroom, classroom.poll)

    return answered(request, "class-lead", pk, do)
