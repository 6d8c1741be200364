"""Numbers in whichever notation they are written: a container's, a ship's, a plate, a phone.

"MSKU 123 456-5" and "MSKU1234565" are found by each other, and so are "0475 12 34 56" and "+32 475 12.34.56". Which
kind it is does not matter here (`reports.observables` knows that): what stands together with digits is also one word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from port2port.base.finding.lexicon import stop_words
from port2port.base.text import folded

TOKEN = re.compile(r"[^\W_]+")
BETWEEN = re.compile(r"[ \u00a0\u202f./()\[\]_\-\u2010-\u2013]{1,3}")
LETTERS = 4  # a word of letters only belongs to a number when it is no longer than this (MSKU, IMO)
DIGITS = 3
SHORTEST, LONGEST = 5, 20
MOST_TOKENS = 6
MOST_FORMS = 200  # of one text: a table of figures is no list of numbers to be found
PHONE_REGION = "BE"
PHONE_DIGITS = range(9, 16)  # E.164, with or without what is dialled before it
CALLED = re.compile(r"(?:imo|omi|mmsi)([0-9]{7,9})")


@dataclass(frozen=True)
class Group:
    """What stands together: where, and its pieces, each with its place."""

    start: int
    end: int
    pieces: tuple[tuple[str, int, int], ...]


def groups(text: str) -> Iterator[Group]:
    """Return what stands together with digits in it, in order."""
    run: list[tuple[str, int, int]] = []
    last = 0
    for match in TOKEN.finditer(text):
        piece = match[0]
        # of letters alone nothing is a digit: asked first, since most words are
        fits = (not piece.isalpha() and any(c.isdigit() for c in piece)) or (
            len(piece) <= LETTERS and folded(piece) not in stop_words()
        )
        if run and not (fits and BETWEEN.fullmatch(text, last, match.start())):
            yield from _group(run)
            run = []
        if fits:
            run.append((piece, match.start(), match.end()))
        last = match.end()
    if run:
        yield from _group(run)


def _group(run: list[tuple[str, int, int]]) -> Iterator[Group]:
    if sum(c.isdigit() for piece, _s, _e in run for c in piece) >= DIGITS:
        yield Group(run[0][1], run[-1][2], tuple(run))


def joined(text: str) -> list[tuple[str, int, int]]:
    """Return every number of a text as one word, with the place where it stands; for the index and for marking."""
    found: list[tuple[str, int, int]] = []
    for group in groups(text):
        pieces = group.pieces
        for first in range(len(pieces)):
            if not _begins(text, pieces, first):
                continue
            for last in range(first, min(len(pieces), first + MOST_TOKENS)):
                if last + 1 < len(pieces) and pieces[last + 1][0].isdigit():
                    continue
                start, end = pieces[first][1], pieces[last][2]
                for form in forms(text[_plus(text, start) : end]):
                    if first < last or form != folded(pieces[first][0]):
                        found.append((form, start, end))
        if len(found) > MOST_FORMS:
            return found[:MOST_FORMS]
    return found


def _begins(text: str, pieces: tuple[tuple[str, int, int], ...], at: int) -> bool:
    """Tell whether a number may begin at this piece: not in the midst of digits that go on."""
    return at == 0 or not (pieces[at][0].isdigit() and pieces[at - 1][0].isdigit()) or text[pieces[at][1] - 1] == "+"


def _plus(text: str, start: int) -> int:
    return start - 1 if start and text[start - 1] == "+" else start


@lru_cache(maxsize=10_000)
def forms(written: str) -> tuple[str, ...]:
    """Return what a number is found by, without what stands between its pieces; () for what is none."""
    together = "".join(TOKEN.findall(folded(written)))
    if not SHORTEST <= len(together) <= LONGEST or sum(c.isdigit() for c in together) < DIGITS:
        return ()
    found = [together]
    called = CALLED.fullmatch(together)
    if called:
        found.append(called[1])
    dialled = together.isdigit() and len(together) in PHONE_DIGITS
    if dialled and (written.startswith("+") or together.startswith("0")):
        number = _phone(written)
        if number:
            found.append(number)
    return tuple(dict.fromkeys(found))


def _phone(written: str) -> str:
    try:
        number = phonenumbers.parse(written, PHONE_REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
