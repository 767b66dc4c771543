"""Writing a course in the browser: a new account, a right, a course, a draft that is mended and restored."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import look
from tests.browser.verbs import Editor, new_instructor


def look_at_the_account(page: Page) -> None:
    """On a telephone the head of the page keeps to two lines, and the account opens from a button."""
    assert page.locator(".site-head").bounding_box()["height"] < 110
    sign_out = page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_hidden()
    page.get_by_role("button", name="Your account").press("Enter")
    expect(sign_out).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_course_is_begun_changed_and_restored(visitor, server, width, scheme):
    page, name = new_instructor(visitor, server, width=width, color_scheme=scheme, reduced_motion="reduce")
    look(page)
    if width == 390:
        look_at_the_account(page)
    new = page.locator("section", has=page.get_by_role("heading", name="A new course"))
    new.get_by_label("Title").fill("What breaks")
    new.get_by_label("Id").fill(f"course-of-{name}")
    page.get_by_role("button", name="Make the course").click()
    look(page)
    page.get_by_role("link", name="The first lesson").click()
    look(page)
    editor = Editor(page)
    first = editor.text()
    editor.write("\nA line too much.\n")
    page.get_by_role("button", name="Save", exact=True).click()
    editor.expect_saved()
    page.get_by_role("link", name="Revisions").click()
    expect(page.locator(".diff .is-added code").last).to_have_text("A line too much.")
    look(page)
    page.get_by_role("link", name="20").last.click()
    page.get_by_role("button", name="Restore this revision").click()
    assert Editor(page).text() == first
