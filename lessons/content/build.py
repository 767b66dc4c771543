"""From scanned blocks to typed ones."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from lessons.content.blocks import Block, Prose
from lessons.content.findings import Findings, did_you_mean
from lessons.content.makers.asides import make_callout, make_definition, make_figure, make_hint
from lessons.content.makers.bench import Bench
from lessons.content.makers.exercises import make_challenge, make_drill, make_narrate, make_predict
from lessons.content.makers.fixes import make_fix
from lessons.content.makers.labs import make_lab
from lessons.content.makers.plots import make_plot
from lessons.content.makers.programs import make_program
from lessons.content.makers.quizzes import make_quiz
from lessons.content.render import Page
from lessons.content.scan import Raw, Text

Maker = Callable[[Raw, Bench], Block | None]

MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "lab": make_lab,
        "program": make_program,
        "quiz": make_quiz,
        "predict": make_predict,
        "challenge": make_challenge,
        "fix": make_fix,
        "drill": make_drill,
        "narrate": make_narrate,
        "plot": make_plot,
        "callout": make_callout,
        "hint": make_hint,
        "definition": make_definition,
        "figure": make_figure,
    }
)


LABS = ("lab", "program")  # what other blocks hang on
NESTED = (("challenge", "hint"), ("fix", "hint"), ("fix", "variant"))  # which block may hold which


class Builder:
    """Builds the blocks of one lesson. Labs come first: what hangs on a lab may stand before it."""

    def __init__(self, findings: Findings, page: Page) -> None:
        self.findings, self.page = findings, page
        self.bench = Bench(findings, page)

    def build(self, parts: list[Text | Raw]) -> list[Block]:
        """Return the typed blocks, in the order in which they stand."""
        for raw in _blocks(parts):
            self.page.taken |= {raw.argument, f"lab-{raw.argument}"}
        labs = {part.line: self._block(part) for part in parts if isinstance(part, Raw) and part.name in LABS}
        built = (labs[part.line] if part.line in labs else self._part(part) for part in parts)
        return [block for block in built if block is not None]

    def _part(self, part: Text | Raw) -> Block | None:
        if isinstance(part, Text):
            return Prose(self.bench.html(part.markdown, part.line), part.line)
        return self._block(part)

    def _block(self, raw: Raw) -> Block | None:
        maker = MAKERS.get(raw.name)
        if maker is None:
            guess = did_you_mean(raw.name, MAKERS)
            self.findings.error("unknown-block", raw.line, raw.column, f"There is no block `{raw.name}`.", guess)
            return None
        for part in _blocks(raw.inside):
            if (raw.name, part.name) not in NESTED:
                message = f"`{part.name}` may not stand inside `{raw.name}`."
                self.findings.error("misplaced-block", part.line, part.column, message)
        return maker(raw, self.bench)


def _blocks(parts: list[Text | Raw]) -> Iterable[Raw]:
    return (part for part in parts if isinstance(part, Raw))
