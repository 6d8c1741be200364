"""Finds phone numbers in free text: those that exist, with a country code or Belgian."""

import re
from collections.abc import Iterator

import phonenumbers

from port2port.reports.observables.normal import PHONE_REGION

CANDIDATE = re.compile(r"(?<![\w+])(?<![0-9][.,/:-])(?:\(?\+[0-9]|\(?0)(?:[ ./()-]{0,3}[0-9]){7,15}(?!\w|[-./:][0-9])")
MOST_CUTS = 4  # a number and the words after it: "0470 00 00 01 12 min"
SHORTEST_JOINED = 10  # digits; a shorter number without separators is as often that of a file


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Return where phone numbers stand. Numbers after a space may belong to the sentence and are cut off by and by."""
    position = 0
    while (match := CANDIDATE.search(text, position)) is not None:
        start, position = match.span()
        end = _end_of_number(text, start, position)
        if end is not None:
            yield start, end
            position = end


def _end_of_number(text: str, start: int, end: int) -> int | None:
    for _cut in range(MOST_CUTS):
        if _is_phone(text[start:end]):
            return end
        end = text.rfind(" ", start, end)
        if end < 0:
            break
    return None


def _is_phone(written: str) -> bool:
    if written.isdigit() and len(written) < SHORTEST_JOINED:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, PHONE_REGION))
    except phonenumbers.NumberParseException:
        return False
