"""A learner breaks a live Raft cluster, and finds it whole again."""

from playwright.sync_api import expect

from tests.browser.verbs import Lab


def leader_of(lab: Lab) -> str:
    lab.run_to(900)
    [leader] = lab.wait_for_leaders(1)
    return leader


def test_a_cut_makes_two_leaders_in_different_terms_and_a_heal_one_log(site):
    """Without check-quorum the cut-off leader never steps down, so both stand for as long as the cut does."""
    lab = site.open_lab("raft", seed=1, check_quorum="false")
    leader = leader_of(lab)
    others = [name for name in ("n1", "n2", "n3", "n4", "n5") if name != leader]
    lab.say("Network", "Cut", groups=f"{leader},{others[0]} | {','.join(others[1:])}")
    lab.set_speed(6)
    lab.play()
    first, second = lab.wait_for_leaders(2)
    lab.pause()
    shown = lab.snapshot()
    assert shown[first]["term"] != shown[second]["term"], "two leaders of one term would break election safety"
    expect(lab.figure.locator(".lab-foot")).to_contain_text("Make two servers believe")
    lab.press("Heal", "Network")
    lab.run_to(lab.time() + 1500)
    shown = lab.snapshot()
    assert len({shown[name]["term"] for name in ("n1", "n2", "n3", "n4", "n5")}) == 1
    lab.wait_for_leaders(1)


def test_a_crashed_leader_is_replaced_and_its_node_shows_it(lab):
    leader = leader_of(lab)
    lab.do("Crash", leader)
    expect(lab.node(leader)).to_have_attribute("data-status", "down")
    lab.play()
    expect(lab.figure.locator(f'[data-node][data-role="leader"]:not([data-node="{leader}"])')).to_have_count(1)
    lab.pause()
    lab.do("Restart", leader)
    expect(lab.node(leader)).to_have_attribute("data-status", "up")


def test_a_write_shows_in_the_log_and_among_the_clients(lab):
    leader_of(lab)
    lab.say("Clients", "Write", key="colour", value="blue")
    lab.run_to(lab.time() + 400)
    lab.figure.get_by_role("tab", name="Log").click()
    expect(lab.figure.get_by_role("tabpanel")).to_contain_text("colour=blue")
    lab.figure.get_by_role("tab", name="Events").click()
    expect(lab.figure.get_by_role("tabpanel")).to_contain_text("colour")


def test_acting_in_the_past_makes_a_branch_and_loses_none(lab):
    leader = leader_of(lab)
    lab.do("Crash", leader)
    lab.run_to(lab.time() + 600)
    later = lab.time()
    lab.seek(400)
    follower = next(name for name in ("n1", "n2") if name != leader)
    lab.do("Crash", follower)
    expect(lab.figure).to_have_attribute("data-branch", "1")
    expect(lab.node(leader)).to_have_attribute("data-status", "up")
    lab.figure.get_by_label("Branch").select_option("0")
    expect(lab.figure).to_have_attribute("data-branch", "0")
    lab.run_to(later)
    expect(lab.node(leader)).to_have_attribute("data-status", "down")


def test_an_impossible_action_says_why(lab):
    restart = lab.figure.get_by_role("group", name="Nodes").get_by_role("button", name="Restart", exact=True)
    expect(restart).to_have_attribute("aria-disabled", "true")
    heal = lab.figure.get_by_role("group", name="Network").get_by_role("button", name="Heal", exact=True)
    expect(heal).to_have_attribute("title", "the network is whole already")


def test_stepping_goes_event_by_event_and_back(lab):
    lab.run_to(300)
    start = lab.time()
    for _ in range(4):
        lab.press("Step")
    lab.page.wait_for_function("([f, t]) => Number(f.dataset.time) > t", arg=[lab.figure.element_handle(), start])
    for _ in range(8):
        lab.press("Step back")
    lab.page.wait_for_function("([f, t]) => Number(f.dataset.time) < t", arg=[lab.figure.element_handle(), start])


def test_a_line_drawn_across_the_cluster_cuts_it(lab):
    leader_of(lab)
    boxes = {name: lab.node(name).bounding_box() for name in ("n1", "n2", "n3", "n4", "n5")}
    middle = (boxes["n2"]["y"] + boxes["n3"]["y"]) / 2 + 20
    left = min(box["x"] for box in boxes.values()) - 30
    right = max(box["x"] + box["width"] for box in boxes.values()) + 30
    lab.page.mouse.move(left, middle)
    lab.page.mouse.down()
    lab.page.mouse.move((left + right) / 2, middle, steps=6)
    lab.page.mouse.move(right, middle, steps=6)
    lab.page.mouse.up()
    heal = lab.figure.get_by_role("group", name="Network").get_by_role("button", name="Heal", exact=True)
    expect(heal).to_have_attribute("aria-disabled", "false")


def test_a_keyboard_alone_can_crash_and_play(lab):
    leader = leader_of(lab)
    lab.node(leader).focus()
    lab.page.keyboard.press("Enter")
    dialog = lab.figure.get_by_role("dialog")
    dialog.get_by_role("button", name="Crash", exact=True).focus()
    lab.page.keyboard.press("Enter")
    expect(lab.node(leader)).to_have_attribute("data-status", "down")
    lab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    lab.figure.get_by_role("slider", name="Moment of the run").focus()
    lab.page.keyboard.press("Space")
    expect(lab.figure).to_have_attribute("data-playing", "true")
