"""What is written of security verifications: a staff number, a list of them, that a function ended. All journalled.

The journal holds that a row was written, taken in or deleted, never its number or outcome.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Invalid, Problem, Refused
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Subject
from port2port.compliance.queries import SCREENING
from port2port.compliance.recomputing import batches, recompute
from port2port.compliance.screening import queries
from port2port.compliance.screening.book import functions
from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.rules import Line, normal, problems_of
from port2port.compliance.screening.tabular import read_lines
from port2port.members.acting import action, current_actor

KIND = "screening"
WRITTEN = ("number", "function", "since", "applied_on", "verified_on", "refused_on")
NOT_YOURS = _("Security officers and administrators of the employer keep its verifications, and nobody else.")
TWICE = _("This number is in your organisation’s list already.")


@dataclass(frozen=True)
class Plan:
    """What a list would do. Rows that it does not name stay."""

    new: list[Line]
    changed: list[Line]
    same: list[Line]


def keeper() -> UUID:
    """Return the organisation whose verifications the actor keeps. Raises Refused for everybody else."""
    organisation = current_actor().organisation
    if organisation is None or not queries.screens():
        raise Refused(NOT_YOURS)
    return organisation


def _today(at: datetime) -> date:
    return at.astimezone(rules_in_force().book.zone).date()


def _checked(line: Line, places: dict[str, UUID], *, at: datetime) -> tuple[Line, list[Problem]]:
    line = replace(line, number=normal(line.number), facility=line.facility.strip().upper())
    found = problems_of(line, functions(), today=_today(at))
    if line.facility and line.facility not in places:
        found.append(Problem("facility", _("Choose a facility."), line.row))
    return line, found


def _places() -> dict[str, UUID]:
    return {spot.code: spot.id for spot in queries.places()}


@action
def keep_screening(line: Line, *, at: datetime, identifier: UUID | None = None, invented: bool = False) -> Screening:
    """Write a staff number, or one anew, and work out what is owed. Raises Refused, NotFound, Invalid."""
    row = queries.one(identifier) if identifier is not None else None
    organisation, places = keeper(), _places()
    line, problems = _checked(line, places, at=at)
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            kept = _written(line, row, organisation, places, at=at, invented=invented)
    except IntegrityError as error:
        raise Invalid([Problem("number", TWICE)]) from error
    recompute([kept.subject_id], at=at)
    journal.write("screening.kept", kind=KIND, record=kept.subject_id, at=at)
    return kept


def _written(
    line: Line, row: Screening | None, organisation: UUID, places: dict[str, UUID], *, at: datetime, invented: bool
) -> Screening:
    values = {name: getattr(line, name) for name in WRITTEN}
    values |= {"changed_at": at, "changed_by_id": current_actor().person}
    place = places.get(line.facility)
    if row is None:
        subject = Subject(kind=SCREENING, organisation_id=organisation, facility_id=place, invented=invented)
        subject.save(force_insert=True)
        made = Screening(subject=subject, organisation_id=organisation, **values)
        made.save(force_insert=True)
        return made
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*WRITTEN, "changed_at", "changed_by"])
    if row.subject.facility_id != place:
        with connection.cursor() as cursor:
            cursor.execute("select compliance_screened_at(%s, %s)", [row.subject_id, place])
    return queries.one(row.subject_id)


@action
def end_function(identifier: UUID, *, at: datetime) -> None:
    """Delete a staff number and all that was worked out from it: the function ended. Raises NotFound."""
    delete([queries.one(identifier).subject_id])
    journal.write("screening.ended", kind=KIND, record=identifier, at=at)


def delete(subjects: list[UUID]) -> int:
    """Delete staff numbers; the database deletes what hangs on them. Returns how many went."""
    with connection.cursor() as cursor:
        cursor.execute("delete from compliance_subject where id = any(%s) and kind = %s", [subjects, SCREENING])
        return int(cursor.rowcount)


def plan(data: bytes, *, at: datetime) -> Plan:
    """Read and check a CSV without writing. Raises Refused, TooLarge, Invalid with every problem by row and column."""
    keeper()
    places, problems = _places(), []
    before = {one.number: queries.line_of(one) for one in queries.listed(at=at)}
    new: list[Line] = []
    changed: list[Line] = []
    same: list[Line] = []
    seen: set[str] = set()
    for raw in read_lines(data):
        line, wrong = _checked(raw, places, at=at)
        problems += wrong
        if line.number in seen:
            problems.append(Problem("number", _("This number stands in the file twice."), line.row))
        seen.add(line.number)
        was = before.get(line.number)
        (new if was is None else same if was == replace(line, row=None) else changed).append(line)
    if problems:
        raise Invalid(problems)
    return Plan(new, changed, same)


@action
def import_screenings(*, data: bytes, at: datetime) -> Plan:
    """Take a list in, all rows or none; a second time changes nothing. Raises as `plan` does."""
    planned, organisation, places = plan(data, at=at), keeper(), _places()
    rows = {one.number: one for one in queries.listed(at=at)}
    try:
        with transaction.atomic():
            kept = [
                _written(line, rows.get(line.number), organisation, places, at=at, invented=False).subject_id
                for line in (*planned.new, *planned.changed)
            ]
    except IntegrityError as error:
        raise Invalid([Problem("number", TWICE)]) from error
    rules = rules_in_force()
    for part in batches(kept):
        recompute(part, at=at, rules=rules)
    if kept:
        journal.write("screening.imported", kind=KIND, at=at, added=len(planned.new), changed=len(planned.changed))
    return planned
