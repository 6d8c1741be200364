"""Reading alerts: in force, over, one with its series and answers. What one sees is the policy's business."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.alerts.models import Acknowledgement, Alert
from port2port.alerts.shown import OWN_DESK, Shown, shown
from port2port.alerts.vocabulary import vocabulary
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Facility, Organisation
from port2port.members.places import known_places
from port2port.sharing import queries as sharing
from port2port.sharing.queries import Slice, Where

KIND = "alert"
MOST_IN_FORCE = 50
LONGEST_SERIES = 100
_IN_FORCE = "a.state = 'raised' and a.valid_until > %s and e.withdrawn_at is null"
_JOINED = "join alerts_alert a on a.record_id = p.record_id join sharing_record e on e.id = p.record_id"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: everything."""

    threat: str = ""
    port: str = ""
    state: str = ""
    status: str = ""

    @property
    def any(self) -> bool:
        """Tell whether something is narrowed."""
        return self != Filters()


@dataclass(frozen=True)
class Listing:
    """A page of alerts, and how many fit in all (more than 1,000 are not counted out)."""

    rows: list[Shown]
    slice: Slice
    count: int


def filter_problems(filters: Filters) -> list[Problem]:
    """Return what in these filters names nothing known."""
    words = vocabulary()
    return [
        Problem(name, _("This code is not known here."))
        for name, value, known in (
            ("threat", filters.threat, {event.threat for event in words.events}),
            ("port", filters.port, set(known_places().ports)),
            ("state", filters.state, {state.code for state in words.states}),
            ("status", filters.status, {status.code for status in words.statuses}),
        )
        if value and value not in known
    ]


def in_force(filters: Filters, *, at: datetime) -> list[Shown]:
    """Return the alerts in force that the actor sees, urgent ones first, then newest; the first fifty.

    Reading AMBER is journalled, once for all of them.
    """
    if filters.state not in ("", "raised"):
        return []
    facets, where = _narrowed(replace(filters, state="raised"), at)
    found = shown(sharing.newest(KIND, facets=facets, where=where, size=MOST_IN_FORCE).ids, at=at)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return sorted(found, key=lambda row: not row.urgent)  # stable: newest first within both


def page(filters: Filters, *, at: datetime, over: bool = False, cursor: str = "", size: int = 25) -> Listing:
    """Return a page of alerts, newest first; `over`: only those not in force. Reading AMBER is journalled.

    Raises Invalid for a cursor that is not ours.
    """
    facets, where = _narrowed(filters, at)
    if over:
        where = Where(where.join, f"({where.condition}) and not ({_IN_FORCE})", (*where.arguments, at))
    part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=size)
    found = shown(part.ids, at=at)
    sharing.note_reading(KIND, [row.record for row in found], at=at, act="listed")
    return Listing(found, part, sharing.count(KIND, facets=facets, where=where))


def exportable(filters: Filters, *, at: datetime, most: int) -> list[Shown]:
    """Return up to `most` of the alerts the actor sees, newest first. The caller journals."""
    facets, where = _narrowed(filters, at)
    found: list[Shown] = []
    cursor = ""
    while len(found) < most:
        part = sharing.newest(KIND, facets=facets, where=where, cursor=cursor, size=min(1000, most - len(found)))
        found += shown(part.ids, at=at)
        cursor = part.next
        if not cursor:
            break
    return found


def recent(*, since: datetime, widest: int, most: int, at: datetime) -> list[Shown]:
    """Return up to `most` alerts that hold after `since` and are marked no narrower than `widest`, newest first."""
    where = Where(_JOINED, "a.valid_until > %s and e.tlp <= %s and e.withdrawn_at is null", (since, widest))
    return shown(sharing.newest(KIND, where=where, size=most).ids, at=at)


