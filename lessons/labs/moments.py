"""The moment of a lab that a form was sent with."""

from django.http import HttpRequest

from cluster_engine.timeline import LIMIT_MS
from lessons.labs.models import Run


def moment_of(request: HttpRequest, run: Run) -> tuple[int, float] | None:
    """Return the branch and the moment at which a page shows a run; None where its form tells of no moment of it."""
    try:
        branch, at = int(request.POST.get("branch", 0)), float(request.POST.get("at", 0))
    except ValueError:
        return None
    is_there = request.POST.get("run") == run.pk and 0 <= branch < len(run.shared().branches) and 0 <= at <= LIMIT_MS
    return (branch, at) if is_there else None
