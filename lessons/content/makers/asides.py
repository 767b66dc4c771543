"""Making text apart: callouts, hints to open, definitions, figures."""

import re

from lessons.content.blocks import Aside
from lessons.content.makers.bench import Bench
from lessons.content.options import Options
from lessons.content.render import free_id, slug
from lessons.content.scan import Raw

NOTES = "notes"  # what whoever teaches the lesson reads beside it, and learners do not
CALLOUTS = ("note", "tip", "warning", "aside", "source", NOTES)


def make_callout(raw: Raw, bench: Bench) -> Aside:
    """Return a callout of one of the kinds."""
    options = Options(raw, bench.findings)
    kind, title = options.choice("kind", CALLOUTS), options.text("title")
    options.close()
    return Aside(kind, "", raw.line, title, bench.body(raw))


def make_hint(raw: Raw, bench: Bench) -> Aside:
    """Return a hint that anyone may open; what follows its name is its title."""
    Options(raw, bench.findings).close()
    return Aside("hint", "", raw.line, raw.argument or "Hint", bench.body(raw))


def make_definition(raw: Raw, bench: Bench) -> Aside:
    """Return a definition: what follows its name is the term. The glossary is made of these."""
    Options(raw, bench.findings).close()
    if not raw.argument:
        message = "`definition` needs its term after its name."
        bench.findings.error("missing-id", raw.line, raw.column, message)
    anchor = free_id(f"term-{slug(raw.argument)}", bench.page.taken)
    return Aside("definition", anchor, raw.line, raw.argument, bench.body(raw))


def make_figure(raw: Raw, bench: Bench) -> Aside:
    """Return a figure: its first paragraph is the picture, the rest its caption."""
    Options(raw, bench.findings).close()
    picture, _, caption = re.split(r"(\n[ \t]*\n)", f"{raw.markdown()}\n\n", maxsplit=1)
    line = raw.text_line + picture.count("\n") + 2
    if not picture.strip():
        bench.findings.error("empty-block", raw.line, raw.column, "`figure` shows nothing.")
    html, words = bench.html(picture, raw.text_line), bench.html(caption, line)
    return Aside("figure", raw.argument, raw.line, "", html, words)
