"""Who may write: staff and the group of instructors create courses; a course is changed by its authors alone.

Of a course's authors the instructors also say who else writes it, and whether it is there at all; a co-author writes
and publishes. Learners do none of it.
"""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lessons.teaching.models import Course, Membership

INSTRUCTORS = "Instructors"

Visitor = User | AbstractBaseUser | AnonymousUser


def may_create(user: Visitor) -> bool:
    """Say whether someone may make courses of their own."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_staff or user.groups.filter(name=INSTRUCTORS).exists()


def may_edit(user: Visitor, course: Course) -> bool:
    """Say whether someone writes this course. An author who is no instructor any more does not."""
    return may_create(user) and course.memberships.filter(user_id=user.pk).exists()


def may_direct(user: Visitor, course: Course) -> bool:
    """Say whether someone may name this course's authors, take it off the site, or delete it."""
    return may_create(user) and course.memberships.filter(user_id=user.pk, role=Membership.Role.INSTRUCTOR).exists()


def teaching(request: HttpRequest) -> dict[str, Any]:
    """Tell every page whether to lead to the courses that one writes; asked for only where the template asks."""
    return {"may_teach": SimpleLazyObject(lambda: may_create(request.user))}
