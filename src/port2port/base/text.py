"""Words as they are compared: folded, stemmed in four languages at once. What the search makes of them: `base.finding`.

PostgreSQL's own dictionaries miss compounds and differ between servers.
"""

import re
import unicodedata
from functools import lru_cache

from Stemmer import Stemmer

LANGUAGES = ("dutch", "french", "german", "english")
WORD = re.compile(r"[a-z0-9]+")
LONGEST_WORD = 60


@lru_cache(maxsize=1)
def _stemmers() -> tuple[Stemmer, ...]:
    return tuple(Stemmer(language) for language in LANGUAGES)


def folded(text: str) -> str:
    """Return the text in lower case without accents (Unicode NFKD, marks dropped); ß becomes ss."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """Return a folded word and its stem in each of the four languages."""
    return frozenset({word, *(stemmer.stemWord(word) for stemmer in _stemmers())})
