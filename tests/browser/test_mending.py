"""Mending a program, and charts that the engine measures."""

from playwright.sync_api import expect

from tests.browser.looks import expect_no_scrolling_sideways


def test_a_wrong_choice_is_shown_failing_and_the_right_one_is_proved(visitor):
    site = visitor(width=390, height=844)
    fix = site.go("/lessons/races-between-threads/").locator("#which-lock")
    fix.get_by_label("Look twice").check()
    fix.get_by_role("button", name="Try every schedule").click()
    expect(fix.get_by_role("status")).to_contain_text("Not yet.")
    fix.get_by_label("Lock the look and the taking").check()
    fix.get_by_role("button", name="Try every schedule").click()
    expect(fix.get_by_role("status")).to_contain_text("under no schedule does it fail")
    expect_no_scrolling_sideways(site.page)


def test_the_run_in_which_a_choice_fails_opens_as_a_lab(site):
    fix = site.go("/lessons/races-between-threads/").locator("#which-lock")
    fix.get_by_label("Lock the taking").check()
    fix.get_by_role("button", name="Try every schedule").click()
    fix.get_by_role("link", name="See it fail").click()
    figure = site.page.locator("figure.lab")
    expect(figure).to_contain_text("the last seat was sold twice")


def test_lines_trade_places_by_keyboard(site):
    fix = site.go("/lessons/races-between-threads/").locator("#publish")
    first, last = fix.get_by_label("Line 6"), fix.get_by_label("Line 8")
    first.focus()
    site.page.keyboard.press("s")
    expect(first).to_have_value("2")
    expect(last).to_have_value("0")
    site.page.keyboard.press("Tab")
    site.page.keyboard.press("Tab")
    site.page.keyboard.press("Tab")
    site.page.keyboard.press("Enter")
    expect(fix.get_by_role("status")).to_contain_text("Mended.")


def test_a_chart_is_measured_when_it_comes_into_view_with_its_numbers_beneath(site):
    plot = site.go("/lessons/the-cost-of-a-context-switch/").locator("#over-quantum")
    plot.scroll_into_view_if_needed()
    expect(plot.locator(".main-svg").first).to_be_visible()
    plot.get_by_text("The numbers", exact=True).click()
    expect(plot.get_by_role("row").nth(2)).to_have_text("10 0.665 6,015", use_inner_text=True)
