"""The pages of the grade book: the book, its file for a spreadsheet, the tries behind a cell, and grading again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from lessons.classes.access import class_to_run, exercise_of, member_in
from lessons.classes.courses import lessons_of
from lessons.classes.grades import MODES, as_csv, book_of, regrade_all
from lessons.classes.matrix import groups_of, title_of
from lessons.classes.replies import reply_of
from lessons.learning.grading import NotGraded
from lessons.numbers import whole

BEST = "best"


@require_safe
def grades(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the points of all members, in one lesson or in all."""
    classroom = class_to_run(request, pk)
    lessons, wanted, mode = lessons_of(classroom), request.GET.get("lesson", ""), _mode(request)
    chosen = [lesson for lesson in lessons if wanted in ("", lesson.key)]
    context: dict[str, Any] = {
        "classroom": classroom,
        "book": book_of(classroom, groups_of(chosen), mode),
        "lessons": lessons,
        "wanted": wanted,
        "mode": mode,
        "modes": MODES,
        "page": "classes",
        "tab": "grades",
    }
    return render(request, "classes/grades.html", context)


@require_safe
def grades_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the book as a CSV file, in UTF-8 with the mark by which spreadsheets know it."""
    classroom, mode = class_to_run(request, pk), _mode(request)
    text = as_csv(book_of(classroom, groups_of(lessons_of(classroom)), mode))
    name = f"grades-{classroom.pk}-{mode}-{now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def attempts(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Show a member's tries at an exercise, each with the recording that was graded."""
    classroom = class_to_run(request, pk)
    member = member_in(classroom, member_pk)
    lesson, block = exercise_of(request, classroom)
    made = member.learner.attempts.filter(lesson=lesson.key, block=block.id)
    rows = [(number, attempt, reply_of(block, attempt)) for number, attempt in enumerate(made, 1)]
    context = {"classroom": classroom, "member": member, "lesson": lesson, "exercise": block, "rows": rows}
    context |= {"title": title_of(block.id), "page": "classes", "tab": "grades"}
    return render(request, "classes/attempts.html", context)


@require_POST
def grade_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Grade all tries at an exercise again: quizzes by their answers, runs by playing the recordings."""
    classroom = class_to_run(request, pk)
    lesson, block, after = (request.POST.get(name, "") for name in ("lesson", "block", "after"))
    try:
        regraded, go_on = regrade_all(classroom, lesson, block, whole(after) or 0)
    except NotGraded as error:
        messages.error(request, str(error))
        go_on = 0
    else:
        messages.success(request, f"{block}: {regraded.words()}")
    more = {"after": go_on, "block": block} if go_on else {}
    asked = urlencode({"lesson": lesson, **more})
    return redirect(f"{reverse('class-grades', args=[pk])}?{asked}")


def _mode(request: HttpRequest) -> str:
    asked = request.GET.get("tries", BEST)
    return asked if asked in MODES else BEST
