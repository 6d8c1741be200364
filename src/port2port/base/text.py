"""Words as they are compared: folded, stemmed in four languages (the search: `base.finding`); and guards on text.

PostgreSQL's own dictionaries miss compounds and differ between servers.
"""

import re
import unicodedata
from functools import lru_cache

from Stemmer import Stemmer

LANGUAGES = ("dutch", "french", "german", "english")
WORD = re.compile(r"[a-z0-9]+")
LONGEST_WORD = 60
# A cell that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@lru_cache(maxsize=1)
def _stemmers() -> tuple[Stemmer, ...]:
    return tuple(Stemmer(language) for language in LANGUAGES)


def folded(text: str) -> str:
    """Return the text in lower case without accents (Unicode NFKD, marks dropped); ß becomes ss."""
    if text.isascii():  # nothing to decompose, and most words are: four times as fast
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """Return a folded word and its stem in each of the four languages."""
    return frozenset({word, *(stemmer.stemWord(word) for stemmer in _stemmers())})


def unreadable(text: str) -> bool:
    """Tell whether a text holds what no screen or XML document can show, or what shows it in another order.

    Control characters but line ends and tabs, half characters, noncharacters (Unicode 23.7), and the marks that
    override or isolate a direction (Unicode 23.2), with which one text could look like another.
    """
    return any(
        (unicodedata.category(c) == "Cc" and c not in "\n\r\t")
        or 0xD800 <= ord(c) <= 0xDFFF  # noqa: PLR2004 - surrogates
        or 0xFDD0 <= ord(c) <= 0xFDEF  # noqa: PLR2004 - noncharacters
        or ord(c) & 0xFFFE == 0xFFFE  # noqa: PLR2004 - the last two of each plane
        or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for c in text
    )


def no_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: CSV injection (CWE-1236, OWASP)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
