"""The words that the search knows: the glossary of the trade, what compounds are made of, and what says nothing.

All of it is public: what is suggested instead of a misspelt word comes from here, never from what somebody wrote.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from port2port.base.text import WORD, folded, stems

DATA = Path(__file__).resolve().parent / "data"
SHORTEST_PART = 3  # letters
SHORTEST_COMPOUND = 7
SHORTEST_HEAD = 4  # what may stand before a tail without being known
SHORTEST_CORRECTED = 6
LONG_ENOUGH_FOR_TWO = 8  # letters from which two errors are forgiven
MOST_INFLECTED = 2  # letters by which an inflected part differs from the part
LINKS = ("", "s", "e", "en", "n", "es", "er")  # what joins the parts of a Dutch or German compound


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing, as it is called in each language."""

    code: str
    nl: tuple[str, ...]
    fr: tuple[str, ...]
    de: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term, once."""
        return tuple(dict.fromkeys((*self.nl, *self.fr, *self.de, *self.en)))


class Glossary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of concepts."""

    version: int
    concepts: tuple[Concept, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of words."""

    version: int
    parts: tuple[str, ...]
    tails: tuple[str, ...]
    whole: tuple[str, ...]
    irregular: tuple[tuple[str, ...], ...]
    stop: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """A term as it is compared: its folded words without those that say nothing."""

    concept: int
    words: tuple[str, ...]


@cache
def glossary() -> Glossary:
    """Return the concepts. Raises ValueError for a file that is not as documented (`problems`)."""
    found = msgspec.convert(tomllib.loads((DATA / "glossary.toml").read_text(encoding="utf-8")), Glossary)
    wrong = problems(found)
    if wrong:
        raise ValueError("glossary.toml: " + "; ".join(wrong))
    return found


@cache
def words() -> Words:
    """Return the words beside the glossary. Raises ValidationError for a file that is not as documented."""
    return msgspec.convert(tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8")), Words)


def problems(found: Glossary) -> list[str]:
    """Return what is wrong: a code that stands twice, a language without a term, a term without a word."""
    wrong, codes = [], set()
    for concept in found.concepts:
        if concept.code in codes:
            wrong.append(f"{concept.code} stands twice")
        codes.add(concept.code)
        for language in ("nl", "fr", "de", "en"):
            terms: tuple[str, ...] = getattr(concept, language)
            if not terms:
                wrong.append(f"{concept.code} has no term in {language}")
            wrong += [f"{concept.code}: “{term}” has no word" for term in terms if not said(term)]
    return wrong


@cache
def stop_words() -> frozenset[str]:
    """Return the words that say nothing by themselves."""
    return frozenset(folded(word) for word in words().stop)


def said(text: str) -> tuple[str, ...]:
    """Return the folded words of a text that say something."""
    silent = stop_words()
    return tuple(w for w in WORD.findall(folded(text)) if w not in silent and (len(w) > 1 or w.isdigit()))


@cache
def terms() -> tuple[tuple[Term, ...], ...]:
    """Return the terms of each concept, ready to be compared."""
    return tuple(
        tuple(Term(number, found) for found in dict.fromkeys(said(term) for term in concept.terms))
        for number, concept in enumerate(glossary().concepts)
    )


@cache
def _by_first_stem() -> dict[str, tuple[Term, ...]]:
    found: dict[str, list[Term]] = defaultdict(list)
    for group in terms():
        for term in group:
            for stem in forms(term.words[0]):
                found[stem].append(term)
    return {stem: tuple(sorted(dict.fromkeys(some), key=lambda t: -len(t.words))) for stem, some in found.items()}


@lru_cache(maxsize=20_000)
def forms(word: str) -> frozenset[str]:
    """Return what a folded word is found by: itself, its stems, and the forms that no rule leads to."""
    return stems(word) | _irregular().get(word, frozenset())


@cache
def _irregular() -> dict[str, frozenset[str]]:
    """Return for each irregular form the first of its group, by which all of them are found, with its stems."""
    found: dict[str, frozenset[str]] = {}
    for group in words().irregular:
        first = folded(group[0])
        for word in group:
            for form in {folded(word)} | stems(folded(word)):
                found[form] = found.get(form, frozenset()) | stems(first)
    return found


def concepts_at(texts: list[str], start: int) -> tuple[int, frozenset[int]]:
    """Return how many words from `start` on are a term, the longest that is one, and the concepts it stands for."""
    longest = 0
    which: set[int] = set()
    for stem in forms(texts[start]):
        for term in _by_first_stem().get(stem, ()):
            size = len(term.words)
            if size < longest or start + size > len(texts):
                continue
            if all(_same(texts[start + n], term.words[n]) for n in range(1, size)):
                if size > longest:
                    longest, which = size, set()
                which.add(term.concept)
    return longest, frozenset(which)


def _same(one: str, other: str) -> bool:
    return not forms(one).isdisjoint(forms(other))


@cache
def known() -> dict[str, str]:
    """Return every word of the lexicon, folded, by each of its stems."""
    found: dict[str, str] = {}
    for word in lexicon():
        for stem in forms(word):
            found.setdefault(stem, word)
    return found


@cache
def lexicon() -> frozenset[str]:
    """Return the public words: those of the glossary, of compounds, and the irregular forms."""
    said_ = {word for group in terms() for term in group for word in term.words}
    said_ |= {folded(w) for w in (*words().parts, *words().whole, *words().tails)}
    said_ |= {folded(w) for group in words().irregular for w in group}
    return frozenset(said_)


def is_known(word: str) -> bool:
    """Tell whether a folded word, or one with the same stem, is in the lexicon."""
    return word in stop_words() or any(stem in known() for stem in forms(word))


# --- compounds


@cache
def _parts() -> frozenset[str]:
    spoken = {folded(w) for w in (*words().parts, *words().tails)}
    for concept in glossary().concepts:
        for term in (*concept.nl, *concept.de, *concept.en):
            single = said(term)
            if len(single) == 1 and len(single[0]) > SHORTEST_PART:
                spoken.add(single[0])
    return frozenset(spoken)


@cache
def _parts_by_stem() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part in _parts():
        for stem in forms(part):
            found[stem].add(part)
    return {stem: tuple(some) for stem, some in found.items()}


@cache
def _whole() -> frozenset[str]:
    return frozenset(form for word in words().whole for form in stems(folded(word)))


@lru_cache(maxsize=50_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Return what a folded compound is made of, () when it is none: "havenbeveiliging" is "haven", "beveiliging"."""
    if len(word) < SHORTEST_COMPOUND or not word.isalpha() or not _whole().isdisjoint(stems(word)):
        return ()
    found = min(_splits(word, 0), key=lambda parts: (len(parts), -min(map(len, parts))), default=())
    return found if found else _named(word)


def _splits(word: str, depth: int) -> Iterator[tuple[str, ...]]:
    if depth > 0 and _ends(word):
        yield (word,)
    if depth == 3:  # noqa: PLR2004 - parts; words of more are not written in this trade
        return
    for end in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        head = word[:end]
        if head not in _parts():
            continue
        for link in LINKS:
            rest = word[end:]
            if rest.startswith(link) and len(rest) - len(link) >= SHORTEST_PART:
                for tail in _splits(rest[len(link) :], depth + 1):
                    yield (head, *tail)


def _ends(word: str) -> bool:
    """Tell whether a word is a part, or an inflection of one: no more than two letters longer or shorter."""
    return word in _parts() or any(
        abs(len(word) - len(part)) <= MOST_INFLECTED for stem in forms(word) for part in _parts_by_stem().get(stem, ())
    )


def _named(word: str) -> tuple[str, ...]:
    """Return a name and what it names, as in Kallosluis; () when the word does not end so."""
    for tail in _tails():
        if word.endswith(tail) and len(word) - len(tail) >= SHORTEST_HEAD and word not in lexicon():
            return (word[: -len(tail)], tail)
    return ()


@cache
def _tails() -> tuple[str, ...]:
    """Return what names end with, longest first."""
    return tuple(sorted((folded(t) for t in words().tails), key=len, reverse=True))


# --- typing errors


def _without_one(word: str) -> Iterable[str]:
    return {word[:n] + word[n + 1 :] for n in range(len(word))}


@cache
def _one_error() -> dict[str, tuple[str, ...]]:
    """Return the words of the lexicon by themselves and by themselves with a letter left out (Garbe's SymSpell)."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in lexicon():
        if len(word) >= SHORTEST_CORRECTED - 1:
            for key in (word, *_without_one(word)):
                found[key].add(word)
    return {key: tuple(sorted(some)) for key, some in found.items()}


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters are wrong, left out, too many or in the wrong order; `most` + 1 for more.

    Optimal string alignment: Damerau-Levenshtein in which no letter is changed twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i, *[0] * len(other)]
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]


def near_by_one(word: str) -> tuple[str, ...]:
    """Return the public words from which a folded word is one letter off, at most three; () for a known word."""
    if len(word) < SHORTEST_CORRECTED or not word.isalpha() or is_known(word) or parts_of(word):
        return ()
    return _one_letter_off(word)


def _one_letter_off(word: str) -> tuple[str, ...]:
    table = _one_error()
    candidates = {c for key in (word, *_without_one(word)) for c in table.get(key, ())}
    found = sorted((abs(len(c) - len(word)), c) for c in candidates if distance(word, c, 1) == 1)
    return tuple(c for _length, c in found[:3])


@cache
def _corrected_by_two() -> dict[str, tuple[str, ...]]:
    """Return the words of the lexicon that are long enough to be meant by two errors, by their first letter."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(lexicon()):
        if len(word) >= SHORTEST_COMPOUND:
            found[word[0]].append(word)
    return {first: tuple(some) for first, some in found.items()}


@lru_cache(maxsize=50_000)
def near(word: str) -> tuple[str, ...]:
    """Return the public words that a folded word may be a typing error of, at most three; () for a known word.

    An inflected word has its error in the stem as often ("dornes"), so its stems are compared when it is like no word.
    """
    close = near_by_one(word)
    if close or len(word) < SHORTEST_CORRECTED or not word.isalpha() or is_known(word) or parts_of(word):
        return close
    if len(word) >= LONG_ENOUGH_FOR_TWO:
        close = tuple(c for c in _corrected_by_two().get(word[0], ()) if distance(word, c, 2) == 2)[:3]  # noqa: PLR2004 - errors
    stemmed = sorted(stem for stem in stems(word) if SHORTEST_CORRECTED - 1 <= len(stem) < len(word))
    return close or tuple(dict.fromkeys(meant for stem in stemmed for meant in _one_letter_off(stem)))[:3]
