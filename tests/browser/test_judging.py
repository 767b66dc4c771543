"""A learner's run is judged: why something broke, what stands still and why, and the operations behind it."""

import re

from playwright.sync_api import expect

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from tests.browser.looks import expect_no_finding, look
from tests.browser.verbs import Lab

STALE = "1s write x 1\n2s isolate n1\n3s write x 2\n6s read x node=n1"
SPLIT = "1s cut n1,n2 | n3,n4 | n5\n3s heal"


def shared(script, **settings):
    actions = tuple(parse_script(script, get_lab("raft")))
    return Recording("raft", settings, 1, actions).to_text()


def opened(site, script, at, **settings) -> Lab:
    return site.lab_at(f"/labs/r/{shared(script, **settings)}/?at={at}")


def test_why_it_broke_is_told_step_by_step_and_each_step_goes_to_its_moment(visitor):
    """On a phone, in the dark, with the keyboard alone; at last the past is changed, and the story is none any more."""
    site = visitor(width=390, color_scheme="dark")
    lab = opened(site, STALE, 6_100, reads="local")
    broken = lab.figure.get_by_role("group", name="What broke")
    expect(broken).to_contain_text("Linearizable broke at 6.010 s: c1 reads x and is told 1")
    broken.get_by_role("button", name="Why?").press("Enter")
    steps = broken.get_by_role("list", name="Why “Linearizable” broke").get_by_role("button")
    expect(steps).to_have_count(8)
    lab.figure.get_by_role("tab", name="Events").click()
    steps.first.press("Enter")
    expect(lab.figure).to_have_attribute("data-time", "2000")
    expect(lab.figure.locator(".events-list .is-lit")).to_contain_text("n1 is cut off from the other servers")
    steps.first.press("ArrowDown")
    steps.nth(1).press("ArrowDown")
    expect(lab.figure).to_have_attribute("data-time", "3008")
    expect(steps.nth(2)).to_be_focused()
    expect(steps.nth(2)).to_have_attribute("aria-current", "step")
    expect(steps.nth(2)).to_contain_text("“append entries” from n3 to n1 is lost (link cut)")
    expect(lab.figure.locator('.node.is-lit[data-node="n3"], [data-node="n3"].is-lit').first).to_be_attached()
    look(site.page)
    steps.last.press("Enter")
    expect(lab.figure).to_have_attribute("data-time", re.compile("60(09|10)"))
    steps.first.press("Enter")
    expect(lab.figure).to_have_attribute("data-time", "2000")
    lab.press("Heal", "Network")
    expect(broken).to_be_hidden()


def test_a_standstill_is_announced_with_its_reason_and_goes_when_things_go_on(site):
    lab = opened(site, SPLIT, 2_600)
    banner = lab.figure.get_by_role("status", name="Standstill")
    expect(banner).to_contain_text(
        "Progress stands still since 1 s: no one can talk with a majority: n1, n2 | n3, n4 | n5."
    )
    height = lab.figure.locator(".lab-stage").bounding_box()["height"]
    expect_no_finding(site.page)
    lab.figure.get_by_role("group", name="What happened").get_by_role(
        "button", name=re.compile("^Standstill")
    ).first.click()
    expect(lab.figure).to_have_attribute("data-time", "2200")
    lab.figure.get_by_text("Liveness").click()
    expect(lab.figure.locator('[data-liveness="progress"]')).to_contain_text("stands still since 1 s")
    lab.run_to(3_600)
    expect(banner).to_be_hidden()
    assert lab.figure.locator(".lab-stage").bounding_box()["height"] == height, "nothing else has moved"
    expect(lab.figure.locator('[data-liveness="progress"]')).to_contain_text("somebody leads and requests are answered")


def test_the_operations_stand_in_a_table_with_their_places_in_two_tabs(site):
    lab = opened(site, STALE, 6_100, reads="local")
    other = site.another_tab().lab_at(site.page.url)
    for each in (lab, other):
        each.figure.get_by_role("tab", name="Clients").click()
        each.figure.get_by_role("button", name="Order", exact=True).press("Enter")
        expect(each.figure.locator('[data-promise="linearizable"]')).to_have_attribute("data-kept", "false")
        each.figure.get_by_role("button", name="Table", exact=True).press("Enter")
        rows = each.figure.get_by_role("region", name="Operations").locator("tbody tr")
        expect(rows).to_have_count(3), "those before the page was opened as well"
    expect(rows.first).to_contain_text("✗ cannot be next")
    write = rows.nth(1).get_by_role("button", name="write x = 2")
    write.press("Enter")
    expect(write).to_have_attribute("aria-pressed", "true")
    expect(other.figure.locator(".history-verdict")).to_contain_text(re.compile("Number 1 of 1|longest order"))
    expect_no_finding(other.page)
