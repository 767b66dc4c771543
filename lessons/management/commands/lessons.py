"""`manage.py lessons check [DIR] [--json]`: all that is wrong with a course, and whether it plays."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.content.findings import ERROR, Finding
from lessons.content.library import BUILT_IN, read_library
from lessons.content.play import play


class Command(BaseCommand):
    """Check a course."""

    help = "Check the lessons of a course: every finding of every file, with line and column; then play them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and the form of the output."""
        parser.add_argument("verb", choices=["check"])
        parser.add_argument(
            "folder", nargs="?", type=Path, default=BUILT_IN, help="a course's folder; the built-in course by default"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as one JSON array")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Check, play, print; exit status 1 on any error."""
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

    def _findings(self, folder: Path) -> list[Finding]:
        library = read_library(folder)
        found = list(library.findings)
        for lesson in library.by_id.values():
            if not lesson.available:
                continue
            shown = f"{lesson.path.parent.name}/{lesson.path.name}"
            self.stderr.write(f"playing {shown}", ending="\n")
            found += play(lesson, shown).all
        return sorted(found)
