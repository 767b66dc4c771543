"""A class in a room: an instructor and two learners, each in a browser of their own."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looks import look
from tests.browser.verbs import Lab, new_instructor

LESSON = "choosing-a-leader"


def new_class(visitor, server) -> tuple[Page, str]:
    """Make a class as a new instructor; return their page and the code."""
    page, _ = new_instructor(visitor, server, reduced_motion="reduce")
    page.goto("/classes/")
    page.get_by_label("Name").fill("Monday")
    page.get_by_role("button", name="Make a class").click()
    return page, page.locator(".class-code").inner_text()


def joined(visitor, code: str, name: str, **options) -> Page:
    """Join by the code, on a telephone."""
    page = visitor(width=390, height=800, reduced_motion="reduce", **options).go("/join/")
    page.get_by_label("Code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text(f"you are {name}")).to_be_visible()
    return page


def lab(page: Page, hands: str = "follow") -> Lab:
    """The lab in front, once it is in these hands: `drive`, `follow`, or `own` for a run of one's own."""
    figure = page.locator("#lab-front" + (":not([data-hands])" if hands == "own" else f'[data-hands="{hands}"]'))
    expect(figure).to_have_class(re.compile("is-live"))
    return Lab(page, figure)


def choose(page: Page, button: str) -> None:
    """Put something of the lesson in front, or ask it."""
    page.locator("#pick-lesson").select_option(LESSON)
    page.get_by_role("button", name=button).click()


def test_a_class_joins_follows_explores_and_takes_turns_at_the_wheel(visitor, server):
    ada, code = new_class(visitor, server)
    grace, barbara = joined(visitor, code, "Grace"), joined(visitor, code, "Barbara", color_scheme="dark")
    look(barbara)
    choose(ada, "Show lab first-election")
    driven, graces, barbaras = lab(ada, "drive"), lab(grace), lab(barbara)
    driven.run_to(300, notch=7)
    expect(graces.figure).to_have_attribute("data-playing", "false")
    assert abs(graces.time() - driven.time()) < 30
    driven.do("Crash", "n1")
    for seen in (graces, barbaras):
        expect(seen.node("n1")).to_have_attribute("data-status", "down")
        expect(seen.figure.get_by_role("button", name="Crash", exact=True)).to_have_count(0)
    look(ada)

    ada.get_by_label("Hand the lab to").select_option(label="Grace")
    ada.get_by_role("button", name="Let them drive").click()
    expect(grace.get_by_text("You drive.")).to_be_visible()
    expect(ada.get_by_text("Grace drives.")).to_be_visible()
    lab(grace, "drive").do("Crash", "n2")
    for page in (ada, barbara):
        expect(lab(page).node("n2")).to_have_attribute("data-status", "down")
    ada.get_by_role("button", name="Take it back").click()
    expect(grace.get_by_text("You follow")).to_be_visible()

    barbara.get_by_role("button", name="Explore on your own from here").click()
    expect(barbara.get_by_text("You explore on your own")).to_be_visible()
    own = lab(barbara, "own")
    expect(own.node("n2")).to_have_attribute("data-status", "down")
    own.do("Restart", "n1")
    expect(own.node("n1")).not_to_have_attribute("data-status", "down")
    expect(lab(ada, "drive").node("n1")).to_have_attribute("data-status", "down")
    barbara.get_by_role("button", name="Come back to the class").click()
    expect(lab(barbara).node("n1")).to_have_attribute("data-status", "down")
    look(barbara)

    late = joined(visitor, code, "Late")
    expect(lab(late).node("n2")).to_have_attribute("data-status", "down")


def test_a_prediction_is_asked_of_all_and_the_run_decides_while_the_matrix_moves(visitor, server, complaints):
    complaints.expect("WebSocket")
    complaints.expect("ERR_CONNECTION_REFUSED")
    ada, code = new_class(visitor, server)
    grace, barbara = joined(visitor, code, "Grace"), joined(visitor, code, "Barbara")
    matrix = ada.context.new_page()
    matrix.goto(ada.url.replace("/lead/", "/matrix/"))
    choose(ada, "Ask who-first")
    for page, answer in ((grace, "n1"), (barbara, "n2"), (barbara, "n3")):
        page.locator(".class-poll").get_by_label(answer, exact=True).check()
        page.locator(".class-poll button").click()
        expect(page.get_by_text("Your answer is in.")).to_be_visible()
    chart = ada.locator("#poll-chart")
    expect(chart).to_contain_text("2 of 2 answered")
    expect(chart.locator("tr", has_text="n3").locator("td").last).to_have_text("1")
    look(ada)

    server.stop()
    server.start()
    expect(ada.locator("[data-class-lost]")).to_be_hidden()
    driven = lab(ada, "drive")
    expect(driven.figure).to_have_attribute("data-connected", "true")
    expect(ada.get_by_text("You drive.")).to_be_visible()
    driven.run_to(1_100)
    expect(chart).to_contain_text("the run says n1")
    for page, words in ((grace, "the run says n1"), (barbara, "the vote is closed")):
        expect(page.locator(".class-poll")).to_contain_text(words)

    expect(matrix.get_by_role("link", name="Who first: done", exact=True)).to_have_text("✓")
    expect(matrix.get_by_role("link", name="Who first: done, the run said otherwise")).to_be_visible()
    grace.goto(f"/lessons/{LESSON}/")
    expect(grace.get_by_role("link", name="follow")).to_be_visible()
    quiz = grace.locator("#four-servers")
    quiz.get_by_label("2", exact=True).check()
    quiz.get_by_role("button", name="Answer").click()
    matrix.get_by_role("link", name="Four servers: trying, 1 try").click()
    expect(matrix.locator("#cell-detail")).to_contain_text("Answered: 2")
    look(matrix)
