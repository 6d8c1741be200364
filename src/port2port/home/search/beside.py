"""What a search leads to beside records: whom to ask about it, courses, campaigns and pages about it, what an acronym
in it means.

All but people is public, and matched by the words of the question alone. Who declared to know about a topic is read
under the policy, as on the page of who knows what.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from port2port.base.finding import lexicon
from port2port.base.finding.asking import Asked, Wanted
from port2port.base.finding.indexing import search_words
from port2port.knowledge.experts.queries import SUGGESTED, Known, who_knows
from port2port.knowledge.experts.vocabulary import topics
from port2port.members.data_files import Names
from port2port.sharing.found import Ready
from port2port.site.glossary import Line, acronyms_in
from port2port.training.campaigns import found as campaigns_found
from port2port.training.courses import queries as courses
from port2port.training.courses.contents import Course
from port2port.training.courses.library import library
from port2port.training.culture import found as culture_found

MOST_TOPICS = 3
MOST_COURSES = 3
MOST_READY = 3
LOOKED_THROUGH = 20  # people of a topic, before those of several are put together
READY: tuple[Callable[[], tuple[Ready, ...]], ...] = (campaigns_found.ready, culture_found.ready)
Texts = tuple[frozenset[str], frozenset[str]]  # the words of a name, and of the name with what is said


@dataclass(frozen=True)
class Beside:
    """What stands beside the hits: topics that the question is about and who knows about them, courses, campaigns and
    pages, acronyms."""

    topics: tuple[str, ...]
    people: tuple[Known, ...]
    explained: tuple[Line, ...]
    courses: tuple[Course, ...]
    ready: tuple[Ready, ...]

    @property
    def any(self) -> bool:
        """Tell whether there is something to show."""
        return bool(self.people or self.explained or self.courses or self.ready)


def beside(question: Asked, q: str, *, language: str, today: date) -> Beside:
    """Return what a question leads to beside records, for the actor and in the reader's language."""
    found = topics_of(question)
    people: dict[UUID, Known] = {}
    for topic in found:
        for one in who_knows(topic, today=today, most=LOOKED_THROUGH):
            people.setdefault(one.expert.id, one)
    return Beside(
        found, tuple(people.values())[:SUGGESTED], acronyms_in(q, language), courses_about(question),
        ready_about(question),
    )  # fmt: skip


def courses_about(question: Asked) -> tuple[Course, ...]:
    """Return the courses whose name or summary, in any language, holds all that is wanted; first by the name alone."""
    offered = courses.offered()
    own = {slug: _texts(one.head.names, one.head.summary) for slug, one in offered.items() if one.own}
    return tuple(offered[slug] for slug in _holding(question, {**_taught(), **own})[:MOST_COURSES])


def ready_about(question: Asked) -> tuple[Ready, ...]:
    """Return the campaigns and pages of the platform that hold all that is wanted, in any language; first by name."""
    known = {one.slug: one for source in READY for one in source()}
    return tuple(known[slug] for slug in _holding(question, _said())[:MOST_READY])


def _holding(question: Asked, texts: Mapping[str, Texts]) -> list[str]:
    """Return what holds all that is wanted, what does so by its name alone first."""
    if not question.wanted:
        return []
    held = {
        slug: min((n for n, words in enumerate(two) if all(_holds(one, words) for one in question.wanted)), default=-1)
        for slug, two in texts.items()
    }
    return [slug for _place, slug in sorted((place, slug) for slug, place in held.items() if place >= 0)]


def _holds(one: Wanted, words: frozenset[str]) -> bool:
    """Tell whether these words of a text hold what is wanted, as the index would decide it."""
    return (
        not one.own.isdisjoint(words)
        or bool(one.beginning and any(word.startswith(one.beginning) for word in words))
        or any(all(not some.isdisjoint(words) for some in group) for group in one.others)
    )


@cache
def _taught() -> dict[str, Texts]:
    """Return the words of each shipped course's name, and of name and summary, in every language."""
    return {slug: _texts(course.head.names, course.head.summary) for slug, course in library().items()}


@cache
def _said() -> dict[str, Texts]:
    """Return the same of campaigns and pages."""
    return {one.slug: _texts(one.names, one.said) for source in READY for one in source()}


def _texts(names: Names, said: Names) -> Texts:
    name = " ".join(names.values())
    return _words(name), _words(f"{name} {' '.join(said.values())}")


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
