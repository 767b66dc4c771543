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
from lessons.labs.models import Run

REFUSALS = (NotShown, NotAsked, NotJoined, NoName)
LATEST_MS = 600_000.0


def answered(request: HttpRequest, where: str, pk: int, act: Callable[[], object], done: str = "") -> HttpResponse:
    """Do something; then show the page `where` again, with the sentence `done`, or with why it was refused."""
    try:
        act()
    except REFUSALS as refusal:
        if not request.htmx:  # type: ignore[attr-defined]
            messages.error(request, str(refusal))
            return redirect(where, pk)
        return _said(str(refusal))
    return _said(done) if request.htmx else redirect(where, pk)  # type: ignore[attr-defined]


def moment(request: HttpRequest, run: Run) -> tuple[int | None, float]:
    """Return the branch and the moment at which a page shows a run; where it tells neither, those it was left at."""
    try:
        branch, at = int(request.POST.get("branch", "")), float(request.POST.get("at", ""))
    except ValueError:
        return None, run.resume_ms
    known = request.POST.get("run") == run.pk and 0 <= branch < len(run.shared().branches) and 0 <= at <= LATEST_MS
    return (branch, at) if known else (None, run.resume_ms)


def _said(text: str) -> HttpResponse:
    return HttpResponse(escape(text), headers={"HX-Retarget": "#class-said", "HX-Reswap": "innerHTML"})
