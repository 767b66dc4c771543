"""The only place that touches rows for a room: short queries, called off the event loop."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from cluster_engine.labs.declaration import Goal
from lessons.labs.goals import goals_of
from lessons.labs.log import Shared
from lessons.labs.models import Entry, Run

Row = tuple[int, str, dict[str, Any]]  # seq, kind, payload


def load(run_id: str) -> tuple[Run, Shared, tuple[Goal, ...]] | None:
    """Return a run by id, with the fold of its log and what its lesson asks of it."""
    run = Run.objects.filter(pk=run_id).first()
    return (run, run.shared(), goals_of(run)) if run is not None else None


def rows_after(run_id: str, seq: int) -> list[Row]:
    """Return the entries after a place in the log."""
    rows = Entry.objects.filter(run_id=run_id, seq__gt=seq).order_by("seq")
    return list(rows.values_list("seq", "kind", "payload"))


def append(run_id: str, after: int, entries: list[tuple[str, dict[str, Any]]]) -> list[Row] | None:
    """Append entries after place `after`, all or none, and return them; None when somebody else was first."""
    rows = [(seq, kind, payload) for seq, (kind, payload) in enumerate(entries, after + 1)]
    try:
        with transaction.atomic():
            Entry.objects.bulk_create(Entry(run_id=run_id, seq=s, kind=k, payload=p) for s, k, p in rows)
    except IntegrityError:
        return None
    return rows


def remember(run_id: str, resume_ms: float, speed: float) -> None:
    """Keep where the playhead is."""
    Run.objects.filter(pk=run_id).update(resume_ms=resume_ms, speed=speed, last_seen=now())
