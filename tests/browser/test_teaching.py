"""Writing a course in the browser: a new account, a right, a course, a draft that is mended and restored."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.verbs import Editor

NUMBERS = itertools.count(1)


def new_instructor(visitor, server, **options) -> tuple[Page, str]:
    """Sign someone up, make them an instructor, and open /teach."""
    name = f"ada{next(NUMBERS)}"
    page = visitor(**options).go("/sign-up/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill("six feet of cable")
    page.get_by_label("Password confirmation").fill("six feet of cable")
    page.locator("form.form button").click()
    page.wait_for_url("**/")
    server.manage("instructor", name)
    page.goto("/teach/")
    return page, name


def look(page: Page, width: int) -> None:
    """Expect no finding of axe, and nothing that scrolls sideways."""
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']} at {[node['target'] for node in one['nodes'][:3]]}" for one in found] == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def look_at_the_account(page: Page) -> None:
    """On a telephone the head of the page keeps to two lines, and the account opens from a button."""
    assert page.locator(".site-head").bounding_box()["height"] < 110
    sign_out = page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_hidden()
    page.get_by_role("button", name="Your account").press("Enter")
    expect(sign_out).to_be_visible()
    look(page, 390)
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_course_is_begun_changed_and_restored(visitor, server, width, scheme):
    page, name = new_instructor(visitor, server, width=width, color_scheme=scheme, reduced_motion="reduce")
    look(page, width)
    if width == 390:
        look_at_the_account(page)
    new = page.locator("section", has=page.get_by_role("heading", name="A new course"))
    new.get_by_label("Title").fill("What breaks")
    new.get_by_label("Id").fill(f"course-of-{name}")
    page.get_by_role("button", name="Make the course").click()
    look(page, width)
    page.get_by_role("link", name="The first lesson").click()
    look(page, width)
    editor = Editor(page)
    first = editor.text()
    editor.write("\nA line too much.\n")
    page.get_by_role("button", name="Save", exact=True).click()
    editor.expect_saved()
    page.get_by_role("link", name="Revisions").click()
    expect(page.locator(".diff .is-added code").last).to_have_text("A line too much.")
    look(page, width)
    page.get_by_role("link", name="20").last.click()
    page.get_by_role("button", name="Restore this revision").click()
    assert Editor(page).text() == first
