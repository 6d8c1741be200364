"""What a search leads to beside records: whom to ask about it, courses about it, and what an acronym in it means.

Topics, courses and acronyms are public, and matched by the words of the question alone. Who declared to know about a
topic is read under the policy, as on the page of who knows what.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from port2port.base.finding import lexicon
from port2port.base.finding.asking import Asked, Wanted
from port2port.base.finding.indexing import search_words
from port2port.knowledge.experts.queries import SUGGESTED, Known, who_knows
from port2port.knowledge.experts.vocabulary import topics
from port2port.site.glossary import Line, acronyms_in
from port2port.training.courses.contents import Course
from port2port.training.courses.library import library

MOST_TOPICS = 3
MOST_COURSES = 3
LOOKED_THROUGH = 20  # people of a topic, before those of several are put together


@dataclass(frozen=True)
class Beside:
    """What stands beside the hits: topics that the question is about and who knows about them, courses, acronyms."""

    topics: tuple[str, ...]
    people: tuple[Known, ...]
    explained: tuple[Line, ...]
    courses: tuple[Course, ...]

    @property
    def any(self) -> bool:
        """Tell whether there is something to show."""
        return bool(self.people or self.explained or self.courses)


def beside(question: Asked, q: str, *, language: str, today: date) -> Beside:
    """Return what a question leads to beside records, for the actor and in the reader's language."""
    found = topics_of(question)
    people: dict[UUID, Known] = {}
    for topic in found:
        for one in who_knows(topic, today=today, most=LOOKED_THROUGH):
            people.setdefault(one.expert.id, one)
    return Beside(found, tuple(people.values())[:SUGGESTED], acronyms_in(q, language), courses_about(question))


def courses_about(question: Asked) -> tuple[Course, ...]:
    """Return the courses whose name or summary, in any language, holds all that is wanted; first by the name alone."""
    if not question.wanted:
        return ()
    held = {
        slug: min(
            (n for n, words in enumerate(texts) if all(_holds(one, words) for one in question.wanted)), default=-1
        )
        for slug, texts in _taught().items()
    }
    best = sorted((place, slug) for slug, place in held.items() if place >= 0)
    return tuple(library()[slug] for _place, slug in best[:MOST_COURSES])


def _holds(one: Wanted, words: frozenset[str]) -> bool:
    """Tell whether these words of a text hold what is wanted, as the index would decide it."""
    return (
        not one.own.isdisjoint(words)
        or bool(one.beginning and any(word.startswith(one.beginning) for word in words))
        or any(all(not some.isdisjoint(words) for some in group) for group in one.others)
    )


@cache
def _taught() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the words of each course's name, and of name and summary, in every language."""
    found = {}
    for slug, course in library().items():
        names, said = " ".join(course.head.names.values()), " ".join(course.head.summary.values())
        found[slug] = (_words(names), _words(f"{names} {said}"))
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(one.partition(":")[0] for one in search_words(text).split())


def topics_of(question: Asked) -> tuple[str, ...]:
    """Return the topics that most things in the question name, in any language or by a synonym; () for none.

    A compound names what its parts name, when no topic has the whole of it.
    """
    number: Counter[str] = Counter()
    for one in question.wanted:
        # Of a term of several words all would have to be there: "container" alone does not make it one of seals.
        single = [group[0] for group in one.others if len(group) == 1]
        whole = _naming(one.own.union(*single))
        number.update(
            whole or _naming({form for part in lexicon.parts_of(one.written) for form in lexicon.forms(part)})
        )
    most = max(number.values(), default=0)
    return tuple(topic.code for topic in topics() if number[topic.code] == most > 0)[:MOST_TOPICS]


def _naming(words: Iterable[str]) -> list[str]:
    said = frozenset(words)
    return [code for code, name in _named().items() if not said.isdisjoint(name)]


@cache
def _named() -> dict[str, frozenset[str]]:
    """Return for each topic the words of its name in every language, and their parts, each in all its forms."""
    found: dict[str, frozenset[str]] = {}
    for topic in topics():
        words = {word for name in topic.names.values() for word in lexicon.said(name)}
        words |= {part for word in words for part in lexicon.parts_of(word)}
        found[topic.code] = frozenset(form for word in words for form in lexicon.forms(word))
    return found
