"""The matrix: how far each member has come with each exercise, and who may need help."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max

from lessons.classes.models import Classroom, Member
from lessons.content.blocks import EXERCISES, Challenge, Drill, Fix, Predict, Quiz
from lessons.content.lesson import Lesson
from lessons.learning.models import Result, Visit

STUCK_TRIES = 3
STUCK_MINUTES = 10
HERE = timedelta(seconds=90)  # how long after the last sign of a learner they count as here
TICK_S = 15.0  # how late somebody may be called stuck, or gone
STUCK_MEANS = (
    f"Stuck: {STUCK_TRIES} tries or more without success, practice aside; or, for someone who is here now, more than"
    f" {STUCK_MINUTES} minutes since the first try of the exercise that they tried last."
)

KINDS = {Quiz: "question", Predict: "prediction", Challenge: "challenge", Fix: "program to mend", Drill: "practice"}


@dataclass(frozen=True)
class Column:
    """An exercise of a lesson."""

    lesson: str
    block: str
    kind: str
    points: float

    @property
    def key(self) -> tuple[str, str]:
        """Where it stands."""
        return self.lesson, self.block

    @property
    def title(self) -> str:
        """Its id, as words."""
        return title_of(self.block)


@dataclass(frozen=True)
class Group:
    """A lesson, and its exercises."""

    lesson: Lesson
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Cell:
    """What one member did with one exercise. `state` is new, trying or done; done includes a prediction that failed."""

    member: int
    column: Column
    state: str = "new"
    tries: int = 0
    is_right: bool = False
    is_stuck: bool = False

    @property
    def id(self) -> str:
        """Its place on the page."""
        return f"cell-{self.member}-{self.column.lesson.replace('/', '.')}-{self.column.block}"

    def words(self) -> str:
        """Return what it shows, in words."""
        state = {"new": "not started", "trying": "trying", "done": "done"}[self.state]
        if self.state == "done" and not self.is_right:
            state = "done, the run said otherwise"
        tries = f", {self.tries} {'try' if self.tries == 1 else 'tries'}" if self.tries else ""
        return f"{state}{tries}{', stuck' if self.is_stuck else ''}"


@dataclass(frozen=True)
class Row:
    """A member, when they were last seen before the row was read, and their cells in the order of the columns."""

    member: Member
    seen: datetime
    read: datetime
    is_here: bool
    cells: tuple[Cell, ...]

    def seen_words(self) -> str:
        """Return how long ago they were seen when the matrix was read, in its largest unit."""
        return ago_words((self.read - self.seen).total_seconds())

    @property
    def is_stuck(self) -> bool:
        """Whether they are stuck anywhere."""
        return any(cell.is_stuck for cell in self.cells)

    @property
    def done(self) -> int:
        """How many exercises they have done."""
        return sum(cell.state == "done" for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """Columns by lesson, rows by member."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...] = field(default=())

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in order."""
        return tuple(column for group in self.groups for column in group.columns)


def ago_words(seconds: float) -> str:
    """Return a time that has passed, in its largest unit. The page goes on counting with lib/ago.js."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def pulse_of(classroom: Classroom, now: datetime) -> tuple[Any, ...]:
    """Return what changes when the matrix may: what members did, who they are, and every so often the time itself."""
    results = Result.objects.filter(learner__members__classroom=classroom).aggregate(Max("updated"), Count("pk"))
    visits = Visit.objects.filter(learner__members__classroom=classroom).aggregate(Max("last"))
    members = classroom.members.aggregate(Max("pk"), Count("pk"), Max("last_seen"))
    votes = len(voted_in(classroom))
    return (*results.values(), *visits.values(), *members.values(), votes, int(now.timestamp() // TICK_S))


Voted = set[tuple[int, str, str]]  # by member, lesson and block


def voted_in(classroom: Classroom) -> Voted:
    """Return who has answered what the class is asked now; this is no result before the vote is closed."""
    poll = classroom.poll
    if poll is None or poll.closed:
        return set()
    return {(member, poll.lesson, poll.block) for member in poll.votes.values_list("member", flat=True)}


def title_of(block: str) -> str:
    """Return an exercise's id as words."""
    return block.replace("-", " ").capitalize()


def groups_of(lessons: Iterable[Lesson]) -> tuple[Group, ...]:
    """Return the columns of lessons; a lesson without exercises has none."""
    groups = (Group(lesson, tuple(_columns(lesson))) for lesson in lessons)
    return tuple(group for group in groups if group.columns)


def matrix_of(classroom: Classroom, groups: tuple[Group, ...], now: datetime) -> Matrix:
    """Return the matrix as it is now."""
    members = list(classroom.members.all())
    results = _results(classroom, groups)
    visited = dict(
        Visit.objects.filter(learner__members__classroom=classroom).values_list("learner").annotate(Max("last"))
    )
    columns, voted = Matrix(groups).columns, voted_in(classroom)
    return Matrix(
        groups,
        tuple(_row(one, columns, results.get(one.learner_id, {}), voted, visited, now) for one in members),
    )


def _columns(lesson: Lesson) -> Iterable[Column]:
    for block in lesson.blocks:
        if isinstance(block, EXERCISES):
            yield Column(lesson.key, block.id, KINDS[type(block)], block.points)


Tried = dict[tuple[str, str], dict[str, Any]]


def _results(classroom: Classroom, groups: tuple[Group, ...]) -> dict[int, Tried]:
    """Return what the members did, by learner and exercise."""
    lessons = [group.lesson.key for group in groups]
    found: dict[int, Tried] = {}
    rows = Result.objects.filter(learner__members__classroom=classroom, lesson__in=lessons).values(
        "learner", "lesson", "block", "tries", "correct", "first", "updated"
    )
    for row in rows:
        found.setdefault(row["learner"], {})[row["lesson"], row["block"]] = row
    return found


def _row(
    member: Member,
    columns: tuple[Column, ...],
    tried: Tried,
    voted: Voted,
    visited: dict[int, datetime],
    now: datetime,
) -> Row:
    touched = [result["updated"] for result in tried.values()]
    seen = max([member.last_seen, *touched, *filter(None, [visited.get(member.learner_id)])])
    is_here = now - seen <= HERE
    latest = max(tried.values(), key=lambda result: result["updated"], default=None) if is_here else None
    cells = (
        Cell(member.pk, column, "trying")
        if (member.pk, *column.key) in voted and column.key not in tried
        else _cell(member, column, tried.get(column.key), latest, now)
        for column in columns
    )
    return Row(member, seen, now, is_here, tuple(cells))


def _cell(
    member: Member, column: Column, result: dict[str, Any] | None, latest: dict[str, Any] | None, now: datetime
) -> Cell:
    if result is None:
        return Cell(member.pk, column)
    is_right = result["correct"] is True
    if is_right or (column.kind == KINDS[Predict] and result["correct"] is not None):
        return Cell(member.pk, column, "done", result["tries"], is_right)
    return Cell(member.pk, column, "trying", result["tries"], is_stuck=_is_stuck(column, result, result is latest, now))


def _is_stuck(column: Column, result: dict[str, Any], is_latest: bool, now: datetime) -> bool:
    """Apply the rule of STUCK_MEANS. Practice takes several tries by its nature."""
    is_long = is_latest and now - result["first"] > timedelta(minutes=STUCK_MINUTES)
    return is_long or (result["tries"] >= STUCK_TRIES and column.kind != KINDS[Drill])
