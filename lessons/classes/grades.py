"""The grade book: points of each member for each exercise, by the best, the first or the last of their tries."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from django.db.models import QuerySet

from lessons.classes.courses import block_of
from lessons.classes.matrix import Column, Group
from lessons.classes.models import Classroom, Member
from lessons.learning.grading import NotGraded
from lessons.learning.keeping import regrade
from lessons.learning.models import Attempt

REGRADE_S = 20.0  # how long one request may go on grading again
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet may take for the beginning of a formula

Choose = Callable[[list[Attempt]], Attempt]
MODES: dict[str, Choose] = {
    "best": lambda tries: max(tries, key=lambda one: one.points),
    "first": lambda tries: tries[0],
    "last": lambda tries: tries[-1],
}


@dataclass(frozen=True)
class Grade:
    """What a member has for an exercise: the try that counts (None: there is none), and how many tries there were."""

    member: Member
    column: Column
    attempt: Attempt | None
    tries: int

    @property
    def points(self) -> float | None:
        """The points, None without a try."""
        return self.attempt.points if self.attempt else None


@dataclass(frozen=True)
class Row:
    """A member and their grades, in the order of the columns."""

    member: Member
    grades: tuple[Grade, ...]

    @property
    def total(self) -> float:
        """The sum of the points."""
        return sum(grade.points or 0.0 for grade in self.grades)


@dataclass(frozen=True)
class Book:
    """Columns by lesson, rows by member."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in order."""
        return tuple(column for group in self.groups for column in group.columns)

    @property
    def of(self) -> float:
        """The points that can be had."""
        return sum(column.points for column in self.columns)


@dataclass(frozen=True)
class Regraded:
    """How grading again went: tries that were looked at, that changed, that could not be, and that are left over."""

    seen: int
    changed: int
    refused: tuple[str, ...]
    left: int

    def words(self) -> str:
        """Return what happened, in a sentence or two."""
        text = f"{_tries(self.seen)} graded again, {self.changed} of them changed."
        text += f" {_tries(len(self.refused))} could not be: {self.refused[0]}" if self.refused else ""
        return text + (f" {_tries(self.left)} left over for want of time; go on." if self.left else "")


def book_of(classroom: Classroom, groups: tuple[Group, ...], mode: str) -> Book:
    """Return the grade book as it is now; `mode` is one of MODES."""
    tries = _tries_of(classroom, [group.lesson.key for group in groups])
    columns = Book(groups, ()).columns
    return Book(
        groups,
        tuple(Row(member, tuple(_grades(member, columns, tries, MODES[mode]))) for member in classroom.members.all()),
    )


def as_csv(book: Book) -> str:
    """Return the book for a spreadsheet: names as text that is no formula, points as numbers."""
    target = io.StringIO()
    writer = csv.writer(target)
    heads = [f"{column.lesson}#{column.block}" for column in book.columns]
    writer.writerow(["name", "account", *heads, "points", "of"])
    for row in book.rows:
        user = row.member.learner.user
        points = ["" if grade.points is None else _number(grade.points) for grade in row.grades]
        account = as_text(user.get_username()) if user else ""
        writer.writerow([as_text(row.member.name), account, *points, _number(row.total), _number(book.of)])
    return target.getvalue()


def as_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, whatever somebody called themselves."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def regrade_all(classroom: Classroom, lesson: str, block_id: str, after: int = 0) -> tuple[Regraded, int]:
    """Grade all tries at an exercise again; return how it went, and the try after which to go on (0: all are done)."""
    block = block_of(classroom, lesson, block_id)
    if block is None:
        raise NotGraded("This exercise is no more in the lesson; nothing was changed.")
    attempts = _of_class(classroom, [lesson]).filter(block=block_id, pk__gt=after)
    seen, changed, refused, last = 0, 0, [], 0
    ends, left = monotonic() + REGRADE_S, attempts.count()
    for attempt in attempts:
        if monotonic() > ends:
            return Regraded(seen, changed, tuple(refused), left), last
        try:
            changed += regrade(attempt, block)
            seen += 1
        except NotGraded as error:
            refused.append(str(error))
        left, last = left - 1, attempt.pk
    return Regraded(seen, changed, tuple(refused), 0), 0


def _tries_of(classroom: Classroom, lessons: list[str]) -> dict[tuple[int, str, str], list[Attempt]]:
    found: dict[tuple[int, str, str], list[Attempt]] = {}
    for attempt in _of_class(classroom, lessons).defer("recording", "answer"):
        found.setdefault((attempt.learner_id, attempt.lesson, attempt.block), []).append(attempt)
    return found


def _of_class(classroom: Classroom, lessons: list[str]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(learner__members__classroom=classroom, lesson__in=lessons).order_by("pk")


def _grades(
    member: Member, columns: Iterable[Column], tries: dict[tuple[int, str, str], list[Attempt]], choose: Choose
) -> Iterable[Grade]:
    for column in columns:
        made = tries.get((member.learner_id, column.lesson, column.block), [])
        yield Grade(member, column, choose(made) if made else None, len(made))


def _number(points: float) -> str:
    return f"{points:.6f}".rstrip("0").rstrip(".")


def _tries(count: int) -> str:
    return f"{count} {'try' if count == 1 else 'tries'}"
