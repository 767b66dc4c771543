"""`manage.py lessons check [DIR] [--json] | import ZIP-OR-DIR --author NAME | export COURSE ZIP`.

All that is wrong with a course, and whether it plays; courses of instructors taken in and given out.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.content.files import Folder
from lessons.content.findings import ERROR, Finding
from lessons.content.library import BUILT_IN, read_library
from lessons.content.play import play
from lessons.teaching.archive import Refused, folder_files, packed, unpacked
from lessons.teaching.models import Course
from lessons.teaching.shelf import files_of, take_in


class Command(BaseCommand):
    """Check, import or export a course."""

    help = "Check the lessons of a course, with line and column, and play them; import or export one of the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do, and to which course."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="every finding of every file; then play the lessons")
        check.add_argument(
            "folder", nargs="?", type=Path, default=BUILT_IN, help="a course's folder; the built-in course by default"
        )
        check.add_argument("--json", action="store_true", help="print the findings as one JSON array")
        take = verbs.add_parser("import", help="make a course of a folder or of its zip")
        take.add_argument("source", type=Path, help="a course's folder, or the zip of one")
        take.add_argument("--author", required=True, help="the account that will write it")
        give = verbs.add_parser("export", help="write the drafts of a course as the zip of its folder")
        give.add_argument("course", help="the course's id")
        give.add_argument("target", type=Path, help="the zip to write; it must not exist")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do what the verb says."""
        {"check": self._check, "import": self._import, "export": self._export}[verb](options)

    def _check(self, options: dict[str, Any]) -> None:
        """Check, play, print; exit status 1 on any error."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        findings = self._findings(folder)
        if options["json"]:
            self.stdout.write(json.dumps([finding.to_json() for finding in findings], ensure_ascii=False))
        else:
            for finding in findings:
                self.stdout.write(str(finding))
            errors = sum(finding.level == ERROR for finding in findings)
            self.stdout.write(f"{errors} errors, {len(findings) - errors} warnings.")
        if any(finding.level == ERROR for finding in findings):
            sys.exit(1)

    def _import(self, options: dict[str, Any]) -> None:
        author = User.objects.filter(username=options["author"]).first()
        if author is None:
            raise CommandError(f"There is no account “{options['author']}”.")
        source: Path = options["source"]
        try:
            files = folder_files(source) if source.is_dir() else unpacked(source.read_bytes())
            course = take_in(files, author)
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The course {course.slug} has {len(files)} files; {author.username} writes it.")

    def _export(self, options: dict[str, Any]) -> None:
        course = Course.objects.filter(slug=options["course"]).first()
        if course is None:
            raise CommandError(f"There is no course “{options['course']}” in the database.")
        try:
            with options["target"].open("xb") as file:
                file.write(packed(files_of(course)))
        except OSError as error:
            raise CommandError(str(error)) from error

    def _findings(self, folder: Path) -> list[Finding]:
        library = read_library(Folder(folder))
        found = list(library.findings)
        for lesson in library.by_id.values():
            if not lesson.available:
                continue
            self.stderr.write(f"playing {lesson.path}", ending="\n")
            found += play(lesson).all
        return sorted(found)
