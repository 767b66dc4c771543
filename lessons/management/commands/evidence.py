"""`manage.py evidence`: measure what *About the models* shows beside published numbers, and write it down."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lessons.management.account_evidence import outcomes
from lessons.management.availability_evidence import majorities
from lessons.management.gossip_evidence import rounds, rumours
from lessons.management.quorum_evidence import staleness, versions
from lessons.management.raft_evidence import elections, fast_elections, splits, wide_area
from lessons.management.replication_evidence import detection, losses
from lessons.pages.evidence import FOLDER, ORDER


class Command(BaseCommand):
    """Measure and write."""

    help = "Measure the evidence shown in About the models, and write it to lessons/pages/evidence."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many runs to make."""
        parser.add_argument("--runs", type=int, default=2000, help="runs for each number (default 2000)")
        parser.add_argument("--only", choices=ORDER, help="measure one comparison")
        parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")

    def handle(self, *args: Any, runs: int, jobs: int, **options: Any) -> None:
        """Write one file a comparison."""
        few = max(1, runs // 10)  # each of these runs holds many operations
        makers = {
            "raft-figure-16": lambda: elections(runs, jobs),
            "raft-figure-16-scale": lambda: fast_elections(runs, jobs),
            "raft-wide-area": lambda: wide_area(5 * runs, jobs),
            "raft-split-votes": lambda: splits(5 * runs, jobs),
            "raft-availability": majorities,
            "payments-outcomes": lambda: outcomes(few),
            "primary-backup-detection": lambda: detection(jobs),
            "primary-backup-losses": losses,
            "quorum-versions": versions,
            "quorum-staleness": lambda: staleness(few, jobs),
            "gossip-rounds": lambda: rounds(few, jobs),
            "gossip-rumours": lambda: rumours(few, jobs),
        }
        for name in [options["only"]] if options["only"] else makers:
            evidence = makers[name]()
            path = FOLDER / f"{evidence['id']}.json"
            path.write_text(json.dumps(evidence, indent=1, ensure_ascii=False) + "\n")
            self.stdout.write(f"wrote {path.name}: {len(evidence['rows'])} rows")
