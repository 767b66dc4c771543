"""What holds of every page, whatever is on it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def expect_no_finding(page: Page) -> None:
    """Expect that axe has nothing to say of a page as it is now."""
    found = Axe().run(page).response["violations"]
    told = [f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes'][:3]]}" for one in found]
    assert told == []


def expect_no_scrolling_sideways(page: Page) -> None:
    """Expect that a page is no wider than its window."""
    assert page.viewport_size is not None, "every page of these stories has a window of a known size"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def look(page: Page) -> None:
    """Expect both."""
    expect_no_finding(page)
    expect_no_scrolling_sideways(page)
