"""After a change: count it, and tell every server process that has this class's pages open."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import F

from lessons.classes.models import Classroom

logger = logging.getLogger(__name__)


def group_of(pk: int) -> str:
    """Return the channel layer's name for those who have a class open."""
    return f"class.{pk}"


def announce(classroom: Classroom) -> None:
    """Count a change, and tell of it once it is in the database."""
    Classroom.objects.filter(pk=classroom.pk).update(version=F("version") + 1)
    transaction.on_commit(lambda: _tell(classroom.pk))


def _tell(pk: int) -> None:
    """A layer that fails costs a second: whoever has a class open looks that often by themselves."""
    try:
        async_to_sync(get_channel_layer().group_send)(group_of(pk), {"type": "class.changed"})
    except Exception:
        logger.exception("nobody was told that class %s changed", pk)
