"""Every page is accessible, in light and dark, and fits from a phone to a wide screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import expect_drawn, expect_no_finding, expect_no_scrolling_sideways

PAGES = [
    "/", "/playground/", "/glossary/", "/search/?q=leader", "/reference/", "/reference/raft/", "/about/models/",
    "/sign-up/",
    "/sign-in/", "/labs/raft/", "/labs/one-system/", "/lessons/one-system-many-nodes/", "/lessons/choosing-a-leader/",
    "/lessons/replicating-a-log/", "/lessons/when-the-network-splits/", "/lessons/lost-and-found/",
    "/lessons/races-between-threads/", "/lessons/deadlock/", "/lessons/starvation/", "/lessons/bugs-that-hide/",
    "/lessons/the-cost-of-a-context-switch/", "/labs/program/",
    "/labs/payments/", "/labs/primary-backup/", "/labs/quorum/", "/labs/cap/", "/labs/paxos/",
    "/labs/reconcile/", "/labs/gossip/", "/labs/two-phase-commit/",
    "/lessons/one-balance-two-truths/", "/lessons/synchronous-or-not/", "/lessons/mending-after-a-split/",
    "/lessons/consistency-availability-partitions/", "/lessons/quorum-dials/",
    "/present/choosing-a-leader/#step-5", "/print/lessons/choosing-a-leader/",
    "/lessons/one-object/", "/lessons/spot-the-bug/", "/lessons/two-phases-one-value/", "/lessons/a-log-of-choices/",
    "/lessons/all-or-nothing/", "/classes/", "/lessons/authors-guide/block-fix/",
]  # fmt: skip


def settle(page):
    """Wait until the page's first lab, if it has one, is alive."""
    if page.locator("figure.lab").count():
        page.locator("figure.lab").first.scroll_into_view_if_needed()
        expect(page.locator("figure.lab").first).to_have_attribute("data-connected", "true")
        expect_drawn(page)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_light_and_dark(visitor, path):
    page = visitor(color_scheme="light", reduced_motion="reduce").go(path)
    settle(page)
    expect_no_finding(page)
    page.emulate_media(color_scheme="dark")
    expect_drawn(page)
    expect_no_finding(page)


@pytest.mark.parametrize("width", [360, 390, 1920])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/labs/raft/",
        "/lessons/replicating-a-log/",
        "/reference/raft/",
        "/about/models/",
        "/glossary/",
        "/lessons/authors-guide/lab-raft/",
    ],
)
def test_no_page_scrolls_sideways(visitor, path, width):
    page = visitor(width=width).go(path)
    settle(page)
    expect_no_scrolling_sideways(page)


def test_the_text_works_without_javascript(visitor):
    page = visitor(java_script_enabled=False).go("/lessons/choosing-a-leader/")
    expect(page.locator("noscript .notice").first).to_be_visible()
    quiz = page.locator("#four-servers")
    quiz.get_by_role("radio", name="3", exact=True).check()
    quiz.get_by_role("button", name="Answer").click()
    expect(page.locator("#four-servers")).to_contain_text("Right.")


def test_the_theme_is_remembered(site):
    page = site.go("/")
    page.get_by_role("button", name="Switch between light and dark").click()
    chosen = page.evaluate("() => document.documentElement.dataset.theme")
    page = site.go("/glossary/")
    assert page.evaluate("() => document.documentElement.dataset.theme") == chosen


def test_what_was_typed_before_the_script_came_is_answered_when_it_has_come(site):
    page = site.page

    def come_late(route):
        page.wait_for_function("() => document.querySelector('#q')?.value")
        route.continue_()

    page.route("**/main*.js", come_late)
    page.goto("/search/", wait_until="commit")
    page.get_by_role("searchbox").fill("majority")
    expect(page.locator("#found")).to_contain_text("Choosing a leader")


def test_search_answers_while_typing(site):
    page = site.go("/search/")
    page.get_by_role("searchbox").fill("majority")
    expect(page.locator("#found")).to_contain_text("Choosing a leader")


def test_on_paper_the_text_is_alone_and_dark_on_white_whatever_the_screen_shows(visitor):
    page = visitor(color_scheme="dark").go("/print/lessons/choosing-a-leader/")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    for part in (".site-head", ".site-foot", ".paper-tools"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("body")).to_have_css("color", "rgb(29, 33, 41)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
