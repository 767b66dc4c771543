"""A slow machine at the end of a slow line, on which the stories must hold as well: `SLOW=1 make test-stories`.

A fast person acts as soon as something stands on the page. Here that is well before the page's script listens, so a
control that looks alive too early shows, as does a story that reads once what comes a moment later. A greater number
slows the processor down by so much, for a machine that is too fast to tell.
"""

import os
from functools import partial

from playwright.sync_api import Page

SLOWDOWN = float(os.environ.get("SLOW") or 0)
LATENCY_MS = 400  # of each request; a script that imports another comes after two


def slow_down(page: Page) -> None:
    """Answer each request of a page late, run it slowly, and go on as soon as it begins to come."""
    browser = page.context.new_cdp_session(page)
    browser.send("Network.enable")
    browser.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.send("Network.emulateNetworkConditions", line)
    browser.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto = partial(page.goto, wait_until="commit")
