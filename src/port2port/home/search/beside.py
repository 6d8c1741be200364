"""What a search leads to beside records: whom to ask about it, and what an acronym in it means.

Topics and acronyms are public, and matched by the words of the question alone. Who declared to know about a topic is
read under the policy, as on the page of who knows what.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from port2port.base.finding import lexicon
from port2port.base.finding.asking import Asked
from port2port.knowledge.experts.queries import SUGGESTED, Known, who_knows
from port2port.knowledge.experts.vocabulary import topics
from port2port.site.glossary import Line, acronyms_in

MOST_TOPICS = 3
LOOKED_THROUGH = 20  # people of a topic, before those of several are put together


@dataclass(frozen=True)
class Beside:
    """What stands beside the hits: the topics that the question is about, who knows about them, acronyms explained."""

    topics: tuple[str, ...]
    people: tuple[Known, ...]
    explained: tuple[Line, ...]

    @property
    def any(self) -> bool:
        """Tell whether there is something to show."""
        return bool(self.people or self.explained)


def beside(question: Asked, q: str, *, language: str, today: date) -> Beside:
    """Return what a question leads to beside records, for the actor and in the reader's language."""
    found = topics_of(question)
    people: dict[UUID, Known] = {}
    for topic in found:
        for one in who_knows(topic, today=today, most=LOOKED_THROUGH):
            people.setdefault(one.expert.id, one)
    return Beside(found, tuple(people.values())[:SUGGESTED], acronyms_in(q, language))


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
