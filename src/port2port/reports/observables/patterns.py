"""What the rules of recognition are made of: a pattern, or a token after a word, and where it stands in a text."""

import re
from collections.abc import Callable, Iterator

from port2port.reports.observables.kinds import recognition

Span = tuple[int, int]
Spans = Callable[[str], Iterator[Span]]
Test = Callable[[str], bool]


def matches(pattern: str, flags: int = 0, *, when: Test | None = None) -> Spans:
    """Return a function to the places of a pattern, or of its group "it", of which `when` holds."""
    compiled = re.compile(pattern, flags)
    group: str | int = "it" if "it" in compiled.groupindex else 0

    def spans(text: str) -> Iterator[Span]:
        for match in compiled.finditer(text):
            if when is None or when(match[group]):
                yield match.span(group)

    return spans


def after(words: tuple[str, ...], token: str, *, when: Test | None = None) -> Spans:
    """Return a function to the places of a token after one of the words: "zegelnummer: UL-1234567", "IMO 1234567"."""
    blank = r"[^\S\n]"
    joined = rf"(?:{blank}?(?:(?<!\w){either(recognition().words.joining)}(?!\w)|[:=#.-])){{0,4}}"
    return matches(
        rf"(?<!\w)(?i:{either(words)}(?:-?(?:nummer|number|nr)|s)?(?![^\W0-9_]){joined})"
        rf"{blank}{{0,2}}(?P<it>{token})(?!\w|[-./:,][0-9])",
        when=when,
    )


def either(words: tuple[str, ...]) -> str:
    """Return a pattern for one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"
