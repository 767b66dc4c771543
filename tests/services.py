"""PostgreSQL and Redis for tests: started on free ports with nothing in them, and gone without a trace afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.server import free_port, listens

PATIENCE_S = 60.0
POSTGRES = "postgres"  # the user that its package brings along: it does not run as root
CARELESS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
MISSING = "These tests need {}: run `make tools`, or install the packages redis-server and postgresql."


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL with an empty database; the value is its DATABASE_URL."""
    initdb, serve, is_ready = (_of_postgres(name) for name in ("initdb", "postgres", "pg_isready"))
    port, user = free_port(), _unprivileged()
    with _folder(POSTGRES if user else None) as folder:
        begin = [initdb, "-D", "data", "-U", "faultline", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(begin, check=True, capture_output=True, cwd=folder, **user)
        command = [serve, "-D", "data", "-h", "127.0.0.1", "-p", str(port), "-k", "", *CARELESS]
        ask = [is_ready, "-q", "-h", "127.0.0.1", "-p", str(port)]
        with _running(command, folder, lambda: subprocess.run(ask, check=False).returncode == 0, **user):
            yield f"postgres://faultline@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Run Redis with nothing in it; the value is its REDIS_URL."""
    found, port = shutil.which("redis-server"), free_port()
    if found is None:
        raise RuntimeError(MISSING.format("Redis"))
    command = [found, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with _folder() as folder, _running(command, folder, lambda: listens(port)):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(command: list[str], folder: Path, is_ready: Callable[[], bool], **user: Any) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, **user)
    try:
        until = time.monotonic() + PATIENCE_S
        while not is_ready():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start: {log.read_text()}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # to both of them: end at once, but in order
        process.wait(PATIENCE_S)


@contextmanager
def _folder(owner: str | None = None) -> Iterator[Path]:
    """Make a folder for a service; those of pytest are closed to every other user."""
    folder = Path(tempfile.mkdtemp(prefix="faultline-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder)


def _of_postgres(name: str) -> str:
    """Return a program of PostgreSQL's server; Debian keeps them out of the path, a folder for each version."""
    places = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    found = max(map(str, places), default=None) or shutil.which(name)
    if found is None:
        raise RuntimeError(MISSING.format("PostgreSQL"))
    return found


def _unprivileged() -> dict[str, Any]:
    return {"user": POSTGRES, "group": POSTGRES, "extra_groups": []} if os.getuid() == 0 else {}
