"""The history panel puts a run's operations in order, or says which of them fits nowhere."""

from playwright.sync_api import expect

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording

STALE = """500ms cut r1 | r2
1s deposit 20 node=r1 client=c1
1200ms look node=r1 client=c1
1500ms look node=r2 client=c2"""


def test_a_stale_answer_is_marked_and_the_order_before_it_is_drawn(visitor):
    site = visitor(width=1280, height=900)
    figure = _history(site, _run(), 1400)
    figure.get_by_role("button", name="Order", exact=True).click()
    head = figure.locator(".history-verdict")
    expect(head).to_contain_text("an order that explains every answer")
    expect(figure.locator(".operation-order circle")).to_have_count(2)
    expect(figure.locator(".operation.is-wrong")).to_have_count(0)

    figure = _history(site, _run(), 1600)
    figure.get_by_role("button", name="Order", exact=True).press("Enter")
    expect(head).to_contain_text("no order explains every answer")
    expect(figure.locator(".operation.is-wrong")).to_have_count(1)
    expect(figure.locator(".operation.is-wrong")).to_contain_text("read balance"), "it stands behind its short bar"
    expect(figure.locator(".spell-name")).to_have_text("cut")
    figure.locator(".history-picture").press("ArrowRight")
    expect(head).to_contain_text("Fits nowhere")
    figure.get_by_role("button", name="Order", exact=True).press("Enter")
    expect(figure.locator(".operation-order")).to_have_count(0)


def _run():
    return Recording("payments", {}, 1, tuple(parse_script(STALE, get_lab("payments")))).to_text()


def _history(site, recording, at):
    figure = site.go(f"/labs/r/{recording}/?at={at}").locator("figure.lab")
    expect(figure).to_have_attribute("data-connected", "true")
    figure.get_by_role("tab", name="Clients").click()
    return figure
