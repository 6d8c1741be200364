"""Who knows what in the reader's words: what pages show of it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.knowledge.experts.queries import Known
from port2port.knowledge.experts.vocabulary import by_code
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language


def topic_word(code: str) -> str:
    """Return a topic in the reader's language; one that is no longer in the list stands for itself."""
    topic = by_code().get(code)
    return topic.label(language()) if topic else code


def topic_icon(code: str) -> str:
    """Return the icon of a topic."""
    topic = by_code().get(code)
    return topic.icon if topic else "other"


def reach_words() -> dict[str, str]:
    """Return the ways to reach somebody, by their code."""
    return {
        "question": _("A question here"),
        "duty_desk": _("By the duty desk of the organisation"),
        "mail": _("By mail"),
    }


@dataclass(frozen=True)
class TopicLine:
    """A topic that somebody declared, and what the reader may do about it."""

    code: str
    word: str
    confirmed: bool
    may_confirm: bool
    may_take_back: bool


@dataclass(frozen=True)
class ExpertCard:
    """Somebody who knows something, made ready for a row or a page."""

    known: Known

    @property
    def name(self) -> str:
        """The name, as far as the reader may know it."""
        return self.known.name or _("Somebody of this organisation")

    @property
    def organisation(self) -> str:
        """For whom the person works."""
        return label(self.known.organisation.names, language())

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("knowledge:expert", args=[self.known.expert.id])

    @property
    def ask(self) -> str:
        """Where to ask about the first topic."""
        first = self.known.topics[0].topic if self.known.topics else "other"
        return f"{reverse('knowledge:ask')}?topic={first}&asked_of=expertise"

    @property
    def topics(self) -> list[TopicLine]:
        """What the person knows about, confirmed topics first."""
        me = current_actor().person
        return [
            TopicLine(
                one.topic,
                topic_word(one.topic),
                one.confirmed_at is not None,
                self.known.colleague and one.confirmed_at is None,
                self.known.colleague and one.confirmed_by_id == me,
            )
            for one in self.known.topics
        ]

    @property
    def languages(self) -> str:
        """The languages, each by its own name."""
        return ", ".join(OWN_NAMES[one] for one in self.known.expert.languages)

    @property
    def reached(self) -> list[str]:
        """How to reach the person, the address spelled out."""
        words = reach_words()
        found = [words[one] for one in self.known.expert.reaches if one != "mail"]
        return [*found, *([self.known.expert.mail] if self.known.expert.mail else [])]

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """What there is to know, for the page of one."""
        return [
            (_("Works for"), self.organisation),
            (_("Speaks"), self.languages),
            (_("Reached"), "; ".join(self.reached)),
            (_("Until"), self.known.expert.until),
        ]