def waiting(*, at: datetime) -> list[Shown]:
    """Return the alerts in force of other organisations that the own desk has not acknowledged, urgent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select a.record_id {_WAITING} order by a.urgency <> 'Immediate', e.at desc limit {MOST_IN_FORCE}",
            [at, current_actor().organisation],
        )
        return shown([row[0] for row in cursor.fetchall()], at=at)


def count_waiting(*, at: datetime) -> int:
    """Return how many alerts wait for the own desk. What is in force has an index: few rows are looked at."""
    actor = current_actor()
    if actor.organisation is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) {_WAITING}", [at, actor.organisation])
        found: int = cursor.fetchone()[0]
        return found


_WAITING = (
    f"from alerts_alert a join sharing_record e on e.id = a.record_id where {_IN_FORCE}"
    f" and e.owner_id <> %s and not {OWN_DESK}"
)


def alert(identifier: UUID, *, at: datetime) -> Shown:
    """Return one alert; reading AMBER or narrower is journalled. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier], at=at)
    if not found:
        raise NotFound(kind=KIND, record=identifier)
    sharing.note_reading(KIND, [found[0].record], at=at)
    return found[0]


def version_of(identifier: UUID) -> int:
    """Return an alert's version, for an ETag. Raises NotFound."""
    return sharing.record(identifier, KIND).version


def series_of(of: Shown) -> list[Shown]:
    """Return the messages of an alert's series that the actor sees, newest first."""
    ids = Alert.objects.filter(series=of.alert.series).order_by("-record__at", "-record_id")
    return shown(list(ids.values_list("record_id", flat=True)[:LONGEST_SERIES]), at=of.at)


def of_report(report: UUID, *, at: datetime) -> list[Shown]:
    """Return the alerts raised from a report that the actor sees, newest first."""
    ids = Alert.objects.filter(report_id=report, follows=None).order_by("-record__at")
    return shown(list(ids.values_list("record_id", flat=True)[:MOST_IN_FORCE]), at=at)


@dataclass(frozen=True)
class Recipient:
    """A desk that an alert reached: since when it has acknowledged it, and what it did."""

    names: dict[str, str]
    facility: dict[str, str]
    at: datetime | None
    done: str


def recipients(identifier: UUID) -> list[Recipient]:
    """Return the desks reached, with their answers, by name; to who does not look after the alert, only its own."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, facility, at, done from alerts_recipients(%s)", [identifier])
        found: list[tuple[UUID, UUID | None, datetime | None, str | None]] = cursor.fetchall()
    known = facts()
    organisations: dict[UUID, Organisation] = known.organisations
    facilities: dict[UUID, Facility] = known.facilities
    desks = [
        Recipient(
            organisations[organisation].names if organisation in organisations else {},
            facilities[facility].names if facility in facilities else {},
            at,
            done or "",
        )
        for organisation, facility, at, done in found
    ]
    return sorted(desks, key=lambda desk: (sorted(desk.names.items()), sorted(desk.facility.items())))


def answered(identifier: UUID) -> int | None:
    """Return how many other organisations have answered a supplier alert, in whole fives: who, nobody learns.

    None to who does not look after it, and of every other alert.
    """
    with connection.cursor() as cursor:
        cursor.execute("select alerts_answered(%s)", [identifier])
        found: int | None = cursor.fetchone()[0]
        return found


def own_answer(identifier: UUID) -> Acknowledgement | None:
    """Return what the own desk answered, if it has."""
    return Acknowledgement.objects.filter(alert_id=identifier).extra(where=[_DESK]).first()


_DESK = "facility_id is not distinct from (select alerts_desk())"


def _narrowed(filters: Filters, at: datetime) -> tuple[dict[str, Any], Where]:
    """Return the facets that have an index and the conditions on the alert itself."""
    conditions: list[str] = []
    arguments: list[Any] = []
    if filters.state == "raised":
        conditions.append(_IN_FORCE)
        arguments.append(at)
    elif filters.state == "expired":
        conditions.append("a.state = 'raised' and a.valid_until <= %s")
        arguments.append(at)
    elif filters.state:
        conditions.append("a.state = %s")
        arguments.append(filters.state)
    if filters.status:
        conditions.append("a.status = %s")
        arguments.append(filters.status)
    facets: dict[str, Any] = {"threat": filters.threat}
    if filters.port:
        port = known_places().ports.get(filters.port)
        if port is None:
            raise Invalid([Problem("port", _("This code is not known here."))])
        facets["port"] = port.id
    return facets, Where(_JOINED, " and ".join(conditions) or "true", tuple(arguments))
