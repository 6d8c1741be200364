"""Reads of security files: whose one sees, what is owed and by when, what happened. The policy filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from port2port.base.errors import NotFound
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.owed import State
from port2port.members.places import Spot, known_places

Waiting = Literal["late", "soon", "open"]
WAITING: tuple[Waiting, ...] = ("late", "soon", "open")
FACILITY, PORT, HOLDER, REPORT, SCREENING = "facility", "port", "function_holder", "report", "screening"
OFFICERS = ("pfso", "deputy_pfso")
SHOWN = 100
MOST_EVENTS = 500


@dataclass(frozen=True)
class Sight:
    """Whose files the actor sees by the legal rule: all, or those of ports and facilities."""

    national: bool
    ports: frozenset[UUID]
    facilities: frozenset[UUID]
    keeps_rules: bool

    def place(self, spot: Spot) -> bool:
        """Whether the file of a facility or port is seen."""
        return self.national or spot.id in (self.facilities if spot.kind == FACILITY else self.ports)

    @property
    def any(self) -> bool:
        """Whether any file of a place is seen."""
        return self.national or bool(self.ports or self.facilities)


def sight() -> Sight:
    """Return whose files the actor sees. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select compliance_national(), compliance_ports(), compliance_facilities(), compliance_rules_kept()"
        )
        national, ports, facilities, rules = cursor.fetchone()
    return Sight(national, frozenset(ports), frozenset(facilities), rules)


@dataclass(frozen=True)
class Place:
    """Of what a security file is: a facility or port by its code, or another subject by its id.

    `subject` is None as long as nothing was ever written into the file of a facility or port.
    """

    code: str
    kind: str
    spot: Spot | None
    subject: Subject | None


def place(code: str) -> Place:
    """Return of what a file is. Raises NotFound for what is not there and for what one does not see, alike."""
    places = known_places()
    spot = places.facilities.get(code.upper()) or places.ports.get(code.upper())
    if spot is not None:
        if not sight().place(spot):
            raise NotFound()
        kind = FACILITY if spot.kind == FACILITY else PORT
        return Place(spot.code, kind, spot, Subject.objects.filter(**{"kind": kind, kind: spot.id}).first())
    try:
        identifier = UUID(code)
    except ValueError:
        raise NotFound() from None
    found = Subject.objects.filter(id=identifier).select_related("facility", "port", "organisation").first()
    if found is None or found.kind == SCREENING:  # a staff number has no file: its row is all there is
        raise NotFound()
    return Place(code_of(found), found.kind, None, found)


def code_of(subject: Subject) -> str:
    """Return by which code the file of a subject is addressed."""
    if subject.kind == FACILITY and subject.facility is not None and subject.facility.number:
        return subject.facility.number
    if subject.kind == PORT and subject.port is not None:
        return subject.port.locode
    return str(subject.id)


def records(subject: UUID) -> bool:
    """Whether the actor may write into the file of a subject."""
    with connection.cursor() as cursor:
        cursor.execute("select compliance_records(%s)", [subject])
        return bool(cursor.fetchone()[0])


def keeps_clocks(record: UUID, organisation: UUID) -> bool:
    """Whether the clocks of an organisation on a report are the actor's to see."""
    with connection.cursor() as cursor:
        cursor.execute("select compliance_clocks(%s, %s)", [record, organisation])
        return bool(cursor.fetchone()[0])


def clocks_of(record: UUID, organisation: UUID) -> Subject | None:
    """Return a report as a subject of an organisation, None where no clock of it is seen."""
    return Subject.objects.filter(kind=REPORT, record_id=record, organisation_id=organisation).first()


def kinds_written(record: UUID, organisation: UUID) -> set[str]:
    """Return the kinds of event that stand in the file of a report, corrected ones too."""
    found = Happening.objects.filter(subject__kind=REPORT, subject__record=record, subject__organisation=organisation)
    return set(found.values_list("kind", flat=True))


def during(state: Waiting, at: datetime) -> Q:
    """Return the condition under which something is late, soon or open at a moment, by its bounds."""
    pending = Q(outcome="pending", keeps=False)
    if state == "late":
        return pending & Q(due__lt=at) | Q(outcome="broken")
    if state == "soon":
        return pending & Q(soon__lte=at) & Q(due__gte=at)
    return pending & (Q(due=None) | Q(due__gte=at)) & (Q(soon=None) | Q(soon__gt=at))


