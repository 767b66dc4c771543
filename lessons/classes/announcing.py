"""After a change: count it, and tell every server process that has this class's pages open."""

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import F

from lessons.classes.models import Classroom
from lessons.labs.notes import send_note

TOPIC = "class"


def announce(classroom: Classroom) -> None:
    """Count a change, and tell of it once it is in the database."""
    Classroom.objects.filter(pk=classroom.pk).update(version=F("version") + 1)
    transaction.on_commit(lambda: _tell(classroom.pk))


def _tell(pk: int) -> None:
    """Where this fails it costs a second: whoever has a class open looks that often by themselves."""
    async_to_sync(send_note)(TOPIC, str(pk), {})
