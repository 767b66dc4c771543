"""From an empty page to a grade: a lesson is written and published, learned in a class, and its marks are saved."""

import csv
import io

from playwright.sync_api import expect

from tests.browser.test_editor import CHALLENGE, LAB, LESSON, open_editor

QUIZ = """:::{quiz} who-decides
Who decides that a leader is gone?

- [ ] The leader
  > It cannot say so any more.
- [x] Its followers
  > They hear nothing, and conclude.
:::
"""
SOLVED = CHALLENGE.replace(":goal: leader-lost\n", ":goal: leader-lost\n:solution: 1s crash leader\n")


def test_what_was_written_is_learned_and_graded(visitor, server):
    editor = open_editor(visitor, server, width=1280)
    page = editor.page
    slug = page.url.split("/courses/")[1].split("/")[0]
    editor.replace(f"{LESSON.replace('draft', 'published')}\nA beginning.\n\n{LAB}\n{SOLVED}\n{QUIZ}")
    editor.expect_findings()
    editor.expect_saved()
    page.goto(f"/teach/courses/{slug}/")
    page.get_by_role("button", name="Publish “Losing a leader”").click()
    expect(page.locator(".row", has_text="Losing a leader").locator(".state")).to_have_text(
        "published", timeout=120_000
    )

    page.goto("/classes/")
    page.get_by_label("Name").fill("Tuesday")
    page.get_by_label("Course").select_option(slug)
    page.get_by_role("button", name="Make a class").click()
    code = page.locator(".class-code").inner_text()
    learner = visitor(width=390, height=844, reduced_motion="reduce")
    grace = learner.go("/join/")
    grace.get_by_label("Code").fill(code)
    grace.get_by_role("button", name="Go on").click()
    grace.get_by_label("Your name").fill("=Grace")
    grace.get_by_role("button", name="Join").click()

    learner.go(f"/lessons/{slug}/first-lesson/")
    quiz = grace.locator("#who-decides")
    quiz.get_by_role("radio", name="The leader").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("Not quite")
    quiz.get_by_role("radio", name="Its followers").check()
    quiz.get_by_role("button", name="Answer again").click()
    expect(quiz).to_contain_text("Right.")
    lab = learner.first_lab()
    lab.play()
    leader = lab.wait_for_leaders(1)[0]
    lab.do("Crash", leader)
    expect(grace.locator("#lose")).to_contain_text("Reached.")

    page.get_by_role("link", name="Matrix").click()
    expect(page.get_by_label("who decides: done, 2 tries")).to_be_visible()
    expect(page.locator(".matrix .cell.is-done")).to_have_count(2)
    page.get_by_role("link", name="Grades").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save all as CSV").click()
    row = next(csv.DictReader(io.StringIO(saved.value.path().read_text("utf-8-sig"))))
    assert row["name"] == "'=Grace", "a name that a spreadsheet would take for a formula"
    assert (row[f"{slug}/first-lesson#who-decides"], row["points"], row["of"]) == ("1", "2", "2")

    page.get_by_label("Of several tries counts").select_option("first")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Lose: 1 of 1 points").click()
    proof = page.get_by_role("link", name="The recording that was graded")
    page.goto(proof.get_attribute("href"))
    expect(page.locator("figure.lab")).to_have_attribute("data-connected", "true")
    expect(page.locator(f'[data-node="{leader}"]').first).to_have_attribute("data-status", "down")
