"""What those who run a class see of its members: the matrix, an answer, a run."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from lessons.classes.access import class_to_run, exercise_of, member_in
from lessons.classes.answers import moment
from lessons.classes.courses import block_of, lesson_of, lessons_of
from lessons.classes.matrix import STUCK_MEANS, groups_of, matrix_of, title_of, voted_in
from lessons.classes.models import Classroom, Member
from lessons.classes.replies import reply_of
from lessons.htmx import wants_part
from lessons.labs.figures import figure_of
from lessons.labs.models import Run
from lessons.labs.opening import begin
from lessons.learning.learners import learner_of
from lessons.learning.models import Visit

NO_RUN = "No member of this class has such a run in its course."


@require_safe
def matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far each member is. Of a long course, the lessons that somebody has opened, or those asked for."""
    classroom = class_to_run(request, pk)
    lessons = lessons_of(classroom)
    wanted = request.GET.get("lesson", "")
    chosen = [lesson for lesson in lessons if wanted in ("all", lesson.key)] or _under_way(classroom, lessons)
    context = {
        "classroom": classroom,
        "matrix": matrix_of(classroom, groups_of(chosen), now()),
        "lessons": lessons,
        "wanted": wanted,
        "stuck_means": STUCK_MEANS,
        "page": "classes",
        "tab": "matrix",
    }
    return render(request, f"classes/{'parts/matrix' if wants_part(request) else 'matrix'}.html", context)


@require_safe
def cell(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Show what a member answered to an exercise, and their runs of its lab."""
    classroom = class_to_run(request, pk)
    member = member_in(classroom, member_pk)
    lesson, block = exercise_of(request, classroom)
    result = member.learner.results.filter(lesson=lesson.key, block=block.id).first()
    context = {
        "classroom": classroom,
        "member": member,
        "lesson": lesson,
        "exercise": block,
        "title": title_of(block.id),
        "result": result,
        "reply": reply_of(block, result),
        "has_voted": (member.pk, lesson.key, block.id) in voted_in(classroom),
        "runs": _runs(classroom, member, lesson.key, getattr(getattr(block, "lab", None), "id", "")),
        "page": "classes",
        "tab": "matrix",
    }
    return render(request, f"classes/{'parts/cell' if wants_part(request) else 'cell'}.html", context)


@require_safe
def member_page(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Show the runs of a member in this course."""
    classroom = class_to_run(request, pk)
    member = member_in(classroom, member_pk)
    context = {"classroom": classroom, "member": member, "runs": _runs(classroom, member)}
    context |= {"page": "classes", "tab": "matrix"}
    return render(request, "classes/member.html", context)


@require_safe
def watch(request: HttpRequest, pk: int, run_id: str) -> HttpResponse:
    """Show a member's run as it is: to be watched, copied, or shown to all."""
    classroom = class_to_run(request, pk)
    run = run_of(classroom, run_id)
    figure = figure_of(run.recording(), {"run": run.pk}, id="watched", hands="follow", speed=run.speed)
    member = classroom.members.filter(learner=run.learner_id).first()
    context = {"classroom": classroom, "run": run, "member": member, "figure": figure}
    context |= {"lesson": lesson_of(classroom, run.lesson), "page": "classes", "tab": "matrix"}
    return render(request, "classes/watch.html", context)


@require_POST
def copy(request: HttpRequest, pk: int, run_id: str) -> HttpResponse:
    """Open a copy of a member's run, at the moment that was shown, as one's own."""
    run = run_of(class_to_run(request, pk), run_id)
    branch, at = moment(request, run)
    copied = begin(learner_of(request), run.recording(branch), speed=run.speed, resume_ms=at)
    return redirect("lab-run", copied.pk)


def run_of(classroom: Classroom, run_id: str) -> Run:
    """Return a run of a member, if it is one of this course; what else they do is theirs alone. Raises Http404."""
    found = Run.objects.filter(_in_course(classroom), pk=run_id, learner__members__classroom=classroom).first()
    if found is None:
        raise Http404(NO_RUN)
    return found


def _runs(classroom: Classroom, member: Member, lesson: str = "", block: str = "") -> list[dict[str, Any]]:
    """Return a member's runs, the latest first; of one lab where it is given."""
    runs = Run.objects.filter(_in_course(classroom), learner=member.learner)
    if lesson:
        runs = runs.filter(lesson=lesson, block=block)
    return [
        {"run": run, "lesson": lesson_of(classroom, run.lesson), "block": block_of(classroom, run.lesson, run.block)}
        for run in runs.order_by("-last_seen")[:50]
    ]


def _in_course(classroom: Classroom) -> Q:
    keys = [lesson.key for lesson in lessons_of(classroom)]
    return Q(lesson__in=keys) | Q(pk__in=classroom.members.exclude(own_run=None).values("own_run"))


def _under_way(classroom: Classroom, lessons: list[Any]) -> list[Any]:
    """Return the lessons that a member has opened, and the one in front; the first one where there is none."""
    opened = set(Visit.objects.filter(learner__members__classroom=classroom).values_list("lesson", flat=True))
    return [one for one in lessons if one.key in opened | {classroom.lesson}] or lessons[:1]
