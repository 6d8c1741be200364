"""Markdown that a person wrote, as HTML of our own few elements: no markup of theirs, no pictures."""

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip
LOWER = {"h1": "h3", "h2": "h4", "h3": "h5"}  # a page has its own headings above


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")


def marked_up(text: str) -> SafeString:
    """Return CommonMark with tables as HTML. What is not among our elements is left out, its words stay."""
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = LOWER.get(token.tag, "h5")
    made = _reader().renderer.render(tokens, _reader().options, {})
    clean = nh3.clean(
        made, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(clean)  # by nh3, just above


def blocks(text: str) -> list[dict[str, str]]:
    """Return CommonMark as plain blocks for paper: `kind` is heading, text, bullet or row, `text` its words."""
    found: list[dict[str, str]] = []
    kind = "text"
    cells: list[str] | None = None
    for token in _reader().parse(text):
        if token.type in ("heading_open", "list_item_open"):
            kind = "heading" if token.type == "heading_open" else "bullet"
        elif token.type in ("heading_close", "list_item_close"):
            kind = "text"
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            found.append({"kind": "row", "text": "  |  ".join(cells or [])})
            cells = None
        elif token.type in ("fence", "code_block"):
            found.append({"kind": "text", "text": token.content.rstrip()})
        elif token.type == "inline":
            words = "".join("\n" if c.type.endswith("break") else c.content for c in token.children or [])
            if cells is None:
                found.append({"kind": kind, "text": words})
            else:
                cells.append(words)
    return found
