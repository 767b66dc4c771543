"""Lessons are safe to serve, whatever their author wrote."""

import pytest
import yaml

from lessons.content.findings import Findings
from lessons.content.frontmatter import CoreLoader, load
from lessons.content.lesson import parse
from lessons.content.render import Page, render
from tests.courses import FRONT

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<a href='x' onclick='alert(1)'>x</a>",
    "[x](vbscript:msgbox)",
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<iframe src='https://example.com'></iframe>",
    "`<script>`",
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "# <b onmouseover=alert(1)>title</b>",
    "```html\n<script>alert(1)</script>\n```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("markdown", HOSTILE)
def test_hostile_markdown_becomes_harmless_text(markdown):
    html = render(markdown).lower()
    for danger in ("<script", "<img src=x", "<svg", "<style", "<iframe", 'href="javascript', 'href="data', "<b on"):
        assert danger not in html
    assert 'src="javascript' not in html
    assert 'href="vbscript' not in html


def test_deep_nesting_and_long_lines_end():
    assert len(render(">" * 5_000 + " deep")) < 100_000
    assert render("*" * 20_000)
    assert render("[" * 5_000)


def test_hostile_titles_are_escaped_on_the_page(client, db, settings, tmp_path):
    from tests.courses import make_course

    settings.COURSE_DIR = make_course(tmp_path, FRONT.replace("A lesson", "<script>alert(1)</script>") + "text")
    page = client.get("/lessons/a-lesson/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_headings_get_ids_of_their_own_and_begin_at_level_two():
    page = Page()
    html = render("# One\n\n## Two\n\n## Two\n", page)
    assert page.headings == [(2, "one", "One"), (2, "two", "Two"), (2, "two-2", "Two")]
    assert "<h1" not in html


def test_yaml_is_read_by_the_core_rules():
    read = yaml.load("{a: no, b: 12:30, c: 1.10, d: true, e: 7, f: ~, g: 0x1F}", Loader=CoreLoader)
    assert read == {"a": "no", "b": "12:30", "c": "1.10", "d": True, "e": 7, "f": None, "g": "0x1F"}


def test_yaml_bombs_are_refused():
    findings = Findings("x")
    assert load("a: &a [x, x]\nb: [*a, *a]\n", findings) == {}
    assert [found.code for found in findings.all] == ["front-matter-alias"]
    findings = Findings("x")
    assert load("x" * 20_000, findings) == {}


def test_code_is_coloured_by_classes_and_not_by_styles():
    html = render("```python\nx = 1\n```")
    assert "class=" in html
    assert "style=" not in html


def test_fences_inside_code_open_no_block():
    parsed = parse((FRONT + "````\n:::{lab} x\n:::\n````\n").encode(), "a.md")
    assert parsed.findings.all == []
    assert len(parsed.lesson.blocks) == 1
