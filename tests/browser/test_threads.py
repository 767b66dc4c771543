"""The learner as the scheduler."""

from playwright.sync_api import expect

from tests.browser.looks import expect_no_scrolling_sideways

LESSON = "/lessons/races-between-threads/"


def open_counter(site):
    page = site.go(LESSON)
    figure = page.locator("#lab-counter")
    figure.scroll_into_view_if_needed()
    expect(figure.get_by_role("button", name="Step A", exact=True)).to_be_visible()
    return figure


def step(figure, thread: str, taken: int) -> None:
    figure.get_by_role("button", name=f"Step {thread}", exact=True).click()
    expect(figure).to_have_attribute("data-time", str(10 * taken))


def test_a_learner_loses_an_increment_and_steps_back(site):
    figure = open_counter(site)
    for taken, thread in enumerate("ABBA", 1):
        step(figure, thread, taken)
    memory = figure.locator(".memory tbody tr")
    expect(memory).to_contain_text("1")
    expect(figure.locator(".thread[data-node=A]")).to_have_attribute("data-role", "ended")
    expect(figure).to_contain_text("an increment is lost")
    figure.get_by_role("button", name="Step back").click()
    expect(figure.locator(".thread[data-node=A]")).to_have_attribute("data-role", "ready")
    expect(memory).to_contain_text("1")


def test_who_goes_back_and_decides_otherwise_has_taken_that_step_alone(site):
    figure = open_counter(site)
    step(figure, "A", 1)
    step(figure, "B", 2)
    figure.get_by_role("button", name="Step back").click()
    expect(figure).to_have_attribute("data-time", "10")
    figure.get_by_role("button", name="Step A", exact=True).click()
    expect(figure).to_have_attribute("data-time", "15")
    expect(figure.locator(".thread[data-node=A]")).to_have_attribute("data-role", "ended")
    expect(figure.locator(".thread[data-node=B] dd").first).to_have_text("load c")


def test_arrows_go_from_thread_to_thread(site):
    figure = open_counter(site)
    for name, key in (("Step A", "ArrowDown"), ("Step B", "ArrowUp")):
        figure.get_by_role("button", name=name, exact=True).focus()
        site.page.keyboard.press(key)
        other = "Step B" if key == "ArrowDown" else "Step A"
        expect(figure.get_by_role("button", name=other, exact=True)).to_be_focused()


def test_who_is_blocked_cannot_step_and_says_why_also_on_a_phone(visitor):
    site = visitor(width=390, height=844)
    figure = site.go("/labs/program/?situation=two-locks").locator("figure.lab")
    for taken, thread in enumerate("AB", 1):
        step(figure, thread, taken)
    button = figure.get_by_role("button", name="Step B", exact=True)
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(figure.locator(".thread[data-node=B] .thread-reason")).to_contain_text("which A holds")
    expect(figure.locator(".waiting")).to_contain_text("a cycle, a deadlock")
    expect_no_scrolling_sideways(site.page)


def test_the_shortest_failing_schedule_opens_as_a_recording(site):
    figure = open_counter(site)
    figure.get_by_role("button", name="Find a failing schedule").click()
    link = figure.get_by_role("link", name="Open it as a recording")
    expect(link).to_be_visible()
    link.click()
    shown = site.page.locator("figure.lab")
    expect(shown).to_have_attribute("data-connected", "true")
    expect(shown).to_contain_text("an increment is lost")
