"""The site as a server process of its own, with a database of its own, for tests and measurements over real sockets."""

import asyncio
import atexit
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
CSRF = "t" * 32  # a cookie and a header that agree
PATIENCE_S = 60.0
PORTS = 20_000, 32_000


class Server:
    """Daphne on a free port. `folder` holds its database and key; `core` pins it to one processor.

    Several may share a folder; their environment tells where the database and the channel layer are that they share.
    """

    def __init__(self, folder: Path, core: int | None = None, **environment: str) -> None:
        self.folder = folder
        self.environment = os.environ | {"FAULTLINE_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "lessons.settings"}
        self.environment |= environment
        self.core = core
        self.port = free_port()
        self.log = folder / f"server-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def migrate(self) -> None:
        """Make the database: a copy of one that is made once."""
        shutil.copytree(_migrated(), self.folder, dirs_exist_ok=True)

    def manage(self, *words: str) -> str:
        """Run a management command and return what it prints."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        """Start serving, and wait until it answers."""
        pin = [] if self.core is None else ["taskset", "--cpu-list", str(self.core)]
        daphne = [sys.executable, "-m", "daphne", "--bind", "127.0.0.1", "--port", str(self.port), "--verbosity", "0"]
        with self.log.open("ab") as log:
            command = [*pin, *daphne, "lessons.asgi:application"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE_S
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the server and return its exit status."""
        assert self.process is not None, "only a started server can be stopped"
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE_S)
        self.process = None
        return status

    def cpu_seconds(self) -> float:
        """Return the processor time that the server has used."""
        assert self.process is not None, "only a running server uses time"
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return the memory that the server holds."""
        assert self.process is not None, "only a running server holds memory"
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def post(self, path: str, data: Any, session: str = "") -> tuple[int, dict[str, Any], str]:
        """Post JSON; return the status, the answer and the session's key."""
        cookies = f"csrftoken={CSRF}; sessionid={session}"
        headers = {"Content-Type": "application/json", "X-CSRFToken": CSRF, "Cookie": cookies}
        request = Request(f"http://{self.address}{path}", json.dumps(data).encode(), headers, method="POST")
        try:
            response = urlopen(request, timeout=PATIENCE_S)
        except HTTPError as error:
            response = error
        with response:
            return response.status, json.loads(response.read()), _session_of(response) or session

    def page(self, path: str, session: str = "") -> str:
        """Return a page as somebody sees it."""
        request = Request(f"http://{self.address}{path}", headers={"Cookie": f"sessionid={session}"})
        with urlopen(request, timeout=PATIENCE_S) as response:
            return str(response.read().decode())

    def form(self, path: str, fields: dict[str, str], session: str = "") -> tuple[str, str]:
        """Post a form as somebody; return where it leads and the session's key. It must be taken."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": CSRF,
            "Cookie": f"csrftoken={CSRF}; sessionid={session}",
        }
        with closing(HTTPConnection(self.address, timeout=PATIENCE_S)) as connection:
            connection.request("POST", path, urlencode(fields), headers)
            response = connection.getresponse()
            assert response.status == 302, f"{path} answered {response.status}: {response.read().decode()[-2000:]}"
            return response.headers["Location"], _session_of(response) or session

    def socket(self, path: str, session: str) -> connect:
        """Return the connection to a websocket of this server, as a browser with this session opens it."""
        headers = {"Cookie": f"sessionid={session}"}
        return connect(
            f"ws://{self.address}{path}",
            origin=f"http://{self.address}",
            additional_headers=headers,
            compression=None,
            max_size=None,
            max_queue=None,
            ping_interval=None,
        )


async def hear(tab: ClientConnection, **wanted: Any) -> dict[str, Any]:
    """Return the next message that has these values; acknowledge the frames before it and it."""
    while True:
        async with asyncio.timeout(PATIENCE_S):
            message = json.loads(await tab.recv())
        if message["type"] == "frame":
            await say(tab, "ack", n=message["n"])
        if all(message.get(name) == value for name, value in wanted.items()):
            return message


async def say(tab: ClientConnection, do: str, **fields: Any) -> None:
    """Send a message."""
    await tab.send(json.dumps({"do": do, **fields}))


@cache
def _migrated() -> Path:
    """Return a folder with an empty database in it."""
    folder = Path(tempfile.mkdtemp(prefix="faultline-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Server(folder).manage("migrate", "--verbosity", "0")
    return folder


def _session_of(response: Any) -> str:
    for cookie in response.headers.get_all("Set-Cookie") or []:
        if cookie.startswith("sessionid="):
            return cookie.removeprefix("sessionid=").partition(";")[0]
    return ""


def free_port() -> int:
    """Return a port below those that the system gives to connections, so that it is still free after a restart."""
    for port in random.sample(range(*PORTS), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("none of a hundred ports is free")


def listens(port: int) -> bool:
    """Say whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
