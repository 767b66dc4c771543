"""Making quizzes: a question, a task list of options, under each the block quote that answers whoever chose it."""

import re
from dataclasses import dataclass, field
from math import isfinite

from lessons.content.blocks import Choice, Quiz
from lessons.content.makers.bench import Bench
from lessons.content.options import Options
from lessons.content.render import plain_text, render_inline
from lessons.content.scan import Raw, Text

QUIZ_TYPES = ("single", "multiple", "numeric", "text", "order")
TYPED = ("numeric", "text")  # what one answers by writing

_TASK = re.compile(r"^[-*+] \[([ xX])\] ?(.*)$")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass
class _Item:
    """An option as it is read."""

    line: int
    right: bool
    text: list[str]
    feedback: list[str] = field(default_factory=list)
    feedback_line: int = 0


@dataclass
class _Read:
    """A quiz as it is read, line by line."""

    question: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    after: list[str] = field(default_factory=list)  # the block quote of a quiz without options
    in_code: bool = False

    def line(self, line: str, number: int) -> None:
        """Take one line."""
        if _FENCE.match(line):
            self.in_code = not self.in_code
        task = None if self.in_code else _TASK.match(line)
        quote = line.lstrip().startswith(">")
        if task:
            self.items.append(_Item(number, task[1] != " ", [task[2]]))
        elif not self.items:
            self._before(line, quote and not self.in_code)
        elif quote:
            self.items[-1].feedback_line = self.items[-1].feedback_line or number
            self.items[-1].feedback.append(line.lstrip()[1:].removeprefix(" "))
        elif line.startswith(" ") and line.strip():
            item = self.items[-1]
            (item.feedback or item.text).append(line.strip())
        else:
            self.question.append(line)

    def _before(self, line: str, quote: bool) -> None:
        if quote:
            self.after.append(line.lstrip()[1:].removeprefix(" "))
        else:
            self.question.append(line)


def make_quiz(raw: Raw, bench: Bench) -> Quiz | None:
    """Return a question."""
    options = Options(raw, bench.findings)
    name, kind = bench.named(options), options.choice("type", QUIZ_TYPES)
    tolerance, points = options.number("tolerance", 0), options.number("points", 1)
    shuffle = options.flag("shuffle", kind == "order")
    read = _read(raw)
    choices = [_choice(item, bench) for item in read.items]
    if kind in TYPED:
        choices += _typed(options)
    options.close()
    if not "".join(read.question).strip():
        bench.findings.error("empty-block", raw.line, raw.column, "This quiz asks nothing.")
    _check(raw, kind, choices, bench)
    _check_feedback(kind, read, bench)
    question = bench.html("\n".join(read.question), raw.text_line)
    feedback = bench.html("\n".join(read.after), raw.text_line)
    return Quiz(name, raw.line, kind, question, tuple(choices), tolerance, feedback, shuffle, points)


def _read(raw: Raw) -> _Read:
    read = _Read()
    for part in raw.inside:
        for offset, line in enumerate(part.lines if isinstance(part, Text) else []):
            read.line(line, part.line + offset)
    return read


def _choice(item: _Item, bench: Bench) -> Choice:
    html = render_inline(" ".join(item.text), bench.page, item.line)
    return Choice(html, item.right, bench.html("\n".join(item.feedback), item.feedback_line), plain_text(html))


def _typed(options: Options) -> list[Choice]:
    """Return the right answers that `:answer:` lists, with bars between them."""
    answers = [part.strip() for part in options.text("answer").split("|")]
    return [Choice("", True, "", answer) for answer in answers if answer]


def _check(raw: Raw, kind: str, choices: list[Choice], bench: Bench) -> None:
    problem = _problem(kind, choices)
    if problem:
        help_ = "options are written as `- [x] text` and `- [ ] text`"
        message = f"This quiz cannot be answered: {problem}."
        bench.findings.error("quiz-options", raw.line, raw.column, message, help_)


def _problem(kind: str, choices: list[Choice]) -> str:
    right = sum(choice.right for choice in choices)
    if kind not in TYPED and len(choices) < 2:
        return "it has fewer than two options"
    if kind == "single" and right != 1:
        return f"a single choice has one right option, this one has {right}"
    if kind != "order" and right == 0:
        return "it says of no answer that it is right"
    wrong = [choice.text for choice in choices if kind == "numeric" and number(choice.text) is None]
    return f"`{wrong[0][:40]}` is no number" if wrong else ""


def number(text: str) -> float | None:
    """Return the number that a text says, with a point or a comma; None where it says none."""
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return value if isfinite(value) else None


def _check_feedback(kind: str, read: _Read, bench: Bench) -> None:
    for item in read.items:
        if not item.feedback and kind != "order":
            help_ = "write it as a block quote under the option"
            bench.findings.warning("missing-feedback", item.line, 1, "This option has no feedback.", help_)
