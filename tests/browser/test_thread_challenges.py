"""Every challenge of the module Concurrency, played by keyboard alone and by touch on a phone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.content.blocks import Challenge
from lessons.content.library import library
from tests.browser.looks import expect_drawn, expect_no_scrolling_sideways

[MODULE] = [module for module in library().course.modules if module.id == "concurrency"]
LESSONS = [lesson.id for lesson in MODULE.lessons]
WASTE = 6  # turns ended as soon as they begin


def challenges(lesson_id: str) -> list[Challenge]:
    [lesson] = [lesson for lesson in MODULE.lessons if lesson.id == lesson_id]
    return [block for block in lesson.blocks if isinstance(block, Challenge)]


class Answers:
    """How often the server has said where a playhead is."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def _hear(self, text: str | bytes) -> None:
        self.count += '"playback"' in str(text)

    def await_one_more(self, count: int) -> None:
        """Wait until one more has come than so many, and is shown."""
        for _ in range(1_000):
            if self.count > count:
                return expect_drawn(self.page)
            self.page.wait_for_timeout(30)
        pytest.fail("the server has not said where the playhead is")


class Keys:
    """A learner without a mouse."""

    def __init__(self, page: Page, figure: Locator, answers: Answers) -> None:
        self.page, self.figure, self.answers = page, figure, answers

    def step(self, thread: str) -> None:
        """Let a thread take a step: the number of its column."""
        expect(self.figure.locator(f'.thread[data-node="{thread}"]')).to_be_attached()
        names = self.figure.locator(".thread").evaluate_all("all => all.map((each) => each.dataset.node)")
        self.page.keyboard.press(str(names.index(thread) + 1))

    def press(self, button: Locator) -> None:
        """Press a button."""
        button.focus()
        self.page.keyboard.press("Enter")

    def choose(self, select: Locator, option: str) -> None:
        """Choose by typing the option's name."""
        select.focus()
        self.page.keyboard.type(option)


class Fingers(Keys):
    """A learner with a phone."""

    def step(self, thread: str) -> None:
        self.press(self.figure.get_by_role("button", name=f"Step {thread}", exact=True))

    def press(self, button: Locator) -> None:
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        button.tap()

    def choose(self, select: Locator, option: str) -> None:
        select.select_option(option)


def act(learner: Keys, label: str, fields: dict[str, str]) -> None:
    """Press a button of the tray, and fill in its form."""
    tray = learner.figure.get_by_role("group", name="Threads", exact=True)
    learner.press(tray.get_by_role("button", name=label, exact=True))
    form = learner.figure.get_by_role("dialog").locator("form")
    for field, value in fields.items():
        control = form.locator(f'[name="{field}"]')
        if field == "node":
            expect(control.locator(f'option[value="{value}"]')).not_to_contain_text("not now")
            learner.choose(control, value)
        else:
            control.fill(value)
    learner.press(form.get_by_role("button", name="Apply"))
    expect(form).to_have_count(0)


def play(learner: Keys, challenge: Challenge) -> None:
    """Do what the lesson's own solution does."""
    figure = learner.figure
    for _, action in challenge.solution:
        match action.kind:
            case "step":
                before = figure.get_attribute("data-time") or ""
                learner.step(action.node)
                expect(figure).not_to_have_attribute("data-time", before)
            case "kill":
                act(learner, "Kill", {"node": action.node})
            case "set_priority":
                act(learner, "Set priority", {"node": action.node, "priority": str(action.priority)})
            case "delay":
                act(learner, "Delay", {"node": action.node, "for_ms": f"{action.for_ms:g}"})
            case _:
                return waste(learner)


def waste(learner: Keys) -> None:
    """From the beginning, take the core from each thread as soon as it has it; then let the lab run."""
    figure = learner.figure
    learner.press(figure.get_by_role("button", name="Pause", exact=True))
    learner.press(figure.get_by_role("button", name="To start", exact=True))
    expect(figure).to_have_attribute("data-time", "0")
    for _ in range(WASTE):
        before, running = figure.get_attribute("data-time"), figure.locator('.thread[data-role="running"]')
        expect(running).to_have_count(1)
        name = running.get_attribute("data-node") or ""
        act(learner, "Preempt", {"node": name})
        expect(figure.locator(f'.thread[data-node="{name}"]')).to_have_attribute("data-role", "ready")
        while figure.get_attribute("data-time") == before:  # until the next millisecond
            answers = learner.answers.count
            learner.press(figure.get_by_role("button", name="Step", exact=True))
            learner.answers.await_one_more(answers)
    learner.press(figure.get_by_role("button", name="Play", exact=True))


def play_all(page: Page, lesson: str, learner: type[Keys]) -> None:
    answers = Answers(page)
    page.goto(f"/lessons/{lesson}/")
    for challenge in challenges(lesson):
        figure = page.locator(f"#lab-{challenge.lab.id}")
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-connected", "true")
        hands = learner(page, figure, answers)
        by_hand = challenge.lab.settings.get("scheduler", "hand") == "hand"
        if by_hand and figure.get_attribute("data-time") != "0":  # another challenge was played there
            hands.press(figure.get_by_role("button", name="To start", exact=True))
            expect(figure).to_have_attribute("data-time", "0")
        figure.get_by_role("button", name="Keys", exact=True).focus()
        play(hands, challenge)
        expect(page.locator(f"#{challenge.id}")).to_contain_text("Reached")


@pytest.mark.parametrize("lesson", LESSONS)
def test_at_a_keyboard_alone_every_challenge_is_played(site, lesson):
    play_all(site.page, lesson, Keys)


@pytest.mark.parametrize("lesson", LESSONS)
def test_by_touch_on_a_phone_every_challenge_is_played(visitor, lesson):
    page = visitor(width=390, height=844, has_touch=True).page
    play_all(page, lesson, Fingers)
    expect_no_scrolling_sideways(page)
