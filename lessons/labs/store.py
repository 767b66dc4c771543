"""The only place that touches rows for a room: short queries, called off the event loop."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lessons.labs.models import Entry, Run

Row = tuple[int, str, dict[str, Any]]  # seq, kind, payload


def load(run_id: str) -> Run | None:
    """Return a run by id."""
    return Run.objects.filter(pk=run_id).first()


def rows_after(run_id: str, seq: int) -> list[Row]:
    """Return the entries after a place in the log."""
    return list(
        Entry.objects.filter(run_id=run_id, seq__gt=seq).order_by("seq").values_list("seq", "kind", "payload")
    )


def append(run_id: str, after: int, entries: list[tuple[str, dict[str, Any]]]) -> bool:
    """Append entries after place `after`, all or none; False when somebody else was first."""
    rows = [Entry(run_id=run_id, seq=after + n, kind=kind, payload=payload) for n, (kind, payload) in enumerate(entries, 1)]
    try:
        with transaction.atomic():
            Entry.objects.bulk_create(rows)
    except IntegrityError:
        return False
    return True


def remember(run_id: str, resume_ms: float, speed: float) -> None:
    """Keep where the playhead is."""
    Run.objects.filter(pk=run_id).update(resume_ms=resume_ms, speed=speed, last_seen=now())
