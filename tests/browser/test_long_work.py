"""Long work in a lab: begun, watched, cancelled and opened, by keyboard, on a phone too."""

from urllib.parse import urlencode

from playwright.sync_api import expect

from tests.browser.looks import look

LONG = "x = 0\ndef add():\n    for i in range(30):\n        x += 1\n" + "".join(
    f'Thread(add, name="{name}")\n' for name in "ABCD"
)
PATIENCE = 45_000


def press(button) -> None:
    button.focus()
    button.press("Enter")


def payments(site):
    """The figure of the lab payments, on its own page, once it is alive."""
    figure = site.go("/labs/payments/?seed=2").locator("figure.lab")
    expect(figure).to_have_attribute("data-connected", "true")
    return figure


def test_a_proof_is_watched_and_cancelled_by_keyboard_while_the_lab_goes_on(site):
    figure = site.go(f"/labs/program/?{urlencode({'program': LONG})}").locator("figure.lab")
    prove = figure.get_by_role("button", name="Prove that there is none")
    expect(prove).to_be_visible()
    press(prove)
    expect(figure.locator(".work-counts")).to_contain_text("schedules", timeout=PATIENCE)
    expect(prove).to_have_attribute("aria-disabled", "true")
    figure.get_by_role("button", name="Step A", exact=True).click()
    expect(figure).to_have_attribute("data-time", "10")
    cancel = figure.get_by_role("button", name="Cancel")
    prove.focus()
    site.page.keyboard.press("Tab")
    expect(cancel).to_be_focused()
    site.page.keyboard.press("Enter")
    expect(figure.locator(".work")).to_contain_text("Cancelled.", timeout=PATIENCE)
    expect(prove).to_be_focused()
    expect(cancel).to_have_count(0)


def test_find_it_for_me_on_a_phone_opens_the_run_where_the_goal_is_reached(visitor):
    site = visitor(width=390, height=844)
    goal = payments(site).locator("[data-goal=two-truths]")
    press(goal.locator("summary"))
    press(goal.get_by_role("button", name="Find it for me"))
    link = goal.get_by_role("link", name="Open it as a recording")
    expect(link).to_be_visible(timeout=PATIENCE)
    expect(goal.locator(".work")).to_contain_text("Make the two replicas show $100 and $120: at")
    look(site.page)
    press(link)
    reached = site.page.locator("figure.lab [data-goal=two-truths]")
    expect(reached).to_have_attribute("data-reached", "true", timeout=PATIENCE)
    press(reached.locator("summary"))
    expect(reached.get_by_role("button", name="Find a shorter way")).to_be_visible()


def test_any_expression_is_searched_for_and_a_bad_one_answered_with_a_sentence(site):
    figure = payments(site)
    press(figure.get_by_text("Find something else"))
    field = figure.get_by_label("A run in which")
    line = figure.locator(".lab-search .work")
    field.fill("nodes_dwn >= 2")
    field.press("Enter")
    expect(line).to_contain_text("nodes_down", timeout=PATIENCE)
    field.fill("nodes_down >= 2")
    field.press("Enter")
    expect(line).to_contain_text("with 2 actions", timeout=PATIENCE)


def test_a_lesson_asks_for_its_challenge_by_hand_first(site):
    figure = site.go("/lessons/one-balance-two-truths/").locator("#lab-apart")
    figure.scroll_into_view_if_needed()
    aim = figure.locator(".lab-aims li").first
    expect(aim).to_be_visible()
    aim.locator("summary").click()
    expect(aim).to_contain_text("Once you have reached it by hand")
    expect(figure.locator(".lab-find")).to_have_count(0)
