"""Practices in the reader's words: what pages show of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.base.differences import Piece, word_pieces
from port2port.knowledge.practices.models import PracticeText
from port2port.knowledge.practices.rules import FIELD_WORDS, FIELDS, PARTS
from port2port.knowledge.practices.shown import Shown, Uses, draft_of
from port2port.knowledge.practices.vocabulary import word
from port2port.members.data_files import label
from port2port.reports import vocabulary as report_words
from port2port.reports.forms import OWN_NAMES
from port2port.sharing.models import Record
from port2port.site.markdown import marked_up
from port2port.site.reader import language

STATE_BADGES = {"draft": "closed", "review": "open", "published": "ok"}
MATURITY_BADGES = {"idea": "closed", "pilot": "open", "proven_one": "part", "proven_several": "ok"}


@dataclass(frozen=True)
class Card:
    """A practice made ready for a row or a page."""

    shown: Shown

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def title(self) -> str:
        """What it is called, in the reader's language if it is written in that."""
        return self.shown.text.title

    @property
    def language(self) -> str:
        """In which language it is shown."""
        return self.shown.text.language

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("knowledge:practice", args=[self.record.id])

    @property
    def topic(self) -> str:
        """What it is about, in words."""
        return word("topics", self.shown.text.topic, language())

    @property
    def maturity(self) -> str:
        """How far its owner says that it is proven, in words."""
        return word("maturities", self.shown.text.maturity, language())

    @property
    def maturity_badge(self) -> str:
        """The shape of that."""
        return MATURITY_BADGES[self.shown.text.maturity]

    @property
    def uses(self) -> str:
        """By how many it is used beside its owner, in words; nothing for none."""
        return uses_words(self.shown.uses)

    @property
    def state(self) -> str:
        """Where it stands, in a word; nothing for what is published and nothing more."""
        if self.shown.withdrawn:
            return _("Withdrawn")
        return "" if self.shown.state == "published" else word("states", self.shown.state, language())

    @property
    def state_badge(self) -> str:
        """The shape of its state."""
        return STATE_BADGES[self.shown.state]

    @property
    def owner(self) -> str:
        """Who looks after it."""
        return label(self.record.owner.names, language())

    @property
    def where(self) -> str:
        """The port it is from."""
        return label(self.record.port.names, language()) if self.record.port is not None else ""

    @property
    def invented(self) -> bool:
        """Whether it is of the demo."""
        return self.record.provenance == "invented"

    @property
    def languages(self) -> str:
        """The languages it is written in, by their own names."""
        return ", ".join(OWN_NAMES[one] for one in OWN_NAMES if one in self.shown.texts)

    @property
    def counters(self) -> list[tuple[str, str]]:
        """The modi operandi it counters, by code and name."""
        names = {one.code: one.label(language()) for one in report_words.vocabulary().modi_operandi}
        return [(code, names.get(code, code)) for code in self.shown.text.modi]

    def parts(self, pictures: Mapping[str, str]) -> list[tuple[str, SafeString]]:
        """Return what it says, each part under its heading, without empty ones. `pictures`: addresses by name."""
        text = self.shown.text
        written = [(str(FIELD_WORDS[name]), getattr(text, name)) for name in PARTS]
        return [(heading, marked_up(said, pictures)) for heading, said in written if said]

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}

    def stale(self, today: date) -> bool:
        """Whether it was to be looked at again by now."""
        return self.shown.stale(today)


def uses_words(uses: Uses) -> str:
    """Return by how many a practice is used, as "used at 3 ports, by 2 organisations"."""
    if not uses.organisations:
        return ""
    by = ngettext("by %(n)d organisation", "by %(n)d organisations", uses.organisations) % {"n": uses.organisations}
    if not uses.ports:
        return _("used %(by)s") % {"by": by}
    at = ngettext("at %(n)d port", "at %(n)d ports", uses.ports) % {"n": uses.ports}
    return _("used %(at)s, %(by)s") % {"at": at, "by": by}


@dataclass(frozen=True)
class Change:
    """A field of a text that differs from the version before."""

    field: str
    word: str
    pieces: tuple[Piece, ...]


def changes(before: PracticeText, after: PracticeText) -> list[Change]:
    """Return the fields that differ, in the order of the page, word by word."""
    found = []
    for name in FIELDS:
        old, new = (_in_words(name, getattr(draft_of(one), name)) for one in (before, after))
        if old != new:
            found.append(Change(name, str(FIELD_WORDS[name]), word_pieces(old, new)))
    return found


def _in_words(name: str, value: str | tuple[str, ...]) -> str:
    if not isinstance(value, str):
        return " ".join(value)
    if name == "language":
        return OWN_NAMES[value]
    section = {"topic": "topics", "maturity": "maturities"}.get(name)
    return word(section, value, language()) if section else value
