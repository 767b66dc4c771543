"""Who may do what with a class.

The instructor who made it runs and manages it; whoever writes its course may run it as well, but not manage it;
its members follow, vote and explore. Nobody else is even told that it exists.
"""

from lessons.classes.models import Classroom, Member
from lessons.content.files import BUILT_IN_COURSE
from lessons.learning.models import Learner
from lessons.teaching.models import Course
from lessons.teaching.rights import Visitor, may_create, may_edit


def may_manage(user: Visitor, classroom: Classroom) -> bool:
    """Say whether someone may rename the class, close or archive it, and remove who is in it."""
    return may_create(user) and classroom.instructor_id == user.pk


def may_run(user: Visitor, classroom: Classroom) -> bool:
    """Say whether someone may see what its members do, show labs to them and ask them."""
    return may_manage(user, classroom) or _writes_its_course(user, classroom)


def may_follow(learner: Learner | None, classroom: Classroom) -> Member | None:
    """Return the member that a learner is in this class; None for everyone else."""
    return classroom.members.filter(learner=learner).first() if learner is not None else None


def classes_of(learner: Learner | None, course: str | None = None) -> list[Member]:
    """Return the memberships of a learner in classes that go on; in those on one course where it is given."""
    if learner is None:
        return []
    mine = learner.members.filter(classroom__archived=None).select_related("classroom")
    return list(mine.filter(classroom__course=course) if course else mine)


def _writes_its_course(user: Visitor, classroom: Classroom) -> bool:
    course = Course.objects.filter(slug=classroom.course).first()
    return classroom.course != BUILT_IN_COURSE and course is not None and may_edit(user, course)
