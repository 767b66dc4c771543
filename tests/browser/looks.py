"""What holds of every page, whatever is on it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TRIES, PAUSE_MS = 5, 500  # what fades in at this moment has not its colours yet; what is wrong stays wrong


def expect_no_finding(page: Page) -> None:
    """Expect that axe has nothing to say of a page once it has come to rest."""
    for _ in range(TRIES):
        found = findings(page)
        if not found:
            return
        page.wait_for_timeout(PAUSE_MS)
    raise AssertionError("\n".join(found))


def findings(page: Page) -> list[str]:
    """Return what axe says of a page as it is now."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes'][:3]]}" for one in found]


def expect_no_scrolling_sideways(page: Page) -> None:
    """Expect that a page is no wider than its window."""
    assert page.viewport_size is not None, "every page of these stories has a window of a known size"
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=page.viewport_size["width"])


def expect_drawn(page: Page) -> None:
    """Wait until a page has shown what it knows: its labs draw once a frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def look(page: Page) -> None:
    """Expect both."""
    expect_no_finding(page)
    expect_no_scrolling_sideways(page)
