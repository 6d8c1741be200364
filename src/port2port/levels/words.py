"""Levels in the reader's words. No decision is made here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.lists import format_list
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.levels import queries
from port2port.levels.book import term
from port2port.levels.declarations.queries import own_places
from port2port.levels.models import Notice
from port2port.levels.queries import FacilityState, PortState
from port2port.levels.rules import NORMAL, SHIPS_TOLD, PortStanding, Span
from port2port.members.data_files import label
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

BADGES = {1: "ok", 2: "part", 3: "error"}
EXERCISE = "Exercise"
NAMED = 3


def level_word(level: int) -> str:
    """Return a level as a badge says it."""
    return _("Level %(level)d") % {"level": level}


def mark_of(row: Notice) -> str:
    """Return the word that marks an exercise in the reader's language, or ""."""
    mark = by_code(vocabulary().statuses, EXERCISE).mark or {}
    return label(mark, language()) if row.exercise else ""


def number_word(number: int) -> str:
    """Return what a number of a checklist is called: but for the first they are numbers and nothing else."""
    return _("Ships in port were told") if number == SHIPS_TOLD else _("Number %(number)d") % {"number": number}


def where(facilities: list[UUID] | frozenset[UUID]) -> str:
    """Return what a notice covers: the whole port, or its facilities by name."""
    if not facilities:
        return _("the whole port")
    names = [called(spot.names) for spot in known_places().facilities.values() if spot.id in set(facilities)]
    if len(names) > NAMED:
        return ngettext("%(n)d facility", "%(n)d facilities", len(names)) % {"n": len(names)}
    return str(format_list(names, locale=language()))


def answer(states: list[PortState], *, past: bool) -> str:
    """Return the heading of the list: which ports are above the usual level."""
    above = [one for one in states if one.now.level > NORMAL]
    if not states:
        return _("Levels are told to members")
    if not above:
        return _("All ports were at level 1") if past else _("All ports are at level 1")
    names = format_list([called(one.spot.names) for one in above[:NAMED]], locale=language())
    if len(above) > NAMED:
        more = ngettext("%(n)d port is above level 1", "%(n)d ports are above level 1", len(above))
        return more % {"n": len(above)}
    if past:
        told = ngettext("%(names)s was above level 1", "%(names)s were above level 1", len(above))
        return told % {"names": names}
    top = max(one.now.level for one in above)
    if len({one.now.level for one in above}) == 1:
        told = ngettext("%(names)s is at level %(level)d", "%(names)s are at level %(level)d", len(above))
        return told % {"names": names, "level": top}
    told = ngettext("%(names)s is above level 1", "%(names)s are above level 1", len(above))
    return told % {"names": names}


def port_row(one: PortState) -> dict[str, Any]:
    """Return a port as a row of the list."""
    return {
        "name": called(one.spot.names), "code": one.spot.code, "href": reverse("levels:port", args=[one.spot.code]),
        "level": level_word(one.now.level), "badge": BADGES[one.now.level], "part": not one.now.whole,
        "since": min((span.entry.starts for span in one.now.spans), default=None),
        "ends": max((span.ends for span in one.now.spans if span.ends is not None), default=None),
        "then": level_word(one.then.level) if one.then.level != one.now.level else "",
    }  # fmt: skip


def facility_row(one: FacilityState) -> dict[str, Any]:
    """Return a facility as a row of its port's page."""
    span = one.now.span
    return {
        "name": called(one.spot.names), "code": one.spot.code, "level": level_word(one.now.level),
        "badge": BADGES[one.now.level], "since": span.entry.starts if span is not None else None,
        "href": reverse("levels:notice", args=[span.entry.id]) if span is not None else "",
    }  # fmt: skip


def port_answer(name: str, now: PortStanding, *, past: bool) -> str:
    """Return the heading of a port's page."""
    values = {"name": name, "level": now.level}
    if past:
        return (
            _("%(name)s was at level %(level)d") if now.whole else _("Part of %(name)s was at level %(level)d")
        ) % values
    return (_("%(name)s is at level %(level)d") if now.whole else _("Part of %(name)s is at level %(level)d")) % values


@dataclass(frozen=True)
class Line:
    """A notice as a line of a list or a time line."""

    row: Notice
    span: Span | None
    at: datetime

    @property
    def href(self) -> str:
        """Where it is shown."""
        return reverse("levels:notice", args=[self.row.id])

    @property
    def title(self) -> str:
        """What it says: level, port, what of it."""
        values = {"level": self.row.level, "port": called(self.row.port.names), "where": where(self.row.facilities)}
        return _("Security level %(level)d at %(port)s, %(where)s") % values

    @property
    def mark(self) -> str:
        """The word of an exercise."""
        return mark_of(self.row)

    @property
    def state(self) -> tuple[str, str]:
        """How it stands at the moment: badge and word."""
        if self.row.void:
            return "closed", _("Takes an entry back")
        if self.span is None:
            return "closed", _("Corrected since")
        if self.span.holds(self.at):
            return "signal" if self.row.level > NORMAL else "ok", _("In force")
        if self.at < self.row.starts and (self.span.ends is None or self.span.ends > self.row.starts):
            return "open", _("Begins later")
        return "closed", _("Over")


def lines(rows: list[Notice], *, at: datetime, told: Mapping[UUID, Span]) -> list[Line]:
    """Return notices as lines."""
    return [Line(row, told.get(row.id), at) for row in rows]


def who_sees() -> dict[str, Any]:
    """Return who knows of levels, for the sees part."""
    return {
        "tlp": int(Tlp.GREEN), "audience": [_("all members")],
        "note": _("What facilities answered is read by them, the port’s committee and the national authority."),
    }  # fmt: skip


def level_facts(code: str, *, at: datetime) -> dict[str, Any]:
    """Return the level of a facility or port for the page of its security file."""
    level = queries.facility_level(code, at=at)
    places = known_places()
    spot = places.facilities.get(code) or places.ports[code]
    return {
        "code": code, "level": level_word(level), "badge": BADGES[level], "meaning": term(level).label(language()),
        "href": reverse("levels:port", args=[spot.port]),
        "declare": f"{reverse('levels:declaration_new')}?place={code}"
        if level > NORMAL and code in own_places() else "",
    }  # fmt: skip
