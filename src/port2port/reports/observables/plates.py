"""Finds number plates in free text by the shapes of the countries; a doubtful one only after a word for a plate."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from port2port.reports.observables.kinds import PlateShape, recognition
from port2port.reports.observables.patterns import either

REACH = 40  # characters between the word and the plate: "de nummerplaat van de wagen was ..."
SENTENCE_END = re.compile(r"[!?;\n]|\.\s")
SIGNS = {
    "L": "[A-ZÄÖÜ]",
    "S": "[A-HJ-NP-TV-Z]",  # the French series since 2009 leaves I, O and U out
    "D": "[0-9]",
    "N": "[1-9]",
    "E": "[EH]?",  # electric or historic, in Germany
    "-": "[-. ]?",
    "=": "-",
    "_": "[- ]?",
}
SEPARATOR = re.compile(r"[-. ]")


def plates(text: str) -> Iterator[tuple[int, int]]:
    """Return where plates stand: those nobody takes for another thing first, then those after a word for a plate."""
    ends = [match.end() for match in _plate_words().finditer(text)]
    for shape, pattern in _patterns():
        for match in pattern.finditer(text):
            written = match[0]
            if _stands_alone(shape, written) or (_may_follow(written) and _after_a_word(text, match.start(), ends)):
                yield match.span()


@cache
def _patterns() -> tuple[tuple[PlateShape, re.Pattern[str]], ...]:
    # Not within a longer number or name, as the middle of 26-1122-0A4F or BEANR-0123.
    before, after = r"(?<!\w)(?<!\w[-.])", r"(?!-?\w)(?!\.[0-9])"
    shapes = recognition().plate_shapes
    signs = re.compile("[LSDNE=_-]")
    return tuple(
        (shape, re.compile(before + signs.sub(lambda sign: SIGNS[sign[0]], shape.shape) + after, re.IGNORECASE))
        for shape in shapes
    )


@cache
def _plate_words() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){either(recognition().words.plate)}(?!\w)", re.IGNORECASE)


def _stands_alone(shape: PlateShape, written: str) -> bool:
    """Capitals are needed: in lower case it may be any word and number."""
    if shape.alone == "never" or written != written.upper():
        return False
    if shape.alone == "always":
        return not _is_word(written)
    separators = SEPARATOR.findall(written)
    if shape.alone == "joined" and not separators:
        return True
    return separators == ["-"] * shape.shape.count("-")


def _may_follow(written: str) -> bool:
    return (written == written.upper() and not _is_word(written)) or " " not in written


def _is_word(written: str) -> bool:
    return " " in written and not recognition().lists.not_plate_letters.isdisjoint(re.findall("[A-Z]+", written))


def _after_a_word(text: str, start: int, ends: list[int]) -> bool:
    before = bisect_right(ends, start) - 1
    return before >= 0 and start - ends[before] <= REACH and not SENTENCE_END.search(text, ends[before], start)
