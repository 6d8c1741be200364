"""What is searched for when somebody types words: their inflections, parts, synonyms, corrections, numbers as one.

The glossary is read when it is asked, so that a new synonym finds what is indexed already.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from port2port.base.finding import identifiers, lexicon
from port2port.base.text import LONGEST_WORD, WORD, folded

MOST_TERMS = 12
SHORTEST_BEGINNING = 3
FEWEST_TO_RELAX = 3
UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))  # typed on a keyboard without them


@dataclass(frozen=True)
class Wanted:
    """One thing that must occur: what it was written as, and what stands for it.

    `own`: the words themselves; `others`: groups of words, all of which must occur; `number`: it is one.
    """

    written: str
    own: frozenset[str]
    others: tuple[tuple[frozenset[str], ...], ...] = ()
    beginning: str = ""
    corrected: tuple[str, ...] = ()
    number: frozenset[str] = frozenset()

    @property
    def expression(self) -> str:
        """This as a tsquery."""
        some = sorted(self.own)
        if self.beginning:
            some.append(f"{self.beginning}:*")
        some += ["(" + " & ".join(_any(one) for one in group) + ")" for group in self.others]
        return "(" + " | ".join(dict.fromkeys(some)) + ")"


@dataclass(frozen=True)
class Asked:
    """A question: what must match, what counts for the rank, what is looked at first, what a match is marked by."""

    wanted: tuple[Wanted, ...]

    @property
    def match(self) -> str:
        """The tsquery of records with everything that is wanted; "" when nothing is."""
        return " & ".join(one.expression for one in self.wanted)

    @property
    def most_of(self) -> str:
        """The tsquery of records with all but one of the things wanted; "" when they are too few for that."""
        if len(self.wanted) < FEWEST_TO_RELAX:
            return ""
        some = [one.expression for one in self.wanted]
        return " | ".join("(" + " & ".join(some[:n] + some[n + 1 :]) + ")" for n in range(len(some)))

    @property
    def near(self) -> str:
        """The tsquery of the words as they were typed, for the rank."""
        return _ranked_by({word for one in self.wanted for word in one.own | one.number})

    @property
    def wide(self) -> str:
        """The tsquery of every word that stands for one of them, for the rank."""
        return _ranked_by(self.words)

    @property
    def first(self) -> str:
        """The tsquery of the numbers in it; "" when there are none."""
        return " | ".join(sorted({form for one in self.wanted for form in one.number}))

    @property
    def words(self) -> frozenset[str]:
        """Every word that may have matched."""
        return frozenset(
            word
            for one in self.wanted
            for word in (*one.own, *one.number, *(w for group in one.others for some in group for w in some))
        )

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What a matching word may begin with."""
        return tuple(one.beginning for one in self.wanted if one.beginning)

    @property
    def corrections(self) -> list[tuple[str, tuple[str, ...]]]:
        """What was searched for as well, since a word is not known: (as written, public words it may have meant)."""
        return [(one.written, one.corrected) for one in self.wanted if one.corrected]


def asked(text: str) -> Asked:
    """Return what these words ask for. A word that says nothing counts only when there is no other.

    Any text may be given: of U+0000, operators or half characters nothing is left but what stands between them.
    """
    return Asked(tuple(_wanted(text))[:MOST_TERMS])


def search_query(text: str) -> str:
    """Return a tsquery that finds records with every word of the text, the last as a beginning too; "" for none."""
    return asked(text).match


def _wanted(text: str) -> Iterator[Wanted]:
    last = 0
    found: list[Wanted] = []
    for group in identifiers.groups(text):
        whole = identifiers.forms(text[max(0, group.start - 1) : group.end].strip(" (/.-"))
        if not whole:
            continue
        found += _of_words(text[last : group.start], ending=False)
        inside = _of_words(text[group.start : group.end], ending=group.end == len(text.rstrip()))
        numbers = frozenset(whole)
        if len(group.pieces) == 1:
            one = inside[0] if inside else Wanted(whole[0], numbers)
            found.append(Wanted(one.written, one.own | numbers, one.others, one.beginning, number=numbers))
        else:
            together = tuple(part.own for part in inside)
            found.append(
                Wanted(text[group.start : group.end], numbers, (together,) if together else (), number=numbers)
            )
        last = group.end
    found += _of_words(text[last:], ending=True)
    yield from found
    if not found:  # "to be": better than nothing
        for word in WORD.findall(folded(text)):
            yield Wanted(word, lexicon.forms(word))


def _of_words(text: str, *, ending: bool) -> list[Wanted]:
    """Return what these words want; `ending`: the last of them may be a beginning."""
    words = [word for word in lexicon.said(text) if len(word) <= LONGEST_WORD]
    written = [word for word in WORD.findall(folded(text)) if len(word) <= LONGEST_WORD]
    open_end = ending and bool(written) and text[-1:].isalnum()
    found: list[Wanted] = []
    place = 0
    while place < len(words):
        size, concepts = lexicon.concepts_at(words, place)
        final = open_end and place + max(size, 1) == len(words) and written[-1] == words[-1]
        if size > 1:  # a term of several words: all of them, or another term of the same thing
            span = words[place : place + size]
            groups = [tuple(lexicon.forms(word) for word in span), *_synonyms(concepts)]
            found.append(Wanted(" ".join(span), frozenset(), _once(groups)))
            place += size
            continue
        found.append(_of_word(words[place], concepts, final=final))
        place += 1
    return found


def _of_word(word: str, concepts: frozenset[int], *, final: bool) -> Wanted:
    own = set(lexicon.forms(word))
    for typed, meant in UMLAUTS:
        if typed in word:
            own |= lexicon.forms(word.replace(typed, meant))
    groups = list(_synonyms(concepts))
    parts = lexicon.parts_of(word)
    if parts:
        groups.append(tuple(_with_synonyms(part) for part in parts))
    corrected = () if concepts else lexicon.near(word)
    if final and any(known.startswith(word) for known in lexicon.lexicon()):
        corrected = ()  # not an error: not finished
    for meant in corrected:
        groups.append((lexicon.forms(meant),))
        groups += _synonyms(lexicon.concepts_at([meant], 0)[1])
    beginning = word if final and len(word) >= SHORTEST_BEGINNING else ""
    return Wanted(word, frozenset(own), _once(groups), beginning, corrected)


def _with_synonyms(part: str) -> frozenset[str]:
    """Return a part's words and those of its synonyms that are one word."""
    _size, concepts = lexicon.concepts_at([part], 0)
    single = (group[0] for group in _synonyms(concepts) if len(group) == 1)
    return frozenset().union(lexicon.forms(part), *single)


def _synonyms(concepts: Iterable[int]) -> list[tuple[frozenset[str], ...]]:
    """Return the terms of these concepts, each as the words that must all occur."""
    return [
        tuple(lexicon.forms(word) for word in term.words)
        for concept in sorted(concepts)
        for term in lexicon.terms()[concept]
        if term.words
    ]


def _once(groups: Iterable[tuple[frozenset[str], ...]]) -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(dict.fromkeys(groups))


def _ranked_by(words: Iterable[str]) -> str:
    """Return the tsquery of any of these, the last first: so PostgreSQL reads it from its end in their order.

    Its `ts_rank` sorts the words for every record anew; those that are in order it only looks through.
    """
    return " | ".join(sorted(words, reverse=True))


def _any(words: frozenset[str]) -> str:
    some = sorted(words)
    return some[0] if len(some) == 1 else "(" + " | ".join(some) + ")"
