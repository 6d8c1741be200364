"""Markdown that a person wrote, as HTML of our own few elements: no markup of theirs, no pictures but our own.

A picture or video is one that the caller names, `![what it shows](file name)`, and stands at an address of ours. Of any
other only its words are left, so that no reader's browser ever asks a stranger for anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip
LOWER = {"h1": "h3", "h2": "h4", "h3": "h5"}  # a page has its own headings above


@dataclass(frozen=True)
class Picture:
    """A picture as a text names it: by which name, and what it is said to show."""

    name: str
    words: str


@dataclass(frozen=True)
class Video:
    """A video that a text may show: its address, and that of its subtitles in the reader's language, if there are."""

    src: str
    subtitles: str = ""


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def marked_up(
    text: str, pictures: Mapping[str, str] | None = None, videos: Mapping[str, Video] | None = None
) -> SafeString:
    """Return CommonMark with tables as HTML. What is not among our elements is left out, its words stay.

    `pictures`, `videos`: the address here of each one that the text may show, by the names it may call it.
    """
    known, moving = pictures or {}, videos or {}
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = LOWER.get(token.tag, "h5")
        if token.type == "inline":
            token.children = [_pictured(child, known, moving) for child in token.children or []]
    made = _reader().renderer.render(tokens, _reader().options, {})
    addresses = {*known.values(), *(one for video in moving.values() for one in (video.src, video.subtitles))}

    def kept(element: str, attribute: str, value: str) -> str | None:
        return None if attribute == "src" and value not in addresses else value

    clean = nh3.clean(
        made, tags=TAGS | {"img", "video", "track"},
        attributes={
            "a": {"href"}, "ol": {"start"}, "img": {"src", "alt"}, "track": {"src", "kind", "default"},
            "video": {"src", "controls", "preload", "aria-label"},
        },
        url_schemes={"https", "mailto"}, link_rel="noopener noreferrer nofollow", attribute_filter=kept,
    )  # fmt: skip
    return mark_safe(clean)  # by nh3, just above


def pictures_in(text: str) -> list[Picture]:
    """Return the pictures that a text names, in their order."""
    return [_picture(token) for token in _inline(text) if token.type == "image"]


def plain(text: str) -> str:
    """Return the words of CommonMark in lines, for where nothing can be marked up."""
    return "\n".join(one["text"] for one in blocks(text))


def _inline(text: str) -> Iterator[Token]:
    for token in _reader().parse(text):
        yield from token.children or []


def _picture(token: Token) -> Picture:
    return Picture(unquote(str(token.attrs.get("src", ""))), token.content.strip())


def _pictured(token: Token, known: Mapping[str, str], moving: Mapping[str, Video]) -> Token:
    """Return an inline token: of a picture that may not be shown, or of which nothing is said, its words."""
    if token.type != "image":
        return token
    picture = _picture(token)
    if picture.words and picture.name in known:
        token.attrs["src"] = known[picture.name]
        return token
    if picture.words and picture.name in moving:
        return Token("html_inline", "", 0, content=_video(moving[picture.name], picture.words))
    return Token("text", "", 0, content=f"[{picture.words or picture.name}]")


def _video(video: Video, words: str) -> str:
    """Return a video with what it shows, under it too."""
    track = format_html('<track kind="captions" src="{}" default>', video.subtitles) if video.subtitles else ""
    return format_html(
        '<video controls preload="none" src="{0}" aria-label="{1}">{2}</video>{1}', video.src, words, track
    )


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
            words = "".join("\n" if c.type.endswith("break") else _said(c) for c in token.children or [])
            if cells is None:
                found.append({"kind": kind, "text": words})
            else:
                cells.append(words)
    return found


def _said(token: Token) -> str:
    """Return what a piece of a line says; of a picture its words."""
    picture = _picture(token)
    return f"[{picture.words or picture.name}]" if token.type == "image" else token.content
