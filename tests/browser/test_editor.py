"""Writing a lesson: every block from the menu, mistakes and where they are, a lab that lives on while the text
changes, what was done in it as a script, images, two who write one text, a lost connection, a session that ended.
"""

import base64
import re

from playwright.sync_api import Page, expect

from lessons.content.examples import EXAMPLES
from tests.browser.looks import look
from tests.browser.verbs import Editor, new_instructor

LESSON = """---
format: 1
id: first-lesson
title: Losing a leader
summary: What follows.
minutes: 10
status: draft
---
"""
LAB = ":::{lab} cluster\n:lab: raft\n:seed: 7\n:alt: Five servers.\n\nCrash the leader.\n:::\n"
CHALLENGE = ":::{challenge} lose\n:lab: cluster\n:goal: leader-lost\n\nLose the leader.\n:::\n"


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg=="
)


def open_editor(visitor, server, **options) -> Editor:
    """Make a course and open its first lesson."""
    page, name = new_instructor(visitor, server, reduced_motion="reduce", **options)
    page.get_by_label("Title").first.fill("What breaks")
    page.get_by_label("Id").first.fill(f"written-by-{name}")
    page.get_by_role("button", name="Make the course").click()
    page.goto(f"/teach/courses/written-by-{name}/draft/first-module/first-lesson.md")
    return Editor(page)


def test_a_lesson_is_written_with_every_block_and_its_mistakes_are_found(visitor, server):
    editor = open_editor(visitor, server, width=1440)
    page, shown = editor.page, editor.frame
    editor.replace(LESSON + "\nA beginning.\n")
    for block in EXAMPLES:
        page.keyboard.press("Control+End")
        editor.insert(block)
    editor.expect_findings()
    expect(shown.locator(".lesson > :is(.exercise, .lab, .plot, .aside, .hint, .caption, .picture)")).to_have_count(
        len(EXAMPLES)
    )
    shown.locator(".plot").scroll_into_view_if_needed()
    expect(shown.locator(".plot-picture")).to_be_visible()
    shown.get_by_label("It failed.").check()
    shown.locator("#a-question").get_by_role("button", name="Answer").click()
    expect(shown.locator("#a-question")).to_contain_text("Not quite.")
    editor.rewrite("A beginning.", "Another beginning.")
    expect(shown.get_by_text("Another beginning.")).to_be_visible()
    expect(shown.locator("#a-question")).to_contain_text("Not quite.")
    look(page)

    editor.write("\n")
    page.keyboard.type(":::{dri")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("drill")
    page.wait_for_timeout(500)  # a list that has just come takes no key yet, so that nobody chooses by accident
    page.keyboard.press("Enter")
    expect(editor.source.locator(".cm-line").last).to_have_text(":::{drill} ")
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('.cm-editor')") is None
    editor.rewrite("\n:::{dri}", "")
    editor.expect_findings()

    editor.rewrite(":goal: break-assertion", ":goal: leeders >= 2")
    editor.rewrite(":kind: note", ":kind: shout")
    editor.rewrite("summary: What follows.", "sumary: What follows.")
    editor.expect_findings("The field summary is missing", "no field sumary", "leeders", "one of note, tip")
    look(page)
    editor.findings.get_by_role("button", name="leeders").click()
    page.wait_for_function(
        "line => getSelection().anchorNode?.parentElement.closest('.cm-line')?.textContent === line",
        arg=":goal: leeders >= 2",
    )
    expect(editor.source.locator(".cm-lintRange-error", has_text="leeders")).to_be_visible()
    editor.rewrite(":goal: leeders >= 2", ":goal: break-assertion")
    editor.rewrite(":kind: shout", ":kind: tip")
    editor.rewrite("sumary", "summary")
    editor.expect_findings()

    text = editor.text()
    editor.expect_saved()
    page.reload()
    assert Editor(page).text() == text


