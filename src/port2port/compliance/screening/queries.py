"""Reads of security verifications: the employer's rows, and the numbers that others are told. The policy filters."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from port2port.base.errors import NotFound
from port2port.compliance.models import Owed
from port2port.compliance.queries import Waiting, during, sight
from port2port.compliance.screening.models import Screening, ScreeningFigure
from port2port.compliance.screening.rules import Line, Standing, standing
from port2port.members.places import Spot, known_places

RENEWAL = "staff_verification_renewal"
SHOWN = 100


@dataclass(frozen=True)
class Row:
    """A staff number with what is owed for it. `valid_until`: by the rule of renewal, None without an outcome."""

    screening: Screening
    line: Line
    valid_until: datetime | None
    standing: Standing
    late: bool
    soon: bool


def screens() -> bool:
    """Whether the actor keeps the security verifications of the own organisation."""
    with connection.cursor() as cursor:
        cursor.execute("select compliance_screens()")
        return bool(cursor.fetchone()[0])


def told_numbers() -> bool:
    """Whether the actor is told numbers of others: a local committee, the national authority."""
    seen = sight()
    return seen.national or bool(seen.ports)


def places() -> list[Spot]:
    """Return the facilities that the actor may name for somebody: those of the own facility, else all."""
    with connection.cursor() as cursor:
        cursor.execute("select compliance_screens_at()")
        found = cursor.fetchone()
    only = found[0] if found else None
    return [spot for spot in known_places().facilities.values() if only in (None, spot.id)]


def line_of(row: Screening) -> Line:
    """Return a row as the rules take it."""
    place = row.subject.facility
    return Line(
        row.number, row.function, place.number or "" if place is not None else "", row.since, row.applied_on,
        row.verified_on, row.refused_on,
    )  # fmt: skip


def listed(state: Waiting | None = None, *, at: datetime) -> QuerySet[Screening]:
    """Return the rows one keeps, by number; of a state those for which something is late, soon or open."""
    found = Screening.objects.select_related("subject", "subject__facility").order_by("number")
    if state is None:
        return found
    return found.filter(Exists(Owed.objects.filter(during(state, at), subject_id=OuterRef("subject_id"))))


def with_owed(rows: list[Screening], *, at: datetime) -> list[Row]:
    """Return rows with how they stand. One query."""
    owed: dict[UUID, list[Owed]] = {}
    for one in Owed.objects.filter(subject__in=[row.subject_id for row in rows], outcome="pending"):
        owed.setdefault(one.subject_id, []).append(one)
    return [_row(row, owed.get(row.subject_id, []), at) for row in rows]


def _row(row: Screening, owed: list[Owed], at: datetime) -> Row:
    until = max((one.due for one in owed if one.rule == RENEWAL and one.due is not None), default=None)
    late = [one for one in owed if one.due is not None and one.due < at]
    soon = [one for one in owed if one not in late and one.soon is not None and one.soon <= at]
    line = line_of(row)
    return Row(row, line, until, standing(line, valid_until=until, at=at), bool(late), bool(soon))


def one(identifier: UUID) -> Screening:
    """Return a row that one keeps. Raises NotFound."""
    found = Screening.objects.select_related("subject", "subject__facility").filter(subject_id=identifier).first()
    if found is None:
        raise NotFound()
    return found


def figures() -> list[ScreeningFigure]:
    """Return the numbers of the newest month that one is told, by place. One query."""
    newest = ScreeningFigure.objects.order_by("-month").values("month")[:1]
    related = ("organisation", "facility", "facility__port")
    return list(
        ScreeningFigure.objects.filter(month=newest)
        .select_related(*related)
        .order_by("facility__number", "organisation")
    )


def month_of(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)
