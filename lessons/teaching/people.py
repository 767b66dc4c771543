"""Who writes a course: its instructors invite others by the names of their accounts; all but the last may leave."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lessons.teaching.access import course_of, directed_course_of, instructor
from lessons.teaching.archive import Refused
from lessons.teaching.models import Course, Membership
from lessons.teaching.rights import may_create, may_direct

Role = Membership.Role
LAST = "A course has at least one instructor. Make somebody else one first, or delete the course."


@require_safe
def authors(request: HttpRequest, slug: str) -> HttpResponse:
    """List who writes a course."""
    return _shown(request, course_of(request, slug))


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Let somebody write the course, or give them another role; the instructor decides."""
    course, name = directed_course_of(request, slug), request.POST.get("name", "").strip()
    role = request.POST.get("role", "")
    try:
        if role not in Role.values:
            raise Refused("Choose a role.")
        _invite(course, name, Role(role))
    except Refused as error:
        return _shown(request, course, problem=str(error), name=name)
    messages.success(request, f"“{name}” writes this course as its {Role(role).label.lower()}.")
    return redirect("teach-authors", slug)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Let somebody write the course no more: oneself, or whom the instructor names."""
    course, user = course_of(request, slug), instructor(request)
    name = request.POST.get("name", "")
    if name != user.get_username():
        course = directed_course_of(request, slug)
    try:
        _remove(course, name)
    except Refused as error:
        return _shown(request, course, problem=str(error))
    if name == user.get_username():
        messages.success(request, f"You write “{course.slug}” no more.")
        return redirect("teach")
    messages.success(request, f"“{name}” writes this course no more.")
    return redirect("teach-authors", slug)


@transaction.atomic
def _invite(course: Course, name: str, role: Role) -> None:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not may_create(user):
        raise Refused(
            f"“{name[:80]}” cannot write courses: there is no such account, or it lacks the right, which whoever runs "
            f"this site gives with `manage.py instructor NAME`."
        )
    membership, _ = Membership.objects.get_or_create(course=course, user=user, defaults={"role": role})
    if membership.role == Role.INSTRUCTOR and role != Role.INSTRUCTOR:
        _needs_another(course, membership)
    membership.role = role
    membership.save()


@transaction.atomic
def _remove(course: Course, name: str) -> None:
    membership = course.memberships.filter(user__username=name).first()
    if membership is None:
        raise Refused(f"“{name[:80]}” does not write this course.")
    if membership.role == Role.INSTRUCTOR:
        _needs_another(course, membership)
    membership.delete()


def _needs_another(course: Course, membership: Membership) -> None:
    """Raise Refused for the last instructor. The course's row is locked, so that of two who leave at once one stays."""
    Course.objects.select_for_update().get(pk=course.pk)
    if not course.memberships.filter(role=Role.INSTRUCTOR).exclude(pk=membership.pk).exists():
        raise Refused(LAST)


def _shown(request: HttpRequest, course: Course, problem: str = "", name: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "course": course,
        "page": "teach",
        "problem": problem,
        "name": name,
        "roles": Role.choices,
    }
    context["memberships"] = course.memberships.select_related("user").order_by("role", "user__username")
    context["may_direct"] = may_direct(request.user, course)
    return render(request, "teaching/authors.html", context, status=409 if problem else 200)