def test_a_lab_lives_on_while_text_changes_and_what_is_done_in_it_becomes_the_text(visitor, server):
    editor = open_editor(visitor, server, width=1440, color_scheme="dark")
    page = editor.page
    editor.replace(f"{LESSON}\nBefore.\n\n{LAB}\n{CHALLENGE}")
    lab = editor.lab("cluster")
    lab.play()
    leader = lab.wait_for_leaders(1)[0]
    lab.pause()
    lab.do("Crash", leader)
    expect(lab.node(leader)).to_have_attribute("data-status", "down")
    lab.figure.evaluate("figure => { figure.dataset.mine = 'yes'; }")

    editor.rewrite("Before.", "Before, *and more*.")
    expect(editor.frame.get_by_text("Before, and more.")).to_be_visible()
    expect(lab.figure).to_have_attribute("data-mine", "yes")
    expect(lab.node(leader)).to_have_attribute("data-status", "down")

    editor.replace(f"{LESSON}\nFirst.\n\n{CHALLENGE}\nBetween.\n\n{LAB}")
    expect(editor.frame.locator("#lose ~ figure.lab")).to_have_attribute("data-mine", "yes")
    expect(lab.node(leader)).to_have_attribute("data-status", "down")

    bar = lab.figure.get_by_role("group", name="Record by doing")
    bar.get_by_role("button", name="Insert as reference solution of lose").click()
    expect(editor.source).to_contain_text(":solution:")
    assert re.search(r"\n:goal: leader-lost\n:solution: [0-9.]+m?s crash leader\n", editor.text())
    expect(lab.figure).to_have_attribute("data-mine", "yes")
    bar.get_by_role("button", name="Insert a prediction of this moment").click()
    expect(page.locator(".editor-said p")).to_contain_text("It is asked before the lab. This run answers")
    expect(editor.frame.locator("#what-happens ~ figure.lab")).to_have_attribute("data-mine", "yes")
    bar.get_by_role("button", name="Insert as script").click()
    expect(editor.source).to_contain_text(":script:")
    assert re.search(rf"\n:script: [0-9.]+m?s crash {leader}\n", editor.text())
    expect(editor.frame.locator("figure.lab[data-mine]")).to_have_count(0)
    look(page)


def test_images_come_by_button_by_drag_and_by_paste_and_what_is_none_is_refused(visitor, server, complaints):
    complaints.expect("400")
    editor = open_editor(visitor, server, width=1440)
    page, said = editor.page, editor.page.locator(".editor-said p")
    editor.replace(f"{LESSON}\nA beginning.\n\nAn end.")
    page.locator(".editor-image input").set_input_files({"name": "A ring.PNG", "mimeType": "image/png", "buffer": PNG})
    expect(said).to_contain_text("a-ring.png lies beside the lesson")
    page.keyboard.type("A ring of five")
    assert editor.text().endswith("An end.![A ring of five](a-ring.png)")

    editor.bring("drop", editor.source.get_by_text("A beginning."), {"two.png": PNG + b"2", "three.png": PNG + b"3"})
    expect(said).to_contain_text("two.png, three.png lie beside the lesson")
    new = "![Say here what is seen]({})"
    assert f"\nA beginning.\n\n{new.format('two.png')}\n\n{new.format('three.png')}\n\nAn end." in editor.text()
    shown = editor.frame.get_by_role("img", name="A ring of five")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 5

    page.keyboard.press("Control+End")
    editor.bring("paste", editor.source, {"image.png": PNG + b"4"})
    expect(said).to_contain_text("image.png lies beside the lesson")
    assert editor.text().endswith(new.format("image.png"))
    editor.bring(
        "drop", editor.frame.locator("body"), {"five.png": PNG + b"5", "evil.svg": b"<svg onload='alert(1)'/>"}
    )
    expect(said).to_contain_text("evil.svg: This is no image that pages can show")
    assert editor.text().endswith(f"\n\n{new.format('five.png')}")
    look(page)
    page.get_by_role("button", name="Close this message").click()
    expect(said).to_have_text("")
    editor.bring("drop", page.locator(".editor-head"), {"large.png": PNG + bytes(5_000_000)})
    expect(said).to_contain_text("large.png: An image has at most 5,000,000 bytes")
    before = editor.text()
    editor.bring("paste", editor.source, {"words.png": PNG}, "Words of a document.")
    assert editor.text() != before
    assert "words.png" not in editor.text()


