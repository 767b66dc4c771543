"""`manage.py lessons check [COURSE] | import COURSE --author NAME | export COURSE ZIP | sync COURSE DIR --author NAME`.

All that is wrong with a course, and whether it plays; courses of instructors taken in, given out, and kept in step
with a folder.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.content.check import check
from lessons.content.files import Bundle, Files, Folder
from lessons.content.findings import ERROR
from lessons.content.library import BUILT_IN
from lessons.teaching.archive import Refused, folder_files, packed, unpacked
from lessons.teaching.files import Drafts
from lessons.teaching.models import Course
from lessons.teaching.rights import may_create
from lessons.teaching.shelf import Conflict, files_of, take_in
from lessons.teaching.syncing import PREFERENCES, sync


class Command(BaseCommand):
    """Check, import, export or sync a course."""

    help = (
        "Check the lessons of a course, with line and column, and play them; move courses in and out of the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do, and to which course."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verb = verbs.add_parser("check", help="every finding of every file; then play the lessons")
        verb.add_argument(
            "course", nargs="?", type=Path, default=BUILT_IN,
            help="a course's folder, the zip of one, the id of one in the database, or - for a JSON object of texts by "
            "path on standard input; the built-in course by default",
        )  # fmt: skip
        verb.add_argument("--only", action="append", metavar="FILE", help="a file of the course, such as module/a.md")
        verb.add_argument("--json", action="store_true", help="print the findings as one JSON array")
        verb.add_argument(
            "--progress", action="store_true", help="print a JSON line for each lesson, then the findings"
        )
        verb = verbs.add_parser("import", help="make a course of a folder or of its zip")
        verb.add_argument("source", type=Path, help="a course's folder, or the zip of one")
        verb.add_argument("--author", required=True, help="the account that will write it")
        verb = verbs.add_parser("export", help="write the drafts of a course as the zip of its folder")
        verb.add_argument("course", help="the course's id")
        verb.add_argument("target", type=Path, help="the zip to write; it must not exist")
        verb = verbs.add_parser("sync", help="keep a course and a folder (in git, say) in step, both ways")
        verb.add_argument("course", help="the course's id; one that does not exist is made of the folder")
        verb.add_argument("folder", type=Path, help="the course's folder; one that does not exist is made")
        verb.add_argument("--author", required=True, help="the account in whose name drafts are saved")
        verb.add_argument("--prefer", choices=PREFERENCES, help="which side wins where both have changed a file")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do what the verb says."""
        try:
            getattr(self, f"_{verb}")(**options)
        except (Refused, Conflict) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error

    def _check(self, *, course: Path, only: list[str] | None, progress: bool, **options: Any) -> None:
        """Check, play, print; exit status 1 on any error."""
        findings = check(_files(course), self._told(progress), only)
        shown = [finding.to_json() for finding in findings]
        if progress:
            self.stdout.write(json.dumps({"findings": shown}, ensure_ascii=False))
        elif options["json"]:
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
        else:
            for finding in findings:
                self.stdout.write(str(finding))
            errors = sum(finding.level == ERROR for finding in findings)
            self.stdout.write(f"{errors} errors, {len(findings) - errors} warnings.")
        if any(finding.level == ERROR for finding in findings):
            sys.exit(1)

    def _told(self, as_json: bool) -> Any:
        def told(path: str) -> None:
            if as_json:
                self.stdout.write(json.dumps({"progress": {"playing": path}}))
                self.stdout.flush()
            else:
                self.stderr.write(f"playing {path}", self.style.NOTICE)

        return told

    def _import(self, *, source: Path, author: str, **_: Any) -> None:
        user = _account(author)
        files = folder_files(source) if source.is_dir() else unpacked(source.read_bytes())
        course = take_in(files, user)
        self.stdout.write(f"The course {course.slug} has {len(files)} files; {user.username} writes it.")

    def _export(self, *, course: str, target: Path, **_: Any) -> None:
        data = packed(files_of(_course(course)))
        with target.open("xb") as file:
            file.write(data)

    def _sync(self, *, course: str, folder: Path, author: str, prefer: str | None, **_: Any) -> None:
        """Sync, and say what was done; exit status 1 where both sides have changed a file."""
        done = sync(course, folder, _account(author), prefer)
        for line in done.lines():
            self.stdout.write(line)
        if done.conflicts:
            sys.exit(1)


def _files(course: Path) -> Files:
    if str(course) == "-":
        return Bundle(_texts(sys.stdin.buffer.read()))
    if course.is_file():
        return Bundle(unpacked(course.read_bytes()))
    if course.is_dir():
        return Folder(course)
    row = Course.objects.filter(slug=str(course)).first()
    if row is None:
        raise CommandError(f"There is no folder {course}, and no course of this id in the database.")
    return Drafts(row)


def _texts(said: bytes) -> dict[str, bytes]:
    try:
        texts = json.loads(said)
    except ValueError as error:
        raise CommandError(f"Standard input is no JSON: {error}.") from error
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise CommandError("Standard input is no JSON object of texts by path.")
    return {path: text.encode() for path, text in texts.items()}


def _account(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no account “{name}”.")
    if not may_create(user):
        raise CommandError(f"“{name}” may not write courses. Say `manage.py instructor {name}` first.")
    return user


def _course(slug: str) -> Course:
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise CommandError(f"There is no course “{slug}” in the database.")
    return course
