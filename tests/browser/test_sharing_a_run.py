"""One run seen from several places, and through a server's death."""

import signal

from playwright.sync_api import expect

from tests.browser.verbs import Lab


def test_two_tabs_on_one_lab_stay_together(site):
    first = site.open_lab("raft", seed=2)
    first.run_to(700)
    second = site.another_tab().lab_at(site.page.url)
    [leader] = first.wait_for_leaders(1)
    second.do("Crash", leader)
    expect(first.node(leader)).to_have_attribute("data-status", "down")
    first.play()
    expect(second.figure).to_have_attribute("data-playing", "true")


def test_closing_and_reopening_resumes(site):
    lab = site.lab_at("/lessons/choosing-a-leader/")
    lab.run_to(400)
    at = lab.time()
    site.go("/")
    again = site.lab_at("/lessons/choosing-a-leader/")
    assert abs(again.time() - at) < 60


def test_a_killed_server_loses_no_action(site, server, complaints):
    complaints.expect("WebSocket")
    complaints.expect("ERR_CONNECTION_REFUSED")
    lab = site.lab_at("/lessons/choosing-a-leader/")
    lab.run_to(300)
    lab.do("Crash", "n5")
    expect(lab.node("n5")).to_have_attribute("data-status", "down")
    server.stop(signal.SIGKILL)
    expect(lab.figure).to_have_attribute("data-connected", "false")
    lab.press("Play")
    expect(lab.figure.get_by_text("The connection is lost, so this was not done.")).to_be_visible()
    server.start()
    expect(lab.figure).to_have_attribute("data-connected", "true", timeout=60_000)
    expect(lab.node("n5")).to_have_attribute("data-status", "down")
    again = site.lab_at("/lessons/choosing-a-leader/")
    expect(again.node("n5")).to_have_attribute("data-status", "down")


def test_a_shared_link_shows_the_very_moment_to_somebody_else(visitor):
    lab: Lab = visitor().open_lab("raft", seed=3)
    lab.run_to(500)
    lab.do("Crash", "n2")
    lab.run_to(800)
    shown = lab.snapshot()
    lab.figure.get_by_role("button", name="Share").click()
    link = lab.figure.get_by_role("dialog").get_by_role("textbox").input_value()
    other = visitor().lab_at(link)
    expect(other.node("n2")).to_have_attribute("data-status", "down")
    assert abs(other.time() - lab.time()) <= 1
    theirs = other.snapshot()
    for node in ("n1", "n2", "n3", "n4", "n5"):
        assert (theirs[node]["role"], theirs[node]["term"]) == (shown[node]["role"], shown[node]["term"])