def test_nothing_is_lost_when_two_write_or_nobody_answers(visitor, server, complaints):
    complaints.expect("409")
    complaints.expect("403")
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    editor = open_editor(visitor, server, width=390, height=844)
    name = re.search(r"written-by-([a-z0-9]+)", editor.page.url)[1]
    look(editor.page)
    other = Editor(other_tab(editor.page))
    other.write("Theirs.")
    other.expect_saved()
    editor.write("Mine.")
    notice = editor.page.get_by_role("alert")
    expect(notice).to_contain_text("has saved this text since you opened it")
    expect(notice.locator(".is-removed code")).to_have_text("Theirs.")
    expect(notice.locator(".is-added code")).to_have_text("Mine.")
    notice.get_by_text("Theirs, the whole text").click()
    expect(notice.get_by_label("Theirs")).to_have_value(re.compile("Theirs\\."))
    look(editor.page)
    notice.get_by_role("button", name="Save mine over it").click()
    editor.expect_saved()

    editor.page.context.set_offline(True)
    editor.write(" Said to nobody.")
    expect(editor.page.locator(".editor-conflict")).to_contain_text("is kept in this browser")
    editor.page.context.set_offline(False)
    editor.expect_saved()
    editor.page.context.clear_cookies(name="sessionid")
    editor.write(" Signed out.")
    expect(editor.page.locator(".editor-conflict")).to_contain_text("Sign in again in another tab")
    expect(editor.page.locator(".editor-saving")).to_have_text("Not saved")
    look(editor.page)
    sign_in_elsewhere(editor.page, name)
    editor.write(" And published at once.")
    editor.page.get_by_role("button", name="Publish").click()
    expect(editor.page).to_have_url(re.compile(r"/teach/courses/[a-z0-9-]+/$"))
    editor.page.go_back()
    expect(editor.page.locator("#text")).to_have_value(
        re.compile(r"Said to nobody\. Signed out\. And published at once\.$")
    )
    editor.page.get_by_role("radio", name="Page").check()
    expect(editor.frame.get_by_role("heading", name="The first lesson")).to_be_visible()
    look(editor.page)


def sign_in_elsewhere(page: Page, name: str) -> None:
    """Sign in again in another tab."""
    tab = page.context.new_page()
    tab.goto("/sign-in/")
    tab.get_by_label("Username").fill(name)
    tab.get_by_label("Password", exact=True).fill("six feet of cable")
    tab.locator("form.form button").click()
    tab.wait_for_url("**/")
    tab.close()


def test_what_was_written_before_the_script_came_is_saved_and_never_over_what_others_wrote(visitor, server, complaints):
    complaints.expect("409")
    complaints.expect("ERR_FAILED")
    page = open_editor(visitor, server).page

    def come_late(route):
        page.wait_for_function("() => document.querySelector('#text')?.value.endsWith('Early.')")
        route.continue_()

    page.route("**/js/editor*.js", come_late)
    page.goto(page.url, wait_until="commit")
    page.get_by_label("Draft").fill("Early.")
    editor = Editor(page)
    editor.expect_saved()
    expect(editor.source).to_have_text("Early.")

    page.unroute("**/js/editor*.js")
    page.route("**/js/editor*.js", lambda route: route.abort())
    page.reload()
    page.get_by_label("Draft").fill("Mine.")
    other = Editor(other_tab(page))
    assert other.text() == "Early."
    other.replace("Theirs.")
    other.expect_saved()
    page.unroute("**/js/editor*.js")
    page.get_by_role("button", name="Save the draft").click()
    notice = page.get_by_role("alert")
    expect(notice.locator(".is-removed code")).to_have_text("Theirs.")
    expect(notice.locator(".is-added code")).to_have_text("Mine.")
    assert editor.text() == "Mine."
    notice.get_by_role("button", name="Save mine over it").click()
    editor.expect_saved()


def other_tab(page: Page) -> Page:
    """The same page in another tab of the same author."""
    tab = page.context.new_page()
    tab.goto(page.url)
    return tab
