"""What a record is found by: the words of its title and text as a tsvector, with the places where they stand.

Weights (PostgreSQL manual, "Ranking Search Results"): A a word of the title or a number, B a word of the text, C a part
of a compound, D what a typing error may have meant. All variants of a word share its place.
"""

from functools import lru_cache

from port2port.base.finding import identifiers, lexicon
from port2port.base.text import LONGEST_WORD, WORD, folded

MOST_PLACES = 12  # of one word, and no more than PostgreSQL keeps: a word said often is not a hundred times as fit
LAST_PLACE = 16_383
SHORTEST_CORRECTED = 7  # a written word is only corrected when it is long and one letter is wrong

Variants = tuple[tuple[str, str], ...]


def search_words(text: str, title: str = "") -> str:
    """Return what is indexed of a record, as PostgreSQL reads a tsvector; letters, digits, places and weights only."""
    found: dict[str, list[str]] = {}
    place, stopped = 0, lexicon.stop_words()
    for said, weight in ((title, "A"), (text, "B")):
        for form, _start, _end in identifiers.joined(said):
            found.setdefault(form, []).append("1A")
        for word in WORD.findall(folded(said)):
            if len(word) > LONGEST_WORD or word in stopped:
                continue
            place = min(place + 1, LAST_PLACE)
            here = f"{place}{weight}"
            for variant, as_ in variants(word):
                places = found.get(variant)
                if places is None:
                    found[variant] = [here if as_ == "word" else f"{place}{as_}"]
                elif len(places) < MOST_PLACES:
                    places.append(here if as_ == "word" else f"{place}{as_}")
    return " ".join(f"{word}:{','.join(places)}" for word, places in found.items())


@lru_cache(maxsize=100_000)
def variants(word: str) -> Variants:
    """Return what a folded word is found by, each with "word" or the weight of what is only guessed."""
    found: dict[str, str] = dict.fromkeys(sorted(lexicon.forms(word)), "word")
    for number in identifiers.forms(word):
        found.setdefault(number, "word")
    for part in lexicon.parts_of(word):
        for form in sorted(lexicon.forms(part)):
            found.setdefault(form, "C")
    if len(word) >= SHORTEST_CORRECTED:
        for meant in lexicon.near_by_one(word):
            for form in sorted(lexicon.forms(meant)):
                found.setdefault(form, "D")
    return tuple(found.items())
