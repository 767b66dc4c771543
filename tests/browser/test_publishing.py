"""An instructor copies a built-in lesson, breaks it, is refused, mends and publishes it; another browser learns."""

from playwright.sync_api import Page, expect

from tests.browser.looks import look
from tests.browser.verbs import new_instructor


def write(page: Page, old: str, new: str) -> None:
    """Change the draft that the editor shows, as its plain form does, and go back to the board."""
    status = page.evaluate(
        """async ([old, changed]) => {
          const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
          const form = new FormData(page.querySelector("form:has([name=text])"));
          if (!form.get("text").includes(old)) return `no ${old} in it`;
          form.set("text", form.get("text").replaceAll(old, changed));
          return (await fetch(location.pathname, { method: "POST", body: form })).status;
        }""",
        [old, new],
    )
    assert status == 200


def test_a_copied_lesson_is_broken_refused_mended_published_and_learned(visitor, server, complaints):
    page, name = new_instructor(visitor, server, width=1280)
    slug = f"class-of-{name}"
    new = page.locator("section", has=page.get_by_role("heading", name="A new course"))
    new.get_by_label("Title").fill("My class")
    new.get_by_label("Id").fill(slug)
    page.get_by_role("button", name="Make the course").click()
    board = page.url
    page.get_by_label("Title", exact=True).last.fill("Leaders, again")
    page.get_by_label("Begin with").select_option(label="a copy of “Choosing a leader”")
    page.get_by_role("button", name="Add and write").click()
    page.wait_for_url("**/draft/first-module/leaders-again.md")

    editor = page.url

    # Broken: a finding with its line hinders it, and learners see nothing.
    write(page, ":lab: raft", ":lab: raff")
    page.goto(board)
    publish = page.get_by_role("button", name="Publish “Leaders, again”")
    publish.click()
    expect(page.locator("#publication")).to_contain_text("hinder", timeout=60_000)
    expect(page.locator(".found")).to_contain_text("There is no lab")
    look(page)
    guest = visitor(width=390, color_scheme="dark").go("/")
    assert guest.request.get(f"/courses/{slug}/").status == 404
    page.locator(".found a").first.click()
    page.wait_for_url("**/draft/first-module/leaders-again.md**")

    # Mended: it is checked, played and published from the editor, and the board says so without a reload.
    write(page, ":lab: raff", ":lab: raft")
    page.goto(editor)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(board)
    expect(page.locator("#publication")).to_contain_text("Published: first-module/leaders-again.md", timeout=120_000)
    expect(page.locator(".row", has_text="Leaders, again").locator(".state")).to_have_text("published")

    # Order: by keyboard, the focus stays on the arrow; by drag, into a new module.
    up = page.get_by_role("button", name="“Leaders, again” up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".row a").first).to_have_text("Leaders, again")
    expect(page.get_by_role("status").first).to_contain_text("lesson 1 of 2")
    expect(up).to_be_focused()
    complaints.expect("Failed to load resource")
    complaints.expect("htmx:")
    page.context.set_offline(True)
    page.get_by_label("Title of the module").fill("Later")
    page.get_by_role("button", name="Add the module").click()
    expect(page.get_by_role("alert")).to_contain_text("the server did not answer")
    page.context.set_offline(False)
    page.get_by_role("button", name="Add the module").click()
    later = page.get_by_role("region", name="Later")
    expect(later).to_be_visible()
    page.locator(".row", has_text="The first lesson").drag_to(later.locator(".rows"))
    expect(later.locator(".row a").first).to_have_text("The first lesson")
    look(page)
    page.set_viewport_size({"width": 390, "height": 900})
    page.emulate_media(color_scheme="dark")
    later.locator(".row .more summary").click()
    look(page)
    page.keyboard.press("Escape")
    expect(later.locator(".more-body").last).to_be_hidden()

    # Another browser finds it at home, opens it and answers.
    guest.goto("/")
    guest.get_by_role("link", name="My class").click()
    look(guest)
    guest.get_by_role("link", name="Leaders, again").click()
    guest.locator("input[name=answer][type=radio]").first.check()
    guest.locator(".exercise button").first.click()
    expect(guest.locator(".exercise .verdict-line").first).not_to_be_empty()
    guest.reload()
    expect(guest.locator(".exercise").first).to_contain_text("You said")
