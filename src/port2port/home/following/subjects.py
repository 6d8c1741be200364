"""What can be followed beside single records, in one explicit table: a subject, its word, its keys and what they say.

A further subject is a line here, a value in the table's check, and a condition in `home/news/queries.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from port2port.knowledge.experts.vocabulary import topics
from port2port.knowledge.experts.words import topic_word
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.reports import vocabulary
from port2port.site.reader import language

RECORD = "record"


@dataclass(frozen=True)
class Subject:
    """Something that records are about. `keys`: each key with its name in the reader's language."""

    code: str
    word: Promise | str
    icon: str
    keys: Callable[[], dict[str, str]]
    page: Callable[[str], str]  # where one reads about a key


def _threats() -> dict[str, str]:
    return {one.code: one.label(language()) for one in vocabulary.threats()}


def _ports() -> dict[str, str]:
    return {code: called(spot.names) for code, spot in known_places().ports.items()}


def _topics() -> dict[str, str]:
    return {one.code: topic_word(one.code) for one in topics()}


def _threat_page(code: str) -> str:
    return f"{reverse('reports:list')}?threat={code}"


def _port_page(code: str) -> str:
    return reverse("members:port", args=[code.lower()])


def _topic_page(code: str) -> str:
    return f"{reverse('knowledge:experts')}?topic={code}"


SUBJECTS: dict[str, Subject] = {
    one.code: one
    for one in (
        Subject("threat", pgettext_lazy("what one follows", "Threat"), "alert", _threats, _threat_page),
        Subject("port", pgettext_lazy("what one follows", "Port"), "place", _ports, _port_page),
        Subject("topic", pgettext_lazy("what one follows", "Topic"), "knowledge", _topics, _topic_page),
    )
}
