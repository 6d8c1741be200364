"""Where in a text the words stand that were found, and the stretch of it that shows most of them.

It is given the text that the reader sees and knows nothing else.
"""

from dataclasses import dataclass

from port2port.base.finding import identifiers
from port2port.base.finding.asking import Asked
from port2port.base.finding.indexing import variants
from port2port.base.text import folded

SNIPPET = 220  # characters
BEFORE = 50  # characters shown before the first word of a stretch


@dataclass(frozen=True)
class Piece:
    """A piece of a text: as it stands, and whether it was found."""

    text: str
    found: bool


def places(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Return where the words asked for stand in the text, in any form, in order and without overlap."""
    wanted, beginnings = asked.words, asked.beginnings
    spans = [(start, end) for form, start, end in identifiers.joined(text) if form in wanted]
    for match in identifiers.TOKEN.finditer(text):
        word = folded(match[0])
        if any(v in wanted or (beginnings and v.startswith(beginnings)) for v, _weight in variants(word)):
            spans.append(match.span())
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def marked(text: str, asked: Asked) -> list[Piece]:
    """Return the whole text in pieces."""
    return _pieces(text, places(text, asked), 0, len(text))


def snippet(text: str, asked: Asked, longest: int = SNIPPET) -> list[Piece]:
    """Return the stretch of a text that holds most of what was found, in pieces; its beginning when nothing was."""
    plain = " ".join(text.split())
    if len(plain) <= longest:
        return _pieces(plain, places(plain, asked), 0, len(plain))
    spans = places(plain, asked)
    best = max(spans, key=lambda one: (_inside(spans, one[0], longest), -one[0]), default=(0, 0))
    start = _at_word(plain, max(0, min(best[0] - BEFORE, len(plain) - longest)))
    end = start + longest
    if end < len(plain):
        end = max(plain.rfind(" ", start, end), best[1])
    pieces = _pieces(plain, spans, start, end)
    if start:
        pieces.insert(0, Piece("… ", False))
    if end < len(plain):
        pieces.append(Piece(" …", False))
    return pieces


def _inside(spans: list[tuple[int, int]], start: int, longest: int) -> int:
    return sum(1 for one in spans if start <= one[0] and one[1] <= start + longest - BEFORE)


def _at_word(text: str, place: int) -> int:
    return place if place == 0 else text.find(" ", place) + 1


def _pieces(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces, last = [], start
    for first, final in spans:
        if first >= end or final <= start:
            continue
        shown_from, shown_to = max(first, start), min(final, end)
        if shown_from > last:
            pieces.append(Piece(text[last:shown_from], False))
        pieces.append(Piece(text[shown_from:shown_to], True))
        last = shown_to
    if last < end:
        pieces.append(Piece(text[last:end], False))
    return pieces
