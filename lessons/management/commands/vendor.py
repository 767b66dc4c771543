"""`manage.py vendor check` and `manage.py vendor fetch`: the browser libraries that we ship.

`static/vendor/vendor.lock.json` names each package, its version, the registry's integrity and the sha256 of every
file we keep. `check` compares; `fetch` gets the packages anew with npm, verifies the integrity and writes the files.

Of a library that comes as many packages esbuild makes one file: its folder in `lessons/management/bundles` has what
to take of them (`entry.js`) and each version with its integrity (`package-lock.json`). Users build nothing.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

ROOT = settings.BASE_DIR / "static" / "vendor"
LOCK = ROOT / "vendor.lock.json"
BUNDLES = settings.BASE_DIR / "lessons" / "management" / "bundles"
ESBUILD = (
    "node_modules/.bin/esbuild", "entry.js", "--bundle", "--minify", "--format=esm", "--target=es2022",
    "--legal-comments=none", "--metafile=made-of.json", "--outfile=bundle.js", "--log-level=warning",
)  # fmt: skip


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
                (build if "bundle" in package else fetch)(name, package)
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
        if package.get("made_of", {}) != sources(package):
            findings.append(f"{name}: its bundle was not made of what is in its folder; run `manage.py vendor fetch`.")
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


def build(name: str, package: dict[str, Any]) -> None:
    """Make one file of the packages of a bundle, and one of their licences."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / package["bundle"]
        shutil.copytree(BUNDLES / package["bundle"], folder)
        subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=folder, check=True)
        subprocess.run([*ESBUILD, *package["options"]], cwd=folder, check=True)
        target = ROOT / package["folder"]
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "bundle.js", target / f"{name}.js")
        (target / "LICENSE").write_text(_licences(folder))
    package["made_of"] = sources(package)
    package["files"] = {file: sha256(target / file) for file in ("LICENSE", f"{name}.js")}


def sources(package: dict[str, Any]) -> dict[str, str]:
    """Return the digest of each file that a bundle is made of; nothing for a package that is taken as it comes."""
    folder = BUNDLES / package["bundle"] if "bundle" in package else None
    return {path.name: sha256(path) for path in sorted(folder.iterdir())} if folder else {}


def _licences(folder: Path) -> str:
    """Return the licence of each package that went into a bundle, under its name and version."""
    inputs = json.loads((folder / "made-of.json").read_text())["inputs"]
    paths = [Path(one).parts for one in inputs if one.startswith("node_modules/")]
    names = sorted({"/".join(parts[1 : 3 if parts[1].startswith("@") else 2]) for parts in paths})
    return "\n".join(_licence(folder / "node_modules" / name, name) for name in names)


def _licence(package: Path, name: str) -> str:
    version = json.loads((package / "package.json").read_text())["version"]
    return f"{name} {version}\n\n{(package / 'LICENSE').read_text()}"


def sha256(path: Path) -> str:
    """Return a file's digest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
