"""What all makers share: the findings, the page, the labs that were made and the ids that are taken."""

from django.utils.safestring import SafeString

from cluster_engine.actions import ActionError, Script, parse_script
from cluster_engine.labs.declaration import Lab
from lessons.content.blocks import LabBlock
from lessons.content.findings import Findings, did_you_mean
from lessons.content.options import Options
from lessons.content.render import Page, render
from lessons.content.scan import Raw


class Bench:
    """Whatever is wrong becomes a finding, and making goes on."""

    def __init__(self, findings: Findings, page: Page) -> None:
        self.findings, self.page = findings, page
        self.labs: dict[str, LabBlock] = {}
        self.ids: dict[str, int] = {}

    def named(self, options: Options) -> str:
        """Return a block's id, which no other block may have."""
        raw, name = options.raw, options.id()
        if name in self.ids:
            message = f"The id `{name}` is taken by the block in line {self.ids[name]}."
            self.findings.error("duplicate-id", raw.line, raw.column, message)
        self.ids.setdefault(name, raw.line)
        return name

    def html(self, markdown: str, line: int) -> SafeString:
        """Return the HTML of a stretch of text that begins in a line."""
        return render(markdown, self.page, line)

    def body(self, raw: Raw) -> SafeString:
        """Return the HTML of the text that a block must have."""
        markdown = raw.markdown()
        if not markdown.strip():
            self.findings.error("empty-block", raw.line, raw.column, f"`{raw.name}` has no text.")
        return self.html(markdown, raw.text_line)

    def known_lab(self, options: Options) -> LabBlock | None:
        """Return the lab block that a block's `:lab:` names."""
        option = options.get("lab", needed=True)
        if option is None:
            return None
        if option.value not in self.labs:
            message = f"No lab block of this lesson has the id `{option.value}`."
            options.wrong(option, message, did_you_mean(option.value, self.labs), "unknown-lab")
            return None
        return self.labs[option.value]

    def script(self, options: Options, name: str, lab: Lab) -> Script:
        """Return the timed actions that an option lists."""
        option = options.get(name)
        if option is None:
            return ()
        try:
            return tuple(parse_script(option.value, lab))
        except ActionError as error:
            row = (error.line or 1) - 1
            column = (error.column or 1) + (0 if row else option.column - 1)
            self.findings.error("bad-script", option.line + row, column, str(error))
            return ()
