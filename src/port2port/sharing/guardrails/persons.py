"""Names of persons and dates of birth in running text: only where a title, a role or a formula says so.

Better a name missed than a harmless sentence stopped: the reader of a warning that is mostly wrong stops reading it.
"""

import re
from collections.abc import Iterator
from functools import cache

from port2port.sharing.guardrails.words import personal_data

Span = tuple[int, int]

MOST_WORDS = 6  # in a name, particles counted: "Jan Karel van de Velde-Peeters"
LONGEST_SHORTENED = 4  # with its full stop: "J.", "Dr.", "Ing."; after a longer word it ends the sentence
ROLE_NEEDS = 2  # capitalised words after a role or a formula
THING_BEFORE = 24  # characters before "named" in which "vessel" may stand
WORD = re.compile(r"[ \t\u00a0\u202f]{1,3}(['’]t\b|[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,40}\.?)")
DATE = (
    r"(?:[0-3]?[0-9][ ]?[-/. ][ ]?[01]?[0-9][ ]?[-/. ][ ]?(?:1[89]|20)?[0-9]{2}"
    r"|(?:1[89]|20)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9]"
    r"|[0-3]?[0-9](?:er|e|ste|de|st|nd|rd|th|\.)?[ ](?:%(months)s)\.?,?[ ](?:1[89]|20)[0-9]{2}"
    r"|(?:%(months)s)\.?[ ][0-3]?[0-9](?:st|nd|rd|th)?,?[ ](?:1[89]|20)[0-9]{2})"
)


def alternatives(words: tuple[str, ...]) -> str:
    """Return a pattern for any of the words; the full stop at the end of one is optional, a space may be wider."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(
        re.escape(word.removesuffix(".")).replace(r"\ ", r"[ \u00a0]{1,2}") + (r"\.?" if word.endswith(".") else "")
        for word in longest_first
    )


@cache
def _lead() -> re.Pattern[str]:
    words = personal_data().words
    return re.compile(
        rf"(?<![\w'’-])(?:(?P<title>{alternatives(words.titles)})|(?P<role>{alternatives(words.roles)}):?)"
        r"(?=[ \t\u00a0\u202f])",
        re.IGNORECASE,
    )


@cache
def _born() -> re.Pattern[str]:
    words = personal_data().words
    months = alternatives(words.months)
    return re.compile(
        rf"(?:(?<!\w)(?:{alternatives(words.birth)})(?!\w)[^\n;0-9]{{0,40}}?|°[ ]?)"
        rf"(?<![0-9])(?P<date>{DATE % {'months': months}})(?![0-9])",
        re.IGNORECASE,
    )


def _name_after(text: str, position: int) -> tuple[Span | None, int]:
    """Return where a name stands after a position, and how many capitalised words it has."""
    words = personal_data().words
    begin: int | None = None
    end, capitals = position, 0
    for _count in range(MOST_WORDS):
        found = WORD.match(text, position)
        if found is None or (capitals and found[1].lower() in words.titles):
            break
        word, position = found[1], found.end()
        plain = word.rstrip(".").lower()
        shortened = word.endswith(".") and len(word) <= LONGEST_SHORTENED
        function = plain in words.functions
        # "d'Hondt" is a name as much as "Dupont"
        if not function and (word[0].isupper() or (word[1:2] in ("'", "’") and word[2:3].isupper())):
            capitals += 1
            begin = found.start(1) if begin is None else begin
            end = position if shortened or not word.endswith(".") else position - 1
        elif plain in words.particles:
            # "van" before or inside a name belongs to it, the article of "le Président" does not
            begin = found.start(1) if begin is None else begin
        elif not function or capitals:
            break  # what follows a name is no longer one
        else:
            begin = None
        if word.endswith(".") and not shortened:
            break  # the sentence ends here
    return ((begin, end) if begin is not None and capitals else None), capitals


def names(text: str) -> Iterator[Span]:
    """Yield where the names of persons stand: the name alone, without its title."""
    for found in _lead().finditer(text):
        lead = found[0]
        # "m." and "fr." are titles only as "M." and "Fr.": elsewhere they shorten metres and français
        if found["title"] and len(lead.rstrip(".")) <= len("fr") and not (lead[0].isupper() and lead[-1] in ".rs"):
            continue
        span, capitals = _name_after(text, found.end())
        if span is None:
            continue
        if found["role"]:
            before = set(re.findall(r"\w+", text[max(0, found.start() - THING_BEFORE) : found.start()].lower()))
            if capitals < ROLE_NEEDS or before & personal_data().words.things:
                continue
        yield span


def birth_dates(text: str) -> Iterator[Span]:
    """Yield where a date of birth stands: the date alone."""
    for found in _born().finditer(text):
        yield found.span("date")
