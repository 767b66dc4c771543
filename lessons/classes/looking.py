"""What a server process reads of a class, once for all of its open pages. Sync: called off the event loop."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils.timezone import now

from lessons.classes.courses import lessons_of
from lessons.classes.matrix import TICK_S, Cell, Row, groups_of, matrix_of, pulse_of
from lessons.classes.models import Classroom, Member, Vote
from lessons.classes.polls import asked
from lessons.classes.rights import may_follow, may_run
from lessons.classes.seats import Seat, stamps
from lessons.classes.tally import tally
from lessons.labs.rights import session_lasts
from lessons.learning.learners import learner_of_scope

Swaps = dict[str, str]  # pieces of the page by their ids
Pulse = tuple[Any, ...] | None
Version = tuple[int, int] | None  # of the class, and of the time: once in a while all is read anew


@dataclass(frozen=True)
class Sitter:
    """Who sits at a socket: a member, or, without one, somebody who runs the class."""

    learner_pk: int | None
    member_pk: int | None


@dataclass
class Look:
    """A class as it was read. Of the sitters for whom it was `asked`, those without `stamps` are in it no more.

    Where nothing changed since it was looked at before, nothing was asked.
    """

    version: Version
    asked: set[Sitter] = field(default_factory=set)
    stamps: dict[Sitter, dict[str, str]] = field(default_factory=dict)
    chart: Swaps | None = None  # of what is asked now, if it is; None where nothing changed
    chart_is_shown: bool = False
    pulse: Pulse = None
    rows: tuple[Row, ...] | None = None  # None where the pulse is as it was


def sitter_of(scope: dict[str, Any], pk: int) -> Sitter | None:
    """Return who a socket's visitor is in a class now; None for outsiders."""
    classroom = Classroom.objects.filter(pk=pk).first()
    if classroom is None or not session_lasts(scope):
        return None
    learner = learner_of_scope(scope)
    if scope["path"].endswith("/lead/"):
        runs = may_run(scope.get("user") or AnonymousUser(), classroom)
        return Sitter(learner.pk if learner else None, None) if runs else None
    member = may_follow(learner, classroom)
    return Sitter(member.learner_id, member.pk) if member else None


def look(
    pk: int, sitters: Iterable[Sitter], with_matrix: bool, known: Pulse = None, version: Version = None
) -> Look | None:
    """Read what may have changed since a `version`, the matrix since the pulse that is `known`; None: it is gone."""
    classroom = Classroom.objects.select_related("run__driver", "poll").filter(pk=pk).first()
    if classroom is None:
        return None
    found = Look((classroom.version, int(now().timestamp() // TICK_S)))
    if found.version != version:
        _read(classroom, sitters, found)
    if with_matrix:
        found.pulse = pulse_of(classroom, now())
        if found.pulse != known:
            found.rows = matrix_of(classroom, groups_of(lessons_of(classroom)), now()).rows
    return found


def _read(classroom: Classroom, sitters: Iterable[Sitter], found: Look) -> None:
    members = {one.pk: one for one in classroom.members.select_related("learner", "own_run")}
    voted = dict(Vote.objects.filter(poll=classroom.poll_id).values_list("member", "updated"))
    seats = {one: _seat(classroom, one, members, voted) for one in sitters}
    found.asked = set(seats)
    found.stamps = {one: stamps(seat) for one, seat in seats.items() if seat}
    found.chart, found.chart_is_shown = _chart(classroom)


def seen(pk: int, sitters: Iterable[Sitter]) -> None:
    """Note that members are here."""
    members = [one.member_pk for one in sitters if one.member_pk is not None]
    Member.objects.filter(classroom=pk, pk__in=members).update(last_seen=now())


def cell_swaps(pk: int, rows: Iterable[Row], before: dict[int, Row]) -> Swaps:
    """Return what is new in the matrix: cells, and the heads of rows, that are not as they were."""
    swaps: Swaps = {}
    for row in rows:
        old = before.get(row.member.pk)
        if old is None:
            continue  # the page asks for the whole matrix where there is somebody new
        if (old.is_here, old.is_stuck, old.done) != (row.is_here, row.is_stuck, row.done):
            swaps[f"row-{row.member.pk}"] = _rendered("row_head", {"row": row, "classroom": {"pk": pk}})
        for cell, was in zip(row.cells, old.cells, strict=False):
            if cell != was:
                swaps[cell.id] = _cell(pk, cell)
    return swaps


def _seat(classroom: Classroom, sitter: Sitter, members: dict[int, Member], voted: dict[int, Any]) -> Seat | None:
    if sitter.member_pk is None:
        return Seat(classroom, sitter.learner_pk)
    member = members.get(sitter.member_pk)
    return Seat(classroom, sitter.learner_pk, member, str(voted.get(sitter.member_pk, ""))) if member else None


def _chart(classroom: Classroom) -> tuple[Swaps, bool]:
    poll = classroom.poll
    if poll is None or asked(poll) is None:
        return {}, False
    poll.classroom = classroom
    context = {"poll": poll, "tally": tally(poll)}
    return {"poll-chart": _rendered("chart", context), "poll-count": _rendered("count", context)}, poll.is_shown


def _cell(pk: int, cell: Cell) -> str:
    return _rendered("matrix_cell", {"cell": cell, "classroom": {"pk": pk}})


def _rendered(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"classes/parts/{name}.html", context)
