"""How a form of a class page is answered: with the page again, or in one line where htmx sent it.

What changed comes to every open page over its socket, to the one that changed it as well.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import escape

from lessons.classes.front import NotShown
from lessons.classes.joining import NotJoined
from lessons.classes.names import NoName
from lessons.classes.polls import NotAsked
from lessons.htmx import wants_part
from lessons.labs.models import Run
from lessons.labs.moments import moment_of

REFUSALS = (NotShown, NotAsked, NotJoined, NoName)


def answered(request: HttpRequest, where: str, pk: int, act: Callable[[], object], done: str = "") -> HttpResponse:
    """Do something; then show the page `where` again, with the sentence `done`, or with why it was refused."""
    try:
        act()
    except REFUSALS as refusal:
        if not wants_part(request):
            messages.error(request, str(refusal))
            return redirect(where, pk)
        return _said(str(refusal))
    return _said(done) if wants_part(request) else redirect(where, pk)


def moment(request: HttpRequest, run: Run) -> tuple[int | None, float]:
    """Return the branch and the moment at which a page shows a run; where it tells neither, those it was left at."""
    return moment_of(request, run) or (None, run.resume_ms)


def _said(text: str) -> HttpResponse:
    return HttpResponse(escape(text), headers={"HX-Retarget": "#class-said", "HX-Reswap": "innerHTML"})
