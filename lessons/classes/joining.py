"""Joining a class, by its code and a name; no account is needed."""

from django.db import IntegrityError, transaction

from lessons.classes.codes import read_code
from lessons.classes.models import Classroom, Member
from lessons.classes.names import clean_name, folded
from lessons.labs.models import Run
from lessons.learning.models import Learner

MOST_MEMBERS = 500


class NotJoined(ValueError):
    """This learner is not in the class now; the message says why and what to do."""


def found_by_code(text: str) -> Classroom | None:
    """Return the class that somebody means who typed a code; None if there is none."""
    code = read_code(text)
    return Classroom.objects.filter(code=code, archived=None).first() if code else None


def join(classroom: Classroom, learner: Learner, name: str) -> Member:
    """Make a learner a member; who is one already only takes the new name. Raise NotJoined or NoName."""
    name = clean_name(name)
    member = classroom.members.filter(learner=learner).first()
    if member is None and (not classroom.is_open or classroom.archived):
        raise NotJoined("This class takes nobody in any more. Ask the instructor to open it again.")
    if member is None and classroom.members.count() >= MOST_MEMBERS:
        raise NotJoined(f"This class is full: it has {MOST_MEMBERS} members.")
    member = member or Member(classroom=classroom, learner=learner)
    member.name, member.folded = name, folded(name)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        return _already_in(classroom, learner, name)
    return member


def _already_in(classroom: Classroom, learner: Learner, name: str) -> Member:
    """Two tabs may have joined at once; otherwise the name is someone else's."""
    member: Member | None = classroom.members.filter(learner=learner, folded=folded(name)).first()
    if member is None:
        raise NotJoined(f"Someone in this class is called “{name}” already. Add a letter of your surname.")
    return member


def remove(member: Member) -> None:
    """Take a member out of the class. What they learned stays theirs; a lab that was handed to them is nobody's."""
    Run.objects.filter(classrooms=member.classroom_id, driver=member.learner_id).update(driver=None)
    member.delete()
