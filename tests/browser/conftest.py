"""Browser stories: a real server with a database of its own, Debian's Chromium, and pages spoken to in verbs."""

import shutil

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.slowness import SLOWDOWN, slow_down
from tests.browser.verbs import Lab, Site
from tests.server import Server

PATIENCE_MS = 120_000 if SLOWDOWN else 30_000  # an idle machine takes a moment, a busy one many times as long
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The site under test."""
    server = Server(tmp_path_factory.mktemp("site"))
    server.migrate()
    server.manage("collectstatic", "--noinput", "--verbosity", "0")
    server.start()
    server.page("/")  # the first page takes longest, for the course is read
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
    complaints = Complaints(f"http://{server.address}")
    yield complaints
    assert complaints.unexpected() == []


@pytest.fixture
def visitor(chromium: Browser, server: Server, complaints: Complaints):
    """Return a function that brings a new visitor: a browser of their own, with a site spoken to in verbs."""
    contexts: list[BrowserContext] = []

    def bring(width: int = 1280, height: int = 900, **options) -> Site:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=f"http://{server.address}", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("page", complaints.listen)
        if SLOWDOWN:
            context.on("page", slow_down)
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
