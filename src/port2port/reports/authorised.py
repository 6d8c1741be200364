"""Authorised flights at the place and time of a report about a drone: shown before it is sent, and beside it after.

Asked of `flights` under the policy: one that the reader may not see is not there, for the clock neither. None of it
ever holds a report up: a person's sighting counts as much as a sensor's.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from port2port.flights import queries as flights
from port2port.flights.near import Sighting, window
from port2port.flights.shown import Shown as Flight
from port2port.flights.shown import shown
from port2port.flights.vocabulary import words
from port2port.members.places import Places, known_places
from port2port.reports.drafts import draft_of
from port2port.reports.models import FlightShown
from port2port.reports.rules import Draft, located, place_problems
from port2port.reports.shown import Shown
from port2port.reports.vocabulary import modus_operandi
from port2port.sharing.references import ZONE

DRONE = "drone_misuse"
MOST_SHOWN = 20


def about_a_drone(draft: Draft) -> bool:
    """Tell whether a report is about a drone: by its threat, or by a modus operandi of that threat."""
    if draft.threat == DRONE:
        return True
    try:
        return bool(draft.modus_operandi) and modus_operandi(draft.modus_operandi).threat == DRONE
    except KeyError:
        return False


def sighting_of(draft: Draft, places: Places) -> Sighting | None:
    """Return where and when a report saw a drone; None when it saw none, or place or time are not known well enough."""
    if not about_a_drone(draft) or draft.occurred_at.tzinfo is None or place_problems(draft, places):
        return None
    around = window(draft.occurred_at, draft.occurred_precision, draft.occurred_margin, words().near, ZONE)
    if around is None:
        return None
    where = located(draft, places)
    port = next((code for code, spot in places.ports.items() if spot.id == where.port), "")
    if where.lat is None and not port:
        return None
    return Sighting(*around, port, where.lat, where.lon)


def flights_for(draft: Draft, *, at: datetime) -> list[Flight]:
    """Return the authorised flights that the actor sees at the place and time of a report that is being written."""
    seen = sighting_of(draft, known_places())
    return flights.authorised(seen, at=at) if seen is not None else []


def flights_at(found: Shown, *, at: datetime) -> list[Flight]:
    """Return the authorised flights at the place and time of a report, to who sees both."""
    return flights_for(draft_of(found.report, found.record, known_places()), at=at)


def put_flights_shown(report: UUID, ids: Sequence[UUID], *, at: datetime) -> None:
    """Write down which flights were shown before a report was sent all the same; those one does not see are not."""
    seen = shown(list(dict.fromkeys(ids))[:MOST_SHOWN], at=at)
    FlightShown.objects.bulk_create([FlightShown(report_id=report, flight_id=one.record.id) for one in seen])


def shown_before(report: UUID) -> set[UUID]:
    """Return which flights were shown before a report was sent, as far as the actor sees both."""
    return set(FlightShown.objects.filter(report_id=report).values_list("flight_id", flat=True))
