"""An alert in the reader's words: what pages and the list show of it. Every text comes from `sentences`."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.alerts import sentences
from port2port.alerts.rules import Draft, mark_of
from port2port.alerts.sentences import MessageType
from port2port.alerts.shown import Shown
from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.members.areas import atlas_of
from port2port.members.data_files import LANGUAGES, label
from port2port.members.places import known_places
from port2port.members.rules import Need
from port2port.reports import vocabulary as report_words
from port2port.sharing.models import Record
from port2port.site.reader import language

SHORT_PLACES = 3
SHORT_INSTRUCTIONS = 3  # of an exercise the first line is its mark


@dataclass(frozen=True)
class Texts:
    """The complete alert in one language."""

    code: str
    language: str
    headline: str
    description: str
    instruction: str

    @property
    def paragraphs(self) -> list[str]:
        """What is going on, a paragraph each."""
        return self.description.splitlines()

    @property
    def doing(self) -> list[str]:
        """What must be done, a sentence each."""
        return self.instruction.splitlines()


def texts(draft: Draft, code: str, message: MessageType = "Alert") -> Texts:
    """Return the complete text of a draft without problems in a language."""
    atlas = atlas_of(known_places())
    return Texts(
        code=code,
        language=by_code(vocabulary().languages, code).label(language()),
        headline=sentences.headline(draft, atlas, code, message=message),
        description=sentences.description(draft, atlas, code, message=message),
        instruction=sentences.instruction(draft, code, message=message),
    )


@dataclass(frozen=True)
class Card:
    """An alert made ready for a row, a page or the list of what waits."""

    shown: Shown

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("alerts:detail", args=[self.record.id])

    @cached_property
    def texts(self) -> Texts:
        """All of it in the reader's language."""
        return texts(self.shown.draft, language(), self.shown.message)

    @cached_property
    def title(self) -> str:
        """What and where, for beside the badges, which say how urgent it is and what became of it."""
        return sentences.title(self.shown.draft, atlas_of(known_places()), language())

    @property
    def message(self) -> str:
        """That it is an update or a cancellation, in a word; "" for the first message."""
        if self.shown.message == "Alert":
            return ""
        return by_code(vocabulary().message_types, self.shown.message).label(language())

    @property
    def asked(self) -> str:
        """The first things that must be done, for a row."""
        return " ".join(self.texts.doing[:SHORT_INSTRUCTIONS])

    @property
    def others(self) -> list[Texts]:
        """All of it in the other languages."""
        return [texts(self.shown.draft, code, self.shown.message) for code in LANGUAGES if code != language()]

    @property
    def mark(self) -> str:
        """The word of an exercise or test, once, for its badge; "" of a real alert."""
        return mark_of(self.shown.draft, vocabulary(), language()).partition(" ")[0]

    @property
    def icon(self) -> str:
        """The icon of its threat."""
        try:
            return report_words.threat(self.record.threat).icon
        except KeyError:
            return "alert"

    @property
    def where(self) -> str:
        """Its first places in words."""
        atlas = atlas_of(known_places())
        areas = self.shown.draft.areas
        if not areas:
            return _("Wherever it is used")
        said = "; ".join(sentences.area_name(area, atlas, language()) for area in areas[:SHORT_PLACES])
        return (
            said if len(areas) <= SHORT_PLACES else said + "; " + _("and %(n)d more") % {"n": len(areas) - SHORT_PLACES}
        )

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.shown.withdrawn:
            return _("Withdrawn")
        if self.shown.in_force:
            return _("In force")
        return by_code(vocabulary().states, self.shown.state).label(language())

    @property
    def owner(self) -> str:
        """Who raised it."""
        return label(self.record.owner.names, language())

    @property
    def gravity(self) -> list[tuple[str, Any]]:
        """How urgent, grave and sure it is, by CAP's words."""
        words, alert = vocabulary(), self.shown.alert
        return [
            (_("Urgency"), by_code(words.urgencies, alert.urgency).label(language())),
            (_("Severity"), by_code(words.severities, alert.severity).label(language())),
            (_("Certainty"), by_code(words.certainties, alert.certainty).label(language())),
        ]

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}

    def need(self, acknowledge: str) -> Need:
        """Return what waits on home until the own desk has acknowledged it."""
        at = timezone.localtime(self.record.at)
        return Need(
            title=self.title,
            text=_("Alert, %(clock)s, %(owner)s") % {"clock": f"{at:%H:%M}", "owner": self.owner},
            href=self.href,
            action=_("Acknowledge"),
            icon=self.icon,
            urgent=self.shown.urgent,
            mark=self.mark,
            post=acknowledge,
            sees=self.sees,
        )


def card(shown: Shown) -> Card:
    """Return an alert in the reader's words."""
    return Card(shown)
