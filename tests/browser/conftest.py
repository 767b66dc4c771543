"""Browser stories: a real server with a database of its own, Debian's Chromium, and pages spoken to in verbs."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.verbs import Lab, Site

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Server:
    """The site as its users run it; it can be killed and started again on the same database."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {"FAULTLINE_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "lessons.settings"}
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")

    def manage(self, *words: str) -> str:
        """Run a management command on this server's data."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True, timeout=300
        ).stdout

    def start(self) -> None:
        """Serve, and wait until the site answers."""
        command = [
            sys.executable,
            "-m",
            "daphne",
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "lessons.asgi:application",
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5)
                return
            except OSError:
                assert self.process.poll() is None, f"the server stopped: see {self.log}"
                time.sleep(0.2)
        raise AssertionError(f"the server did not answer within a minute: see {self.log}")

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        assert self.process is not None, "no server runs"
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask the server to stop, as a deployment does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The site under test."""
    server = Server(tmp_path_factory.mktemp("site"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium; where it is missing the stories fail and say so."""
    if shutil.which(CHROMIUM) is None:
        pytest.fail(f"The browser stories need {CHROMIUM}: run `make tools`, or install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Complaints:
    """What a page must not do: write to the console, fail, or ask another host for anything."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.expected: list[str] = []
        self.heard: list[str] = []

    def listen(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", lambda m: m.type in ("error", "warning") and self.hear(f"console {m.type}: {m.text}"))
        page.on("pageerror", lambda error: self.hear(f"page error: {error}"))
        page.on("request", lambda request: self._look(request.url))

    def expect(self, part: str) -> None:
        """Allow complaints with these words in this story, such as those of a lost connection."""
        self.expected.append(part)

    def hear(self, text: str) -> None:
        """Note a complaint."""
        self.heard.append(text)

    def unexpected(self) -> list[str]:
        """Return what nobody expected."""
        return [text for text in self.heard if not any(part in text for part in self.expected)]

    def _look(self, url: str) -> None:
        if not url.startswith((self.host, "data:", "blob:", self.host.replace("http", "ws"))):
            self.hear(f"a request to another host: {url}")


@pytest.fixture
def complaints(server):
    """Fails a story whose pages complained."""
    complaints = Complaints(server.url)
    yield complaints
    assert complaints.unexpected() == []


@pytest.fixture
def visitor(chromium: Browser, server: Server, complaints: Complaints):
    """Return a function that brings a new visitor: a browser of their own, with a site spoken to in verbs."""
    contexts: list[BrowserContext] = []

    def bring(width: int = 1280, height: int = 900, **options) -> Site:
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=server.url, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("page", complaints.listen)
        return Site(context)

    yield bring
    for context in contexts:
        context.close()


@pytest.fixture
def site(visitor) -> Site:
    """One visitor's view of the site."""
    return visitor()


@pytest.fixture
def lab(site: Site) -> Lab:
    """The Raft lab, full screen and paused."""
    return site.open_lab("raft", seed=1)
