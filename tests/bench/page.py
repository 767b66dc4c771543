"""What a lesson's page weighs, and how soon its lab is alive.

Weight: scripts and styles that a lesson without a chart loads, each compressed with gzip as the server sends it.
Time: from asking for the page to the first frame of its lab, in Chromium on this machine, median of several loads.
"""

import gzip
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Response, sync_playwright

from tests.bench.table import print_table
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.server import Server

LESSON = "/lessons/choosing-a-leader/"
LOADS = 5
COUNTED = ("script", "stylesheet")


def main(arguments: list[str]) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.migrate()
        server.manage("collectstatic", "--noinput", "--verbosity", "0")
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                loads = [_load(browser, f"http://{server.address}{LESSON}") for _ in range(LOADS)]
                browser.close()
        finally:
            server.stop()
    files, weight, _ = loads[-1]
    first_frame = median(seconds for _, _, seconds in loads) * 1000
    row = (LESSON, files, round(weight / 1000, 1), round(first_frame))
    print_table("A lesson's page, without a chart", ("", "files", "kB gzip (aim 150)", "first frame, ms"), [row])
    return 0


def _load(browser: Browser, url: str) -> tuple[int, int, float]:
    """Load the page in a fresh browser; return how many files, how many bytes, how many seconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, bodies = context.new_page(), []
    page.on("response", lambda response: _count(response, bodies))
    started = time.monotonic()
    page.goto(url, wait_until="commit")
    page.locator("figure.lab").first.scroll_into_view_if_needed()
    page.wait_for_selector("figure.lab[data-connected='true'] [data-node]")
    seconds = time.monotonic() - started
    page.wait_for_timeout(1500)
    weight = sum(len(gzip.compress(response.body(), 6)) for response in bodies)
    context.close()
    return len(bodies), weight, seconds


def _count(response: Response, bodies: list[Response]) -> None:
    if response.request.resource_type in COUNTED:
        bodies.append(response)
