"""What a person does on the site, as verbs."""

import base64
import itertools
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.server import Server


class Lab:
    """A lab figure on a page."""

    def __init__(self, page: Page, figure: Locator) -> None:
        self.page, self.figure = page, figure
        figure.scroll_into_view_if_needed()
        figure.evaluate("figure => figure.scrollIntoView({block: 'center'})")
        expect(figure).to_have_attribute("data-connected", "true")
        expect(self.node("n1")).to_be_visible()

    def node(self, name: str) -> Locator:
        """A node of the cluster picture."""
        return self.figure.locator(f'[data-node="{name}"]').first

    def time(self) -> int:
        """The playhead, in virtual ms."""
        return int(self.figure.get_attribute("data-time") or 0)

    def press(self, name: str, group: str = "Time") -> None:
        """Press a button of one of the figure's groups by its name."""
        self.figure.get_by_role("group", name=group, exact=True).get_by_role("button", name=name, exact=True).click()

    def say(self, group: str, name: str, **fields: str) -> None:
        """Press a button of the tray, fill its form and apply it."""
        self.press(name, group)
        form = self.figure.get_by_role("dialog").locator("form")
        for field, value in fields.items():
            control = form.locator(f'[name="{field}"]')
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
                control.blur()
        form.get_by_role("button", name="Apply").click()
        expect(form).to_have_count(0)

    def play(self) -> None:
        """Play, if paused."""
        self._press_at_once("Play")
        expect(self.figure).to_have_attribute("data-playing", "true")

    def pause(self) -> None:
        """Pause, if playing."""
        self._press_at_once("Pause")
        expect(self.figure).to_have_attribute("data-playing", "false")

    def await_its_own_beginning(self) -> None:
        """Wait until a new run plays, as it does by itself where motion is not reduced."""
        moves = self.figure.evaluate("() => !matchMedia('(prefers-reduced-motion: reduce)').matches")
        if moves and self.time() == 0:
            expect(self.figure).to_have_attribute("data-playing", "true")

    def _press_at_once(self, name: str) -> None:
        """Press one of two buttons in one place, if it is the one that is there at this very moment."""
        script = "(figure, name) => figure.querySelector(`.lab-transport [aria-label='${name}']`)?.click()"
        self.figure.evaluate(script, name)

    def set_speed(self, notch: int) -> None:
        """Play slower or faster: at notch 6 a second shows 100 ms, at notch 9 a second."""
        self.figure.get_by_role("slider", name="Speed").fill(str(notch))

    def run_to(self, ms: int, notch: int = 9) -> None:
        """Let the lab play until a moment has passed."""
        self.set_speed(notch)
        self.play()
        self.page.wait_for_function(
            "([f, ms]) => Number(f.dataset.time) >= ms", arg=[self.figure.element_handle(), ms], timeout=60_000
        )
        self.pause()

    def do(self, button: str, node: str) -> None:
        """Do something to a node: choose it, then press what is offered there."""
        self.node(node).press("Enter")
        self.figure.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()

    def seek(self, ms: int) -> None:
        """Drag the scrubber to a moment, as a keyboard does."""
        slider = self.figure.get_by_role("slider", name="Moment of the run")
        slider.focus()
        slider.press("Home")
        expect(self.figure).to_have_attribute("data-time", "0")
        self.run_to(ms, notch=7)

    def leaders(self) -> list[str]:
        """The nodes that show themselves as running leaders."""
        shown = self.snapshot().items()
        return sorted(name for name, node in shown if node.get("role") == "leader" and node["status"] != "down")

    def wait_for_leaders(self, count: int) -> list[str]:
        """Wait until so many nodes believe they lead."""
        expect(self.figure.locator('[data-node][data-role="leader"]:not([data-status="down"])')).to_have_count(count)
        return self.leaders()

    def snapshot(self) -> dict[str, Any]:
        """What the picture shows: role, term and status of every node."""
        script = (
            "f => Object.fromEntries([...f.querySelectorAll('[data-node]')].map(n => [n.dataset.node, {...n.dataset}]))"
        )
        return dict(self.figure.evaluate(script))


