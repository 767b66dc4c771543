"""`manage.py vendor check` and `manage.py vendor fetch`: the browser libraries that we ship.

`static/vendor/vendor.lock.json` names each package, its version, the registry's integrity and the sha256 of every
file we keep. `check` compares; `fetch` gets the packages anew with npm, verifies the integrity and writes the files.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

ROOT = settings.BASE_DIR / "static" / "vendor"
LOCK = ROOT / "vendor.lock.json"


class Command(BaseCommand):
    """Check or fetch the vendored browser libraries."""

    help = "Check the vendored browser libraries against their lock file, or fetch them anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["check", "fetch"])

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do it."""
        packages = json.loads(LOCK.read_text())
        if verb == "fetch":
            for name, package in packages.items():
                fetch(name, package)
            LOCK.write_text(json.dumps(packages, indent=2) + "\n")
        findings = check(packages)
        if findings:
            raise CommandError("\n".join(findings))
        self.stdout.write(f"{len(packages)} vendored libraries are as locked.")


def check(packages: dict[str, Any]) -> list[str]:
    """Return what differs from the lock file, a sentence each."""
    findings = []
    locked = {LOCK.name}
    for name, package in packages.items():
        for file, digest in package["files"].items():
            path = ROOT / package["folder"] / file
            locked.add(str(path.relative_to(ROOT)))
            if not path.exists():
                findings.append(f"{name}: {file} is missing; run `manage.py vendor fetch`.")
            elif sha256(path) != digest:
                findings.append(f"{name}: {file} was changed; run `manage.py vendor fetch`.")
        if "LICENSE" not in package["files"]:
            findings.append(f"{name}: it has no LICENSE beside it.")
    present = [str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*")) if path.is_file()]
    return findings + [f"{file} is in no package of {LOCK.name}." for file in present if file not in locked]


def fetch(name: str, package: dict[str, Any]) -> None:
    """Get a package at its version, verify it and write its files."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{name}@{package['version']}"]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
        archive = Path(folder) / packed
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != package["integrity"]:
            raise CommandError(f"{name}: the registry's archive has another integrity than the lock file says.")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        for file, source in package["sources"].items():
            target = ROOT / package["folder"] / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((Path(folder) / "package" / source).read_bytes())
            package["files"][file] = sha256(target)


def sha256(path: Path) -> str:
    """Return a file's digest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
