"""Making what hangs on a lab: predictions, challenges with their hints, captions."""

import re
from collections.abc import Iterable
from dataclasses import replace

from cluster_engine.expressions import ExpressionError
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Ask, AskError, Goal, Lab
from lessons.content.blocks import Challenge, Drill, Hint, LabBlock, Narrate, Predict
from lessons.content.findings import did_you_mean
from lessons.content.makers.bench import Bench
from lessons.content.options import Options
from lessons.content.render import plain_text
from lessons.content.scan import Option, Raw

LONGEST_MS = 120_000.0  # how late a run may decide
MOST_SEEDS = 20


def make_predict(raw: Raw, bench: Bench) -> Predict | None:
    """Return a question that a run answers."""
    options = Options(raw, bench.findings)
    name, lab = bench.named(options), bench.known_lab(options)
    text = options.get("ask", needed=True)
    until = options.duration("until", LONGEST_MS)
    tolerance, points = options.number("tolerance", 0), options.number("points", 1)
    question = bench.body(raw)
    solution = bench.script(options, "solution", get_lab(lab.lab)) if lab else options.skip("solution")
    options.close()
    ask = _ask(options, text, lab) if lab and text else None
    if lab is None or text is None or ask is None:
        return None
    choices = tuple(ask.choices or ())
    return Predict(name, raw.line, lab, ask, text.value, until, question, choices, tolerance, points, solution)


def _ask(options: Options, text: Option, block: LabBlock) -> Ask | None:
    try:
        ask = get_lab(block.lab).ask(text.value, block.settings)
    except AskError as error:
        options.wrong(text, str(error), code="bad-ask")
        return None
    if ask.at_ms is not None and ask.at_ms > LONGEST_MS:
        options.wrong(text, f"A run decides by {LONGEST_MS / 1000:g} s; nobody would wait longer.", code="bad-ask")
        return None
    return ask


def make_challenge(raw: Raw, bench: Bench) -> Challenge | None:
    """Return a goal to reach."""
    options = Options(raw, bench.findings)
    name, lab = bench.named(options), bench.known_lab(options)
    text = options.get("goal", needed=True)
    within = options.duration("within")
    budget = options.whole("budget", 0, high=1000) if options.get("budget") else None
    seeds, points = options.whole("seeds", 1, low=1, high=MOST_SEEDS), options.number("points", 1)
    hints = hints_in(raw, bench)
    html = bench.body(raw)
    solution = bench.script(options, "solution", get_lab(lab.lab)) if lab else options.skip("solution")
    options.close()
    goal = (
        goal_of(options, text, get_lab(lab.lab), f"challenge:{name}", _first_sentence(html)) if lab and text else None
    )
    if lab is None or goal is None:
        return None
    goal = replace(goal, within_ms=goal.within_ms if within is None else within)
    goal = replace(goal, budget=goal.budget if budget is None else budget)
    lab.goals.append(goal)
    return Challenge(name, raw.line, lab, goal, html, seeds, points, hints, solution)


def hints_in(raw: Raw, bench: Bench) -> tuple[Hint, ...]:
    """Return the hints that stand inside a block."""
    return tuple(_hint(part, bench) for part in raw.inside if isinstance(part, Raw) and part.name == "hint")


def _hint(raw: Raw, bench: Bench) -> Hint:
    options = Options(raw, bench.findings)
    after = options.whole("after", 0, high=100)
    options.close()
    return Hint(bench.body(raw), after)


def make_drill(raw: Raw, bench: Bench) -> Drill | None:
    """Return histories to judge: is each linearizable?"""
    options = Options(raw, bench.findings)
    name = bench.named(options)
    streak, points = options.whole("streak", 3, low=1, high=20), options.number("points", 1)
    options.close()
    return Drill(name, raw.line, bench.body(raw), streak, points)


def make_narrate(raw: Raw, bench: Bench) -> Narrate | None:
    """Return a caption that waits for something to happen."""
    options = Options(raw, bench.findings)
    name, lab, when = bench.named(options), bench.known_lab(options), options.get("when", needed=True)
    options.close()
    html = bench.body(raw)
    goal = goal_of(options, when, get_lab(lab.lab), f"narrate:{name}", _first_sentence(html)) if lab and when else None
    if lab is None or goal is None:
        return None
    lab.goals.append(goal)
    return Narrate(name, raw.line, lab, html)


def goal_of(options: Options, text: Option, lab: Lab, name: str, words: str) -> Goal | None:
    """Return a goal of the lab, or one of an expression, which is called by the block's own `words`."""
    known = {goal.name: goal for goal in lab.goals}
    if text.value in known:
        return replace(known[text.value], name=name)
    return Goal(name, words, text.value) if compiles(options, text, lab, known) else None


def compiles(options: Options, text: Option, lab: Lab, goals: Iterable[str] = ()) -> bool:
    """Say whether an expression over a lab's measures compiles; where it does not, that is a finding."""
    try:
        lab.compile(text.value)
    except ExpressionError as error:
        line, column = text.place(error.position)
        guess = did_you_mean(text.value, list(goals)) or error.hint
        options.findings.error("bad-expression", line, column, error.message, guess)
        return False
    return True


def _first_sentence(html: str) -> str:
    """Return the first sentence of rendered text, without its full stop."""
    return re.split(r"(?<=[.!?])\s", plain_text(html), maxsplit=1)[0].rstrip(".")
