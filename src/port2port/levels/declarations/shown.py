"""A declaration in the reader's words: for the page, the list, the paper and the sheet. No decision is made here."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.levels.declarations.models import Declaration
from port2port.levels.declarations.queries import place_of
from port2port.levels.declarations.vocabulary import called, words
from port2port.members.queries import called as named
from port2port.sharing import audiences
from port2port.sharing.references import reference
from port2port.site.reader import language
from port2port.site.words import absolute, day

SIDES: dict[str, str | Promise] = {
    "ship": gettext_lazy("The ship"),
    "facility": gettext_lazy("The facility"),
    "both": gettext_lazy("Both"),
}


@dataclass(frozen=True)
class Shown:
    """A declaration at a moment."""

    row: Declaration
    at: datetime

    @property
    def href(self) -> str:
        """Where it is shown."""
        return reverse("levels:declaration", args=[self.row.record_id])

    @property
    def reference(self) -> str:
        """What people call it by."""
        return reference(self.row.record)

    @property
    def title(self) -> str:
        """The ship and its number."""
        return _("%(ship)s, IMO %(imo)s") % {"ship": self.row.ship, "imo": self.row.imo}

    @property
    def place(self) -> str:
        """The facility or port, by name."""
        return named(place_of(self.row)[1])

    @property
    def code(self) -> str:
        """The number of the facility, or the port's UN/LOCODE."""
        return place_of(self.row)[0]

    @property
    def signed(self) -> bool:
        """Whether the paper was noted as signed."""
        return self.row.signed_on is not None

    @property
    def state(self) -> tuple[str, str]:
        """How it stands: badge and word."""
        if not self.signed:
            return "part", _("Not signed yet")
        if self.at >= self.row.ends:
            return "closed", _("Over, kept")
        return ("ok", _("In force")) if self.at >= self.row.starts else ("open", _("Begins later"))

    @property
    def reason(self) -> str:
        """The occasion."""
        return called(words().reasons, self.row.reason, language())

    @property
    def activities(self) -> list[str]:
        """What it covers."""
        return [called(words().activities, code, language()) for code in self.row.activities]

    @property
    def invented(self) -> bool:
        """Whether it belongs to the demo."""
        return self.row.record.provenance == "invented"

    @cached_property
    def audience(self) -> list[str]:
        """Who reads it, in words."""
        return audiences.names_for([(self.row.record.addressed, self.row.record.author_id)])[0]

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the form: what is done, and by whom, in the order of the Code."""
        told = self.row.measures
        return [
            {
                "what": one.label(language()),
                "by": told.get(one.code, ""),
                "word": str(SIDES.get(told.get(one.code, ""), "")),
            }
            for one in words().measures
        ]

    def post(self, side: str) -> str:
        """Return the function that signs for a side."""
        code = self.row.ship_post if side == "ship" else self.row.facility_post
        return called(words().posts, code, language())

    def moment(self, at: datetime) -> str:
        """Return a moment in the reader's words."""
        return absolute(timezone.localtime(at), language())

    def facts(self) -> list[tuple[str, Any]]:
        """Return what is known of it as names and values; empty ones are left out where it is shown."""
        row = self.row
        return [
            (_("Ship"), row.ship),
            (_("IMO number"), row.imo),
            (_("Flag"), row.flag),
            (_("Facility or port"), f"{self.place} ({self.code})"),
            (_("Call from"), day(row.call_from, language()) if row.call_from else ""),
            (_("Call until"), day(row.call_until, language()) if row.call_until else ""),
            (_("Valid from"), self.moment(row.starts)),
            (_("Valid until"), self.moment(row.ends)),
            (_("Level of the ship"), str(row.ship_level)),
            (_("Level of the facility"), str(row.facility_level)),
            (_("Occasion"), self.reason),
            (_("Activities"), "; ".join(self.activities)),
            (_("Signs for the facility"), self.post("facility")),
            (_("Signs for the ship"), self.post("ship")),
            (_("Signed on paper on"), day(row.signed_on, language()) if row.signed_on else ""),
            (_("The paper is kept at"), row.kept_at),
            (_("Kept here until"), self.moment(row.record.expires_at)),
        ]
