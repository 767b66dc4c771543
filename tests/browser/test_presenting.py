"""An instructor presents a lesson on a projector, with the notes in a window of their own."""

from playwright.sync_api import expect


def test_the_notes_lead_the_projector_and_a_lab_goes_on_where_it_was(visitor, server):
    site = visitor()
    site.sign_up("petra")
    server.manage("instructor", "petra")
    page = site.go("/lessons/choosing-a-leader/")
    page.get_by_role("link", name="Present").click()
    expect(page.locator("[data-talk-place]")).to_have_text("1 of 18")
    page.keyboard.press("PageDown")
    expect(page.get_by_role("heading", name="A number")).to_be_visible()
    with site.context.expect_page() as opened:
        page.get_by_role("link", name="Notes").click()
    notes = opened.value
    expect(notes.get_by_role("status")).to_have_text("The projector shows step 2 of 18.")
    expect(notes.locator('[aria-current="step"]')).to_contain_text("no time of day")
    for _ in range(3):
        notes.get_by_role("button", name="Next").click()
    lab = site.first_lab()
    lab.run_to(400)
    page.keyboard.press("PageUp")
    expect(lab.figure).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(lab.figure).to_be_visible()
    assert lab.time() >= 400, "the lab was not begun anew"
    expect(notes.get_by_role("status")).to_have_text("The projector shows step 5 of 18.")


def test_without_a_script_the_steps_stand_below_each_other_and_the_bar_holds_what_works(visitor):
    page = visitor(java_script_enabled=False).go("/present/choosing-a-leader/")
    expect(page.locator("[data-step]:visible")).to_have_count(18)
    bar = page.get_by_role("navigation", name="Presentation")
    expect(bar.get_by_role("link", name="Leave")).to_be_visible()
    expect(bar.get_by_role("button")).to_have_count(0)
    expect(bar.get_by_role("status")).to_have_count(0)
