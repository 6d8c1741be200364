"""Questions in the reader's words: what pages and lists show of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.knowledge.experts.words import topic_icon, topic_word
from port2port.knowledge.questions.models import QuestionEvent
from port2port.knowledge.questions.queries import Shown
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.sharing.models import Record
from port2port.site.markdown import marked_up
from port2port.site.reader import language

STATE_WORDS: dict[str, str | Promise] = {
    "open": gettext_lazy("Open"),
    "answered": gettext_lazy("Answered"),
    "closed": gettext_lazy("Closed"),
    "merged": gettext_lazy("Merged"),
}
STATE_BADGES = {"open": "open", "answered": "ok", "closed": "closed", "merged": "closed"}
ASKED_OF_WORDS: dict[str, str | Promise] = {
    "network": gettext_lazy("The whole network"),
    "circle": gettext_lazy("Circles I choose"),
    "expertise": gettext_lazy("Those who know about it"),
}
ACT_WORDS: dict[str, str | Promise] = {
    "answer": gettext_lazy("Answered"),
    "accept": gettext_lazy("Accepted an answer"),
    "unaccept": gettext_lazy("Took the acceptance back"),
    "retract": gettext_lazy("Took an answer back"),
    "close": gettext_lazy("Closed the question"),
    "reopen": gettext_lazy("Opened it again"),
    "merge": gettext_lazy("Merged it into another question"),
    "unmerge": gettext_lazy("Undid the merge"),
}


@dataclass(frozen=True)
class Card:
    """A question made ready for a row, a page or the list of what waits."""

    shown: Shown

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("knowledge:question", args=[self.record.id])

    @property
    def title(self) -> str:
        """What is asked, in a line."""
        return self.shown.question.title

    @property
    def html(self) -> SafeString:
        """What is asked, from Markdown."""
        return marked_up(self.shown.question.text)

    @property
    def topic(self) -> str:
        """What it is about."""
        return topic_word(self.shown.question.topic)

    @property
    def icon(self) -> str:
        """The icon of its topic."""
        return topic_icon(self.shown.question.topic)

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        return str(STATE_WORDS[self.shown.question.state])

    @property
    def badge(self) -> str:
        """The shape of its state."""
        return STATE_BADGES[self.shown.question.state]

    @property
    def answers(self) -> str:
        """How many answers it has, or for how long it has had none."""
        count = self.shown.question.answers
        if count:
            return ngettext("%(n)d answer", "%(n)d answers", count) % {"n": count}
        days = self.shown.waited
        if not self.shown.unanswered:
            return _("No answer yet")
        return ngettext("Unanswered for %(n)d day", "Unanswered for %(n)d days", days) % {"n": days}

    @property
    def owner(self) -> str:
        """Which organisation asks."""
        return label(self.record.owner.names, language())

    @cached_property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}


@dataclass(frozen=True)
class Answer:
    """An answer as it stands under the question."""

    event: QuestionEvent
    who: str
    accepted: bool
    may_accept: bool
    may_retract: bool

    @property
    def html(self) -> SafeString:
        """Its words, from Markdown."""
        return marked_up(self.event.text)


def who(event: QuestionEvent, names: Mapping[UUID, str]) -> str:
    """Return who did something: the person, if the reader may know the name, and the organisation."""
    organisation = label(event.organisation.names, language())
    return ", ".join(part for part in (names.get(event.person_id, ""), organisation) if part)


def answers_of(
    found: Shown, events: list[QuestionEvent], names: Mapping[UUID, str], acts: tuple[str, ...]
) -> list[Answer]:
    """Return the answers, the accepted one first, then as they came; one taken back is said so, without words."""
    actor, accepted = current_actor(), found.question.accepted
    rows = [
        Answer(
            event=one,
            who=who(one, names),
            accepted=one.id == accepted,
            may_accept="accept" in acts and one.id != accepted and one.retracted_at is None,
            may_retract="retract" in acts
            and one.retracted_at is None
            and one.organisation_id == actor.organisation
            and (one.person_id == actor.person or actor.may("steward")),
        )
        for one in events
        if one.act == "answer"
    ]
    return sorted(rows, key=lambda one: not one.accepted)


def line(events: list[QuestionEvent], names: Mapping[UUID, str], asked: Card) -> list[dict[str, Any]]:
    """Return what was done, newest first, for the time line."""
    entries = [
        {"at": one.at, "what": str(ACT_WORDS[one.act]), "more": who(one, names), "day": True}
        for one in reversed(events)
    ]
    return [*entries, {"at": asked.record.at, "what": _("Asked"), "more": asked.owner, "day": True}]
