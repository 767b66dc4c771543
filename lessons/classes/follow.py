"""The page of a member: what is in front of the class, follow or explore, and the vote."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lessons.classes.access import member_of
from lessons.classes.announcing import announce
from lessons.classes.answers import answered, moment
from lessons.classes.courses import lessons_of, title_of
from lessons.classes.front import come_back, explore
from lessons.classes.joining import join, remove
from lessons.classes.models import Member
from lessons.classes.polls import NotAsked, vote
from lessons.classes.seats import PARTS, seat_of
from lessons.classes.showing import context_of


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is in front of the class, and move with it."""
    member = member_of(request, pk)
    context = context_of(seat_of(member), *PARTS)
    context |= {"course": title_of(member.classroom), "lessons": lessons_of(member.classroom), "page": "classes"}
    return render(request, "classes/follow.html", context)


@require_safe
def part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Show one part of the page as it is now."""
    seat = seat_of(member_of(request, pk))
    if part not in PARTS:
        raise Http404("This page has no such part.")
    return render(request, f"classes/parts/{part}.html", context_of(seat, part))


@require_POST
def explore_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member go on from here in a run of their own."""
    member = member_of(request, pk)
    driven = member.classroom.run
    at = moment(request, driven) if driven else (None, 0.0)
    return answered(request, "class-follow", pk, lambda: explore(member, *at))


@require_POST
def follow_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a member back to what is in front of all."""
    member = member_of(request, pk)
    return answered(request, "class-follow", pk, lambda: come_back(member))


@require_POST
def cast(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a vote."""
    member = member_of(request, pk)
    return answered(request, "class-follow", pk, lambda: _vote(request, member))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member be called otherwise."""
    member = member_of(request, pk)

    def act() -> None:
        join(member.classroom, member.learner, request.POST.get("name", ""))
        announce(member.classroom)

    return answered(request, "class-follow", pk, act)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member go; what they learned stays theirs."""
    member = member_of(request, pk)
    remove(member)
    announce(member.classroom)
    return redirect("classes")


def _vote(request: HttpRequest, member: Member) -> None:
    poll = member.classroom.poll
    if poll is None or request.POST.get("poll") != str(poll.pk):
        raise NotAsked("This is not asked any more.")
    vote(poll, member, request.POST.getlist("answer"))
    announce(member.classroom)