class Site:
    """A visitor's browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page = context.new_page()

    def go(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(path)
        return self.page

    def sign_up(self, name: str, password: str = "six feet of cable") -> None:
        """Make an account, which signs it in."""
        page = self.go("/sign-up/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_label("Password confirmation").fill(password)
        page.locator("form.form button").click()
        expect(page.locator("#account")).to_be_attached()

    def open_lab(self, name: str, **settings: Any) -> Lab:
        """Open a lab's own page, and pause it."""
        query = "&".join(f"{key}={value}" for key, value in settings.items())
        return self.lab_at(f"/labs/{name}/?{query}")

    def lab_at(self, path: str) -> Lab:
        """Open a page and take its first lab, paused."""
        self.go(path)
        return self.first_lab()

    def first_lab(self) -> Lab:
        """The first lab of the page, paused."""
        lab = Lab(self.page, self.page.locator("figure.lab").first)
        lab.await_its_own_beginning()
        lab.pause()
        return lab

    def another_tab(self) -> "Site":
        """A second tab of the same visitor."""
        return Site(self.context)


_NUMBERS = itertools.count(1)


def new_instructor(visitor: Callable[..., Site], server: Server, **options: Any) -> tuple[Page, str]:
    """Sign someone up, make them an instructor, open /teach, and return the page and their name."""
    name = f"ada{next(_NUMBERS)}"
    site = visitor(**options)
    site.sign_up(name)
    server.manage("instructor", name)
    return site.go("/teach/"), name


class Editor:
    """The editor of a lesson: the source, the page beside it, and what is to be mended."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.source = page.locator(".editor .cm-content")
        self.frame = page.frame_locator(".editor-frame")
        self.findings = page.locator(".editor-findings")
        expect(self.source).to_be_visible()

    def text(self) -> str:
        """The text as it is in the editor."""
        return self.page.locator("#text").input_value()

    def write(self, text: str) -> None:
        """Write at the end of the text."""
        self.source.click()
        self.page.keyboard.press("Control+End")
        self._paste(text)

    def rewrite(self, before: str, after: str) -> None:
        """Put something else in the place of the first occurrence of some words."""
        text = self.text()
        assert before in text
        self.replace(text.replace(before, after, 1))

    def replace(self, text: str) -> None:
        """Write the whole text anew."""
        self.source.click()
        self.page.keyboard.press("Control+A")
        self._paste(text)

    def _paste(self, text: str) -> None:
        """Paste, as from the clipboard."""
        script = """(element, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          element.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }"""
        self.source.evaluate(script, text)

    def bring(self, how: str, where: Locator, files: dict[str, bytes], words: str = "") -> None:
        """Drop files somewhere, or paste them with the words that lie beside them."""
        script = """(element, [how, files, words]) => {
          const transfer = new DataTransfer();
          for (const [name, content] of files) {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], name, {type: "image/png"}));
          }
          if (words) transfer.setData("text/plain", words);
          const {left, top} = element.getBoundingClientRect();
          const told = {bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 8};
          if (how === "paste") element.dispatchEvent(new ClipboardEvent("paste", {...told, clipboardData: transfer}));
          else element.dispatchEvent(new DragEvent("drop", {...told, dataTransfer: transfer}));
        }"""
        told = [[name, base64.b64encode(content).decode()] for name, content in files.items()]
        where.evaluate(script, [how, told, words])

    def insert(self, block: str) -> None:
        """Put an example of a block in, by the menu."""
        before = self.text()
        self.page.locator(".editor-insert summary").click()
        self.page.locator(f'.editor-insert [data-block="{block}"]').click()
        self.page.wait_for_function("(text) => document.querySelector('#text').value !== text", arg=before)

    def lab(self, name: str) -> Lab:
        """A lab of the page beside the source."""
        return Lab(self.page, self.frame.locator(f"#lab-{name}"))

    def expect_findings(self, *lines: str) -> None:
        """Expect these findings in the list, and no others."""
        if lines:
            expect(self.findings.locator("li")).to_contain_text(list(lines))
        else:
            expect(self.findings).to_contain_text("Nothing to mend.")

    def expect_saved(self) -> None:
        """Wait until the server has the text."""
        expect(self.page.locator(".editor-saving")).to_have_text("Saved")
