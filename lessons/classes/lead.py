"""The page of those who run a class: what is in front, who drives, what is asked next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from lessons.classes.access import class_to_run
from lessons.classes.answers import answered, moment
from lessons.classes.courses import lesson_of, lessons_of, title_of
from lessons.classes.front import NotShown, hand_over, show_block, show_nothing, show_run
from lessons.classes.inviting import invitation
from lessons.classes.models import Classroom
from lessons.classes.picking import pieces_of
from lessons.classes.seats import PARTS, Seat
from lessons.classes.showing import context_of
from lessons.classes.watching import run_of
from lessons.learning.learners import learner_of
from lessons.numbers import whole

SHOWN = "All see it now."


@require_safe
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is in front, and all that may be put there."""
    classroom = class_to_run(request, pk)
    context = context_of(_seat(request, classroom), *PARTS) | _choice(request, classroom)
    context |= {
        "invitation": invitation(request, classroom),
        "course": title_of(classroom),
        "page": "classes",
        "tab": "lead",
    }
    return render(request, "classes/lead.html", context)


@require_safe
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a lesson has to put in front, and to ask."""
    classroom = class_to_run(request, pk)
    return render(request, "classes/parts/pick.html", {"classroom": classroom} | _choice(request, classroom))


@require_safe
def part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Show one part of the page as it is now."""
    seat = _seat(request, class_to_run(request, pk))
    if part not in PARTS:
        raise Http404("This page has no such part.")
    return render(request, f"classes/parts/{part}.html", context_of(seat, part))


@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a block of a lesson in front, or a copy of a member's run, or nothing."""
    classroom = class_to_run(request, pk)
    return answered(request, "class-lead", pk, lambda: _show(request, classroom), SHOWN)


@require_POST
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member drive; without one, whoever asks takes it back."""
    classroom = class_to_run(request, pk)
    return answered(request, "class-lead", pk, lambda: _hand(request, classroom))


def _show(request: HttpRequest, classroom: Classroom) -> None:
    given = request.POST
    if given.get("run"):
        run = run_of(classroom, given["run"])
        show_run(classroom, run, *moment(request, run), learner_of(request))
    elif given.get("block"):
        show_block(classroom, given.get("lesson", ""), given["block"], learner_of(request))
    else:
        show_nothing(classroom)


def _hand(request: HttpRequest, classroom: Classroom) -> None:
    asked = request.POST.get("member", "")
    if not asked:
        hand_over(classroom, learner_of(request))
        return
    number = whole(asked)
    member = None if number is None else classroom.members.filter(pk=number).first()
    if member is None:
        raise NotShown("This learner is not in the class any more.")
    hand_over(classroom, member.learner)


def _seat(request: HttpRequest, classroom: Classroom) -> Seat:
    return Seat(classroom, learner_of(request).pk)


def _choice(request: HttpRequest, classroom: Classroom) -> dict[str, object]:
    lessons = lessons_of(classroom)
    wanted = request.GET.get("lesson") or classroom.lesson
    chosen = lesson_of(classroom, wanted) or next(iter(lessons), None)
    return {"lessons": lessons, "chosen": chosen, "pieces": pieces_of(chosen) if chosen else ()}
