"""From a file of the other system to events: what would happen, and doing it. A second run changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.compliance import queries
from port2port.compliance.actions import NOT_YOURS, Entry, entry_problems, record_events
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Happening
from port2port.compliance.obligations import Rulebook
from port2port.compliance.queries import Place
from port2port.compliance.tabular import Line, read_events
from port2port.members.acting import action, current_actor


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do: the new rows, and those that are there already."""

    new: list[Line]
    known: list[Line]


def columns(book: Rulebook) -> frozenset[str]:
    """Return the names of the details that any event may carry."""
    return frozenset(name for kind in book.events for name in (*kind.details, *kind.optional))


def plan(data: bytes, *, at: datetime) -> Plan:
    """Read and check a file without writing. Raises Refused, TooLarge, Invalid with every problem by row and column.

    An entry that is there with other facts is a problem: it is corrected in the file, not changed in silence.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(NOT_YOURS)
    book = rules_in_force().book
    lines = read_events(data, columns(book), book.zone)
    places = {code: _place(code) for code in {line.place for line in lines}}
    problems: list[Problem] = []
    new: list[Line] = []
    known: list[Line] = []
    seen: set[tuple[str, str]] = set()
    there = _there(places)
    for line in lines:
        place = places[line.place]
        if place is None:
            problems.append(Problem("place", _("No file of yours has this code."), line.row))
            continue
        problems += [_by_column(one) for one in entry_problems(line.entry, place.kind, book, at=at)]
        if (line.place, line.entry.source_id) in seen:
            problems.append(Problem("source_id", _("This number stands in the file twice."), line.row))
        seen.add((line.place, line.entry.source_id))
        before = there.get((line.place, line.entry.source_id))
        if before is None:
            new.append(line)
        elif _same(before, line.entry):
            known.append(line)
        else:
            problems.append(
                Problem("source_id", _("This entry is here with other facts: correct it in its file."), line.row)
            )
    if problems:
        raise Invalid(sorted(problems, key=lambda one: one.row or 0))
    return Plan(new, known)


def _place(code: str) -> Place | None:
    """Return whose file it is, None where the actor may not write into one."""
    try:
        found = queries.place(code)
    except NotFound:
        return None
    return found if found.subject is None or queries.records(found.subject.id) else None


def _there(places: dict[str, Place | None]) -> dict[tuple[str, str], Happening]:
    codes = {one.subject.id: code for code, one in places.items() if one is not None and one.subject is not None}
    found = Happening.objects.filter(
        subject__in=list(codes), organisation=current_actor().organisation, corrects=None
    ).exclude(source_id="")
    return {(codes[row.subject_id], row.source_id): row for row in found}


def _same(row: Happening, entry: Entry) -> bool:
    return (row.kind, row.at, row.details, row.reference) == (
        entry.kind, entry.at, dict(entry.details), entry.reference.strip(),
    )  # fmt: skip


def _by_column(problem: Problem) -> Problem:
    return Problem({"kind": "event"}.get(problem.field, problem.field), problem.message, problem.row)


@action
def import_events(*, data: bytes, at: datetime) -> Plan:
    """Take a file's new rows in, all or none. Raises as `plan` does."""
    planned = plan(data, at=at)
    by_place: dict[str, list[Entry]] = {}
    for line in planned.new:
        by_place.setdefault(line.place, []).append(line.entry)
    for code, entries in by_place.items():
        record_events(code, entries=entries, at=at, origin="imported")
    return planned
