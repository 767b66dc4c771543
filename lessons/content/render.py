"""Markdown to HTML that is safe to serve: raw HTML is off, and what comes out is sanitised once more."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

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
    "img": {"src", "alt", "title", "loading"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "ol": {"start"},
    "div": {"class", "tabindex"}, "span": {"class"}, "code": {"class"}, "pre": {"class", "tabindex"},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
PAGE_IDS = {"main", "home", "course"}  # ids that the site's own pages use

_FORMATTER = HtmlFormatter(nowrap=True)
_TAG = re.compile(r"</?(\w+)[^>]*>")
_WITHIN_WORDS = {"a", "abbr", "code", "del", "em", "kbd", "s", "span", "strong", "sub", "sup"}

Link = Callable[[str, int], str]  # an address as written and its line -> the address on the site


@dataclass
class Page:
    """What the stretches of one page share: ids that are taken, headings, and where links lead.

    `headings` collects (level, id, title) for the contents rail.
    """

    taken: set[str] = field(default_factory=lambda: set(PAGE_IDS))
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    link: Link = field(default=lambda href, _line: href)
    image: Callable[[str, str, int], str] = field(default=lambda src, _alt, _line: src)


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


def render(markdown: str, page: Page | None = None, line: int = 1) -> SafeString:
    """Return safe HTML of a stretch of a page; `line` is where the stretch begins, for what is said of links."""
    page = page or Page()
    tokens = _MARKDOWN.parse(markdown)
    for place, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(2, min(4, int(token.tag[1])))}"  # the page's own title is the only h1
        if token.type == "heading_open":
            _anchor(token, tokens[place + 1], page)
    _lead_all(tokens, page, line)
    return mark_safe(_scrolling(clean(_html(tokens))))  # sanitised by clean()


def render_plain(markdown: str) -> SafeString:
    """Return safe HTML of a text that is no lesson."""
    return render(markdown)


def render_inline(markdown: str, page: Page | None = None, line: int = 1) -> SafeString:
    """Return safe HTML of one line, without a paragraph around it."""
    tokens = _MARKDOWN.parseInline(markdown)
    _lead_all(tokens, page or Page(), line)
    return mark_safe(clean(_html(tokens)))  # sanitised by clean()


def clean(html: str) -> str:
    """Return the HTML with nothing in it that a lesson may not have."""
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")


def plain_text(html: str) -> str:
    """Return the words of sanitised HTML, for search."""
    return " ".join(unescape(_TAG.sub(lambda tag: "" if tag[1] in _WITHIN_WORDS else " ", html)).split())


def slug(text: str) -> str:
    """Return an id made of a title, in whatever script it is written."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or "part"


def free_id(wanted: str, taken: set[str]) -> str:
    """Return an id that nothing else has, and take it."""
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    taken.add(found)
    return found


def _anchor(token: Token, inline: Token, page: Page) -> None:
    title = "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
    anchor = free_id(slug(title), page.taken)
    token.attrSet("id", anchor)
    page.headings.append((int(token.tag[1]), anchor, title))


def _html(tokens: list[Token]) -> str:
    return _MARKDOWN.renderer.render(tokens, OptionsDict(dict(_MARKDOWN.options)), {})


def _lead_all(tokens: list[Token], page: Page, line: int) -> None:
    for token in tokens:
        for child in token.children or []:
            _lead(child, page, line + (token.map[0] if token.map else 0))


def _lead(child: Token, page: Page, line: int) -> None:
    if child.type == "link_open":
        child.attrSet("href", page.link(str(child.attrGet("href") or ""), line))
    elif child.type == "image":
        child.attrSet("src", page.image(str(child.attrGet("src") or ""), child.content, line))
        child.attrSet("loading", "lazy")


def _scrolling(html: str) -> str:
    """Let what is too wide scroll by itself, reachable by keyboard."""
    html = html.replace("<pre>", '<pre tabindex="0">')
    return html.replace("<table>", '<div class="table" tabindex="0"><table>').replace("</table>", "</table></div>")
