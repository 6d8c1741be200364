"""Reading for the desk: what is open now, the book of shifts, the numbers to call. The policy says what one sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from port2port.alerts.desk.models import DutyNumber, Handover
from port2port.alerts.shown import Shown, shown
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.models import Membership, Person
from port2port.reports.shown import Shown as ShownReport
from port2port.reports.shown import shown as reports_shown
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import Where

RECENT = timedelta(hours=24)
MOST_ALERTS, MOST_REPORTS, MOST_PAGES = 50, 20, 30


@dataclass(frozen=True)
class OpenNow:
    """What a desk looks at: the alerts in force and new reports.

    Alerts that wait for the desk stand first, real ones before exercises, urgent ones before others.
    """

    alerts: list[Shown]
    reports: list[ShownReport]

    @property
    def records(self) -> list[Record]:
        """The envelopes of all of it, for the journal."""
        return [*(row.record for row in self.alerts), *(row.record for row in self.reports)]


def waits(row: Shown) -> bool:
    """Tell whether an alert waits for the own desk: in force, another organisation's, not acknowledged."""
    organisation = current_actor().organisation
    return row.in_force and not row.acknowledged and organisation is not None and row.record.owner_id != organisation


def open_now(*, at: datetime) -> OpenNow:
    """Return what is open now. The caller journals the reading: a screen asks again every minute."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [at])
        alerts = shown([row[0] for row in cursor.fetchall()], at=at)
    where = Where(condition=f"p.at > %s and {_NO_THREAT}", arguments=(at - RECENT,))
    reports = reports_shown(sharing.newest("report", where=where, size=MOST_REPORTS).ids)
    # Stable: newest first within each. No exercise stands before what is real.
    alerts.sort(key=lambda row: (not waits(row), row.alert.status != "Actual", not row.urgent))
    return OpenNow(alerts, [row for row in reports if row.record.withdrawn_at is None])


# A desk's screen and book are read by whoever stands there: what a person told the police is on neither (0017).
_NO_THREAT = "not exists (select from reports_personthreat t where t.report_id = p.record_id)"
_IN_FORCE = (
    "select a.record_id from alerts_alert a join sharing_record e on e.id = a.record_id"
    " where a.state = 'raised' and a.valid_until > %s and e.withdrawn_at is null"
    f" order by a.urgency <> 'Immediate', e.at desc limit {MOST_ALERTS}"
)


def at_desk() -> bool:
    """Tell whether the actor works at the desk of the hat: reports, and reads the organisation's own circle."""
    with connection.cursor() as cursor:
        cursor.execute("select alerts_at_desk()")
        found: bool = cursor.fetchone()[0]
        return found


def own_facility() -> UUID | None:
    """Return the facility whose desk the hat belongs to; None: the organisation's own."""
    actor = current_actor()
    if actor.hat is None:
        return None
    found: UUID | None = Membership.objects.values_list("facility_id", flat=True).get(id=actor.hat)
    return found


def left_open(*, at: datetime) -> tuple[list[Shown], list[ShownReport]]:
    """Return what goes into a handover: the alerts that wait for the desk, and its own reports that are open."""
    alerts = [row for row in open_now(at=at).alerts if waits(row)]
    joins = "join sharing_record e on e.id = p.record_id join reports_report r on r.record_id = p.record_id"
    condition = (
        "e.owner_id = %s and e.withdrawn_at is null and e.provenance <> 'published' and r.state = 'open'"
        f" and {_NO_THREAT}"
    )
    arguments: list[Any] = [current_actor().organisation]
    facility = own_facility()
    if facility is not None:
        condition += " and r.facility_id = %s"
        arguments.append(facility)
    found = sharing.newest("report", where=Where(joins, condition, tuple(arguments)), size=MOST_REPORTS)
    return alerts, reports_shown(found.ids)


@dataclass(frozen=True)
class Page:
    """A page of the book, with the names the actor may know and those of its open items that the actor still sees."""

    handover: Handover
    by: str
    taken_by: str
    alerts: list[Shown]
    reports: list[ShownReport]

    @property
    def mine(self) -> bool:
        """Whether whoever acts wrote it: another countersigns."""
        return self.handover.by_id == current_actor().person


def book(*, at: datetime, most: int = MOST_PAGES) -> list[Page]:
    """Return the newest pages of the own desk's book; of the open items, all are read with one query each."""
    found = list(Handover.objects.order_by("-at", "-id")[:most])
    names = _names(one for row in found for one in (row.by_id, row.taken_by_id) if one is not None)
    alerts = {row.record.id: row for row in shown(_ids(found, "alerts"), at=at)}
    reports = {row.record.id: row for row in reports_shown(_ids(found, "reports"))}
    return [
        Page(
            row,
            names.get(row.by_id, ""),
            names.get(row.taken_by_id, "") if row.taken_by_id else "",
            [alerts[one] for one in _ids([row], "alerts") if one in alerts],
            [reports[one] for one in _ids([row], "reports") if one in reports],
        )
        for row in found
    ]


def handover(identifier: UUID) -> Handover:
    """Return one page of the own desk's book. Raises NotFound, the same for absent and hidden."""
    found = Handover.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="handover", record=identifier)
    return found


def waiting_handover() -> Handover | None:
    """Return the newest page of the own desk's book, if nobody has countersigned it."""
    newest = Handover.objects.order_by("-at", "-id").first()
    return newest if newest is not None and newest.taken_by_id is None else None


def _ids(pages: Iterable[Handover], kind: str) -> list[UUID]:
    return list(dict.fromkeys(UUID(one) for page in pages for one in page.open_items.get(kind, ())))


def _names(people: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Person.objects.filter(id__in=set(people)).values_list("id", "name"))


def keeps_numbers() -> bool:
    """Tell whether the actor keeps the organisation's duty numbers: its administrators, and who looks after records."""
    actor = current_actor()
    return actor.organisation is not None and (actor.may("administer") or actor.may("steward"))


def numbers() -> list[DutyNumber]:
    """Return the duty numbers that the actor sees, each organisation's in its own order."""
    return list(DutyNumber.objects.order_by("organisation_id", "position", "label", "id"))


def own_numbers() -> list[DutyNumber]:
    """Return the numbers of the organisation one acts for."""
    return list(_own_numbers().order_by("position", "label", "id"))


def own_number(identifier: UUID) -> DutyNumber:
    """Return one of the own organisation's numbers. Raises NotFound, the same for absent, hidden and others'."""
    found = _own_numbers().filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="dutynumber", record=identifier)
    return found


def _own_numbers() -> QuerySet[DutyNumber]:
    organisation = current_actor().organisation
    return DutyNumber.objects.filter(organisation_id=organisation) if organisation else DutyNumber.objects.none()
