"""Markdown to HTML that is safe to serve: raw HTML is off, and what comes out is sanitised once more."""

import re
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "img",
    "kbd", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "ol": {"start"},
    "div": {"class"}, "span": {"class"}, "code": {"class"}, "pre": {"class"},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}

_FORMATTER = HtmlFormatter(nowrap=True)


def _code(source: str, language: str, attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language) if language else None
    except ClassNotFound:
        lexer = None
    return highlight(source, lexer, _FORMATTER) if lexer else ""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True, "highlight": _code, "maxNesting": 20})
    return parser.enable(["table", "strikethrough", "replacements", "smartquotes"])


_MARKDOWN = _parser()


def render(markdown: str, headings: list[tuple[int, str, str]] | None = None) -> SafeString:
    """Return safe HTML; `headings` collects (level, id, title) for the contents rail."""
    tokens = _MARKDOWN.parse(markdown)
    for place, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(2, min(4, int(token.tag[1])))}"  # the page's own title is the only h1
        if token.type == "heading_open" and headings is not None:
            _anchor(token, tokens[place + 1], headings)
    html = _MARKDOWN.renderer.render(tokens, OptionsDict(dict(_MARKDOWN.options)), {})
    return mark_safe(clean(html))  # sanitised by clean()


def render_plain(markdown: str) -> SafeString:
    """Return safe HTML of a text that is no lesson."""
    return render(markdown)


def render_inline(markdown: str) -> SafeString:
    """Return safe HTML of one line, without a paragraph around it."""
    return mark_safe(clean(_MARKDOWN.renderInline(markdown)))  # sanitised by clean()


def clean(html: str) -> str:
    """Return the HTML with nothing in it that a lesson may not have."""
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")


def plain_text(html: str) -> str:
    """Return the words of sanitised HTML, for search."""
    text = re.sub(r"<[^>]+>", " ", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.split())


def slug(text: str) -> str:
    """Return an id made of a title."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def _anchor(token: Token, inline: Token, headings: list[tuple[int, str, str]]) -> None:
    title = "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
    taken: set[Any] = {anchor for _, anchor, _ in headings}
    anchor = base = slug(title)
    number = 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    token.attrSet("id", anchor)
    headings.append((int(token.tag[1]), anchor, title))
