"""A flight in the reader's words: what for, where, when, whom to call; for pages, reports and the API's labels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.flights.models import Flight
from port2port.flights.shown import Shown
from port2port.flights.vocabulary import words
from port2port.members.areas import Area, CircleArea, FacilityArea, PolygonArea, PortArea
from port2port.members.data_files import label
from port2port.members.places import Places, known_places
from port2port.sharing.models import Record
from port2port.site.reader import language, position_words
from port2port.site.words import absolute

BADGES = {"planned": "open", "flying": "ok", "done": "closed", "cancelled": "error"}


def area_words(area: Area, places: Places) -> str:
    """Return where a flight is: "Kallo lock and 2 km around it", "Antwerp, the whole port"."""
    code = language()
    if isinstance(area, PortArea):
        port = places.ports.get(area.port)
        return _("%(port)s, the whole port") % {"port": label(port.names, code) if port else area.port}
    if isinstance(area, FacilityArea):
        facility = places.facilities.get(area.facility)
        return label(facility.names, code) if facility else area.facility
    if isinstance(area, CircleArea):
        spot = places.landmarks.get(area.landmark) or places.facilities.get(area.landmark)
        name = label(spot.names, code) if spot else position_words(area.lat, area.lon)
        return _("%(place)s and %(km)s km around it") % {"place": name, "km": format_decimal(area.km, locale=code)}
    if isinstance(area, PolygonArea):
        lat, lon = area.points[0]
        return _("a drawn area at %(position)s") % {"position": position_words(lat, lon)}
    return ""


def when_words(starts_at: datetime, ends_at: datetime, at: datetime) -> str:
    """Return from when to when, the day once, the year where it is another: "28 Nov, 14:00 to 14:30"."""
    start, end, code = timezone.localtime(starts_at), timezone.localtime(ends_at), language()
    year = {start.year, end.year} != {timezone.localtime(at).year}
    until = f"{end:%H:%M}" if start.date() == end.date() else absolute(end, code, year=year)
    return _("%(start)s to %(end)s") % {"start": absolute(start, code, year=year), "end": until}


@dataclass(frozen=True)
class Card:
    """A flight made ready for a row, a card or a line beside a report."""

    shown: Shown

    @property
    def flight(self) -> Flight:
        """The flight itself."""
        return self.shown.flight

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def href(self) -> str:
        """Its address."""
        return reverse("flights:detail", args=[self.record.id])

    @property
    def task(self) -> str:
        """What it is for; a code of a later version stays as it is."""
        try:
            return words().task(self.flight.task).label(language())
        except KeyError:
            return self.flight.task

    @property
    def title(self) -> str:
        """What it is for and who flies, in a line."""
        return _("%(task)s by %(operator)s") % {"task": self.task, "operator": self.operator}

    @property
    def operator(self) -> str:
        """Who flies: who entered it, unless somebody else is named."""
        return self.flight.operator or self.owner

    @property
    def where(self) -> str:
        """Where it flies."""
        return area_words(self.shown.area, known_places())

    @property
    def when(self) -> str:
        """From when to when."""
        return when_words(self.flight.starts_at, self.flight.ends_at, self.shown.at)

    @property
    def owner(self) -> str:
        """Who entered it."""
        return label(self.record.owner.names, language())

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.shown.withdrawn:
            return _("Withdrawn")
        return words().state(self.shown.state).label(language())

    @property
    def badge(self) -> str:
        """The shape of its state."""
        return "closed" if self.shown.withdrawn else BADGES[self.shown.state]

    @property
    def in_time(self) -> bool:
        """Whether its time is now, also where nobody said that it began."""
        alive = self.shown.state in ("planned", "flying") and not self.shown.withdrawn
        return alive and self.flight.starts_at <= self.shown.at

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}

    @property
    def invented(self) -> bool:
        """Whether it is the demo's."""
        return self.record.provenance == "invented"


def card(shown: Shown) -> Card:
    """Return a flight in the reader's words."""
    return Card(shown)


def here_words(count: int) -> str:
    """Return the heading over flights beside a report."""
    return ngettext(
        "%(n)d authorised flight here at that time", "%(n)d authorised flights here at that time", count
    ) % {"n": count}
