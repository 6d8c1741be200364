"""Reading flights: today, coming, past; one; and those that somebody may have seen. What one sees is the policy's.

All lists walk the postings, under the moment a flight begins: a flight one may not see costs nothing that a clock
could tell.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.flights.models import FlightIdentifier, Recognition
from port2port.flights.near import Sighting, meets, overlaps
from port2port.flights.shown import Shown, shown
from port2port.flights.vocabulary import words
from port2port.members.places import known_places
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Slice, Where

KIND = "flight"
EARLY = timedelta(hours=1)  # a flight that began before its time is posted under that; the database allows an hour
MOST_AHEAD = 200
MOST_LOOKED_AT = 1000  # of one day: more than fifty fleets as busy as the busiest we know of

When = Literal["", "now", "coming", "past"]
WHENS: tuple[When, ...] = ("", "now", "coming", "past")
_JOINED = "join flights_flight f on f.record_id = p.record_id"
_ALIVE = "f.state in ('planned', 'flying')"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything. `when`: in its time now, coming, past."""

    when: str = ""
    port: str = ""
    state: str = ""

    @property
    def any(self) -> bool:
        """Tell whether something is narrowed."""
        return self != Filters()


@dataclass(frozen=True)
class Listing:
    """A page of flights, and how many fit in all (more than 1,000 are not counted out)."""

    rows: list[Shown]
    slice: Slice
    count: int


def filter_problems(filters: Filters) -> list[Problem]:
    """Return what in these filters names nothing known."""
    return [
        Problem(name, _("This code is not known here."))
        for name, value, known in (
            ("when", filters.when, set(WHENS)),
            ("port", filters.port, set(known_places().ports)),
            ("state", filters.state, {str(one.code) for one in words().states}),
        )
        if value and value not in known
    ]


def page(filters: Filters, *, at: datetime, cursor: str = "", size: int = 25) -> Listing:
    """Return a page of flights, the latest to begin first. Reading AMBER is journalled, once for the page.

    Raises Invalid for a cursor that is not ours.
    """
    facets, where = _narrowed(filters, at)
    part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=size)
    found = shown(part.ids, at=at)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return Listing(found, part, sharing.count(KIND, facets=facets, where=where))


def ahead(port: str = "", *, at: datetime) -> list[Shown]:
    """Return the flights that are in the air or still to come, the first to begin first; at most two hundred."""
    now, coming = (_narrowed(Filters(when=when, port=port), at) for when in ("now", "coming"))
    ids = [
        *sharing.newest(KIND, facets=now[0], where=now[1], size=MOST_AHEAD).ids,
        *sharing.newest(KIND, facets=coming[0], where=coming[1], size=MOST_AHEAD).ids,
    ]
    found = sorted(shown(ids, at=at), key=lambda one: one.flight.starts_at)[:MOST_AHEAD]
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return found


def flight(identifier: UUID, *, at: datetime) -> Shown:
    """Return one flight; reading AMBER or narrower is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier], at=at)
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [found[0].record], at=at)
    return found[0]


def version_of(identifier: UUID) -> int:
    """Return a flight's version, for an ETag. Raises NotFound."""
    return sharing.record(identifier, KIND).version


def authorised(seen: Sighting, *, at: datetime) -> list[Shown]:
    """Return the authorised flights that the actor sees and that may be what was seen, the first to begin first.

    None that was cancelled or withdrawn. Reading AMBER is journalled, once for all of them.
    """
    near, limits, places = words().near, words().limits, known_places()
    began = Where(
        condition="p.at between %s and %s", arguments=(seen.since - limits.longest - EARLY, seen.until + EARLY)
    )
    found = [
        one
        for one in shown(sharing.newest(KIND, where=began, size=MOST_LOOKED_AT).ids, at=at)
        if one.flight.state != "cancelled"
        and not one.withdrawn
        and overlaps(one.flight.starts_at, one.flight.ends_at, seen)
        and meets(one.area, seen, places, near)
    ]
    found = sorted(found, key=lambda one: (one.flight.starts_at, one.record.id))[: near.most_shown]
    sharing.note_reading(KIND, [one.record for one in found], at=at, act="listed")
    return found


@dataclass(frozen=True)
class Identifier:
    """The drone's serial and the operator's number, for the own organisation."""

    serial: str
    operator_number: str


def identifier_of(flight: UUID) -> Identifier | None:
    """Return what leads to a person, if it is the own organisation's; the policy shows it to nobody else."""
    row = FlightIdentifier.objects.filter(flight_id=flight).first()
    return Identifier(row.serial, row.operator_number) if row is not None else None


def flights_of_drone(serial: str, *, since: datetime, until: datetime, at: datetime) -> list[Shown]:
    """Return the own organisation's flights of a drone, by its serial, that are not cancelled and touch this time."""
    ids = FlightIdentifier.objects.filter(
        serial=serial, flight__starts_at__lt=until, flight__ends_at__gt=since, flight__record__withdrawn_at=None
    ).exclude(flight__state="cancelled")
    return shown(list(ids.values_list("flight_id", flat=True)), at=at)


def recognised(flight: UUID) -> list[datetime]:
    """Return when people took a drone to be this flight and sent no report: to others than its stewards their own."""
    return list(Recognition.objects.filter(flight_id=flight).order_by("at").values_list("at", flat=True))


def known_references(references: list[str], owner: UUID) -> dict[str, UUID]:
    """Return which of an organisation's own references are there already, with their flights (that the actor sees)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select origin_id, id from sharing_record where owner_id = %s and origin = %s and origin_id = any(%s)",
            [owner, ORIGIN, references],
        )
        return dict(cursor.fetchall())


ORIGIN = "flight-plan"


def _narrowed(filters: Filters, at: datetime) -> tuple[dict[str, Any], Where]:
    """Return the facets that have an index and the conditions on the flight itself."""
    conditions: list[str] = []
    arguments: list[Any] = []
    longest = words().limits.longest
    if filters.when == "now":
        conditions.append(f"p.at > %s and p.at <= %s and {_ALIVE} and f.starts_at <= %s and f.ends_at > %s")
        arguments += [at - longest - EARLY, at + EARLY, at, at]
    elif filters.when == "coming":
        conditions.append(f"p.at > %s and {_ALIVE} and f.starts_at > %s")
        arguments += [at, at]
    elif filters.when == "past":
        conditions.append(f"(f.ends_at <= %s or not {_ALIVE})")
        arguments.append(at)
    if filters.state == "done":
        conditions.append(f"(f.state = 'done' or {_ALIVE} and f.ends_at <= %s)")
        arguments.append(at)
    elif filters.state == "cancelled":
        conditions.append("f.state = 'cancelled'")
    elif filters.state:
        conditions.append("f.state = %s and f.ends_at > %s")
        arguments += [filters.state, at]
    facets: dict[str, Any] = {}
    if filters.port:
        port = known_places().ports.get(filters.port)
        if port is None:
            raise Invalid([Problem("port", _("This code is not known here."))])
        facets["port"] = port.id
    join = _JOINED if any("f." in one for one in conditions) else ""
    return facets, Where(join, " and ".join(conditions) or "true", tuple(arguments))
