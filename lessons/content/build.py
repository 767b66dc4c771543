"""From scanned blocks to typed ones; whatever is wrong becomes a finding, and building goes on."""

import re
from collections.abc import Callable
from typing import Any

from cluster_engine.actions import ActionError, Script, parse_script
from cluster_engine.expressions import ExpressionError
from cluster_engine.labs import UnknownLab, all_labs, get_lab
from cluster_engine.labs.declaration import Ask, AskError, Goal, Lab, SettingError
from lessons.content.blocks import Aside, Block, Challenge, Choice, Hint, LabBlock, Narrate, Predict, Prose, Quiz
from lessons.content.findings import Findings, did_you_mean
from lessons.content.options import Options
from lessons.content.render import plain_text, render, render_inline
from lessons.content.scan import Option, Raw, Text

QUIZ_TYPES = ("single", "multiple", "numeric", "text", "order")
CALLOUTS = ("note", "tip", "warning", "aside", "source")
PANELS = ("cluster", "spacetime", "log", "history", "chart", "events", "table")
LAB_OPTIONS = ("lab", "seed", "speed", "panels", "buttons", "script", "start", "alt")
LONGEST_MS = 120_000.0

_TASK = re.compile(r"^[-*+] \[([ xX])\] ?(.*)$")


class Builder:
    """Builds the blocks of one lesson. Labs come first: what hangs on a lab may stand before it."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.labs: dict[str, LabBlock] = {}
        self.ids: dict[str, int] = {}
        self.headings: list[tuple[int, str, str]] = []
        self.makers: dict[str, Callable[[Raw], Block | None]] = {
            "lab": self._lab, "quiz": self._quiz, "predict": self._predict, "challenge": self._challenge,
            "narrate": self._narrate, "callout": self._aside, "definition": self._aside, "figure": self._aside,
        }  # fmt: skip

    def build(self, parts: list[Text | Raw]) -> list[Block]:
        """Return the typed blocks, in the order in which they stand."""
        labs = {part.line: self._block(part) for part in parts if isinstance(part, Raw) and part.name == "lab"}
        built = (labs[part.line] if part.line in labs else self._part(part) for part in parts)
        return [block for block in built if block is not None]

    def _part(self, part: Text | Raw) -> Block | None:
        return Prose(render(part.markdown, self.headings), part.line) if isinstance(part, Text) else self._block(part)

    def _block(self, raw: Raw) -> Block | None:
        maker = self.makers.get(raw.name)
        if maker is None:
            code = "misplaced-block" if raw.name == "hint" else "unknown-block"
            message = (
                "A `hint` stands inside a challenge." if raw.name == "hint" else f"There is no block `{raw.name}`."
            )
            self.findings.error(code, raw.line, raw.column, message, did_you_mean(raw.name, self.makers))
            return None
        for part in raw.inside:
            if isinstance(part, Raw) and (raw.name, part.name) != ("challenge", "hint"):
                self.findings.error(
                    "misplaced-block", part.line, part.column, f"`{part.name}` may not stand inside `{raw.name}`."
                )
        return maker(raw)

    def _named(self, options: Options) -> str:
        raw, name = options.raw, options.id()
        if name in self.ids:
            self.findings.error(
                "duplicate-id", raw.line, raw.column, f"The id `{name}` is taken by the block in line {self.ids[name]}."
            )
        self.ids.setdefault(name, raw.line)
        return name

    def _body(self, raw: Raw) -> Any:
        markdown = raw.markdown()
        if not markdown:
            self.findings.error("empty-block", raw.line, raw.column, f"`{raw.name}` has no text.")
        return render(markdown)

    # --- labs --------------------------------------------------------------------------------

    def _lab(self, raw: Raw) -> LabBlock | None:
        options = Options(raw, self.findings)
        name = self._named(options)
        lab = self._lab_named(options)
        if lab is None:
            return None
        settings = self._settings(options, lab)
        block = LabBlock(
            id=name,
            line=raw.line,
            lab=lab.name,
            settings=settings,
            seed=int(options.number("seed", 1, high=2**53 - 1)),
            speed=options.speed(lab.speed),
            panels=options.names("panels", PANELS, "unknown-panel", "panel"),
            buttons=options.names("buttons", [b.name for b in lab.buttons], "unknown-button", f"button of {lab.name}"),
            script=self._script(options, "script", lab),
            alt=options.text("alt", needed=True),
            caption=render(raw.markdown()),
        )
        options.close([setting.name for setting in lab.settings])
        self.labs[name] = block
        return block

    def _lab_named(self, options: Options) -> Lab | None:
        option = options.get("lab", needed=True)
        if option is None:
            return None
        try:
            return get_lab(option.value)
        except UnknownLab:
            known = [lab.name for lab in all_labs()]
            options.wrong(
                option, f"There is no lab `{option.value}`.", did_you_mean(option.value, known), "unknown-lab"
            )
            return None

    def _settings(self, options: Options, lab: Lab) -> dict[str, Any]:
        given: dict[str, Any] = {}
        known = {setting.name: setting for setting in lab.settings}
        for name, option in options.raw.options.items():
            if name in known:
                options.asked.add(name)
                try:
                    given[name] = known[name].parse(option.value)
                except SettingError as error:
                    options.wrong(option, str(error), code="unknown-setting")
            elif name not in LAB_OPTIONS:
                options.asked.add(name)
                self.findings.error(
                    "unknown-setting",
                    option.line,
                    2,
                    f"{lab.name} has no setting `{name}`.",
                    did_you_mean(name, [*known, *LAB_OPTIONS]),
                )
        if start := options.get("start"):
            if start.value in [situation.name for situation in lab.situations]:
                given["situation"] = start.value
            else:
                options.wrong(start, f"{lab.name} has no situation `{start.value}`.", code="unknown-setting")
        return lab.check_settings(given)

    def _script(self, options: Options, name: str, lab: Lab) -> Script:
        option = options.get(name)
        if option is None:
            return ()
        try:
            return tuple(parse_script(option.value, lab))
        except ActionError as error:
            line = option.line + (getattr(error, "line", None) or 1) - 1
            column = option.column + (getattr(error, "column", None) or 1) - 1
            self.findings.error("bad-script", line, column, str(error))
            return ()

    def _known_lab(self, options: Options) -> LabBlock | None:
        option = options.get("lab", needed=True)
        if option is None:
            return None
        if option.value not in self.labs:
            message = f"No lab block of this lesson has the id `{option.value}`."
            options.wrong(option, message, did_you_mean(option.value, self.labs), "unknown-lab")
            return None
        return self.labs[option.value]

    # --- exercises -----------------------------------------------------------------------------

    def _predict(self, raw: Raw) -> Predict | None:
        options = Options(raw, self.findings)
        name, lab = self._named(options), self._known_lab(options)
        text = options.get("ask", needed=True)
        until = options.duration("until", LONGEST_MS) or LONGEST_MS
        tolerance, points = options.number("tolerance", 0), options.number("points", 1)
        question = self._body(raw)
        if lab is None or text is None:
            options.get("solution")
            options.close()
            return None
        declared = get_lab(lab.lab)
        solution = self._script(options, "solution", declared)
        options.close()
        ask = self._ask(options, text, declared, lab)
        if ask is None:
            return None
        choices = tuple(ask.choices or ())
        return Predict(name, raw.line, lab, ask, text.value, until, question, choices, tolerance, points, solution)

    def _ask(self, options: Options, text: Option, lab: Lab, block: LabBlock) -> Ask | None:
        try:
            return lab.ask(text.value, block.settings)
        except AskError as error:
            options.wrong(text, str(error), code="bad-ask")
            return None

    def _challenge(self, raw: Raw) -> Challenge | None:
        options = Options(raw, self.findings)
        name, lab = self._named(options), self._known_lab(options)
        goal_text = options.get("goal", needed=True)
        within, budget = options.duration("within"), options.get("budget")
        most = int(options.number("budget", 0, high=1000)) if budget else None
        seeds, points = int(options.number("seeds", 1, low=1, high=20)), options.number("points", 1)
        hints = tuple(self._hint(part) for part in raw.inside if isinstance(part, Raw) and part.name == "hint")
        text = self._body(raw)
        if lab is None or goal_text is None:
            options.get("solution")
            options.close()
            return None
        declared = get_lab(lab.lab)
        solution = self._script(options, "solution", declared)
        options.close()
        goal = self._goal(options, goal_text, declared, f"challenge:{name}", _first_sentence(text), within, most)
        if goal is None:
            return None
        lab.goals.append(goal)
        return Challenge(name, raw.line, lab, goal, text, seeds, points, hints, solution)

    def _goal(
        self,
        options: Options,
        text: Option,
        lab: Lab,
        name: str,
        words: str,
        within: float | None = None,
        budget: int | None = None,
    ) -> Goal | None:
        """Return a goal of the lab, or one of an expression, which is called by the block's own `words`."""
        known = {goal.name: goal for goal in lab.goals}
        if text.value in known:
            own = known[text.value]
            return Goal(name, own.title, own.expression, own.help, within, budget)
        try:
            lab.compile(text.value)
        except ExpressionError as error:
            column = text.column + error.position
            hint = getattr(error, "hint", "") or did_you_mean(text.value, known)
            self.findings.error("bad-expression", text.line, column, str(error), hint)
            return None
        return Goal(name, words, text.value, "", within, budget)

    def _hint(self, raw: Raw) -> Hint:
        options = Options(raw, self.findings)
        after = int(options.number("after", 0, high=100))
        options.close()
        return Hint(self._body(raw), after)

    def _narrate(self, raw: Raw) -> Narrate | None:
        options = Options(raw, self.findings)
        name, lab, when = self._named(options), self._known_lab(options), options.get("when", needed=True)
        options.close()
        html = self._body(raw)
        if lab is None or when is None:
            return None
        goal = self._goal(options, when, get_lab(lab.lab), f"narrate:{name}", _first_sentence(html))
        if goal is None:
            return None
        lab.goals.append(goal)
        return Narrate(name, raw.line, lab, html)

    def _quiz(self, raw: Raw) -> Quiz | None:
        options = Options(raw, self.findings)
        name, kind = self._named(options), options.choice("type", QUIZ_TYPES)
        tolerance, points = options.number("tolerance", 0), options.number("points", 1)
        shuffle, answer = (
            options.flag("shuffle", kind == "order"),
            options.text("answer", needed=kind in ("numeric", "text")),
        )
        options.close()
        question, choices, feedback = self._question(raw, kind)
        if kind in ("single", "multiple", "order"):
            self._check_choices(raw, kind, choices)
        if kind == "numeric" and answer:
            self._check_number(options, answer)
        return Quiz(
            name, raw.line, kind, render(question), tuple(choices), answer, tolerance, render(feedback), shuffle, points
        )

    def _check_number(self, options: Options, answer: str) -> None:
        try:
            float(answer)
        except ValueError:
            options.wrong(options.raw.options["answer"], "The answer of a numeric quiz is a number.")

    def _check_choices(self, raw: Raw, kind: str, choices: list[Choice]) -> None:
        right = sum(choice.right for choice in choices)
        problem = ""
        if len(choices) < 2:
            problem = "it has fewer than two options"
        elif kind == "single" and right != 1:
            problem = f"a single choice has one right option, this one has {right}"
        elif kind == "multiple" and right == 0:
            problem = "none of its options is right"
        if problem:
            message = f"This quiz cannot be answered: {problem}."
            self.findings.error(
                "quiz-options", raw.line, raw.column, message, "options are written as `- [x] text` and `- [ ] text`"
            )

    def _question(self, raw: Raw, kind: str) -> tuple[str, list[Choice], str]:
        """Split a quiz into its question, its options with their feedback, and the feedback for all."""
        question: list[str] = []
        choices: list[tuple[int, bool, list[str], list[str]]] = []
        after: list[str] = []
        for part in raw.inside:
            for offset, line in enumerate(part.markdown.split("\n") if isinstance(part, Text) else []):
                task, quote = _TASK.match(line), line.lstrip().startswith(">")
                if task:
                    assert isinstance(part, Text)
                    choices.append((part.line + offset, task[1] != " ", [task[2]], []))
                elif quote and choices and line.startswith(" "):
                    choices[-1][3].append(line.lstrip()[1:].lstrip())
                elif quote and not line.startswith(" "):
                    (choices[-1][3] if choices else after).append(line[1:].lstrip())
                elif choices and line.startswith(" "):
                    choices[-1][2].append(line.strip())
                else:
                    question.append(line)
        for line_number, _, _, feedback in choices:
            if not feedback and kind != "order":
                self.findings.warning(
                    "missing-feedback",
                    line_number,
                    1,
                    "This option has no feedback.",
                    "write it as a block quote under the option",
                )
        made = [
            Choice(render_inline(" ".join(text)), right, render("\n".join(feedback)))
            for _, right, text, feedback in choices
        ]
        return "\n".join(question), made, "\n".join(after)

    # --- text apart ----------------------------------------------------------------------------

    def _aside(self, raw: Raw) -> Aside:
        options = Options(raw, self.findings)
        kind = options.choice("kind", CALLOUTS) if raw.name == "callout" else raw.name
        title = options.text("title") if raw.name == "callout" else raw.argument
        if raw.name == "definition" and not raw.argument:
            self.findings.error("missing-id", raw.line, raw.column, "`definition` needs its term after its name.")
        options.close()
        return Aside(kind, "", raw.line, title, self._body(raw))


def _first_sentence(html: str) -> str:
    """Return the first sentence of rendered text, without its full stop."""
    return re.split(r"(?<=[.!?])\s", plain_text(html), maxsplit=1)[0].rstrip(".")