def owed(state: Waiting, *, at: datetime, subjects: Sequence[UUID] | None = None) -> QuerySet[Owed]:
    """Return what is late, soon or open, the nearest due first; what has no stated time comes last.

    A renewal for a staff number that is years away stands in the employer's list alone: there may be hundreds.
    """
    found = Owed.objects.filter(during(state, at))
    if state == "open":
        found = found.exclude(subject__kind=SCREENING)
    if subjects is not None:
        found = found.filter(subject__in=subjects)
    return found.select_related(
        "subject",
        "subject__facility",
        "subject__facility__port",
        "subject__port",
        "subject__organisation",
        "subject__record",
    ).order_by("due", "subject_id", "key")


def everything_owed(subject: UUID) -> list[Owed]:
    """Return what a subject owes and owed, the newest first, at most what a file shows."""
    related = ("subject", "subject__facility", "subject__port", "subject__organisation", "subject__record")
    return list(
        Owed.objects.filter(subject_id=subject).select_related(*related).order_by("-since", "key")[:MOST_EVENTS]
    )


def state_of(row: Owed, at: datetime) -> State:
    """Return what a stored obligation is at a moment: the same as `owed.Obligation.state`."""
    if row.settled_at is not None and row.settled_at <= at:
        if row.outcome == "broken":
            return "late"
        return "fulfilled" if row.outcome == "fulfilled" else "not_applicable"
    if row.due is not None and at > row.due:
        return "fulfilled" if row.keeps else "late"
    if row.soon is not None and at >= row.soon:
        return "soon"
    return "open"


def numbers(*, at: datetime) -> dict[Waiting, int]:
    """Return how many things that one sees are late, soon and open. One query."""
    shown = {state: during(state, at) for state in WAITING}
    shown["open"] &= ~Q(subject__kind=SCREENING)
    counted = Owed.objects.aggregate(**{f"number_{state}": Count("key", filter=shown[state]) for state in WAITING})
    return {state: counted[f"number_{state}"] for state in WAITING}


def numbers_by_subject(*, at: datetime) -> dict[UUID, tuple[int, int]]:
    """Return how many things are late and soon, by subject. One query."""
    rows = Owed.objects.values("subject_id").annotate(
        number_late=Count("key", filter=during("late", at)), number_soon=Count("key", filter=during("soon", at))
    )
    return {row["subject_id"]: (row["number_late"], row["number_soon"]) for row in rows}


def files() -> list[Subject]:
    """Return the subjects that one sees, but those of reports and of staff numbers."""
    return list(
        Subject.objects.exclude(kind__in=(REPORT, SCREENING)).select_related(
            "facility", "facility__port", "port", "organisation"
        )
    )


def events_of(subject: UUID) -> list[Happening]:
    """Return what happened to a subject, newest first, corrections beside what they correct."""
    return list(
        Happening.objects.filter(subject_id=subject)
        .select_related("organisation", "corrected_by")
        .order_by("-at", "-entered_at")[:MOST_EVENTS]
    )


def event(identifier: UUID) -> Happening:
    """Return one entry of a file. Raises NotFound."""
    found = Happening.objects.select_related("subject", "corrected_by").filter(id=identifier).first()
    if found is None:
        raise NotFound()
    return found


def officers(facility: UUID) -> list[Subject]:
    """Return who holds a function of a facility's security, that one sees."""
    found = Subject.objects.filter(kind=HOLDER, facility_id=facility, function__in=OFFICERS)
    return list(found.select_related("person", "organisation").order_by("function", "id"))


def certificates(people: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return when each of these people last got or refreshed a certificate, where it is known. One query."""
    found = Happening.objects.filter(
        subject__in=people, kind__in=("certificate_issued", "refresher_completed"), void=False, corrected_by=None
    )
    return dict(found.values("subject_id").annotate(last=Max("at")).values_list("subject_id", "last"))


@dataclass(frozen=True)
class Figure:
    """How many places of others owe something under a rule, and how many were late; None: too few to be told."""

    rule: str
    subjects: int
    late: int | None
    as_of: datetime


def figures() -> list[Figure]:
    """Return the aggregate of what one does not see by name, as at the beginning of the month. One query."""
    with connection.cursor() as cursor:
        cursor.execute("select rule, subjects, late, as_of from compliance_figures()")
        return [Figure(*row) for row in cursor.fetchall()]
