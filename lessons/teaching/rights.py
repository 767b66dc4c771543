"""Who may write: staff and the group of instructors create courses; a course is changed by its authors alone."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

from lessons.teaching.models import Course

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
